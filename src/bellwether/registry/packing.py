"""From trained models to what is published: a manifest and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bellwether.clock import from_us
from bellwether.errors import InputError
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.learning.calibration import Calibration
from bellwether.learning.trained import Golden, TrainedModel
from bellwether.registry.manifest import (
    CalibrationRecord,
    FeatureSetRecord,
    FileRecord,
    GoldenRecord,
    Head,
    Manifest,
    Metric,
    ScorerRecord,
    WindowRecord,
)
from bellwether.sentiment.scorer import ScorerInfo


@dataclass(frozen=True)
class Provenance:
    """Where a version comes from.

    Attributes
    ----------
    source : Source
    created_at : datetime
        Moment of the training on the clock of its source.
    feature_sets : sequence of (name, digest)
        In the order of the columns.
    scorer : ScorerInfo | None
        None for families that read no news.
    data_fingerprint, config_hash, code_commit : str
    """

    source: Source
    created_at: datetime
    feature_sets: Sequence[tuple[str, str]]
    scorer: ScorerInfo | None
    data_fingerprint: str
    config_hash: str
    code_commit: str


def pack(
    models: Sequence[TrainedModel],
    *,
    version: ModelVersion,
    provenance: Provenance,
    metrics: Mapping[Horizon, Mapping[str, Metric]] | None = None,
) -> tuple[Manifest, dict[str, bytes]]:
    """Bundle the models of one version, one for each horizon.

    Parameters
    ----------
    models : sequence of TrainedModel
        Of one asset, family and feature list.
    version : ModelVersion
    provenance : Provenance
    metrics : mapping, optional
        Out-of-fold metrics by horizon.

    Returns
    -------
    Manifest
    dict of str to bytes
        The files the manifest lists.

    Raises
    ------
    InputError
        No model, two for one horizon, or models that do not belong together.
    """
    _require_one_version(models, version)
    files = {_file_name(model.horizon): model.onnx for model in models}
    manifest = Manifest(
        asset=models[0].asset,
        version=version,
        source=provenance.source,
        created_at=provenance.created_at,
        columns=models[0].names,
        feature_sets=tuple(FeatureSetRecord(name=n, digest=d) for n, d in provenance.feature_sets),
        heads={model.horizon: _head(model, (metrics or {}).get(model.horizon, {})) for model in models},
        scorer=_scorer(provenance.scorer),
        data_fingerprint=provenance.data_fingerprint,
        config_hash=provenance.config_hash,
        code_commit=provenance.code_commit,
        files={name: FileRecord.of(content) for name, content in files.items()},
    )
    return manifest, files


def _require_one_version(models: Sequence[TrainedModel], version: ModelVersion) -> None:
    bundles = {(model.asset, model.family, model.names) for model in models}
    if len(bundles) != 1 or len({model.horizon for model in models}) != len(models):
        raise InputError(
            f"{version} needs one model for each horizon, of one asset, family and feature list."
        )
    if models[0].family != version.family:
        raise InputError(f"A model of {models[0].family} cannot be published as {version}.")


def _file_name(horizon: Horizon) -> str:
    return f"model-{horizon.value}.onnx"


def _head(model: TrainedModel, metrics: Mapping[str, Metric]) -> Head:
    return Head(
        file=_file_name(model.horizon),
        candidate=model.candidate,
        parameters=dict(model.parameters),
        calibration=_calibration(model.calibration),
        n_trials=model.n_trials,
        window=WindowRecord(
            first_as_of=from_us(model.window.first_us),
            last_as_of=from_us(model.window.last_us),
            n_ticks=model.window.n_ticks,
        ),
        metrics=dict(metrics),
        golden=_golden(model.golden),
    )


def _calibration(fitted: Calibration | None) -> CalibrationRecord | None:
    return None if fitted is None else CalibrationRecord(slope=fitted.slope, intercept=fitted.intercept)


def _golden(golden: Golden) -> GoldenRecord:
    return GoldenRecord(
        features=tuple(
            tuple(None if value != value else value for value in row)  # noqa: PLR0124 - NaN is not itself
            for row in golden.features.tolist()
        ),
        p_up=tuple(golden.p_up.tolist()),
    )


def _scorer(info: ScorerInfo | None) -> ScorerRecord | None:
    if info is None:
        return None
    return ScorerRecord(
        family=info.family, name=info.name, digest=info.digest, is_reference=info.is_reference
    )
