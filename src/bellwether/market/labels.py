"""What happened after a slot: the label models learn and are judged by."""

from __future__ import annotations

from typing import cast

import numpy as np

from bellwether.identity import Horizon
from bellwether.market.candles import Candles, FloatArray, IntArray


def labels(candles: Candles, as_of_us: IntArray, horizon: Horizon) -> tuple[FloatArray, FloatArray]:
    """Whether the close after the horizon is higher than the close at ``as_of``.

    Outcomes are read from the last revision of each bar: what is judged is what happened, not what
    was believed at the time.

    Parameters
    ----------
    candles : Candles
        All revisions of the bars that close at ``as_of`` and at ``as_of + horizon``; others are
        ignored.
    as_of_us : int64 array, shape (n,)
        Slots, microseconds UTC.
    horizon : Horizon

    Returns
    -------
    label : float64 array, shape (n,)
        1 for a rise, 0 for none (a tie is not up), NaN where either close is missing.
    log_return : float64 array, shape (n,)
        ``log(close(as_of + horizon) / close(as_of))``, NaN where either close is missing.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> price, none = np.array([100.0, 110.0]), np.zeros(2, dtype=np.int64)
    >>> bars = Candles(hour, np.array([0, hour]), price, price, price, price, price, none, none)
    >>> label, log_return = labels(bars, np.array([hour, 2 * hour]), Horizon.H1)
    >>> label
    array([ 1., nan])
    """
    start = _close_at(candles, as_of_us)
    end = _close_at(candles, as_of_us + horizon.us)
    log_return = np.log(end / start)
    label = np.where(np.isnan(log_return), np.nan, (end > start).astype(np.float64))
    return label, log_return


def _close_at(candles: Candles, moment_us: IntArray) -> FloatArray:
    """Close of the last revision of the bar that closes at each moment, NaN where there is none."""
    # Sorted by (open, revision): the last row at or before a moment is the last revision.
    row = np.searchsorted(candles.close_us, moment_us, side="right") - 1
    is_found = row >= 0
    is_found[is_found] = candles.close_us[row[is_found]] == moment_us[is_found]
    close = np.full(len(moment_us), np.nan)
    close[is_found] = candles.close[row[is_found]]
    return cast(FloatArray, close)
