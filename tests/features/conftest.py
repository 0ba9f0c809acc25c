"""A small synthetic market with everything that makes a point in time hard."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US
from bellwether.market.candles import Candles, FloatArray, IntArray
from bellwether.news.headlines import NewsEvents

START_US = 19_000 * DAY_US  # 2022-01-08
QUARTER_US = 15 * MINUTE_US

CandlesOf = Callable[..., Candles]
EventsOf = Callable[..., NewsEvents]


def _candles(
    close: FloatArray, *, interval_us: int = QUARTER_US, start_us: int = START_US, spread: float = 0.0
) -> Candles:
    """Bars with these closes, each opening at the close before, volume 1, known at their close."""
    close = np.asarray(close, dtype=np.float64)
    open_ = np.concatenate([close[:1], close[:-1]])
    open_us = start_us + np.arange(len(close)) * interval_us
    return Candles(
        interval_us=interval_us,
        open_us=open_us,
        open=open_,
        high=np.maximum(open_, close) * (1.0 + spread),
        low=np.minimum(open_, close) * (1.0 - spread),
        close=close,
        volume=np.ones(len(close)),
        known_us=open_us + interval_us,
        revision=np.zeros(len(close), dtype=np.int64),
    )


def _eventful_candles(seed: int, *, n: int = 2_200, interval_us: int = QUARTER_US) -> Candles:
    """A random walk with gaps, still and untraded stretches, late bars and revisions, hours or days later."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0.0, 0.003, n)
    volume = rng.lognormal(3.0, 1.0, n)
    for start in rng.integers(0, n, 3):
        steps[start : start + 40] = 0.0
        volume[start : start + 40] = 0.0
    start_us = START_US + int(rng.integers(0, 600)) * interval_us
    bars = _candles(30_000.0 * np.exp(np.cumsum(steps)), interval_us=interval_us, start_us=start_us)
    is_still = volume == 0.0
    bars.high[~is_still] *= 1.0 + rng.exponential(0.001, n)[~is_still]
    bars.low[~is_still] *= 1.0 - rng.exponential(0.001, n)[~is_still].clip(0.0, 0.5)
    bars.volume[:] = volume
    is_late = rng.random(n) < 0.004
    bars.known_us[is_late] += rng.integers(0, 6 * HOUR_US, np.count_nonzero(is_late))
    revised = _revised(bars.take(rng.random(n) < 0.004), rng)
    is_there = np.ones(n, dtype=np.bool_)
    for start in rng.integers(0, n, 4):
        is_there[start : start + rng.integers(1, 12)] = False
    return _sorted(_joined(bars.take(is_there), revised))


def _revised(bars: Candles, rng: np.random.Generator) -> Candles:
    close = bars.close * np.exp(rng.normal(0.0, 0.01, len(bars)))
    return Candles(
        interval_us=bars.interval_us,
        open_us=bars.open_us,
        open=bars.open,
        high=np.maximum(bars.high, close),
        low=np.minimum(bars.low, close),
        close=close,
        volume=bars.volume + 1.0,
        known_us=bars.known_us + rng.integers(1, 5 * DAY_US, len(bars)),
        revision=bars.revision + 1,
    )


def _joined(first: Candles, second: Candles) -> Candles:
    columns = {
        name: np.concatenate([array, second._arrays()[name]]) for name, array in first._arrays().items()
    }
    return Candles(interval_us=first.interval_us, **columns)


def _sorted(candles: Candles) -> Candles:
    return candles.take(np.lexsort((candles.revision, candles.open_us)))


def _events(
    known_us: IntArray,
    score: FloatArray,
    *,
    headline: IntArray | None = None,
    first_known_us: IntArray | None = None,
    event_us: IntArray | None = None,
    publisher: IntArray | None = None,
    is_duplicate: NDArray[np.bool_] | None = None,
) -> NewsEvents:
    """Headlines known at these moments; by default each its own, new, from one publisher, not edited."""
    known = np.asarray(known_us, dtype=np.int64)
    n = len(known)
    first = known if first_known_us is None else np.asarray(first_known_us)
    return NewsEvents(
        headline=np.arange(n) if headline is None else np.asarray(headline),
        known_us=known,
        first_known_us=first,
        event_us=first if event_us is None else np.asarray(event_us),
        publisher=np.zeros(n, dtype=np.int64) if publisher is None else np.asarray(publisher),
        is_duplicate=np.zeros(n, dtype=np.bool_) if is_duplicate is None else np.asarray(is_duplicate),
        score=np.asarray(score, dtype=np.float64),
    )


def _eventful_events(seed: int, *, n: int = 500, days: int = 12) -> NewsEvents:
    """Headlines in bursts with late and old ones, edits (some at once), repetitions and missing scores."""
    rng = np.random.default_rng(seed)
    event_us = START_US + np.sort(rng.integers(0, days * 24 * 4, n)) * QUARTER_US
    is_slow = rng.random(n) < 0.1
    first_us = event_us + np.where(is_slow, rng.integers(0, 40 * HOUR_US, n), rng.integers(0, 2 * HOUR_US, n))
    edited = rng.integers(0, n, n // 5)
    headline = np.concatenate([np.arange(n), edited])
    known_us = np.concatenate([first_us, first_us[edited] + rng.integers(0, 2 * DAY_US, len(edited))])
    score = np.clip(rng.normal(0.05, 0.4, len(headline)), -1.0, 1.0)
    score[rng.random(len(headline)) < 0.1] = np.nan
    publisher = np.minimum(rng.geometric(0.3, n), 9)
    order = np.lexsort((headline, known_us))
    headline, known_us = headline[order], known_us[order]
    return _events(
        known_us,
        score[order],
        headline=headline,
        first_known_us=first_us[headline],
        event_us=event_us[headline],
        publisher=publisher[headline],
        is_duplicate=(rng.random(n) < 0.2)[headline],
    )


@pytest.fixture(scope="session")
def candles_of() -> CandlesOf:
    return _candles


@pytest.fixture(scope="session")
def eventful_candles() -> CandlesOf:
    return _eventful_candles


@pytest.fixture(scope="session")
def events_of() -> EventsOf:
    return _events


@pytest.fixture(scope="session")
def eventful_events() -> EventsOf:
    return _eventful_events
