"""Candles: columnar, on the UTC grid, each with the moment it was known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import GRACE_US, SECOND_US
from bellwether.errors import InvalidShape

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

COMPOSITE = "composite"
"""The venue that features read: the median across venues."""

INTERVALS = {
    "15m": timedelta(minutes=15),
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
}
"""Candle intervals that a training or replay grid may have."""


@dataclass(frozen=True)
class Candles:
    """Candle revisions of one asset, venue and interval.

    All arrays have shape (n,) and are sorted by (``open_us``, ``revision``). A bar is closed, hence
    usable at the earliest, at ``open_us + interval_us``; ``known_us`` is when it was had. Imported
    bars count as known at their close.

    Attributes
    ----------
    interval_us : int
        Length of a bar in microseconds.
    open_us, known_us : int64 array
        Start of the bar and moment of knowledge, microseconds since 1970-01-01 UTC.
    open, high, low, close : float64 array
        Prices in quote currency (US dollars).
    volume : float64 array
        Volume in units of the asset.
    revision : int64 array
        0 for the first version of a bar.
    """

    interval_us: int
    open_us: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    known_us: IntArray
    revision: IntArray

    def __post_init__(self) -> None:
        lengths = {array.shape for array in self._arrays().values()}
        if len(lengths) > 1:
            raise InvalidShape("The columns of the candles differ in length.")

    def _arrays(self) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
        return {
            "open_us": self.open_us,
            "open": self.open,
            "high": self.high,
            "low": self.low,
            "close": self.close,
            "volume": self.volume,
            "known_us": self.known_us,
            "revision": self.revision,
        }

    def __len__(self) -> int:
        return len(self.open_us)

    @property
    def close_us(self) -> IntArray:
        """Moment each bar closes, microseconds."""
        return self.open_us + self.interval_us

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Candles:
        """The rows that ``index`` selects, in its order."""
        columns: dict[str, Any] = {name: array[index] for name, array in self._arrays().items()}
        return replace(self, **columns)

    def known_by(self, as_of_us: int, known_by_us: int | None = None) -> Candles:
        """The latest revision of each bar that may be used for ``as_of``.

        A bar may be used when it closed by ``as_of`` and was known by ``known_by`` (default
        ``as_of`` plus the grace of 15 minutes).
        """
        limit_us = as_of_us + GRACE_US if known_by_us is None else known_by_us
        rows = self.take((self.close_us <= as_of_us) & (self.known_us <= limit_us))
        if len(rows) == 0:
            return rows
        is_last = np.append(rows.open_us[1:] != rows.open_us[:-1], True)
        return rows.take(is_last)


def interval_us(interval: str) -> int:
    """Length of a named interval (``15m``, ``30m``, ``1h``) in microseconds."""
    return int(INTERVALS[interval].total_seconds()) * SECOND_US
