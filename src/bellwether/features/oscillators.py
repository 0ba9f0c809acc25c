"""Price features known from technical analysis, computed by TA-Lib with their customary windows in bars.

They are NaN where the price did not move within their window, in which case they mean nothing.
"""

from __future__ import annotations

from bellwether.features.frame import PriceFeature, PriceFrame, price_feature
from bellwether.market import indicators
from bellwether.market.candles import FloatArray

_WILDER = "TA-Lib {}; Wilder (1978)"


@price_feature(
    "rsi_14",
    unit="fraction",
    window="14 bars",
    inputs="close",
    source=_WILDER.format("RSI"),
)
def rsi(frame: PriceFrame) -> FloatArray:
    """Relative strength index: share of gains."""
    return indicators.relative_strength(frame.close, 14)


@price_feature(
    "macd_histogram",
    unit="fraction of price",
    window="26 bars",
    inputs="close",
    source="TA-Lib MACD; Appel (1979)",
)
def macd_histogram(frame: PriceFrame) -> FloatArray:
    """MACD (12, 26) less its signal line (9)."""
    return indicators.macd_histogram(frame.close)


@price_feature(
    "bollinger_position_20",
    unit="fraction",
    window="20 bars",
    inputs="close",
    source="TA-Lib BBANDS; Bollinger (1983)",
)
def bollinger_position(frame: PriceFrame) -> FloatArray:
    """Place of the close between the bands, 0 to 1."""
    return indicators.bollinger(frame.close, 20)[0]


@price_feature(
    "bollinger_width_20",
    unit="fraction of price",
    window="20 bars",
    inputs="close",
    source="TA-Lib BBANDS; Bollinger (1983)",
)
def bollinger_width(frame: PriceFrame) -> FloatArray:
    """Distance of the Bollinger bands."""
    return indicators.bollinger(frame.close, 20)[1]


@price_feature(
    "atr_14",
    unit="fraction of price",
    window="14 bars",
    inputs="high low close",
    source=_WILDER.format("ATR"),
)
def average_true_range(frame: PriceFrame) -> FloatArray:
    """Average true range."""
    return indicators.average_true_range(frame.high, frame.low, frame.close, 14)


@price_feature(
    "adx_14",
    unit="fraction",
    window="14 bars",
    inputs="high low close",
    source=_WILDER.format("ADX"),
)
def directional_strength(frame: PriceFrame) -> FloatArray:
    """Average directional index: trend strength."""
    return indicators.directional_strength(frame.high, frame.low, frame.close, 14)


@price_feature(
    "directional_balance_14",
    unit="fraction",
    window="14 bars",
    inputs="high low close",
    source=_WILDER.format("PLUS_DI, MINUS_DI"),
)
def directional_balance(frame: PriceFrame) -> FloatArray:
    """+DI less -DI: direction of the trend."""
    return indicators.directional_balance(frame.high, frame.low, frame.close, 14)


@price_feature(
    "stochastic_14",
    unit="fraction",
    window="16 bars",
    inputs="high low close",
    source="TA-Lib STOCH; Lane (1984)",
)
def stochastic(frame: PriceFrame) -> FloatArray:
    """Slow %K: place of the close in the range.

    Mean of the places at three bars.
    """
    return indicators.stochastic(frame.high, frame.low, frame.close, 14)


@price_feature(
    "cci_20",
    unit="mean deviations/1.5",
    window="20 bars",
    inputs="high low close",
    source="TA-Lib CCI; Lambert (1980)",
)
def commodity_channel(frame: PriceFrame) -> FloatArray:
    """Commodity channel index, divided by 100."""
    return indicators.commodity_channel(frame.high, frame.low, frame.close, 20)


OSCILLATOR_FEATURES: tuple[PriceFeature, ...] = (
    *rsi,
    *macd_histogram,
    *bollinger_position,
    *bollinger_width,
    *average_true_range,
    *directional_strength,
    *directional_balance,
    *stochastic,
    *commodity_channel,
)
