"""A small version to publish."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.learning.export import export_sign_rule
from bellwether.learning.golden import golden_predictions
from bellwether.learning.rules import SignRule
from bellwether.learning.trained import OutOfFold, TrainedModel, TrainingWindow
from bellwether.registry.manifest import Manifest, Metric
from bellwether.registry.packing import Provenance, pack
from bellwether.sentiment.scorer import ScorerInfo

HOUR_US = 3_600_000_000
COLUMNS = ("return_1h", "news_mean_1h")

TrainedOf = Callable[..., TrainedModel]
PackedOf = Callable[..., tuple[Manifest, dict[str, bytes]]]


def _trained(
    horizon: Horizon = Horizon.H1,
    *,
    family: str = "vader",
    asset: str = "BTC",
    names: tuple[str, ...] = COLUMNS,
    p_after_rise: float = 0.6,
) -> TrainedModel:
    rule = SignRule(0, p_after_rise=p_after_rise, p_after_fall=0.45, p_any=0.52)
    onnx = rule.export(n_features=len(names))
    features = np.linspace(-1, 1, 50 * len(names), dtype=np.float32).reshape(50, -1)
    return TrainedModel(
        asset=asset,
        family=family,
        horizon=horizon,
        names=names,
        onnx=onnx,
        candidate="persistence",
        parameters={"p_after_rise": p_after_rise, "p_after_fall": 0.45, "p_any": 0.52},
        calibration=None,
        out_of_fold=OutOfFold(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64)),
        n_trials=0,
        window=TrainingWindow(0, 49 * HOUR_US, 50),
        golden=golden_predictions(onnx, features, reference=rule.p_up),
    )


def _packed(
    version: str = "vader@1.0.0",
    *,
    horizons: tuple[Horizon, ...] = (Horizon.H1,),
    p_after_rise: float = 0.6,
    asset: str = "BTC",
    feature_sets: tuple[tuple[str, str], ...] = (("base", "ab"), ("news", "cd")),
) -> tuple[Manifest, dict[str, bytes]]:
    number = ModelVersion.parse(version)
    models = [
        _trained(horizon, family=number.family, p_after_rise=p_after_rise, asset=asset)
        for horizon in horizons
    ]
    provenance = Provenance(
        source=Source.REPLAY,
        created_at=datetime(2022, 4, 1, tzinfo=UTC),
        feature_sets=feature_sets,
        scorer=ScorerInfo("vader", "VADER 3.3.2", "ef", True, 0.05, -0.05),  # noqa: FBT003
        data_fingerprint="data",
        config_hash="config",
        code_commit="commit",
    )
    metrics = {Horizon.H1: {"log_loss": Metric(value=0.69, lo=0.68, hi=0.7, n=40)}}
    return pack(models, version=number, provenance=provenance, metrics=metrics)


@pytest.fixture(scope="session")
def trained_of() -> TrainedOf:
    return _trained


@pytest.fixture(scope="session")
def packed_of() -> PackedOf:
    return _packed


@pytest.fixture
def sign_rule_bytes() -> bytes:
    """A model of another width, and with other answers, than those of `packed_of`."""
    return export_sign_rule(0, p_after_rise=0.7, p_after_fall=0.3, p_unknown=0.5, n_features=3)
