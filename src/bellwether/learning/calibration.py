"""Platt calibration that gives up gracefully: no skill out of fold means no opinion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.evidence.metrics import P_UP_MAX, P_UP_MIN

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_PRIOR_PRECISION = 1.0
_MAX_STEPS = 50


@dataclass(frozen=True)
class Calibration:
    """``p_up = sigmoid(slope * logit + intercept)``, clipped.

    Attributes
    ----------
    slope : float
        >= 0; 1 takes the model at its word, 0 ignores it.
    intercept : float
    """

    slope: float
    intercept: float

    def p_up(self, logits: FloatArray) -> FloatArray:
        """Calibrated probability of a rise in [0.01, 0.99], shape (n,)."""
        p_up: FloatArray = np.clip(sigmoid(self.slope * logits + self.intercept), P_UP_MIN, P_UP_MAX)
        return p_up


def fit_calibration(logits: FloatArray, label: IntArray, *, n_independent: int) -> Calibration:
    """Fit slope and intercept on predictions the model was not fitted on.

    Parameters
    ----------
    logits : float64 array, shape (n,)
        Out-of-fold logits.
    label : int64 array, shape (n,)
        0 or 1.
    n_independent : int
        How many of the n outcomes do not overlap; overlapping ones count as that many together.

    Returns
    -------
    Calibration
        Slope 0 and nearly the base rate where the logits have no skill, or the wrong sign; slope
        and intercept 0, hence p_up 0.5, without any observation.

    Notes
    -----
    Platt scaling [1]_ with a standard normal prior on both parameters and a slope of at least 0. The
    prior is what a small sample shrinks to: 24 daily outcomes cannot tell a base rate of 0.55 from
    0.5. The log posterior is concave, so where its maximum has a negative slope the maximum under
    the constraint lies at slope 0.

    References
    ----------
    .. [1] J. Platt (1999), Probabilistic outputs for support vector machines.

    Examples
    --------
    >>> skilled = fit_calibration(np.array([-1.0, -1.0, 1.0, 1.0]), np.array([0, 0, 1, 1]), n_independent=4)
    >>> skilled.slope > 0.5, abs(skilled.intercept) < 1e-9
    (True, True)
    >>> fit_calibration(np.array([-1.0, 1.0]), np.array([1, 0]), n_independent=2).slope
    0.0
    """
    if len(label) == 0:
        return Calibration(0.0, 0.0)
    weight = n_independent / len(label)
    both = np.column_stack((np.ones_like(logits), logits))
    intercept, slope = _posterior_mode(both, label, weight)
    if slope >= 0:
        return Calibration(float(slope), float(intercept))
    (intercept,) = _posterior_mode(both[:, :1], label, weight)
    return Calibration(0.0, float(intercept))


def sigmoid(logits: FloatArray) -> FloatArray:
    """Logistic function without overflow."""
    shrunk = np.exp(-np.abs(logits))
    result: FloatArray = np.where(logits >= 0, 1.0, shrunk) / (1.0 + shrunk)
    return result


def _posterior_mode(design: FloatArray, label: IntArray, weight: float) -> FloatArray:
    """Newton's method; a step that would climb is halved, so it ends at the one minimum."""
    parameters = np.zeros(design.shape[1])
    loss = _loss(parameters, design, label, weight)
    for _ in range(_MAX_STEPS):
        p = sigmoid(design @ parameters)
        gradient = weight * (p - label) @ design + _PRIOR_PRECISION * parameters
        curvature = weight * (design.T * (p * (1 - p))) @ design + _PRIOR_PRECISION * np.eye(len(parameters))
        step = np.linalg.solve(curvature, gradient)
        while (new_loss := _loss(parameters - step, design, label, weight)) > loss:
            step /= 2
        parameters = parameters - step
        if loss - new_loss <= 1e-12 * loss:
            break
        loss = new_loss
    return parameters


def _loss(parameters: FloatArray, design: FloatArray, label: IntArray, weight: float) -> float:
    """Negative log posterior, up to a constant."""
    logits = design @ parameters
    likelihood = np.sum(np.logaddexp(0.0, logits) - label * logits)
    return float(weight * likelihood + _PRIOR_PRECISION * parameters @ parameters / 2)
