"""Scores somebody else computed, looked up by the text's key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from bellwether.news.keys import text_key
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore

PROSUS_FINBERT = "ProsusAI/finbert"
"""The published model. Columns ``finbert_positive`` … of a score file declare its outputs."""

FINBERT_LIMIT = 0.2
"""FinBERT's classes on the score alone, P(positive) - P(negative)."""

Lookup = Callable[[Sequence[UUID]], Mapping[UUID, SentimentScore]]
"""Finds scores by text key; texts without one are left out."""


class RecordedScorer:
    """Answers with recorded scores, and with None for texts that were not recorded.

    Parameters
    ----------
    info : ScorerInfo
        Who computed them: `recorded_finbert_info` or `recorded_info`.
    scores : mapping or callable
        By text key, or something that finds them by text key, such as a query.
    """

    def __init__(self, info: ScorerInfo, scores: Mapping[UUID, SentimentScore] | Lookup) -> None:
        self._info = info
        self._scores = scores

    @property
    def info(self) -> ScorerInfo:
        """Who computed the scores."""
        return self._info

    def score(self, texts: Sequence[str]) -> list[SentimentScore | None]:
        """Look each text up."""
        keys = [text_key(text) for text in texts]
        found = self._scores(keys) if callable(self._scores) else self._scores
        return [found.get(key) for key in keys]


def recorded_finbert_info() -> ScorerInfo:
    """Who speaks in recorded outputs of ProsusAI/finbert: the real model, by declaration."""
    return ScorerInfo(
        family="finbert",
        name="FinBERT (recorded outputs)",
        digest=_origin_digest(PROSUS_FINBERT),
        is_reference=True,
        positive_above=FINBERT_LIMIT,
        negative_below=-FINBERT_LIMIT,
    )


def recorded_info(family: str, name: str, *, limit: float = FINBERT_LIMIT) -> ScorerInfo:
    """Who speaks in imported scores of unknown make, under the name they were imported with.

    The digest is of the name: nothing else is known about what the scores depend on, and files of
    one scorer must come together.
    """
    return ScorerInfo(
        family=family,
        name=f"{name} (recorded)",
        digest=_origin_digest(name),
        is_reference=False,
        positive_above=limit,
        negative_below=-limit,
    )


def _origin_digest(origin: str) -> str:
    return hashlib.sha256(f"recorded outputs of {origin}\n".encode()).hexdigest()
