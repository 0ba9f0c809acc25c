"""A model store in a folder.

::

    ROOT/versions/btc/finbert@1.4.0/   manifest.json, model-1h.onnx, …
    ROOT/drafts/                       versions being written; nothing reads here
    ROOT/publish.lock                  held while a version is written

A version appears by renaming its finished draft. Whatever a killed process left in ``drafts`` is
cleared by the next one that publishes.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bellwether.errors import ArtifactError, Conflict, DigestMismatch, NotFound
from bellwether.identity import ModelVersion
from bellwether.registry.durable import locked, sync_folder, translated, write_new
from bellwether.registry.loading import LoadedVersion, open_version
from bellwether.registry.manifest import MANIFEST_NAME, FileRecord, Manifest
from bellwether.registry.names import require_asset, require_family

MAX_MANIFEST_BYTES = 16 << 20
"""A larger manifest is not read: ours are some 30 kB for each horizon."""


class FolderModelStore:
    """Model versions below one folder; see `ModelStore`.

    Parameters
    ----------
    root : Path
        Made when something is first published.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

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
            The folder cannot be written.
        """
        _require_listed(manifest, files)
        content = {**files, MANIFEST_NAME: manifest.to_bytes()}
        place = self._place(manifest.asset, manifest.version)
        with translated(f"{manifest.version} cannot be written to {self._root}"):
            place.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._root / "publish.lock"):
                if place.exists():
                    _require_equal(place, content, manifest.version)
                else:
                    self._appear(place, content)

    def load(self, asset: str, version: ModelVersion) -> LoadedVersion:
        """Check a version's files and load its models.

        Raises
        ------
        NotFound
            There is no such version.
        ArtifactError
            It is not what was published; see `open_version`.
        StoreError
            The folder cannot be read.
        """
        place = self._existing(asset, version)

        def read(name: str, limit: int) -> bytes:
            return _read(place / name, limit, version)

        manifest = read(MANIFEST_NAME, MAX_MANIFEST_BYTES)
        return open_version(manifest, read, asset=asset, version=version)

    def read_manifest(self, asset: str, version: ModelVersion) -> Manifest:
        """The manifest alone, without a look at the files.

        Raises
        ------
        NotFound
            There is no such version.
        ArtifactError
            It is not valid.
        StoreError
            The folder cannot be read.
        """
        place = self._existing(asset, version)
        return Manifest.parse(_read(place / MANIFEST_NAME, MAX_MANIFEST_BYTES, version))

    def list_versions(self, asset: str, family: str | None = None) -> list[ModelVersion]:
        """Published versions by family and number, ascending."""
        folder = self._versions / require_asset(asset).lower()
        if not folder.is_dir():
            return []
        versions = (ModelVersion.parse(path.name) for path in folder.iterdir() if "@" in path.name)
        return sorted(version for version in versions if family in (None, version.family))

    def list_assets(self) -> list[str]:
        """Assets with at least one version."""
        if not self._versions.is_dir():
            return []
        return sorted(path.name.upper() for path in self._versions.iterdir() if any(path.iterdir()))

    @property
    def _versions(self) -> Path:
        return self._root / "versions"

    def _place(self, asset: str, version: ModelVersion) -> Path:
        require_family(version.family)
        return self._versions / require_asset(asset).lower() / str(version)

    def _existing(self, asset: str, version: ModelVersion) -> Path:
        place = self._place(asset, version)
        if not place.is_dir():
            raise NotFound(
                f"There is no version {version} for {asset}.", hint="bellwether models list  shows them."
            )
        return place

    def _appear(self, place: Path, content: Mapping[str, bytes]) -> None:
        """Write a draft and rename it; the caller holds the lock, so every other draft is a dead one's."""
        drafts = self._root / "drafts"
        shutil.rmtree(drafts, ignore_errors=True)
        drafts.mkdir()
        draft = Path(tempfile.mkdtemp(dir=drafts))
        draft.chmod(0o755)
        for name, data in content.items():
            write_new(draft / name, data)
        sync_folder(draft)
        draft.rename(place)
        for folder in (place.parent, self._versions, self._root):
            sync_folder(folder)


def _require_listed(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    if set(files) != set(manifest.files):
        raise ArtifactError(
            f"The manifest of {manifest.version} lists {sorted(manifest.files)}; given are {sorted(files)}."
        )
    for name, record in manifest.files.items():
        found = FileRecord.of(files[name])
        if found != record:
            raise DigestMismatch(name, expected=record.sha256, found=found.sha256)


def _require_equal(place: Path, content: Mapping[str, bytes], version: ModelVersion) -> None:
    for name, data in content.items():
        path = place / name
        if not path.is_file() or path.read_bytes() != data:
            raise Conflict(
                f"{version} is published already, with another {name}.", hint="Give it the next number."
            )


def _read(path: Path, limit: int, version: ModelVersion) -> bytes:
    with translated(f"{version} cannot be read"):
        try:
            with path.open("rb") as file:
                return file.read(limit)
        except FileNotFoundError as exc:
            raise ArtifactError(f"{path.name} of {version} is missing.") from exc
