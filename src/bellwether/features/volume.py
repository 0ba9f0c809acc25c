"""Price features that weigh prices by what was traded. They are NaN where nothing was."""

from __future__ import annotations

import numpy as np

from bellwether.features.definition import DAY, HOUR, WEEK, Window
from bellwether.features.frame import PriceFeature, PriceFrame, price_feature, price_features
from bellwether.market import indicators
from bellwether.market.candles import FloatArray
from bellwether.market.indicators import log_ratio, ratio, trailing_sum


@price_feature(
    "mfi_14",
    unit="fraction",
    window="14 bars",
    inputs="high low close volume",
    source="TA-Lib MFI; Quong & Soudack (1989)",
)
def money_flow(frame: PriceFrame) -> FloatArray:
    """Money flow index: share on rising prices."""
    return indicators.money_flow(frame.high, frame.low, frame.close, frame.volume, 14)


@price_features(
    "obv",
    windows=(DAY,),
    unit="fraction",
    inputs="close volume",
    source="Granville (1963), windowed",
)
def on_balance_volume(frame: PriceFrame, window: Window) -> FloatArray:
    """Volume of rises less that of falls, over all."""
    n = frame.bars(window)
    balance = trailing_sum(np.sign(frame.step) * frame.volume, n, skip=1)
    return ratio(balance, trailing_sum(frame.volume, n, skip=1))


@price_feature(
    "volume_ratio_1h_24h",
    unit="log ratio",
    window="24h",
    inputs="volume",
    source="definition",
)
def volume_ratio_day(frame: PriceFrame) -> FloatArray:
    """Volume of an hour over that of a day."""
    return log_ratio(_mean_volume(frame, HOUR), _mean_volume(frame, DAY))


@price_feature(
    "volume_ratio_24h_7d",
    unit="log ratio",
    window="7d",
    inputs="volume",
    source="definition",
)
def volume_ratio_week(frame: PriceFrame) -> FloatArray:
    """Volume of a day over that of a week."""
    return log_ratio(_mean_volume(frame, DAY), _mean_volume(frame, WEEK))


@price_features(
    "volume_z",
    windows=(WEEK,),
    unit="z",
    inputs="volume",
    source="definition",
)
def volume_z(frame: PriceFrame, window: Window) -> FloatArray:
    """Volume of the bar against the window's bars."""
    n = frame.bars(window)
    mean = trailing_sum(frame.volume, n) / n
    square = trailing_sum(frame.volume * frame.volume, n) / n
    # Relative to the mean square, a variance this small is the rounding of constant volume.
    variance = np.where(square - mean * mean > 1e-9 * square, square - mean * mean, np.nan)
    return (frame.volume - mean) / np.sqrt(variance)


@price_features(
    "above_vwap",
    windows=(DAY,),
    unit="log return",
    inputs="high low close volume",
    source="definition",
)
def above_vwap(frame: PriceFrame, window: Window) -> FloatArray:
    """Close against the volume-weighted price."""
    n = frame.bars(window)
    traded = trailing_sum(frame.typical_price * frame.volume, n)
    return frame.log_close - np.log(ratio(traded, trailing_sum(frame.volume, n)))


def _mean_volume(frame: PriceFrame, window: Window) -> FloatArray:
    n = frame.bars(window)
    return trailing_sum(frame.volume, n) / n


VOLUME_FEATURES: tuple[PriceFeature, ...] = (
    *money_flow,
    *on_balance_volume,
    *volume_ratio_day,
    *volume_ratio_week,
    *volume_z,
    *above_vwap,
)
