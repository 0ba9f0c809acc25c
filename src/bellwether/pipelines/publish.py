"""Publish: put a trained model into the registry with the figures it earned out of fold."""

from __future__ import annotations

import math

from bellwether.evidence.metrics import auc_score, brier_score, hit_rate, log_loss
from bellwether.identity import ModelVersion
from bellwether.learning.trained import OutOfFold, TrainedModel
from bellwether.registry.manifest import Metric
from bellwether.registry.model_store import ModelStore
from bellwether.registry.packing import Provenance, pack

_METRICS = {"hit_rate": hit_rate, "log_loss": log_loss, "brier": brier_score, "auc": auc_score}


def publish_training(
    model: TrainedModel, registry: ModelStore, *, version: ModelVersion, provenance: Provenance
) -> ModelVersion:
    """Publish a model as ``version``; the same model again changes nothing.

    Raises
    ------
    Conflict
        The version exists with other bytes.
    """
    metrics = {model.horizon: out_of_fold_metrics(model.out_of_fold)}
    manifest, files = pack([model], version=version, provenance=provenance, metrics=metrics)
    registry.publish(manifest, files)
    return version


def out_of_fold_metrics(predicted: OutOfFold) -> dict[str, Metric]:
    """Figures over the ticks the model had not seen; without an interval, since ticks overlap."""
    n = len(predicted)
    label = predicted.label.astype(float)
    values = {name: measure(predicted.p_up, label) for name, measure in _METRICS.items()}
    return {name: _metric(value, n) for name, value in values.items()}


def _metric(value: float, n: int) -> Metric:
    if math.isfinite(value):
        return Metric(value=value, n=n)
    return Metric(value=None, n=n, reason="There are no out-of-fold predictions with both outcomes.")
