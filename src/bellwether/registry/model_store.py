"""What every model store offers, be it a folder or a release page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bellwether.identity import Horizon, ModelVersion
from bellwether.registry.loading import LoadedVersion
from bellwether.registry.manifest import FeatureSetRecord, Manifest


class ModelStore(Protocol):
    """Immutable model versions, by asset."""

    def publish(self, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        """Make a version visible, whole or not at all; the same bytes again change nothing.

        Raises
        ------
        DigestMismatch
            A file is not the one in the manifest.
        ArtifactError
            The manifest lists other files.
        Conflict
            The version exists with other bytes.
        StoreError
            It cannot be written.
        """
        ...

    def load(self, asset: str, version: ModelVersion) -> LoadedVersion:
        """Check a version's files and load its models.

        Raises
        ------
        NotFound
            There is no such version.
        ArtifactError
            It is not what was published; see `open_version`.
        """
        ...

    def read_manifest(self, asset: str, version: ModelVersion) -> Manifest:
        """The manifest alone, without a look at the files.

        Raises
        ------
        NotFound
            There is no such version.
        ArtifactError
            It is not valid.
        """
        ...

    def list_versions(self, asset: str, family: str | None = None) -> list[ModelVersion]:
        """Published versions by family and number, ascending."""
        ...


def next_version(
    store: ModelStore,
    asset: str,
    family: str,
    *,
    feature_sets: Sequence[tuple[str, str]],
    horizons: Sequence[Horizon],
) -> ModelVersion:
    """The number the next training of a family gets.

    Parameters
    ----------
    store : ModelStore
    asset, family : str
    feature_sets : sequence of (name, digest)
    horizons : sequence of Horizon
        What it is trained on and for. Where both equal the newest version's, MINOR goes up; where
        not, MAJOR does.
    """
    versions = store.list_versions(asset, family)
    if not versions:
        return ModelVersion(family, 1, 0, 0)
    newest = versions[-1]
    known = store.read_manifest(asset, newest)
    wanted = tuple(FeatureSetRecord(name=name, digest=digest) for name, digest in feature_sets)
    if known.feature_sets == wanted and set(known.heads) == set(horizons):
        return ModelVersion(family, newest.major, newest.minor + 1, 0)
    return ModelVersion(family, newest.major + 1, 0, 0)
