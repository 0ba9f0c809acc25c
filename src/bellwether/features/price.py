"""Price features at slots: every value from a window of one fixed place and length.

The axis of bars, counted since 1970, is cut into *blocks* of `BLOCK_BARS`. All slots whose closing
bar lies in one block are evaluated over the same frame: that block and the `WARMUP_BARS` before it.
A running sum or a recursion thus starts at the same bar whether a block is evaluated once for all
its slots or again for one slot with nothing after it; because every formula is causal and
sequential, the two agree in all bits.

What a slot may see depends on its moment of knowledge. Where a bar came late or was revised, the
slots of a block see different bars; they are evaluated in runs that see the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bellwether.features.definition import FeatureDefinition
from bellwether.features.frame import PriceFeature, PriceFrame
from bellwether.features.oscillators import OSCILLATOR_FEATURES
from bellwether.features.returns import RETURN_FEATURES
from bellwether.features.volatility import VOLATILITY_FEATURES
from bellwether.features.volume import VOLUME_FEATURES
from bellwether.market.candles import Candles, IntArray

BLOCK_BARS = 512
"""Bars that are evaluated together."""

WARMUP_BARS = 1408
"""Bars before a block: two weeks of 15-minute bars, so that a week's window survives a week's gap."""

LOOKBACK_BARS = WARMUP_BARS + BLOCK_BARS
"""No price feature looks further back than this many bar lengths (1,920)."""

_ALL_FEATURES = (*RETURN_FEATURES, *VOLATILITY_FEATURES, *OSCILLATOR_FEATURES, *VOLUME_FEATURES)


def price_features_for(interval_us: int) -> tuple[PriceFeature, ...]:
    """The price features that exist for candles of one length, in the order of their columns."""
    return tuple(feature for feature in _ALL_FEATURES if interval_us <= feature.longest_bar_us)


def price_definitions(interval_us: int) -> tuple[FeatureDefinition, ...]:
    """Their definitions, in the same order."""
    return tuple(feature.definition for feature in price_features_for(interval_us))


def price_values(candles: Candles, as_of_us: IntArray, known_by_us: IntArray) -> NDArray[np.float32]:
    """Price features of each slot.

    Parameters
    ----------
    candles : Candles
        All revisions of the bars that open within `LOOKBACK_BARS` bar lengths before the slots.
    as_of_us : int64 array, shape (n,)
        Slots, ascending.
    known_by_us : int64 array, shape (n,)
        The moment of knowledge of each slot.

    Returns
    -------
    float32 array, shape (n, k)
        A slot whose own closing bar is missing, or was not known, has NaN in all columns.
    """
    features = price_features_for(candles.interval_us)
    values = np.full((len(as_of_us), len(features)), np.nan, dtype=np.float32)
    # The bar that closes at a slot; a slot off the axis of bars has none, and -1 is in no frame.
    is_on_axis = as_of_us % candles.interval_us == 0
    closing = np.where(is_on_axis, as_of_us // candles.interval_us - 1, -1)
    for slots in _slots_by_block(np.flatnonzero(is_on_axis), closing):
        rows = _rows_of_block(candles, int(closing[slots[0]]), int(closing[slots[-1]]))
        for run, visible in _runs(rows, slots, as_of_us, known_by_us):
            _fill(values, PriceFrame.of(visible), features, run, closing)
    return values


def _slots_by_block(slots: IntArray, closing: IntArray) -> list[IntArray]:
    """The given slots, cut where their closing bars pass into another block."""
    if len(slots) == 0:
        return []
    block = closing[slots] // BLOCK_BARS
    return np.split(slots, np.flatnonzero(np.diff(block)) + 1)


def _rows_of_block(candles: Candles, first: int, last: int) -> Candles:
    """Revisions of the bars from the start of the frame of bar ``first`` through bar ``last``."""
    start = first // BLOCK_BARS * BLOCK_BARS - WARMUP_BARS
    limits = np.array([start, last + 1]) * candles.interval_us
    lo, hi = np.searchsorted(candles.open_us, limits)
    return candles.take(slice(lo, hi))


def _runs(
    rows: Candles, slots: IntArray, as_of_us: IntArray, known_by_us: IntArray
) -> Iterator[tuple[IntArray, Candles]]:
    """Sets of slots with the rows they may use; rows after a slot's own bar do not matter to it."""
    as_of, known_by = as_of_us[slots], known_by_us[slots]
    # A row this little after its close is known to every slot that comes at or after the close.
    is_late = rows.known_us - rows.close_us > (known_by - as_of).min()
    if not is_late.any():
        yield slots, rows
        return
    late_known = np.sort(rows.known_us[is_late])
    is_hidden = (rows.close_us[is_late] <= as_of[:, None]) & (rows.known_us[is_late] > known_by[:, None])
    misses_something = is_hidden.any(axis=1)
    if not misses_something.all():
        yield slots[~misses_something], rows
    # Slots that know equally many of the late rows know the same ones.
    n_known = np.where(misses_something, np.searchsorted(late_known, known_by, side="right"), -1)
    for n in np.unique(n_known[misses_something]):
        run = n_known == n
        yield slots[run], rows.take(~is_late | (rows.known_us <= known_by[run][0]))


def _fill(
    values: NDArray[np.float32],
    frame: PriceFrame,
    features: tuple[PriceFeature, ...],
    slots: IntArray,
    closing: IntArray,
) -> None:
    """Evaluate the features over a frame and write the rows of the slots whose bar is in it."""
    row = np.searchsorted(frame.number, closing[slots])
    is_present = row < len(frame)
    is_present[is_present] = frame.number[row[is_present]] == closing[slots][is_present]
    if not is_present.any():
        return
    slots, row = slots[is_present], row[is_present]
    for column, feature in enumerate(features):
        values[slots, column] = feature.compute(frame)[row]
