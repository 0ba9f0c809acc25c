"""What may become the model: regularised logistic regression and gradient boosting.

Both see the features as they are stored (float32, NaN where missing) and answer with a logit.
Whatever they learn beside their coefficients, such as medians and scales, is learnt from the rows
they are fitted on and travels with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Features = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SCALED_LIMIT = 5.0
"""Scaled features are clipped here: one crash must not outvote a thousand quiet hours."""

_IQR_OF_NORMAL = 1.3489795003921634  # interquartile range of the standard normal
_MIN_LEAF_TICKS = 20
_BINNING = {
    "max_bin": 63,
    "feature_pre_filter": False,  # it depends on the leaf size, which differs between fits
    "num_threads": 1,  # two threads were 13 times slower than one on two shared cores
    "verbosity": -1,
}


@dataclass(frozen=True)
class LogisticSettings:
    """Ridge-regularised logistic regression.

    Attributes
    ----------
    c : float
        Inverse strength of the L2 penalty, as scikit-learn's ``C``. The default expects
        coefficients of about 0.05 per standard deviation, ``c = 0.05 ** 2``.
    """

    c: float = 0.003


@dataclass(frozen=True)
class BoostingSettings:
    """Gradient boosted trees, kept small: hourly returns hold little to learn and much to memorise.

    Attributes
    ----------
    n_trees, n_leaves : int
        Number of trees, and leaves of each.
    learning_rate : float
    min_leaf_share : float
        Share of the training ticks that every leaf must hold.
    feature_share : float
        Share of the features that each tree may use.
    l2 : float
        Penalty on leaf values.
    """

    n_trees: int = 50
    n_leaves: int = 7
    learning_rate: float = 0.03
    min_leaf_share: float = 0.02
    feature_share: float = 0.5
    l2: float = 10.0


Settings = LogisticSettings | BoostingSettings


@dataclass(frozen=True)
class FittedLogistic:
    """Logistic regression on robustly scaled features.

    ``logit = intercept + sum(coefficients * clip((x - center) / scale))``; a missing value stands at
    the median, hence adds nothing.

    Attributes
    ----------
    center, scale, coefficients : float64 array, shape (k,)
    intercept : float
    """

    center: FloatArray
    scale: FloatArray
    coefficients: FloatArray
    intercept: float

    name = "logistic"

    def logits(self, features: Features) -> FloatArray:
        """Logit of a rise, shape (n,), for features of shape (n, k)."""
        scaled = _scale(features, self.center, self.scale)
        logits: FloatArray = scaled @ self.coefficients + self.intercept
        return logits


@dataclass(frozen=True)
class FittedBoosting:
    """Boosted trees; missing values take the branch learnt for them."""

    booster: Any  # lightgbm.Booster, which is published without types

    name = "boosting"

    def logits(self, features: Features) -> FloatArray:
        """Logit of a rise, shape (n,), for features of shape (n, k)."""
        logits: FloatArray = self.booster.predict(features, raw_score=True, num_threads=1)
        return logits


Fitted = FittedLogistic | FittedBoosting


class Learner:
    """Fits candidates to one set of ticks; scaling and binning are done once for all of them.

    Parameters
    ----------
    features : float32 array, shape (n, k)
        Finite, or NaN where missing.
    label : int64 array, shape (n,)
        0 or 1, both present.
    n_independent : int
        How many of the n outcomes do not overlap. Overlapping outcomes repeat each other: each tick
        weighs ``n_independent / n`` against the penalties, so that a day ahead, where 24 hourly
        ticks share nearly one outcome, is regularised like the few outcomes it is.
    seed : int
        Used by boosting to draw the features of each tree.
    """

    def __init__(self, features: Features, label: IntArray, *, n_independent: int, seed: int) -> None:
        self._features = features
        self._label = label
        self._weight = n_independent / len(label)
        self._seed = seed

    def fit(self, settings: Settings) -> Fitted:
        """Fit a candidate with these settings."""
        if isinstance(settings, LogisticSettings):
            return self._fit_logistic(settings)
        return self._fit_boosting(settings)

    def _fit_logistic(self, settings: LogisticSettings) -> FittedLogistic:
        center, scale = self._scaling
        # Newton's method reaches the optimum of this convex problem to rounding in a few steps, so
        # the coefficients do not depend on where an iteration happened to stop.
        model = LogisticRegression(C=settings.c * self._weight, solver="newton-cholesky", tol=1e-8)
        model.fit(self._scaled, self._label)
        return FittedLogistic(center, scale, model.coef_[0], float(model.intercept_[0]))

    def _fit_boosting(self, settings: BoostingSettings) -> FittedBoosting:
        parameters = {
            **_BINNING,
            "objective": "binary",
            "num_leaves": settings.n_leaves,
            "learning_rate": settings.learning_rate,
            "min_data_in_leaf": max(_MIN_LEAF_TICKS, round(settings.min_leaf_share * len(self._label))),
            "feature_fraction": settings.feature_share,
            "lambda_l2": settings.l2 / self._weight,  # as if each row weighed that much
            "seed": self._seed,
            # the same bits on every run
            "deterministic": True,
            "force_row_wise": True,
        }
        return FittedBoosting(lgb.train(parameters, self._binned, settings.n_trees))

    @cached_property
    def _scaling(self) -> tuple[FloatArray, FloatArray]:
        return _robust_scaling(self._features)

    @cached_property
    def _scaled(self) -> FloatArray:
        return _scale(self._features, *self._scaling)

    @cached_property
    def _binned(self) -> Any:
        return lgb.Dataset(self._features, self._label, params=_BINNING)


def _robust_scaling(features: Features) -> tuple[FloatArray, FloatArray]:
    """Median and robust standard deviation per column; 0 and 1 where a column says nothing.

    The deviation is the interquartile range over that of a normal; where more than half of the
    values are equal (counts that are mostly 0) it is the ordinary one.
    """
    n_columns = features.shape[1]
    center, scale = np.zeros(n_columns), np.ones(n_columns)
    for column in range(n_columns):
        values = features[:, column].astype(np.float64)
        values = values[~np.isnan(values)]
        if len(values) == 0:
            continue
        low, center[column], high = np.quantile(values, [0.25, 0.5, 0.75])
        spread = (high - low) / _IQR_OF_NORMAL or float(np.std(values))
        scale[column] = spread or 1.0
    return center, scale


def _scale(features: Features, center: FloatArray, scale: FloatArray) -> FloatArray:
    scaled = (features.astype(np.float64) - center) / scale
    clipped: FloatArray = np.clip(np.where(np.isnan(scaled), 0.0, scaled), -SCALED_LIMIT, SCALED_LIMIT)
    return clipped
