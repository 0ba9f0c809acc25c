from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bellwether.errors import ArtifactError, DigestMismatch, FeatureSetMismatch, GoldenMismatch
from bellwether.identity import Horizon, ModelVersion
from bellwether.registry.loading import open_version
from bellwether.registry.manifest import FileRecord

VERSION = ModelVersion("vader", 1, 0, 0)


def opened(manifest, files, *, asset="BTC", version=VERSION):
    return open_version(
        manifest.to_bytes(), lambda name, limit: files[name][:limit], asset=asset, version=version
    )


def with_file(manifest, content):
    """The manifest as if ``content`` had been published."""
    return manifest.model_copy(update={"files": {"model-1h.onnx": FileRecord.of(content)}})


def test_what_was_published_predicts(packed_of):
    manifest, files = packed_of(horizons=(Horizon.H1, Horizon.H24))

    loaded = opened(manifest, files)

    assert loaded.manifest == manifest
    assert loaded.digest == manifest.digest
    assert set(loaded.models) == {Horizon.H1, Horizon.H24}
    assert loaded.models[Horizon.H1].predict(np.array([[1, 0]], dtype=np.float32)).tolist() == [0.6]


@pytest.mark.parametrize(
    "damage",
    [lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b[:-1], lambda b: b + b"x", lambda b: b[:0]],
    ids=["one bit", "truncated", "longer", "empty"],
)
def test_other_bytes_are_refused_before_they_are_parsed(packed_of, damage):
    manifest, files = packed_of()

    with pytest.raises(DigestMismatch, match=r"model-1h.onnx: file hash differs from the manifest") as caught:
        opened(manifest, {"model-1h.onnx": damage(files["model-1h.onnx"])})

    assert caught.value.expected == manifest.files["model-1h.onnx"].sha256


def test_no_more_is_read_of_a_file_than_tells_it_is_too_long(packed_of):
    manifest, files = packed_of()
    asked = []

    def read(name, limit):
        asked.append((name, limit))
        return files[name]

    open_version(manifest.to_bytes(), read, asset="BTC", version=VERSION)

    assert asked == [("model-1h.onnx", len(files["model-1h.onnx"]) + 1)]


def test_a_model_with_other_answers_is_refused(packed_of):
    manifest, _ = packed_of()
    _, other = packed_of(p_after_rise=0.61)

    with pytest.raises(
        GoldenMismatch, match=r"vader@1.0.0 1h does not repeat .* by up to 0.01 in probability"
    ):
        opened(with_file(manifest, other["model-1h.onnx"]), other)


def test_a_model_of_another_width_is_refused(packed_of, sign_rule_bytes):
    manifest, _ = packed_of()

    with pytest.raises(FeatureSetMismatch, match="takes 3 features; 2 were given"):
        opened(with_file(manifest, sign_rule_bytes), {"model-1h.onnx": sign_rule_bytes})


def test_a_file_that_is_no_model_is_refused(packed_of):
    manifest, _ = packed_of()

    with pytest.raises(ArtifactError, match="cannot be loaded"):
        opened(with_file(manifest, b"junk"), {"model-1h.onnx": b"junk"})


@pytest.mark.parametrize(
    ("asset", "version"),
    [("ETH", VERSION), ("BTC", ModelVersion("vader", 1, 1, 0))],
    ids=["asset", "version"],
)
def test_a_manifest_of_something_else_is_refused(packed_of, asset, version):
    with pytest.raises(ArtifactError, match=r"is of vader@1.0.0 \(BTC\)"):
        opened(*packed_of(), asset=asset, version=version)


def test_the_columns_it_was_trained_on_are_accepted(packed_of):
    opened(*packed_of()).require_columns(["return_1h", "news_mean_1h"])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["news_mean_1h", "return_1h"], "the same names in another order"),
        (["return_1h"], "missing: news_mean_1h; not expected: none"),
        (
            ["return_1h", "news_mean_1h", "a", "b", "c", "d"],
            "missing: none; not expected: a, b, c and 1 more",
        ),
    ],
)
def test_other_columns_are_refused(packed_of, names, message):
    with pytest.raises(FeatureSetMismatch, match=message):
        opened(*packed_of()).require_columns(names)


def test_the_registry_imports_nothing_that_trains():
    heavy = ("sklearn", "lightgbm", "optuna", "scipy", "polars", "pandas", "onnx")
    program = (
        "import sys, bellwether.registry.folder, bellwether.registry.channels, bellwether.registry.packing;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )

    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
