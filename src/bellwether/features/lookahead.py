"""The check that no feature looks into the future.

A row that was built with all history at hand is built again from what was known at its slot and
nothing else. Any difference in a single bit is a column that saw what it could not have seen, or
one whose value depends on how much history it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bellwether.features.builder import BASE_LOOKBACK_BARS, NEWS_LOOKBACK_US
from bellwether.features.matrix import FeatureMatrix
from bellwether.market.candles import Candles
from bellwether.news.headlines import NewsEvents


@dataclass(frozen=True)
class Lookahead:
    """A value that changes when the future is taken away.

    Attributes
    ----------
    name : str
        Column.
    as_of_us : int
        Slot.
    with_future, without_future : float
        The value built with all history, and with what was known at the slot.
    """

    name: str
    as_of_us: int
    with_future: float
    without_future: float


def find_lookahead(
    built: FeatureMatrix, rebuild: Callable[[int, int], FeatureMatrix]
) -> tuple[Lookahead, ...]:
    """Compare rows, bit for bit, with the same rows built from truncated history.

    Parameters
    ----------
    built : FeatureMatrix
        Rows built with all history at hand.
    rebuild : function
        From ``(as_of_us, known_by_us)`` to a matrix of that one row, built from what was known
        (`candles_known_at`, `events_known_at`).

    Returns
    -------
    tuple of Lookahead
        By slot, then column; empty when all is well. All kinds of NaN are one value.
    """
    found: list[Lookahead] = []
    for row, (as_of_us, known_by_us) in enumerate(zip(built.as_of_us, built.known_by_us, strict=True)):
        with_future = built.values[row]
        without = rebuild(int(as_of_us), int(known_by_us)).values[0]
        is_missing = np.isnan(with_future) & np.isnan(without)
        differs = (with_future.view(np.uint32) != without.view(np.uint32)) & ~is_missing
        found += [
            Lookahead(built.names[column], int(as_of_us), float(with_future[column]), float(without[column]))
            for column in np.flatnonzero(differs)
        ]
    return tuple(found)


def candles_known_at(candles: Candles, as_of_us: int, known_by_us: int) -> Candles:
    """All revisions that a live run at ``as_of`` would read: known, closed, within the look-back."""
    oldest_us = as_of_us - BASE_LOOKBACK_BARS * candles.interval_us
    return candles.take(
        (candles.open_us >= oldest_us) & (candles.close_us <= as_of_us) & (candles.known_us <= known_by_us)
    )


def events_known_at(events: NewsEvents, as_of_us: int, known_by_us: int) -> NewsEvents:
    """All headline versions that a live run at ``as_of`` would read: known, within the look-back."""
    return events.take(
        (events.known_us > as_of_us - NEWS_LOOKBACK_US) & (events.known_us <= min(as_of_us, known_by_us))
    )
