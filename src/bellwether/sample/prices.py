"""Prices: stochastic volatility, heavy tails, and a drift given from outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bellwether.clock import DAY_US, HOUR_US
from bellwether.market.candles import Candles
from bellwether.sample.records import FloatArray, IntArray

START_PRICE_USD = 1_000.0
"""Obviously not a price of bitcoin."""

BASE_VOLATILITY = 0.0019
"""Typical standard deviation of a 15-minute log return."""

TAIL_DEGREES = 5.0
"""Degrees of freedom of the returns' Student t distribution."""

_STEPS = 8
"""Moves inside a bar; high and low are the extremes of their path."""

_LOG_VOLATILITY_SD = 0.35
_LOG_VOLATILITY_MEMORY_BARS = 144.0
_BARS_PER_HOUR = 4


@dataclass(frozen=True)
class PricePath:
    """The whole path, outages not yet cut out.

    Attributes
    ----------
    log_return : float64 array, shape (n,)
        Log return of each 15-minute bar.
    candles : Candles
        The same bars; each opens where the one before closed.
    """

    log_return: FloatArray
    candles: Candles


def volatility(rng: np.random.Generator, open_us: IntArray, *, scale: FloatArray) -> FloatArray:
    """Standard deviation of the log return of each 15-minute bar, shape (n,).

    ``log sigma`` is an AR(1) process with a memory of 36 hours around the base volatility times a
    daily rhythm times ``scale`` (the regime).
    """
    memory = float(np.exp(-1.0 / _LOG_VOLATILITY_MEMORY_BARS))
    shocks = rng.normal(0.0, _LOG_VOLATILITY_SD * np.sqrt(1 - memory**2), len(open_us))
    level = rng.normal(0.0, _LOG_VOLATILITY_SD)
    log_sigma = np.empty(len(open_us))
    for bar, shock in enumerate(shocks):
        level = memory * level + shock
        log_sigma[bar] = level
    hour = (open_us % DAY_US) / HOUR_US
    rhythm = 1.0 + 0.25 * np.cos(2 * np.pi * (hour - 15.0) / 24.0)
    return BASE_VOLATILITY * scale * rhythm * np.exp(log_sigma)


def price_path(
    rng: np.random.Generator,
    open_us: IntArray,
    *,
    sigma: FloatArray,
    drift: FloatArray,
    interval_us: int,
) -> PricePath:
    """Bars whose log returns are ``drift`` plus ``sigma`` times a Student t of unit variance.

    Parameters
    ----------
    rng : Generator
    open_us : int64 array, shape (n,)
    sigma, drift : float64 array, shape (n,)
        Of the log return of each bar.
    interval_us : int
        Length of a bar.

    Notes
    -----
    A Student t is a normal whose variance is drawn per bar, so the path inside a bar is a Gaussian
    walk with that bar's variance.
    """
    n = len(open_us)
    mixing = np.sqrt((TAIL_DEGREES - 2.0) / rng.chisquare(TAIL_DEGREES, n))
    steps = rng.normal(size=(n, _STEPS)) * (sigma * mixing / np.sqrt(_STEPS))[:, None]
    steps += (drift / _STEPS)[:, None]
    log_return = steps.sum(axis=1)
    log_open = np.log(START_PRICE_USD) + np.concatenate([[0.0], np.cumsum(log_return)[:-1]])
    path = log_open[:, None] + np.cumsum(np.column_stack([np.zeros(n), steps]), axis=1)
    path[:, -1] = np.log(START_PRICE_USD) + np.cumsum(log_return)
    price = np.round(np.exp(path), 2)
    candles = Candles(
        interval_us=interval_us,
        open_us=open_us,
        open=price[:, 0],
        high=price.max(axis=1),
        low=price.min(axis=1),
        close=price[:, -1],
        volume=_volume(rng, sigma, log_return),
        known_us=open_us + interval_us,
        revision=np.zeros(n, dtype=np.int64),
    )
    return PricePath(log_return=log_return, candles=candles)


def hourly_drift(tone: FloatArray, *, news_effect_bp: float) -> FloatArray:
    """Drift of each 15-minute bar: the hour's effect spread evenly over its four bars."""
    return np.repeat(news_effect_bp * 1e-4 * tone / _BARS_PER_HOUR, _BARS_PER_HOUR)


def trailing_return(log_return: FloatArray, *, n_bars: int) -> FloatArray:
    """Log return over the ``n_bars`` bars before each bar, fewer at the start, shape (n,)."""
    total = np.concatenate([[0.0], np.cumsum(log_return)])
    bar = np.arange(len(log_return))
    return np.asarray(total[bar] - total[np.maximum(bar - n_bars, 0)])


def longer_bars(candles: Candles, interval_us: int) -> Candles:
    """The same bars joined to ``interval_us``; a bar with a missing part is missing.

    Bars must be in order, without revisions.
    """
    per_bar = interval_us // candles.interval_us
    opens, first, n_parts = np.unique(
        candles.open_us - candles.open_us % interval_us, return_index=True, return_counts=True
    )
    whole = n_parts == per_bar
    rows = first[whole, None] + np.arange(per_bar)
    return Candles(
        interval_us=interval_us,
        open_us=opens[whole],
        open=candles.open[rows[:, 0]],
        high=candles.high[rows].max(axis=1),
        low=candles.low[rows].min(axis=1),
        close=candles.close[rows[:, -1]],
        volume=np.round(candles.volume[rows].sum(axis=1), 5),
        known_us=opens[whole] + interval_us,
        revision=np.zeros(int(whole.sum()), dtype=np.int64),
    )


def _volume(rng: np.random.Generator, sigma: FloatArray, log_return: FloatArray) -> FloatArray:
    """Volume in units of the asset: more when volatile, more in a bar that moved far."""
    unusual = sigma / BASE_VOLATILITY
    moved = 1.0 + 0.5 * np.abs(log_return) / sigma
    return np.round(120.0 * unusual * moved * np.exp(rng.normal(0.0, 0.3, len(sigma))), 5)
