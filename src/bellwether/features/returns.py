"""Price features of where the price went: returns, and its place among its recent prices."""

from __future__ import annotations

import numpy as np

from bellwether.features.definition import DAY, FOUR_HOURS, HOUR, QUARTER, WEEK, Window
from bellwether.features.frame import PriceFeature, PriceFrame, price_feature, price_features
from bellwether.market.candles import FloatArray
from bellwether.market.indicators import ratio, trailing_max, trailing_min, trailing_sum


@price_features(
    "return",
    windows=(QUARTER, HOUR, FOUR_HOURS, DAY, WEEK),
    unit="log return",
    inputs="close",
    source="definition",
)
def log_return(frame: PriceFrame, window: Window) -> FloatArray:
    """Log return by the clock, missing at a gap.

    A gap: no bar closed exactly one window before this one.
    """
    return frame.log_close - frame.log_close_before(window)


@price_features(
    "efficiency",
    windows=(DAY,),
    unit="fraction",
    inputs="close",
    source="Kaufman (1995)",
)
def efficiency(frame: PriceFrame, window: Window) -> FloatArray:
    """Distance the price went over the way it took."""
    n = frame.bars(window)
    way = trailing_sum(np.abs(frame.step), n, skip=1)
    return ratio(np.abs(trailing_sum(frame.step, n, skip=1)), way)


@price_features(
    "below_high",
    windows=(DAY, WEEK),
    unit="log return",
    inputs="high close",
    source="TA-Lib MAX",
)
def below_high(frame: PriceFrame, window: Window) -> FloatArray:
    """Close against the highest price, at most 0."""
    return np.log(frame.close / trailing_max(frame.high, frame.bars(window)))


@price_features(
    "above_low",
    windows=(DAY, WEEK),
    unit="log return",
    inputs="low close",
    source="TA-Lib MIN",
)
def above_low(frame: PriceFrame, window: Window) -> FloatArray:
    """Close against the lowest price, at least 0."""
    return np.log(frame.close / trailing_min(frame.low, frame.bars(window)))


@price_features(
    "above_mean",
    windows=(DAY,),
    unit="log return",
    inputs="close",
    source="definition",
)
def above_mean(frame: PriceFrame, window: Window) -> FloatArray:
    """Close against the mean of the log closes."""
    return frame.log_close - _mean_log_close(frame, window)


@price_feature(
    "mean_trend_24h_7d",
    unit="log return",
    window="7d",
    inputs="close",
    source="moving-average crossover",
)
def mean_trend(frame: PriceFrame) -> FloatArray:
    """Mean log close of a day less that of a week."""
    return _mean_log_close(frame, DAY) - _mean_log_close(frame, WEEK)


def _mean_log_close(frame: PriceFrame, window: Window) -> FloatArray:
    n = frame.bars(window)
    return trailing_sum(frame.log_close, n) / n


RETURN_FEATURES: tuple[PriceFeature, ...] = (
    *log_return,
    *efficiency,
    *below_high,
    *above_low,
    *above_mean,
    *mean_trend,
)
