"""Outcomes of moments, read from stored candles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bellwether.clock import SLOT_US
from bellwether.features.builder import tick_us
from bellwether.identity import Horizon
from bellwether.market.candles import COMPOSITE, FloatArray, IntArray
from bellwether.market.labels import labels
from bellwether.store.candles import load_candles, span
from bellwether.store.database import Connection


@dataclass(frozen=True)
class Outcomes:
    """What happened after some moments.

    Attributes
    ----------
    tick_us : int
        Distance of the moments that can have an outcome, microseconds.
    label : float64 array
        1 for a rise, 0 for none, NaN where a close is missing or still to come.
    log_return : float64 array
        Logarithmic return over the horizon, NaN likewise.
    last_close_us : int or None
        Close of the last stored candle; outcomes after it are still to come.
    """

    tick_us: int
    label: FloatArray
    log_return: FloatArray
    last_close_us: int | None


def stored_outcomes(conn: Connection, asset: str, horizon: Horizon, as_of_us: IntArray) -> Outcomes:
    """What happened after moments in ascending order, from the shortest candles there are."""
    stored = span(conn, asset, COMPOSITE)
    if stored is None:
        unknown = np.full(len(as_of_us), np.nan)
        return Outcomes(SLOT_US, unknown, unknown, None)
    tick, last_close_us = tick_us(stored.interval_us), stored.last_us + stored.interval_us
    if len(as_of_us) == 0:
        return Outcomes(tick, np.zeros(0), np.zeros(0), last_close_us)
    candles = load_candles(
        conn,
        asset,
        COMPOSITE,
        stored.interval_us,
        from_us=int(as_of_us[0]) - stored.interval_us,
        to_us=int(as_of_us[-1]) + horizon.us,
    )
    return Outcomes(tick, *labels(candles, as_of_us, horizon), last_close_us)
