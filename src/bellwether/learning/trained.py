"""What training hands over: a model as bytes, and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.identity import Horizon
from bellwether.learning.calibration import Calibration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class OutOfFold:
    """Predictions for ticks that the predicting model, and its calibration, had not seen.

    Attributes
    ----------
    as_of_us : int64 array, shape (n,)
        Ticks, ascending, microseconds UTC.
    p_up : float64 array, shape (n,)
        In [0.01, 0.99].
    label : int64 array, shape (n,)
    """

    as_of_us: IntArray
    p_up: FloatArray
    label: IntArray

    def __len__(self) -> int:
        return len(self.as_of_us)


@dataclass(frozen=True)
class Golden:
    """Inputs with the answers the model gave when it was made; every later load must repeat them.

    Attributes
    ----------
    features : float32 array, shape (m, k)
        NaN where missing.
    p_up : float64 array, shape (m,)
    """

    features: NDArray[np.float32]
    p_up: FloatArray


@dataclass(frozen=True)
class TrainingWindow:
    """The ticks a model was fitted on; ``first_us`` and ``last_us`` are both in it."""

    first_us: int
    last_us: int
    n_ticks: int


@dataclass(frozen=True)
class TrainedModel:
    """A model of one asset, family and horizon.

    Attributes
    ----------
    asset, family : str
    horizon : Horizon
    names : tuple of str, length k
        Feature names in the order of the input's columns.
    onnx : bytes
        Input ``features`` float32 (n, k), NaN where missing; output ``p_up`` float64 (n,),
        calibrated and clipped to [0.01, 0.99].
    candidate : str
        ``logistic``, ``boosting``, or the rule's name.
    parameters : mapping
        Settings of the candidate, or the frequencies of the rule.
    calibration : Calibration | None
        None for a rule: its frequencies need none.
    out_of_fold : OutOfFold
    n_trials : int
        Settings tried on the way, over all folds: what an honest account of luck has to count.
    window : TrainingWindow
    golden : Golden
    """

    asset: str
    family: str
    horizon: Horizon
    names: tuple[str, ...]
    onnx: bytes
    candidate: str
    parameters: Mapping[str, float]
    calibration: Calibration | None
    out_of_fold: OutOfFold
    n_trials: int
    window: TrainingWindow
    golden: Golden
