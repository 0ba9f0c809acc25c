"""The wordings of headlines that count, and from when until when each does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import DAY_US
from bellwether.features.spans import Spans
from bellwether.market.candles import IntArray
from bellwether.news.headlines import NewsEvents

MAX_AGE_US = DAY_US
"""A headline known later than this after it was published is old news and is not counted."""

SCORE_SCALE = 1_000_000
"""Scores are summed as integers of millionths."""

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Versions:
    """Headline versions that are not old news, in fixed point.

    Arrays have shape (m,).

    Attributes
    ----------
    row : int64 array
        Position among the events it was made of.
    first_known_us : int64 array
        When the headline was known; its place in every window.
    known_us, replaced_us : int64 array
        When this wording was known, and when the next one was (never: the largest integer).
    publisher : int64 array
    is_duplicate : bool array
    is_scored : bool array
        The scorer has a score for this wording.
    score : int64 array
        Millionths; 0 where there is none.
    """

    row: IntArray
    first_known_us: IntArray
    known_us: IntArray
    replaced_us: IntArray
    publisher: IntArray
    is_duplicate: NDArray[np.bool_]
    is_scored: NDArray[np.bool_]
    score: IntArray

    @classmethod
    def of(cls, events: NewsEvents) -> Versions:
        """Versions of the headlines that were known within `MAX_AGE_US` of being published."""
        replaced_us = _replaced_us(events)
        counts = events.first_known_us - events.event_us <= MAX_AGE_US
        is_scored = np.isfinite(events.score)
        score = np.rint(np.where(is_scored, events.score, 0.0) * SCORE_SCALE).astype(np.int64)
        return cls(
            row=np.flatnonzero(counts),
            first_known_us=events.first_known_us[counts],
            known_us=events.known_us[counts],
            replaced_us=replaced_us[counts],
            publisher=events.publisher[counts],
            is_duplicate=events.is_duplicate[counts],
            is_scored=is_scored[counts],
            score=score[counts],
        )

    def spans(self, as_of_us: IntArray, known_by_us: IntArray, *, from_age_us: int, to_age_us: int) -> Spans:
        """At which slots each version is the current wording of a headline of a certain age.

        Parameters
        ----------
        as_of_us, known_by_us : int64 array, shape (n,)
            Slots and their moments of knowledge, both ascending.
        from_age_us, to_age_us : int
            ``from_age <= as_of - first_known < to_age``: with 0 and a window's length, headlines
            first known in ``(as_of - window, as_of]``.
        """
        start = np.searchsorted(as_of_us, self.first_known_us + from_age_us)
        end = np.searchsorted(as_of_us, self.first_known_us + to_age_us)
        known = np.searchsorted(known_by_us, self.known_us)
        replaced = np.searchsorted(known_by_us, self.replaced_us)
        return Spans(len(as_of_us), np.maximum(start, known), np.minimum(end, replaced))


def _replaced_us(events: NewsEvents) -> IntArray:
    """When the next version of the same headline was known."""
    order = np.lexsort((events.known_us, events.headline))
    is_same = events.headline[order][1:] == events.headline[order][:-1]
    following = np.full(len(events), _NEVER, dtype=np.int64)
    following[:-1][is_same] = events.known_us[order][1:][is_same]
    replaced_us = np.empty_like(following)
    replaced_us[order] = following
    return replaced_us
