from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bellwether.errors import ArtifactError
from bellwether.identity import Horizon, ModelVersion
from bellwether.registry.manifest import FileRecord, Manifest


@pytest.fixture
def document(packed_of):
    return json.loads(packed_of(horizons=(Horizon.H1, Horizon.H24))[0].to_bytes())


def test_a_manifest_survives_its_document(packed_of):
    manifest, _ = packed_of(horizons=(Horizon.H1, Horizon.H24))

    again = Manifest.parse(manifest.to_bytes())

    assert again == manifest
    assert again.to_bytes() == manifest.to_bytes()
    assert again.digest == manifest.digest


def test_the_document_reads_as_people_write(document):
    assert document["version"] == "vader@1.0.0"
    assert document["created_at"] == "2022-04-01T00:00:00Z"
    assert sorted(document["heads"]) == ["1h", "24h"]
    assert document["heads"]["1h"]["metrics"]["log_loss"]["n"] == 40


def test_a_missing_golden_input_is_null(document):
    assert document["heads"]["1h"]["golden"]["features"][-1] == [None, None]


def test_another_zone_is_the_same_moment(document):
    document["created_at"] = "2022-04-01T02:00:00+02:00"

    manifest = Manifest.parse(json.dumps(document).encode())

    assert manifest.created_at == datetime(2022, 4, 1, tzinfo=timezone(timedelta(hours=2))) + timedelta(
        hours=2
    )
    assert manifest.created_at.tzinfo is UTC


def test_a_file_record_is_digest_and_size():
    assert FileRecord.of(b"abc") == FileRecord(
        sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", size_bytes=3
    )


def change(path, value):
    def apply(document):
        *groups, leaf = path
        place = document
        for group in groups:
            place = place[group]
        if value is None:
            del place[leaf]
        else:
            place[leaf] = value

    return apply


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (change(["schema_version"], 2), "schema_version"),
        (change(["version"], "vader"), "version .*not a model version"),
        (change(["created_at"], "2022-04-01T00:00:00"), "created_at .*timezone"),
        (change(["asset"], "../btc"), "asset"),
        (change(["heads"], {}), "heads"),
        (change(["heads", "1h", "file"], "../../etc/passwd"), "heads.1h.file"),
        (change(["heads", "1h", "file"], "other.onnx"), "other.onnx is not among the files"),
        (change(["columns"], ["return_1h"]), "another width than the columns"),
        (change(["heads", "1h", "golden", "p_up"], [0.5]), "differ in number"),
        (change(["files", "model-1h.onnx", "sha256"], "short"), "files.model-1h.onnx.sha256"),
        (change(["files", "manifest.json"], {"sha256": "0" * 64, "size_bytes": 1}), "cannot hold its own"),
        (change(["data_fingerprint"], None), "data_fingerprint"),
        (change(["surprise"], 1), "surprise"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_damaged_manifest_says_where(document, damage, message):
    damage(document)

    with pytest.raises(ArtifactError, match=message):
        Manifest.parse(json.dumps(document).encode())


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]"])
def test_what_is_no_document_is_refused(content):
    with pytest.raises(ArtifactError, match=r"manifest.json is not valid"):
        Manifest.parse(content)


def test_a_version_is_a_value_not_a_text(packed_of):
    assert packed_of()[0].version == ModelVersion("vader", 1, 0, 0)
