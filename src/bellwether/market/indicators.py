"""Technical indicators over a sequence of bars, each value a function of the bars up to its own.

Every function here is *causal and sequential*: element ``i`` depends on elements ``0 .. i`` alone,
and the order of the floating-point operations behind it does not depend on how many elements
follow. Cutting a sequence anywhere therefore leaves every earlier value equal in all bits, which is
what makes an incremental feature build equal a batch build. Two things would break it and are
avoided: ``numpy.sum`` over windows (its pairwise order depends on the array's shape) and operations
on non-contiguous views (numpy picks another kernel for them).

Where an indicator is undefined because nothing moved or nothing was traded in its window, it is NaN
(TA-Lib answers 0 there, which for RSI would mean "deeply oversold").
"""

from __future__ import annotations

import numpy as np
import talib

from bellwether.market.candles import FloatArray

VARIANCE_FLOOR = 1e-16
"""Variances of log returns below this are rounding errors of running sums (1e-8 per bar)."""

_SIZE_FLOOR = 1e-8
"""Volatilities per bar and volumes below this are rounding errors of running sums."""


def trailing_sum(values: FloatArray, n: int, *, skip: int = 0) -> FloatArray:
    """Sum of the last ``n`` values.

    Parameters
    ----------
    values : float64 array, shape (m,)
        Finite values.
    n : int
        Length of the window, >= 1.
    skip : int
        Leading entries that are placeholders and belong to no window (the return of the first bar).

    Returns
    -------
    float64 array, shape (m,)
        NaN for the first ``skip + n - 1`` elements.

    Notes
    -----
    Difference of two running sums. A window of zeros gives exactly 0, because adding 0 leaves a
    running sum as it is.

    Examples
    --------
    >>> trailing_sum(np.array([1.0, 2.0, 3.0, 4.0]), 2)
    array([nan,  3.,  5.,  7.])
    """
    total = np.zeros(len(values) + 1)
    np.cumsum(values, out=total[1:])
    sums = np.full(len(values), np.nan)
    sums[skip + n - 1 :] = total[skip + n :] - total[skip : max(len(total) - n, skip)]
    return sums


def trailing_max(values: FloatArray, n: int) -> FloatArray:
    """Largest of the last ``n`` values; NaN until there are as many."""
    return np.asarray(talib.MAX(values, timeperiod=n), dtype=np.float64)


def trailing_min(values: FloatArray, n: int) -> FloatArray:
    """Smallest of the last ``n`` values; NaN until there are as many."""
    return np.asarray(talib.MIN(values, timeperiod=n), dtype=np.float64)


def ratio(numerator: FloatArray, denominator: FloatArray, *, floor: float = 0.0) -> FloatArray:
    """Quotient, NaN where the denominator is not above ``floor``."""
    is_defined = denominator > floor
    return np.where(is_defined, numerator / np.where(is_defined, denominator, 1.0), np.nan)


def log_ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Logarithm of a quotient of sizes, NaN where either is 0 or missing."""
    is_defined = (numerator > _SIZE_FLOOR) & (denominator > _SIZE_FLOOR)
    return np.log(np.where(is_defined, numerator, np.nan) / np.where(is_defined, denominator, np.nan))


def trailing_correlation(x: FloatArray, y: FloatArray, n: int, *, skip: int = 0) -> FloatArray:
    """Pearson correlation of the last ``n`` pairs of log returns; NaN where either did not vary."""
    mean_x = trailing_sum(x, n, skip=skip) / n
    mean_y = trailing_sum(y, n, skip=skip) / n
    variance_x = trailing_sum(x * x, n, skip=skip) / n - mean_x * mean_x
    variance_y = trailing_sum(y * y, n, skip=skip) / n - mean_y * mean_y
    covariance = trailing_sum(x * y, n, skip=skip) / n - mean_x * mean_y
    is_varied = (variance_x > VARIANCE_FLOOR) & (variance_y > VARIANCE_FLOOR)
    spread = np.sqrt(np.where(is_varied, variance_x, 1.0)) * np.sqrt(np.where(is_varied, variance_y, 1.0))
    return np.where(is_varied, covariance / spread, np.nan)


def trailing_skewness(values: FloatArray, n: int, *, skip: int = 0) -> FloatArray:
    """Third standardised moment of the last ``n`` log returns; NaN where they did not vary."""
    mean = trailing_sum(values, n, skip=skip) / n
    square = trailing_sum(values * values, n, skip=skip) / n
    cube = trailing_sum(values * values * values, n, skip=skip) / n
    variance = square - mean * mean
    deviation = np.sqrt(np.where(variance > VARIANCE_FLOOR, variance, 1.0))
    third = cube - 3.0 * mean * square + 2.0 * mean * mean * mean
    return np.where(variance > VARIANCE_FLOOR, third / (deviation * deviation * deviation), np.nan)


def where_moving(values: FloatArray, high: FloatArray, low: FloatArray, n: int) -> FloatArray:
    """``values``, NaN where the price did not move at all within the last ``n`` bars."""
    return np.where(trailing_max(high, n) > trailing_min(low, n), values, np.nan)


def relative_strength(close: FloatArray, n: int) -> FloatArray:
    """Relative strength index as a fraction, Wilder's smoothing over ``n`` bars."""
    return where_moving(talib.RSI(close, timeperiod=n) / 100.0, close, close, n + 1)


def macd_histogram(close: FloatArray) -> FloatArray:
    """MACD (12, 26) less its signal line (9), as a share of the close."""
    return np.asarray(talib.MACD(close)[2] / close, dtype=np.float64)


def bollinger(close: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
    """Bollinger bands of ``n`` bars and two deviations: %b, and the bands' distance over their middle."""
    upper, middle, lower = talib.BBANDS(close, timeperiod=n, nbdevup=2.0, nbdevdn=2.0)
    width = where_moving(upper - lower, close, close, n)
    return ratio(close - lower, width), width / middle


def average_true_range(high: FloatArray, low: FloatArray, close: FloatArray, n: int) -> FloatArray:
    """Wilder's average true range over ``n`` bars as a share of the close."""
    return np.asarray(talib.ATR(high, low, close, timeperiod=n) / close, dtype=np.float64)


def directional_strength(high: FloatArray, low: FloatArray, close: FloatArray, n: int) -> FloatArray:
    """Wilder's average directional index (ADX) as a fraction."""
    return where_moving(talib.ADX(high, low, close, timeperiod=n) / 100.0, high, low, n)


def directional_balance(high: FloatArray, low: FloatArray, close: FloatArray, n: int) -> FloatArray:
    """Wilder's +DI less -DI as a fraction; above 0 in a rising market."""
    up = talib.PLUS_DI(high, low, close, timeperiod=n)
    down = talib.MINUS_DI(high, low, close, timeperiod=n)
    return where_moving((up - down) / 100.0, high, low, n)


def stochastic(high: FloatArray, low: FloatArray, close: FloatArray, n: int) -> FloatArray:
    """Slow stochastic %K: place of the close within the range of ``n`` bars, mean of three, 0 to 1."""
    slow_k = talib.STOCH(high, low, close, fastk_period=n, slowk_period=3, slowd_period=3)[0]
    return where_moving(slow_k / 100.0, high, low, n)


def commodity_channel(high: FloatArray, low: FloatArray, close: FloatArray, n: int) -> FloatArray:
    """Commodity channel index over ``n`` bars, divided by 100."""
    return where_moving(talib.CCI(high, low, close, timeperiod=n) / 100.0, high, low, n)


def money_flow(
    high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray, n: int
) -> FloatArray:
    """Money flow index as a fraction; NaN where nothing was traded or nothing moved."""
    index = where_moving(talib.MFI(high, low, close, volume, timeperiod=n) / 100.0, high, low, n + 1)
    return np.where(trailing_sum(volume, n) > 0.0, index, np.nan)
