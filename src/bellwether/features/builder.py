"""Features of slots, from candles and headlines with their moments of knowledge.

The same functions serve training and replay (many slots, all history) and live runs (one slot, only
the look-back): the values are equal in all bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import DAY_US, GRACE_US, MINUTE_US
from bellwether.errors import InvalidTime
from bellwether.features import price
from bellwether.features.calendar import calendar_values
from bellwether.features.matrix import FeatureMatrix
from bellwether.features.news import NEWS_DEFINITIONS, NEWS_LOOKBACK_US, news_values
from bellwether.features.news_window import NewsAtSlots
from bellwether.features.sets import base_set
from bellwether.features.versions import Versions
from bellwether.market.candles import Candles, IntArray
from bellwether.news.headlines import NewsEvents

__all__ = ["BASE_LOOKBACK_BARS", "NEWS_LOOKBACK_US", "build_base", "build_news", "is_recorded", "tick_us"]

BASE_LOOKBACK_BARS = price.LOOKBACK_BARS
"""Bar lengths before a slot whose candles `build_base` reads."""

RECORDED_US = DAY_US
"""A stretch of recorded news ends this long after its last headline."""


def build_base(candles: Candles, as_of_us: IntArray, *, known_by_us: IntArray | None = None) -> FeatureMatrix:
    """Price and calendar features.

    Parameters
    ----------
    candles : Candles
        All revisions of the bars that open within `BASE_LOOKBACK_BARS` bar lengths before the
        slots; more does no harm.
    as_of_us : int64 array, shape (n,)
        Slots, strictly ascending.
    known_by_us : int64 array, shape (n,), optional
        What was known by then may be used; by default ``as_of`` plus the grace of 15 minutes.

    Returns
    -------
    FeatureMatrix
        A slot whose own closing bar is missing has NaN in all price features.

    Raises
    ------
    InvalidTime
        The slots are not ascending.
    """
    as_of = _ascending(as_of_us)
    known_by = as_of + GRACE_US if known_by_us is None else np.asarray(known_by_us, dtype=np.int64)
    values = np.concatenate([price.price_values(candles, as_of, known_by), calendar_values(as_of)], axis=1)
    return FeatureMatrix(as_of, known_by, base_set(candles.interval_us).names, values)


def build_news(
    events: NewsEvents,
    as_of_us: IntArray,
    *,
    positive_above: float,
    negative_below: float,
    known_by_us: IntArray | None = None,
) -> FeatureMatrix:
    """News features of the scorer whose scores the events carry.

    Parameters
    ----------
    events : NewsEvents
        All versions of the headlines first known within `NEWS_LOOKBACK_US` before the slots; more
        does no harm.
    as_of_us : int64 array, shape (n,)
        Slots, strictly ascending.
    positive_above, negative_below : float
        Limits of the scorer's classes, `ScorerInfo`.
    known_by_us : int64 array, shape (n,), optional
        What was known by then and by ``as_of`` may be used; ascending. By default ``as_of``.

    Raises
    ------
    InvalidTime
        The slots or their moments of knowledge are not ascending.
    """
    as_of = _ascending(as_of_us)
    known_by = as_of if known_by_us is None else np.asarray(known_by_us, dtype=np.int64)
    seen_by = np.minimum(as_of, known_by)
    if (np.diff(seen_by) < 0).any():
        raise InvalidTime("The moments of knowledge of the slots do not ascend.")
    news = NewsAtSlots(Versions.of(events), as_of, seen_by, positive_above, negative_below)
    names = tuple(definition.name for definition in NEWS_DEFINITIONS)
    return FeatureMatrix(as_of, known_by, names, news_values(news))


def is_recorded(first_known_us: IntArray, as_of_us: IntArray) -> NDArray[np.bool_]:
    """Whether news was being recorded at each slot: a headline was first known in the last 24 hours.

    "No news recorded" differs from "no news happened": only slots where news was recorded teach a
    family that reads it. Any headline counts here, old news and repetitions too.

    Parameters
    ----------
    first_known_us : int64 array, shape (m,)
        When the headlines of at least the 24 hours before the slots were first known, in any order.
    as_of_us : int64 array, shape (n,)

    Returns
    -------
    bool array, shape (n,)
    """
    known_us = np.sort(first_known_us)
    last = np.searchsorted(known_us, as_of_us, side="right")
    return last > np.searchsorted(known_us, as_of_us - RECORDED_US, side="right")


def tick_us(interval_us: int) -> int:
    """Distance of the slots that have features: the candle interval, at least 15 minutes."""
    return max(interval_us, 15 * MINUTE_US)


def _ascending(as_of_us: IntArray) -> IntArray:
    moments = np.asarray(as_of_us, dtype=np.int64)
    if (np.diff(moments) <= 0).any():
        raise InvalidTime("The slots do not ascend.")
    return moments
