from __future__ import annotations

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bellwether.errors import (
    ArtifactError,
    Conflict,
    DigestMismatch,
    InputError,
    NotFound,
    StoreError,
    UnknownAsset,
)
from bellwether.identity import Horizon, ModelVersion
from bellwether.registry.folder import FolderModelStore

FIRST = ModelVersion("vader", 1, 0, 0)


@pytest.fixture
def store(tmp_path):
    return FolderModelStore(tmp_path / "a registry")


def tree(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_published_version_can_be_loaded(store, packed_of):
    manifest, files = packed_of()

    store.publish(manifest, files)

    loaded = store.load("BTC", FIRST)
    assert loaded.manifest == manifest
    assert store.read_manifest("BTC", FIRST) == manifest


def test_publishing_twice_changes_nothing(store, packed_of, tmp_path):
    store.publish(*packed_of())
    before = tree(tmp_path)

    store.publish(*packed_of())

    assert tree(tmp_path) == before


def test_other_bytes_under_the_same_number_are_refused(store, packed_of, tmp_path):
    store.publish(*packed_of())
    before = tree(tmp_path)

    with pytest.raises(Conflict, match=r"vader@1.0.0 is published already, with another model-1h.onnx"):
        store.publish(*packed_of(p_after_rise=0.61))

    assert tree(tmp_path) == before


def test_a_file_that_is_not_the_manifests_is_not_published(store, packed_of):
    manifest, files = packed_of()

    with pytest.raises(DigestMismatch, match=r"model-1h.onnx"):
        store.publish(manifest, {"model-1h.onnx": files["model-1h.onnx"] + b"x"})

    assert store.list_versions("BTC") == []


@pytest.mark.parametrize("extra", [{}, {"model-1h.onnx": b"", "other": b""}], ids=["none", "one more"])
def test_files_and_manifest_must_agree(store, packed_of, extra):
    with pytest.raises(ArtifactError, match=r"lists \['model-1h.onnx'\]; given are"):
        store.publish(packed_of()[0], extra)


def test_versions_are_listed_by_family_and_number(store, packed_of):
    for version in ("vader@1.10.0", "vader@1.9.0", "lite@2.0.0"):
        store.publish(*packed_of(version))

    assert [str(version) for version in store.list_versions("BTC")] == [
        "lite@2.0.0",
        "vader@1.9.0",
        "vader@1.10.0",
    ]
    assert [str(version) for version in store.list_versions("BTC", "lite")] == ["lite@2.0.0"]


def test_assets_are_apart(store, packed_of):
    store.publish(*packed_of(asset="ETH"))

    assert store.list_assets() == ["ETH"]
    assert store.list_versions("BTC") == []
    with pytest.raises(NotFound, match=r"no version vader@1.0.0 for BTC"):
        store.load("BTC", FIRST)


def test_an_empty_registry_lists_nothing_and_makes_nothing(store, tmp_path):
    assert store.list_versions("BTC") == []
    assert store.list_assets() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["model-1h.onnx", "manifest.json"])
def test_a_file_that_was_removed_is_noticed(store, packed_of, tmp_path, name):
    store.publish(*packed_of())
    next(tmp_path.rglob(name)).unlink()

    with pytest.raises(ArtifactError, match=f"{name} of vader@1.0.0 is missing"):
        store.load("BTC", FIRST)


def test_a_file_that_was_changed_is_noticed(store, packed_of, tmp_path):
    store.publish(*packed_of())
    path = next(tmp_path.rglob("model-1h.onnx"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(DigestMismatch, match=r"model-1h.onnx"):
        store.load("BTC", FIRST)


def test_a_folder_that_was_renamed_is_noticed(store, packed_of, tmp_path):
    store.publish(*packed_of())
    place = next(tmp_path.rglob("vader@1.0.0"))
    place.rename(place.with_name("vader@2.0.0"))

    with pytest.raises(ArtifactError, match=r"The manifest of vader@2.0.0 \(BTC\) is of vader@1.0.0"):
        store.load("BTC", ModelVersion("vader", 2, 0, 0))


@pytest.mark.parametrize("asset", ["", "btc", "../BTC", "BTC/..", "B T C"])
def test_an_asset_cannot_lead_elsewhere(store, asset):
    with pytest.raises(UnknownAsset, match="not the name of an asset"):
        store.load(asset, FIRST)


def test_a_family_cannot_lead_elsewhere(store):
    with pytest.raises(InputError, match="not the name of a family"):
        store.load("BTC", ModelVersion("../../vader", 1, 0, 0))


def test_a_folder_that_cannot_be_written_is_our_error(packed_of, tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match=r"vader@1.0.0 cannot be written to"):
        FolderModelStore(tmp_path / "file").publish(*packed_of())


def test_of_many_publishing_the_same_number_one_wins(store, packed_of):
    packs = [packed_of(p_after_rise=0.5 + i / 100) for i in range(1, 9)]

    def publish(pack):
        try:
            store.publish(*pack)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(publish, packs))

    assert won.count(True) == 1
    assert store.load("BTC", FIRST).manifest == packs[won.index(True)][0]


_PUBLISH_AND_DIE = """
import os, signal, sys
from pathlib import Path
from bellwether.registry.folder import FolderModelStore
from bellwether.registry.manifest import Manifest

root, inbox, function, calls = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
real = getattr(os, function)

def die_at_last_call(*arguments, **keywords):
    global calls
    calls -= 1
    if calls == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **keywords)

setattr(os, function, die_at_last_call)
manifest = Manifest.parse((inbox / "manifest.json").read_bytes())
FolderModelStore(root).publish(manifest, {name: (inbox / name).read_bytes() for name in manifest.files})
"""


@pytest.mark.parametrize(
    ("function", "calls", "is_visible"),
    [
        ("fsync", 1, False),  # the first file is written
        ("fsync", 2, False),
        ("fsync", 3, False),  # the manifest is written
        ("fsync", 4, False),  # the draft's folder
        ("rename", 1, False),
        ("fsync", 5, True),  # after the rename
        ("fsync", 6, True),
    ],
)
def test_a_publisher_killed_half_way_leaves_all_or_nothing(tmp_path, packed_of, function, calls, is_visible):
    manifest, files = packed_of("vader@1.1.0", horizons=(Horizon.H1, Horizon.H24))
    inbox, root = tmp_path / "inbox", tmp_path / "registry"
    inbox.mkdir()
    for name, content in {**files, "manifest.json": manifest.to_bytes()}.items():
        (inbox / name).write_bytes(content)
    store = FolderModelStore(root)
    store.publish(*packed_of())

    program = [sys.executable, "-c", _PUBLISH_AND_DIE, root, inbox, function, str(calls)]
    assert subprocess.run(program, check=False).returncode == -signal.SIGKILL

    killed = [manifest.version] if is_visible else []
    assert store.list_versions("BTC") == [FIRST, *killed]
    for version in store.list_versions("BTC"):
        store.load("BTC", version)
    store.publish(manifest, files)  # the repeated run
    assert store.load("BTC", manifest.version).manifest == manifest
    assert list((root / "drafts").iterdir()) == [] or is_visible


def test_the_manifest_on_disk_is_readable_json(store, packed_of, tmp_path):
    store.publish(*packed_of())

    document = json.loads(next(tmp_path.rglob("manifest.json")).read_text())

    assert document["version"] == "vader@1.0.0"
