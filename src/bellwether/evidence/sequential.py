"""Evidence that may be looked at after every tick: confidence sequences and e-processes.

The rule that makes all of it short: at a tick without overlap both probabilities are known before
the outcome, so a difference of scores can take just two values, ``low`` and ``high``, and both are
known beforehand. Whatever the chance of a rise, the difference less its conditional mean is then
sub-Gaussian with variance ``(high - low)**2 / 4`` (Hoeffding's lemma). With ``S`` the sum of the
differences and ``V`` the sum of these variances, ``exp(b * (S - sum of means) - b**2 * V / 2)`` is a
supermartingale for every bet ``b``, and so is its mean over bets drawn from a normal distribution
with variance ``1 / rho`` [1]_. Nothing is assumed about the probabilities, their dependence in time
or whether the true chance stands still. Near a chance of one half the bound is nearly exact: in
simulation it has the power of the best mixture of bounded bets.

The mean of the conditional means up to now (the "running mean") is what the sequence covers [2]_.

References
----------
.. [1] H. Robbins (1970), Ann. Math. Stat. 41, 1397-1409; S. R. Howard, A. Ramdas, J. McAuliffe and
   J. Sekhon (2021), Ann. Stat. 49, 1055-1080, section 3.2 (normal mixtures).
.. [2] Y. J. Choe and A. Ramdas (2024), Oper. Res. 72, 1368-1387 (comparing sequential forecasters).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from bellwether.errors import InputError, InvalidShape
from bellwether.evidence.intervals import CONFIDENCE
from bellwether.evidence.metrics import FloatArray, hits, log_losses

E_NEEDED = 20.0
"""An e-value of 20 is reached with chance at most 1/20 when there is nothing, at whatever look."""

ALPHA = 1 - CONFIDENCE

_RHO_GAIN = 1.0
"""Log-loss gains: bets of about 1. One half is best for a model that is exactly as good as it says;
more for one that is too cautious. Held fixed, as the guarantee asks."""

_RHO_HIT_RATE = 25.0
"""Hit rates: the bet that is best for an edge of 5 points has size 4 * 0.05 = 1 / sqrt(25)."""

_RHO_HIT_DIFFERENCE = 100.0
"""Hit differences: best for a lead of 10 points on the ticks where two models disagree."""

_LARGEST_LOG_E = 700.0
"""e-values stop growing here, at 1e304, so that they stay finite."""


@dataclass(frozen=True)
class SequentialEvidence:
    """What a sequence says at one moment.

    Attributes
    ----------
    value, lo, hi : float | None
        Mean difference and the bounds of the 95 % confidence sequence; None without a tick.
    n_eff : int
        Ticks behind it; their outcomes do not overlap.
    e_above, e_below : float
        e-values against "the running mean is at most the null" (0 for differences, one half for a
        hit rate) and "... at least the null"; 1 is no evidence.
    """

    value: float | None
    lo: float | None
    hi: float | None
    n_eff: int
    e_above: float
    e_below: float

    @property
    def e_either(self) -> float:
        """e-value against "the running mean is the null": the mean of the two one-sided ones."""
        return self.e_above / 2 + self.e_below / 2

    def to_json(self) -> dict[str, object]:
        """``{value, lo, hi, n_eff, e_above, e_below}``; the reason of nulls in ``reasons``."""
        fields = asdict(self)
        if self.value is None:
            reason = "No tick without overlap has both predictions and its outcome."
            fields["reasons"] = dict.fromkeys(("value", "lo", "hi"), reason)
        return fields

    def mirrored(self) -> SequentialEvidence:
        """The evidence about the difference with its sign turned."""
        return SequentialEvidence(
            value=None if self.value is None else -self.value,
            lo=None if self.hi is None else -self.hi,
            hi=None if self.lo is None else -self.lo,
            n_eff=self.n_eff,
            e_above=self.e_below,
            e_below=self.e_above,
        )


@dataclass(frozen=True)
class EvidenceSequence:
    """Evidence after each tick. All arrays have shape (m,).

    Attributes
    ----------
    index : int64 array
        Positions of the ticks that count in the arrays given; the others lack something.
    mean : float64 array
        Mean difference up to and including the tick.
    lo, hi : float64 array
        95 % confidence sequence of the running mean: with chance 95 % it is inside at all ticks.
    log_e_above, log_e_below : float64 array
        Logarithms of the e-processes against a running mean at most, and at least, the null.
    """

    index: NDArray[np.int64]
    mean: FloatArray
    lo: FloatArray
    hi: FloatArray
    log_e_above: FloatArray
    log_e_below: FloatArray

    def __len__(self) -> int:
        return len(self.index)

    @property
    def final(self) -> SequentialEvidence:
        """The evidence after the last tick."""
        if not len(self):
            return SequentialEvidence(None, None, None, 0, 1.0, 1.0)
        return SequentialEvidence(
            value=float(self.mean[-1]),
            lo=float(self.lo[-1]),
            hi=float(self.hi[-1]),
            n_eff=len(self),
            e_above=math.exp(min(float(self.log_e_above[-1]), _LARGEST_LOG_E)),
            e_below=math.exp(min(float(self.log_e_below[-1]), _LARGEST_LOG_E)),
        )


def two_point_sequence(
    value: FloatArray,
    low: FloatArray,
    high: FloatArray,
    *,
    rho: float,
    null: float = 0.0,
    alpha: float = ALPHA,
) -> EvidenceSequence:
    """Evidence about the running mean of values that are either ``low`` or ``high``.

    Parameters
    ----------
    value : float64 array, shape (n,)
        Observed values in the order of time; NaN ticks are left out. A tick may be missing for any
        reason but its own outcome.
    low, high : float64 array, shape (n,)
        The two possible values of each tick, known before it.
    rho : float
        One over the variance of the bets; fixed before the first tick, > 0.
    null : float
        Running mean that the e-values speak against.
    alpha : float
        Chance that the sequence ever leaves out the running mean.

    Raises
    ------
    InvalidShape
        The arrays are not one-dimensional and equally long.
    InputError
        A value lies outside its two points.
    """
    if value.ndim != 1 or not value.shape == low.shape == high.shape:
        raise InvalidShape(f"Shapes {value.shape}, {low.shape} and {high.shape} must be one (n,).")
    index = np.flatnonzero(np.isfinite(value) & np.isfinite(low) & np.isfinite(high))
    value, low, high = value[index], low[index], high[index]
    if ((value < low) | (value > high)).any():
        raise InputError("A value lies outside the range known before it.")
    count = np.arange(1, len(index) + 1)
    total, spread = np.cumsum(value), np.cumsum((high - low) ** 2) / 4
    mean = total / count
    half = _half_width(spread, rho, alpha) / count
    # The mean of the possible values bounds the running mean without any chance.
    lo = np.maximum(mean - half, np.cumsum(low) / count)
    hi = np.minimum(mean + half, np.cumsum(high) / count)
    return EvidenceSequence(
        index=index.astype(np.int64),
        mean=mean,
        lo=np.minimum(lo, mean),
        hi=np.maximum(hi, mean),
        log_e_above=_log_e(total - null * count, spread, rho),
        log_e_below=_log_e(null * count - total, spread, rho),
    )


def _half_width(spread: FloatArray, rho: float, alpha: float) -> FloatArray:
    """Where the two-sided normal mixture reaches ``1 / alpha``, for the sum."""
    width: FloatArray = np.sqrt((spread + rho) * (np.log1p(spread / rho) - 2 * math.log(alpha)))
    return width


def _log_e(total: FloatArray, spread: FloatArray, rho: float) -> FloatArray:
    """Logarithm of the mixture over positive bets (half-normal), in closed form."""
    scale = spread + rho
    log_e: FloatArray = (
        math.log(2) + log_ndtr(total / np.sqrt(scale)) + total**2 / (2 * scale) - np.log1p(spread / rho) / 2
    )
    return log_e


def gain_sequence(
    p_a: FloatArray, p_b: FloatArray, label: FloatArray, *, alpha: float = ALPHA
) -> EvidenceSequence:
    """Evidence that ``a`` predicts better than ``b``: the test that decides.

    Parameters
    ----------
    p_a, p_b : float64 array, shape (n,)
        Probabilities of a rise at ticks whose outcomes do not overlap, in the order of time; clipped
        to [0.01, 0.99]. NaN where there is none.
    label : float64 array, shape (n,)
        1 for a rise, 0 for none, NaN where missing.
    alpha : float
        Chance that the confidence sequence ever fails.

    Returns
    -------
    EvidenceSequence
        Of the gain ``log loss of b - log loss of a`` in nats: positive when ``a`` is better.
    """
    if_up = log_losses(p_b, np.ones_like(p_b)) - log_losses(p_a, np.ones_like(p_a))
    if_down = log_losses(p_b, np.zeros_like(p_b)) - log_losses(p_a, np.zeros_like(p_a))
    gain = log_losses(p_b, label) - log_losses(p_a, label)
    low, high = np.minimum(if_up, if_down), np.maximum(if_up, if_down)
    return two_point_sequence(gain, low, high, rho=_RHO_GAIN, alpha=alpha)


def hit_difference_sequence(
    p_a: FloatArray, p_b: FloatArray, label: FloatArray, *, alpha: float = ALPHA
) -> EvidenceSequence:
    """Evidence that ``a`` calls the direction better than ``b``; as `gain_sequence`, but for hits.

    The difference is a hit of ``a`` less a hit of ``b``; it is 0 where both call the same.
    """
    difference = hits(p_a, label) - hits(p_b, label)
    reach = ((p_a > 0.5) != (p_b > 0.5)).astype(np.float64)
    return two_point_sequence(difference, -reach, reach, rho=_RHO_HIT_DIFFERENCE, alpha=alpha)


def hit_rate_sequence(p_up: FloatArray, label: FloatArray, *, alpha: float = ALPHA) -> EvidenceSequence:
    """Cumulative hit rate with its band, on ticks whose outcomes do not overlap.

    The e-values are against a hit rate of one half.
    """
    hit = hits(p_up, label)
    never, always = np.zeros_like(hit), np.ones_like(hit)
    return two_point_sequence(hit, never, always, rho=_RHO_HIT_RATE, null=0.5, alpha=alpha)
