"""Headlines as values: one row per version of a headline.

A headline is one collected news item. When its publisher edits it, the new wording is a new
version with its own ``known_us``; the old one stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class HeadlineRow:
    """One version of a headline as it enters the store.

    Attributes
    ----------
    key : UUID
        Identity of the headline: 128-bit hash of the canonical URL, else of (publisher, text,
        published_at).
    revision : int
        0 for the first wording.
    asset : str
        Asset it is counted for, ``BTC``.
    publisher : str
        Who wrote it; ``unknown`` where no publisher is given.
    url : str | None
        Canonical address.
    title : str | None
    text : str
        What scorers read: the title, else the summary.
    summary : str | None
        Kept for scoring for 30 days; None when it is already ``text``.
    event_us, known_us : int
        When it was published and when we had this version, microseconds UTC.
    is_known_assumed : bool
        ``known_us`` was not observed but assumed from the published time.
    """

    key: UUID
    revision: int
    asset: str
    publisher: str
    url: str | None
    title: str | None
    text: str
    summary: str | None
    event_us: int
    known_us: int
    is_known_assumed: bool


@dataclass(frozen=True)
class NewsEvents:
    """Headline versions of one asset, columnar, with one scorer's scores, ready for features.

    Arrays have shape (n,) and are sorted by (``known_us``, ``key`` as text, ``revision``); versions
    of one headline share ``headline``.

    Attributes
    ----------
    headline : int64 array
        Number of the headline the version belongs to (any numbering, equal for equal headlines).
    known_us : int64 array
        When this version was known.
    first_known_us : int64 array
        When the headline's first version was known.
    event_us : int64 array
        When the headline was published.
    publisher : int64 array
        Code of the publisher.
    is_duplicate : bool array
        The headline repeats an earlier one (exactly or nearly), judged in the order of knowledge.
    score : float64 array
        Sentiment in [-1, 1]; NaN where the scorer has no score for the text.
    """

    headline: NDArray[np.int64]
    known_us: NDArray[np.int64]
    first_known_us: NDArray[np.int64]
    event_us: NDArray[np.int64]
    publisher: NDArray[np.int64]
    is_duplicate: NDArray[np.bool_]
    score: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.known_us)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_] | slice) -> NewsEvents:
        """The rows that ``index`` selects, in its order."""
        return NewsEvents(
            headline=self.headline[index],
            known_us=self.known_us[index],
            first_known_us=self.first_known_us[index],
            event_us=self.event_us[index],
            publisher=self.publisher[index],
            is_duplicate=self.is_duplicate[index],
            score=self.score[index],
        )
