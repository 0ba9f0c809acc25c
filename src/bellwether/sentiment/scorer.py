"""The contract of a scorer: a score is a function of the text and the scorer version, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ScorerInfo:
    """Who read the text.

    Attributes
    ----------
    family : str
        The slot it fills: ``vader``, ``finbert`` or ``lite`` (placebos: ``shuffled_vader`` …).
    name : str
        What people are shown, ``VADER 3.3.2`` or ``finbert_minilm (not FinBERT)``.
    digest : str
        SHA-256 (hex) over everything its scores depend on.
    is_reference : bool
        It is the published model itself (for FinBERT: a pinned conversion, an own export with
        parity, or recorded outputs declared as the real model's).
    positive_above, negative_below : float
        Limits of its classes on ``score``: VADER +-0.05, FinBERT +-0.2.
    """

    family: str
    name: str
    digest: str
    is_reference: bool
    positive_above: float
    negative_below: float


@dataclass(frozen=True)
class SentimentScore:
    """One text's sentiment.

    ``score`` is in [-1, 1] (P(positive) - P(negative); VADER's compound). The three probabilities
    (VADER: its shares) sum to 1 and are None where only a score was recorded.
    """

    score: float
    positive: float | None = None
    neutral: float | None = None
    negative: float | None = None


class Scorer(Protocol):
    """A reader of the news."""

    @property
    def info(self) -> ScorerInfo:
        """Who it is."""
        ...

    def score(self, texts: Sequence[str]) -> list[SentimentScore | None]:
        """Score each text; None where this scorer has no score (recorded scores only).

        Raises
        ------
        ScorerUnavailable
            The scorer cannot run here; the message says why.
        """
        ...
