"""Frames with a known truth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bellwether.clock import HOUR_US
from bellwether.identity import Horizon
from bellwether.learning.candidates import Fitted, Learner, Settings
from bellwether.learning.frame import TrainingFrame

RETURNS = ("return_1h", "return_4h", "return_24h", "return_7d")

FrameOf = Callable[..., TrainingFrame]


def _frame(
    *,
    n: int = 1_200,
    k: int = 8,
    effect: float = 0.0,
    seed: int = 0,
    horizon: Horizon = Horizon.H1,
    missing: float = 0.02,
) -> TrainingFrame:
    """Hourly ticks of noise; the first feature moves the logit of the label by ``effect`` per unit."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, k)).astype(np.float32)
    label = effect * features[:, 0] + rng.logistic(size=n) > 0
    features[rng.random((n, k)) < missing] = np.nan
    return TrainingFrame(
        asset="BTC",
        family="vader",
        horizon=horizon,
        names=RETURNS + tuple(f"noise_{i}" for i in range(k - len(RETURNS))),
        as_of_us=np.arange(n) * HOUR_US,
        features=features,
        label=label.astype(np.int64),
    )


@pytest.fixture(scope="session")
def frame_of() -> FrameOf:
    return _frame


def _fit(features: np.ndarray, label: np.ndarray, settings: Settings, *, seed: int = 0) -> Fitted:
    return Learner(features, label, n_independent=len(label), seed=seed).fit(settings)


@pytest.fixture(scope="session")
def fit() -> Callable[..., Fitted]:
    """Fits a candidate to ticks whose outcomes do not overlap."""
    return _fit
