"""Loading a version: trust nothing before it has been checked, in this order.

1. The manifest is read and is of the version asked for.
2. Each file's size and SHA-256 equal the manifest's, before a byte of it is parsed.
3. The models load and take as many features as the manifest has columns.
4. They repeat their golden predictions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bellwether.errors import ArtifactError, DigestMismatch, FeatureSetMismatch
from bellwether.identity import Horizon, ModelVersion
from bellwether.learning.golden import require_agreement
from bellwether.learning.inference import DirectionModel
from bellwether.registry.manifest import FileRecord, GoldenRecord, Manifest, sha256

ReadFile = Callable[[str, int], bytes]
"""Reads a file by name, at most as many bytes as said."""


@dataclass(frozen=True)
class LoadedVersion:
    """A version whose files have been checked and whose models are ready.

    Attributes
    ----------
    manifest : Manifest
    digest : str
        SHA-256 (hex) of the manifest.
    models : mapping of Horizon to DirectionModel
    """

    manifest: Manifest
    digest: str
    models: Mapping[Horizon, DirectionModel]

    def require_columns(self, names: Sequence[str]) -> None:
        """Check that rows with these columns are what the models were trained on.

        Raises
        ------
        FeatureSetMismatch
            Names or order differ.
        """
        if tuple(names) == self.manifest.columns:
            return
        missing = sorted(set(self.manifest.columns) - set(names))
        extra = sorted(set(names) - set(self.manifest.columns))
        if missing or extra:
            difference = f"missing: {_listed(missing)}; not expected: {_listed(extra)}"
        else:
            difference = "the same names in another order"
        raise FeatureSetMismatch(
            f"{self.manifest.version} was trained on other features ({difference}).",
            hint="Train a new version on the present feature set.",
        )


def open_version(manifest: bytes, read: ReadFile, *, asset: str, version: ModelVersion) -> LoadedVersion:
    """Check and load a version, wherever its bytes come from.

    Parameters
    ----------
    manifest : bytes
        Content of ``manifest.json``.
    read : callable
        Gives a file's bytes by name; asked for one byte more than the manifest states, so that a
        longer file is noticed and not read to its end.
    asset, version
        What was asked for.

    Raises
    ------
    ArtifactError
        The manifest is not valid or of another version, or a file is no direction model.
    DigestMismatch
        A file is not the one that was published.
    FeatureSetMismatch
        A model takes another number of features than the manifest has columns.
    GoldenMismatch
        A model does not repeat its golden predictions.
    """
    parsed = Manifest.parse(manifest)
    if (parsed.asset, parsed.version) != (asset, version):
        raise ArtifactError(f"The manifest of {version} ({asset}) is of {parsed.version} ({parsed.asset}).")
    contents = {
        name: _verified(name, read(name, record.size_bytes + 1), record)
        for name, record in parsed.files.items()
    }
    models = {
        horizon: _checked_model(f"{version} {horizon.value}", contents[head.file], head.golden)
        for horizon, head in parsed.heads.items()
    }
    return LoadedVersion(parsed, sha256(manifest), models)


def _verified(name: str, content: bytes, record: FileRecord) -> bytes:
    found = FileRecord.of(content)
    if found != record:
        raise DigestMismatch(name, expected=record.sha256, found=found.sha256)
    return content


def _checked_model(name: str, onnx: bytes, golden: GoldenRecord) -> DirectionModel:
    model = DirectionModel(onnx)
    rows = np.array(golden.features, dtype=np.float32)  # None becomes NaN
    answers = model.predict(rows.reshape(len(golden.p_up), -1))
    require_agreement(answers, np.array(golden.p_up), what=f"{name} does not repeat its golden predictions")
    return model


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3]) or "none"
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
