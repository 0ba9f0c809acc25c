"""Classes of a score: positive, neutral, negative."""

from __future__ import annotations

from typing import Literal, get_args

from bellwether.sentiment.scorer import ScorerInfo, SentimentScore

Label = Literal["positive", "neutral", "negative"]

LABELS: tuple[Label, ...] = get_args(Label)
"""The order in which classes are counted and shown."""

LEXICON_FAMILIES = frozenset({"vader"})
"""Families whose three numbers are shares of a text's words, not probabilities of its class."""


def label_by_limits(score: float, info: ScorerInfo) -> Label:
    """The class of a score alone, by the scorer's own limits, as features count it.

    A score on a limit counts as beyond it, as VADER's authors publish their +-0.05.
    """
    if score >= info.positive_above:
        return "positive"
    return "negative" if score <= info.negative_below else "neutral"


def label_of(score: SentimentScore, info: ScorerInfo) -> Label:
    """The class a scorer gives a text: its most probable one, or by limits where it has only a score.

    Where two classes are equally probable the first of `LABELS` is taken.
    """
    if info.family in LEXICON_FAMILIES or score.positive is None:
        return label_by_limits(score.score, info)
    shares = (score.positive, score.neutral or 0.0, score.negative or 0.0)
    return LABELS[shares.index(max(shares))]
