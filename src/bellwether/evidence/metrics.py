"""How good predictions were: scores of matured predictions, without intervals.

Every function takes ``p_up`` and ``label`` of shape (n,), NaN where the prediction or the outcome
is missing. A tick counts only where both are there. A score that is undefined (no tick counts, or
only one outcome where two are needed) is NaN here; values that people read turn it into ``None``
with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import InputError, InvalidShape

FloatArray = NDArray[np.float64]

P_UP_MIN, P_UP_MAX = 0.01, 0.99
"""Probabilities are clipped to this range before a logarithm is taken, as every p_up is."""

TRADE_COST = 0.001
"""Cost of trading one unit of the asset, as a fraction of its price."""


def matured(p_up: FloatArray, label: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Predictions and outcomes of the ticks that have both.

    Raises
    ------
    InvalidShape
        The arrays are not one-dimensional and equally long.
    InputError
        A probability lies outside [0, 1] or an outcome is neither 0 nor 1.
    """
    if p_up.ndim != 1 or p_up.shape != label.shape:
        raise InvalidShape(f"p_up has shape {p_up.shape}, label {label.shape}; both must be (n,).")
    is_known = np.isfinite(p_up) & np.isfinite(label)
    p, y = p_up[is_known], label[is_known]
    if ((p < 0) | (p > 1)).any():
        raise InputError("A probability lies outside 0 to 1.")
    if ((y != 0) & (y != 1)).any():
        raise InputError("An outcome is neither 0 nor 1.")
    return p, y


def hits(p_up: FloatArray, label: FloatArray) -> FloatArray:
    """1 where ``p_up > 0.5`` says what happened, else 0; NaN where either is missing.

    One half is not a call for a rise, as a tie of prices is not a rise.
    """
    is_hit = ((p_up > 0.5) == (label == 1)).astype(np.float64)
    return np.where(np.isfinite(p_up) & np.isfinite(label), is_hit, np.nan)


def log_losses(p_up: FloatArray, label: FloatArray) -> FloatArray:
    """Negative log-likelihood of each outcome in nats; NaN where either is missing."""
    p = np.clip(p_up, P_UP_MIN, P_UP_MAX)
    losses: FloatArray = -np.log(np.where(label == 1, p, 1 - p))
    return np.where(np.isfinite(label), losses, np.nan)


def squared_errors(p_up: FloatArray, label: FloatArray) -> FloatArray:
    """Squared distance of each probability from its outcome; NaN where either is missing."""
    errors: FloatArray = (p_up - label) ** 2
    return errors


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def hit_rate(p_up: FloatArray, label: FloatArray) -> float:
    """Share of matured predictions whose direction was right, 0 to 1."""
    return _mean(hits(*matured(p_up, label)))


def log_loss(p_up: FloatArray, label: FloatArray) -> float:
    """Mean negative log-likelihood in nats; log 2 = 0.693 for a constant one half."""
    return _mean(log_losses(*matured(p_up, label)))


def brier_score(p_up: FloatArray, label: FloatArray) -> float:
    """Mean squared error of the probabilities, 0 to 1; lower is better (G. W. Brier 1950)."""
    return _mean(squared_errors(*matured(p_up, label)))


def balanced_accuracy(p_up: FloatArray, label: FloatArray) -> float:
    """Mean of the hit rates on rises and on the rest; one half for any constant call.

    NaN unless both outcomes occur.
    """
    p, y = matured(p_up, label)
    hit = hits(p, y)
    return (_mean(hit[y == 1]) + _mean(hit[y == 0])) / 2


def matthews_correlation(p_up: FloatArray, label: FloatArray) -> float:
    """Correlation of call and outcome, -1 to 1 (B. W. Matthews 1975).

    NaN when every call or every outcome is the same: there is nothing to correlate.
    """
    p, y = matured(p_up, label)
    call = (p > 0.5).astype(np.float64)
    if len(y) == 0 or np.ptp(call) == 0 or np.ptp(y) == 0:
        return float("nan")
    covariance = np.mean(call * y) - call.mean() * y.mean()
    return float(covariance / (call.std() * y.std()))


def auc_score(p_up: FloatArray, label: FloatArray) -> float:
    """Chance that a rise got a higher probability than a non-rise; ties count half.

    NaN unless both outcomes occur. The Mann-Whitney form of the area under the ROC curve.
    """
    p, y = matured(p_up, label)
    return float(weighted_auc(p, y, np.ones((1, len(p))))[0])


def weighted_auc(p_up: FloatArray, label: FloatArray, weights: FloatArray) -> FloatArray:
    """Area under the ROC curve under each row of tick weights.

    Parameters
    ----------
    p_up, label : float64 array, shape (n,)
        Matured: no NaN. Sorted by ``p_up`` is faster.
    weights : float64 array, shape (r, n)
        How often each tick counts, >= 0.

    Returns
    -------
    float64 array, shape (r,)
        NaN where one outcome has no weight.
    """
    if (np.diff(p_up) < 0).any():
        order = np.argsort(p_up, kind="stable")
        p_up, label, weights = p_up[order], label[order], weights[:, order]
    ups = weights * label
    downs = weights - ups
    is_first = np.diff(p_up, prepend=np.nan) != 0
    if not is_first.all():
        starts = np.flatnonzero(is_first)
        ups, downs = np.add.reduceat(ups, starts, axis=1), np.add.reduceat(downs, starts, axis=1)
    below = np.cumsum(downs, axis=1)
    below -= downs / 2
    pairs = ups.sum(axis=1) * downs.sum(axis=1)
    won = np.einsum("ij,ij->i", ups, below)
    auc: FloatArray = np.divide(won, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)
    return auc


@dataclass(frozen=True)
class CoverageRisk:
    """How the share of wrong calls changes when only the surest predictions are kept.

    Arrays have shape (k,), one element per distinct confidence, the surest first.

    Attributes
    ----------
    confidence : float64 array
        Predictions with ``|p_up - 0.5|`` at least this are kept.
    coverage : float64 array
        Share of predictions kept, ascending to 1.
    risk : float64 array
        Share of the kept whose direction was wrong.
    """

    confidence: FloatArray
    coverage: FloatArray
    risk: FloatArray

    @property
    def area(self) -> float:
        """Mean risk over all coverages (area under the curve, by steps); NaN without predictions."""
        if not len(self.coverage):
            return float("nan")
        return float(np.sum(self.risk * np.diff(self.coverage, prepend=0.0)))


def coverage_risk(p_up: FloatArray, label: FloatArray) -> CoverageRisk:
    """The coverage-risk curve of the calls (Y. Geifman and R. El-Yaniv 2017).

    Predictions of equal confidence enter together, so their order does not matter.
    """
    p, y = matured(p_up, label)
    # Probabilities are kept to nine decimals; below that, distances from both sides differ by rounding.
    confidence = np.round(np.abs(p - 0.5), 9)
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(1 - hits(p, y)[order])
    kept = np.arange(1, len(p) + 1)
    is_last = np.diff(confidence[order], append=np.nan) != 0
    return CoverageRisk(
        confidence=confidence[order][is_last],
        coverage=kept[is_last] / max(len(p), 1),
        risk=wrong[is_last] / kept[is_last],
    )


@dataclass(frozen=True)
class TradingResult:
    """What following the calls would have returned.

    Attributes
    ----------
    gross_return, net_return : float
        Simple return over the whole stretch before and after costs; -0.02 is a loss of 2 %.
    turnover : float
        Units traded: 1 to enter or to leave, 2 to turn from one side to the other.
    n_periods : int
        Holding periods with a position.
    """

    gross_return: float
    net_return: float
    turnover: float
    n_periods: int


def net_return(p_up: FloatArray, log_return: FloatArray, *, cost: float = TRADE_COST) -> TradingResult:
    """Return of one unit long where ``p_up > 0.5``, short elsewhere, after costs.

    Parameters
    ----------
    p_up, log_return : float64 array, shape (n,)
        Consecutive holding periods that do not overlap. Where either is NaN there is no position.
    cost : float
        Fraction of the traded value paid for each unit traded.

    Notes
    -----
    The position is set anew to one unit of the wealth at each period. A measure of whether calls are
    worth their turnover, not a simulation of a market: no spread, funding or slippage.
    """
    has_position = np.isfinite(p_up) & np.isfinite(log_return)
    side = np.where(has_position, np.where(p_up > 0.5, 1.0, -1.0), 0.0)
    growth = 1 + side * np.expm1(np.where(has_position, log_return, 0.0))
    traded = np.abs(np.diff(side, prepend=0.0, append=0.0))
    return TradingResult(
        gross_return=float(np.prod(growth) - 1),
        net_return=float(np.prod(growth) * np.prod(1 - cost * traded) - 1),
        turnover=float(traded.sum()),
        n_periods=int(has_position.sum()),
    )
