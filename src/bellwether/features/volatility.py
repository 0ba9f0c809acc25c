"""Price features of how unevenly the price went: volatility and the shape of its returns."""

from __future__ import annotations

import math

import numpy as np

from bellwether.features.definition import DAY, FOUR_HOURS, HOUR, WEEK, Window
from bellwether.features.frame import PriceFeature, PriceFrame, price_feature, price_features
from bellwether.market.candles import FloatArray
from bellwether.market.indicators import (
    log_ratio,
    trailing_correlation,
    trailing_skewness,
    trailing_sum,
)

_UNIT = "log return/√h"


@price_features(
    "volatility",
    windows=(HOUR, FOUR_HOURS, DAY, WEEK),
    unit=_UNIT,
    inputs="close",
    source="Andersen & Bollerslev (1998)",
    min_bars=2,
)
def volatility(frame: PriceFrame, window: Window) -> FloatArray:
    """Realised volatility of the bars' returns."""
    return _realised_volatility(frame, window)


@price_feature(
    "volatility_ratio_4h_24h",
    unit="log ratio",
    window="24h",
    inputs="close",
    source="definition",
)
def volatility_ratio_day(frame: PriceFrame) -> FloatArray:
    """Volatility of 4 hours over that of a day."""
    return log_ratio(_realised_volatility(frame, FOUR_HOURS), _realised_volatility(frame, DAY))


@price_feature(
    "volatility_ratio_24h_7d",
    unit="log ratio",
    window="7d",
    inputs="close",
    source="definition",
)
def volatility_ratio_week(frame: PriceFrame) -> FloatArray:
    """Volatility of a day over that of a week."""
    return log_ratio(_realised_volatility(frame, DAY), _realised_volatility(frame, WEEK))


@price_features(
    "parkinson",
    windows=(DAY,),
    unit=_UNIT,
    inputs="high low",
    source="Parkinson (1980)",
)
def parkinson(frame: PriceFrame, window: Window) -> FloatArray:
    """Volatility from each bar's range."""
    spread = np.log(frame.high / frame.low)
    total = trailing_sum(spread * spread, frame.bars(window))
    return np.sqrt(total / (4.0 * math.log(2.0) * window.hours))


@price_features(
    "garman_klass",
    windows=(DAY,),
    unit=_UNIT,
    inputs="open high low close",
    source="Garman & Klass (1980)",
)
def garman_klass(frame: PriceFrame, window: Window) -> FloatArray:
    """Volatility from each bar's range and body."""
    spread = np.log(frame.high / frame.low)
    body = np.log(frame.close / frame.open)
    variance = 0.5 * spread * spread - (2.0 * math.log(2.0) - 1.0) * body * body
    # Never below 0 for a valid bar, but for rounding.
    total = trailing_sum(np.maximum(variance, 0.0), frame.bars(window))
    return np.sqrt(total / window.hours)


@price_features(
    "skewness",
    windows=(WEEK,),
    unit="third moment",
    inputs="close",
    source="definition",
)
def skewness(frame: PriceFrame, window: Window) -> FloatArray:
    """Skewness of the bars' log returns."""
    return trailing_skewness(frame.step, frame.bars(window), skip=1)


@price_features(
    "autocorrelation",
    windows=(DAY,),
    unit="correlation",
    inputs="close",
    source="definition",
)
def autocorrelation(frame: PriceFrame, window: Window) -> FloatArray:
    """Correlation of neighbouring bars' returns."""
    previous = np.zeros(len(frame))
    previous[1:] = frame.step[:-1]
    return trailing_correlation(frame.step, previous, frame.bars(window), skip=2)


def _realised_volatility(frame: PriceFrame, window: Window) -> FloatArray:
    squares = trailing_sum(frame.step * frame.step, frame.bars(window), skip=1)
    return np.sqrt(squares / window.hours)


VOLATILITY_FEATURES: tuple[PriceFeature, ...] = (
    *volatility,
    *volatility_ratio_day,
    *volatility_ratio_week,
    *parkinson,
    *garman_klass,
    *skewness,
    *autocorrelation,
)
