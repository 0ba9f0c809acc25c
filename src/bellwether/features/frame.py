"""The bars one evaluation of price features sees, and how a price feature is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Protocol

import numpy as np

from bellwether.clock import HOUR_US
from bellwether.features.definition import FeatureDefinition, Window, meaning_of
from bellwether.market.candles import Candles, FloatArray, IntArray


@dataclass(frozen=True)
class PriceFrame:
    """The bars that exist within one stretch of the bar axis, each in one revision.

    A gap is left out, not filled: a window of ``n`` bars holds the last ``n`` bars that exist. Only
    `log_close_before`, which says "an hour ago", goes by the clock.

    Attributes
    ----------
    interval_us : int
        Length of a bar in microseconds.
    number : int64 array, shape (n,)
        Number of each bar on the axis counted since 1970, ``open_us // interval_us``; ascending.
    open, high, low, close, volume : float64 array, shape (n,)
        Prices above 0 in quote currency, volume in units of the asset.
    """

    interval_us: int
    number: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray

    @classmethod
    def of(cls, candles: Candles) -> PriceFrame:
        """Take the last of the given revisions of each bar."""
        is_last = np.ones(len(candles), dtype=np.bool_)
        is_last[:-1] = candles.open_us[1:] != candles.open_us[:-1]
        rows = candles if is_last.all() else candles.take(is_last)
        return cls(
            interval_us=rows.interval_us,
            number=rows.open_us // rows.interval_us,
            open=rows.open,
            high=rows.high,
            low=rows.low,
            close=rows.close,
            volume=rows.volume,
        )

    def __len__(self) -> int:
        return len(self.number)

    def bars(self, window: Window) -> int:
        """How many bars make the window."""
        return window.bars(self.interval_us)

    @cached_property
    def log_close(self) -> FloatArray:
        """Logarithm of the close."""
        return np.log(self.close)

    @cached_property
    def step(self) -> FloatArray:
        """Log return from the previous existing bar; 0 stands for the first, which has none."""
        steps = np.zeros(len(self))
        steps[1:] = self.log_close[1:] - self.log_close[:-1]
        return steps

    @cached_property
    def typical_price(self) -> FloatArray:
        """Mean of high, low and close."""
        return (self.high + self.low + self.close) / 3.0

    def log_close_before(self, window: Window) -> FloatArray:
        """Log close exactly one window before each bar's, NaN where that bar is missing."""
        wanted = self.number - self.bars(window)
        row = np.searchsorted(self.number, wanted)
        return np.where(self.number[row] == wanted, self.log_close[row], np.nan)


@dataclass(frozen=True)
class PriceFeature:
    """A definition with its formula.

    Attributes
    ----------
    definition : FeatureDefinition
    compute : function
        From the bars of a frame to one float64 value per bar; causal and sequential
        (`bellwether.market.indicators`), NaN where undefined, never infinite.
    longest_bar_us : int
        The feature exists for candles up to this length: a return of 15 minutes does not exist on
        hourly candles.
    """

    definition: FeatureDefinition
    compute: Callable[[PriceFrame], FloatArray]
    longest_bar_us: int


Formula = Callable[[PriceFrame], FloatArray]


class WindowFormula(Protocol):
    """A formula over the bars of a window; it fills one column per window."""

    def __call__(self, frame: PriceFrame, window: Window) -> FloatArray:
        """One value per bar of the frame."""
        ...


def price_feature(
    name: str, *, unit: str, window: str, inputs: str, source: str
) -> Callable[[Formula], tuple[PriceFeature, ...]]:
    """Turn the formula below it into a price feature (a tuple of one).

    The first line of its docstring is the feature's meaning; ``inputs`` are candle columns separated by
    spaces; the rest is as in `FeatureDefinition`.
    """

    def define(formula: Formula) -> tuple[PriceFeature, ...]:
        definition = FeatureDefinition(name, meaning_of(formula), unit, window, tuple(inputs.split()), source)
        return (PriceFeature(definition, formula, longest_bar_us=HOUR_US),)

    return define


def price_features(
    name: str, *, windows: tuple[Window, ...], unit: str, inputs: str, source: str, min_bars: int = 1
) -> Callable[[WindowFormula], tuple[PriceFeature, ...]]:
    """Turn the formula below it into one price feature per window, called ``NAME_WINDOW``.

    Each exists only for candles of which ``min_bars`` fit into its window.
    """

    def define(formula: WindowFormula) -> tuple[PriceFeature, ...]:
        return tuple(
            PriceFeature(
                FeatureDefinition(
                    f"{name}_{window.name}",
                    meaning_of(formula),
                    unit,
                    window.name,
                    tuple(inputs.split()),
                    source,
                ),
                partial(formula, window=window),
                longest_bar_us=min(window.us // min_bars, HOUR_US),
            )
            for window in windows
        )

    return define
