"""Intervals for statistics of overlapping, autocorrelated ticks: the circular block bootstrap.

Blocks are cut on the time axis, not on the list of ticks: two ticks share a block only when they
are close in time. A gap longer than a block counts as one block, so that a long outage neither
joins its two sides nor fills the resamples with nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import InvalidShape, InvalidTime
from bellwether.evidence.intervals import expanded_tail
from bellwether.evidence.metrics import FloatArray

N_RESAMPLES = 2000
"""Resamples behind an interval; the error of a bound by chance is then about 3 % of the half width."""

MIN_BLOCKS = 6
"""Below this many blocks a bootstrap distribution is too coarse to read an interval from."""

_CELLS_AT_ONCE = 1_000_000
"""Weights held in memory at once; 8 MB."""

Statistic = Callable[[FloatArray], FloatArray]
"""From tick weights of shape (r, n) to values of shape (r, k)."""


def named_generator(seed: int, *names: str) -> np.random.Generator:
    """A generator that depends on what it is for, not on what was drawn before.

    So an interval stays the same when other families join, leave or change places.
    """
    digest = blake2b("\n".join(names).encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "big")])


def time_slots(as_of_us: NDArray[np.int64], tick_us: int, *, longest_gap: int) -> NDArray[np.int64]:
    """Positions of ticks on the time axis in steps of ``tick_us``, long gaps shortened.

    Parameters
    ----------
    as_of_us : int64 array, shape (n,)
        Moments of the ticks, microseconds UTC, strictly ascending.
    tick_us : int
        One step of the axis.
    longest_gap : int
        Neighbours further apart than this many steps are moved to this distance.

    Returns
    -------
    int64 array, shape (n,)
        Starts at 0.

    Raises
    ------
    InvalidTime
        The ticks do not ascend by at least one step.
    """
    steps = np.diff(as_of_us) // tick_us
    if (steps < 1).any():
        raise InvalidTime("Ticks must ascend by at least one step of their grid.")
    slots = np.zeros(len(as_of_us), dtype=np.int64)
    np.cumsum(np.minimum(steps, longest_gap), out=slots[1:])
    return slots


def autocorrelations(values: FloatArray, slots: NDArray[np.int64], *, n_lags: int) -> FloatArray:
    """Autocorrelation at lags 0 to ``n_lags`` of a series with gaps; shape (n_lags + 1,).

    Each covariance is the mean over the pairs that exist; 0 where there is none. A constant series
    has none at all: 1 at lag 0 and 0 after.
    """
    axis = np.zeros(int(slots[-1]) + 1 + n_lags)
    present = np.zeros_like(axis)
    axis[slots], present[slots] = values - values.mean(), 1.0
    size = int(slots[-1]) + 1
    products = np.array([axis[:size] @ axis[lag : lag + size] for lag in range(n_lags + 1)])
    pairs = np.array([present[:size] @ present[lag : lag + size] for lag in range(n_lags + 1)])
    covariance = products / np.maximum(pairs, 1)
    if covariance[0] <= 1e-12 * float(np.mean(values**2)):
        return np.concatenate([np.ones(1), np.zeros(n_lags)])
    correlation: FloatArray = covariance / covariance[0]
    return correlation


def autocorrelation_length(values: FloatArray, as_of_us: NDArray[np.int64], tick_us: int) -> int:
    """Block length that the autocorrelations of a series ask for, in ticks, >= 1.

    Parameters
    ----------
    values : float64 array, shape (n,)
        One value per tick, no NaN.
    as_of_us : int64 array, shape (n,)
        Moments of the ticks, strictly ascending.
    tick_us : int
        Distance of neighbouring ticks of the grid.

    Notes
    -----
    The automatic rule of Politis and White for the circular block bootstrap, with its correction
    [1]_: find the lag ``m`` after which the autocorrelations stay inside their band, and choose the
    block that minimises the error of the variance over the first ``2 m`` lags. Simulated on hits of
    overlapping outcomes it covers 94 % where the first lag inside the band covers 92 %, and 93 %
    against 89 % on hits with an autocorrelation of 0.9.

    References
    ----------
    .. [1] D. N. Politis and H. White (2004), Econom. Rev. 23, 53-70; A. Patton, D. N. Politis and
       H. White (2009), Econom. Rev. 28, 372-375.
    """
    n = len(values)
    if n < 2:
        return 1
    run = max(5, math.ceil(math.sqrt(math.log10(n))))
    longest = min(math.ceil(math.sqrt(n)) + run, n - 1)
    slots = time_slots(as_of_us, tick_us, longest_gap=longest + run + 1)
    rho = autocorrelations(values, slots, n_lags=longest + run)
    last = _last_correlated_lag(rho, run, band=2 * math.sqrt(math.log10(n) / n))
    lags = np.arange(1, min(2 * max(last, 1), longest) + 1)
    taper = np.clip(2 * (1 - lags / lags[-1]), 0, 1)
    spectrum = 1 + 2 * float(taper @ rho[lags])
    slope = 2 * float((taper * lags) @ rho[lags])
    if spectrum <= 0:
        return 1
    block = float(np.cbrt(1.5 * (slope / spectrum) ** 2 * n))
    return max(1, math.ceil(min(block, 3 * math.sqrt(n), n / 3)))


def _last_correlated_lag(rho: FloatArray, run: int, *, band: float) -> int:
    """The lag after which ``run`` lags in a row lie inside the band; the longest if none does."""
    is_inside = np.abs(rho[1:]) < band
    quiet = np.lib.stride_tricks.sliding_window_view(is_inside, run).all(axis=1)
    return int(np.argmax(quiet)) if quiet.any() else len(rho) - 1 - run


def block_length(
    series: Sequence[FloatArray], as_of_us: NDArray[np.int64], *, tick_us: int, horizon_us: int
) -> int:
    """Ticks per block: twice the horizon or the longest autocorrelation length, whichever is more."""
    horizon_ticks = math.ceil(horizon_us / tick_us)
    return max([2 * horizon_ticks, *(autocorrelation_length(v, as_of_us, tick_us) for v in series)])


@dataclass(frozen=True)
class BlockBootstrap:
    """Resampling of ticks in blocks of time.

    Attributes
    ----------
    slots : int64 array, shape (n,)
        Position of each tick on the time axis (`time_slots`), in any order.
    length : int
        Slots per block.

    Notes
    -----
    The circular block bootstrap [1]_: the axis is bent to a ring, so each tick is drawn equally often.

    References
    ----------
    .. [1] D. N. Politis and J. P. Romano (1992), in Exploring the Limits of Bootstrap, 263-270.
    """

    slots: NDArray[np.int64]
    length: int

    @classmethod
    def over(cls, as_of_us: NDArray[np.int64], *, tick_us: int, length: int) -> BlockBootstrap:
        """Blocks of ``length`` ticks over ticks on a grid of ``tick_us``."""
        return cls(time_slots(as_of_us, tick_us, longest_gap=length), length)

    def reordered(self, order: NDArray[np.int64]) -> BlockBootstrap:
        """The same blocks for ticks listed in another order."""
        return BlockBootstrap(self.slots[order], self.length)

    @property
    def n_blocks(self) -> float:
        """How many blocks the ticks fill; not rounded."""
        return len(self.slots) / self.length

    @property
    def too_few(self) -> str | None:
        """Why no interval can be read off these blocks; None where one can."""
        if self.n_blocks >= MIN_BLOCKS:
            return None
        return (
            f"{len(self.slots):,} ticks fill {self.n_blocks:.1f} blocks of {self.length} ticks; "
            f"an interval needs {MIN_BLOCKS}."
        )

    def weights(self, rng: np.random.Generator, *, n_resamples: int) -> Iterator[FloatArray]:
        """How often each tick is drawn; arrays of shape (r, n), ``n_resamples`` rows in all."""
        n_slots = int(self.slots.max()) + 1
        rows = max(1, _CELLS_AT_ONCE // n_slots)
        for first in range(0, n_resamples, rows):
            yield self._draw(rng, min(rows, n_resamples - first), n_slots)

    def _draw(self, rng: np.random.Generator, rows: int, n_slots: int) -> FloatArray:
        starts = rng.integers(n_slots, size=(rows, math.ceil(n_slots / self.length)), dtype=np.int32)
        starts += (np.arange(rows, dtype=np.int32) * n_slots)[:, None]
        begun = np.bincount(starts.ravel(), minlength=rows * n_slots).reshape(rows, n_slots)
        # A slot is covered by the blocks begun in the ``length`` slots up to and including it.
        ring = np.concatenate([begun[:, n_slots - self.length :], begun], axis=1)
        total = np.cumsum(ring, axis=1, dtype=np.int32)
        covered = total[:, self.length :] - total[:, : -self.length]
        return covered[:, self.slots].astype(np.float64)

    def distribution(
        self, statistic: Statistic, rng: np.random.Generator, *, n_resamples: int = N_RESAMPLES
    ) -> FloatArray:
        """Values of the statistic over resamples, shape (``n_resamples``, k).

        Raises
        ------
        InvalidShape
            There are fewer than ``MIN_BLOCKS`` blocks; ask ``too_few`` first.
        """
        if self.too_few is not None:
            raise InvalidShape(self.too_few)
        return np.concatenate([statistic(w) for w in self.weights(rng, n_resamples=n_resamples)])

    def bounds(self, distribution: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Expanded percentile bounds of each column, resamples without a value left out."""
        tail = expanded_tail(self.n_blocks)
        lo, hi = np.nanquantile(distribution, [tail, 1 - tail], axis=0)
        return lo, hi


def weighted_means(values: FloatArray) -> Statistic:
    """The statistic "mean of each column of ``values``" (n, k); NaN in a resample without ticks."""

    def means(weights: FloatArray) -> FloatArray:
        total = weights.sum(axis=1, keepdims=True)
        out = np.full((len(weights), values.shape[1]), np.nan)
        mean: FloatArray = np.divide(weights @ values, total, out=out, where=total > 0)
        return mean

    return means
