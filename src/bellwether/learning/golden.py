"""Golden predictions: a few inputs with the answers every later load must repeat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import GoldenMismatch
from bellwether.learning.inference import DirectionModel
from bellwether.learning.trained import Golden

Features = NDArray[np.float32]
FloatArray = NDArray[np.float64]

TOLERANCE = 1e-6
"""Largest difference in probability between two runs of what should be the same model."""

_N_SPREAD = 17
_N_PROBED = 200


def golden_rows(features: Features) -> Features:
    """Inputs that exercise a model.

    17 rows spread evenly over the training window, the column-wise lowest and highest values, and a
    row with everything missing.

    Parameters
    ----------
    features : float32 array, shape (n, k)
        n >= 1; NaN where missing.
    """
    missing = np.full((1, features.shape[1]), np.nan, dtype=np.float32)
    lowest = np.fmin.reduce(features, axis=0, keepdims=True)
    highest = np.fmax.reduce(features, axis=0, keepdims=True)
    return np.vstack((_spread(features, _N_SPREAD), lowest, highest, missing))


def golden_predictions(
    onnx: bytes, features: Features, *, reference: Callable[[Features], FloatArray]
) -> Golden:
    """Golden rows with the file's own answers, after the file has been held against its source.

    Parameters
    ----------
    onnx : bytes
        The model file.
    features : float32 array, shape (n, k)
        Training rows.
    reference : callable
        The same model before export: features (m, k) to probabilities (m,).

    Raises
    ------
    GoldenMismatch
        On the golden rows or 200 training rows the file differs from its source by more than 1e-6.
    """
    model = DirectionModel(onnx)
    rows = golden_rows(features)
    probes = np.vstack((rows, _spread(features, _N_PROBED)))
    answers = model.predict(probes)
    require_agreement(answers, reference(probes), what="The exported model differs from the fitted one")
    return Golden(rows, answers[: len(rows)])


def require_agreement(found: FloatArray, expected: FloatArray, *, what: str) -> None:
    """Compare two runs of one model.

    Raises
    ------
    GoldenMismatch
        They differ by more than 1e-6 somewhere, or one is not a number; ``what`` opens the message.
    """
    difference = np.abs(found - expected)
    if not np.all(difference <= TOLERANCE):
        worst = float(np.nan_to_num(difference, nan=np.inf).max())
        raise GoldenMismatch(f"{what}: by up to {worst:.2g} in probability, {TOLERANCE:g} is allowed.")


def _spread(features: Features, n_rows: int) -> Features:
    """At most ``n_rows`` different rows, evenly over time."""
    picked = np.unique(np.linspace(0, len(features) - 1, n_rows).round().astype(np.int64))
    return features[picked]
