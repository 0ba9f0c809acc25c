"""The candle grid: every bar opens on a whole multiple of its interval, and there is one of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import SECOND_US
from bellwether.errors import TooFewObservations
from bellwether.market.candles import IntArray


def is_on_grid(open_us: IntArray, interval_us: int) -> NDArray[np.bool_]:
    """Whether each bar opens on a multiple of the interval since 1970-01-01 UTC, shape (n,)."""
    return np.equal(open_us % interval_us, 0)


def spacing_us(open_us: IntArray) -> int:
    """The interval a list of bars was made with: the commonest distance between neighbours.

    Outages leave gaps and bad rows lie off the grid, but most neighbours are one interval apart.
    Of two equally common distances the smaller counts.

    Parameters
    ----------
    open_us : int64 array, shape (n,)
        Starts of bars, microseconds, in any order, repeats allowed.

    Raises
    ------
    TooFewObservations
        Fewer than two different bars have no distance.
    """
    distances, counts = np.unique(np.diff(np.unique(open_us)), return_counts=True)
    if len(distances) == 0:
        raise TooFewObservations(
            "One bar alone does not tell its interval.",
            needed=2,
            found=len(np.unique(open_us)),
            hint="Say it with --interval, for example --interval 15m.",
        )
    return int(distances[counts.argmax()])


@dataclass(frozen=True)
class Gap:
    """Bars that are missing between two that are there.

    Attributes
    ----------
    from_us, to_us : int
        Start of the first missing bar and of the first one after the gap, microseconds UTC.
    n_bars : int
        How many are missing.
    """

    from_us: int
    to_us: int
    n_bars: int


def gaps(open_us: IntArray, interval_us: int) -> list[Gap]:
    """Every gap in bars that lie on the grid, in order.

    They are outages of the venue or of the record. They are told, never filled: a made-up bar
    would be a made-up label.
    """
    starts = np.unique(open_us)
    before = np.flatnonzero(np.diff(starts) > interval_us)
    return [
        Gap(first := int(starts[i]) + interval_us, end := int(starts[i + 1]), (end - first) // interval_us)
        for i in before
    ]


@dataclass(frozen=True)
class Repeats:
    """Rows that speak of a bar another row speaks of too; both arrays have shape (n,).

    Attributes
    ----------
    is_copy : bool array
        Equal to an earlier row in every value.
    is_conflict : bool array
        Some row of the same bar has other values. None of them can be trusted over the others.
    """

    is_copy: NDArray[np.bool_]
    is_conflict: NDArray[np.bool_]


def repeats(open_us: IntArray, values: NDArray[np.float64]) -> Repeats:
    """Find repeated bars.

    Parameters
    ----------
    open_us : int64 array, shape (n,)
        Starts of bars, in any order.
    values : float64 array, shape (n, k)
        What the rows say of them.
    """
    n = len(open_us)
    _, bar = np.unique(open_us, return_inverse=True)
    rows = np.column_stack([open_us.astype(np.float64), values])
    _, first = np.unique(rows, axis=0, return_index=True)
    is_copy = np.ones(n, dtype=np.bool_)
    is_copy[first] = False
    n_contents = np.bincount(bar[first], minlength=n)
    is_conflict = n_contents[bar] > 1
    return Repeats(is_copy=is_copy & ~is_conflict, is_conflict=is_conflict)


def interval_name(interval_us: int) -> str:
    """A length for people: ``15m``, ``1h``, ``1d``."""
    seconds, rest = divmod(interval_us, SECOND_US)
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if rest == 0 and seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{interval_us / SECOND_US:g}s"
