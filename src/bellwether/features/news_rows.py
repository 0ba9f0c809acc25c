"""The headlines behind the news features of one slot, and what each weighs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bellwether.features.definition import DAY, Window
from bellwether.features.news import PUBLISHER_CAP
from bellwether.features.versions import Versions
from bellwether.market.candles import FloatArray, IntArray
from bellwether.news.headlines import NewsEvents


def rows_in_window(
    events: NewsEvents, as_of_us: int, *, known_by_us: int | None = None, window: Window = DAY
) -> IntArray:
    """Positions of the wordings that are in force in a window, ascending.

    Parameters
    ----------
    events : NewsEvents
        All versions of the headlines first known in the window; more does no harm.
    as_of_us : int
        The slot.
    known_by_us : int, optional
        What was known by then and by ``as_of`` counts; by default ``as_of``.
    window : Window

    Returns
    -------
    int64 array
        One for each headline that the features of the slot count, repetitions included. Headlines
        known more than 24 hours after they were published are not among them.
    """
    versions, is_current = _current(events, as_of_us, known_by_us, window)
    return versions.row[is_current]


def tone_weights(
    events: NewsEvents, as_of_us: int, *, known_by_us: int | None = None, window: Window = DAY
) -> FloatArray:
    """Share of each wording in the capped tone of a window, ``tone_capped_24h`` by default.

    A publisher with n scored headlines weighs ``min(n, cap)``, shared equally by them.

    Returns
    -------
    float64 array, shape (len(events),)
        Sums to 1 where any headline counts; 0 for what does not: old news, repetitions, other
        wordings, other windows, no score.
    """
    versions, is_current = _current(events, as_of_us, known_by_us, window)
    counts = is_current & versions.is_scored & ~versions.is_duplicate
    _, publisher, n = np.unique(versions.publisher[counts], return_inverse=True, return_counts=True)
    weight = (np.minimum(n, PUBLISHER_CAP[window]) / n)[publisher]
    shares = np.zeros(len(events))
    shares[versions.row[counts]] = weight / weight.sum()
    return shares


def _current(
    events: NewsEvents, as_of_us: int, known_by_us: int | None, window: Window
) -> tuple[Versions, NDArray[np.bool_]]:
    """The versions, and which of them are in force in the window of the slot."""
    versions = Versions.of(events)
    slot = np.array([as_of_us], dtype=np.int64)
    seen_by = slot if known_by_us is None else np.minimum(slot, known_by_us)
    spans = versions.spans(slot, seen_by, from_age_us=0, to_age_us=window.us)
    return versions, spans.start < spans.end
