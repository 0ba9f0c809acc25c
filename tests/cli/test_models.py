from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bellwether.cli.main import run
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.learning.frame import TrainingFrame
from bellwether.learning.rules import fit_rule
from bellwether.registry.channels import Channels
from bellwether.registry.folder import FolderModelStore
from bellwether.registry.manifest import Metric
from bellwether.registry.packing import Provenance, pack

TRAINED = datetime(2022, 4, 1, tzinfo=UTC)


def publish(folder, version, *, asset="BTC", horizons=(Horizon.H1,)):
    number = ModelVersion.parse(version)
    rng = np.random.default_rng(0)
    models = [
        fit_rule(
            number.family,
            TrainingFrame(
                asset=asset,
                family=number.family,
                horizon=horizon,
                names=("return_1h", "return_24h"),
                as_of_us=np.arange(48) * 3_600_000_000,
                features=rng.normal(size=(48, 2)).astype(np.float32),
                label=np.tile([0, 1], 24),
            ),
        )
        for horizon in horizons
    ]
    provenance = Provenance(
        source=Source.REPLAY,
        created_at=TRAINED,
        feature_sets=[("base-1h-v1", "ab" * 32)],
        scorer=None,
        data_fingerprint="da" * 32,
        config_hash="cf",
        code_commit="c0" * 20,
    )
    metrics = {
        Horizon.H1: {
            "hit_rate": Metric(value=0.5421, n=412),
            "log_loss": Metric(value=0.69123, n=412),
        }
    }
    manifest, files = pack(models, version=number, provenance=provenance, metrics=metrics)
    FolderModelStore(folder).publish(manifest, files)
    return manifest


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def registry(home):
    """majority 1.0.0 served and was replaced by 1.1.0; persistence has two horizons."""
    folder = home / "registry"
    for version in ("majority@1.0.0", "majority@1.1.0"):
        publish(folder, version)
    publish(folder, "momentum@1.0.0")
    channels = Channels(folder)
    moves = (
        (ModelVersion("majority", 1, 0, 0), None),
        (ModelVersion("majority", 1, 1, 0), ModelVersion("majority", 1, 0, 0)),
    )
    for day, (version, before) in enumerate(moves):
        channels.move(
            "BTC",
            Horizon.H1,
            channel="champion",
            version=version,
            expected=before,
            at=TRAINED + timedelta(days=day),
            reason="Trained.",
        )
    return folder


def document(capsys):
    return json.loads(capsys.readouterr().out)


def test_versions_are_listed_with_figures_and_channels(registry, capsys):
    assert run(["models", "list"]) == 0

    lines = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert cells == [
        ["version", "horizon", "trained (UTC)", "hit rate", "log loss", "channel"],
        ["majority@1.0.0", "1h", "2022-04-01 00:00", "54.2%, n = 412", "0.6912", "previous"],
        ["majority@1.1.0", "1h", "2022-04-01 00:00", "54.2%, n = 412", "0.6912", "champion"],
        ["momentum@1.0.0", "1h", "2022-04-01 00:00", "54.2%, n = 412", "0.6912"],
        ["next: bellwether models show momentum@1.0.0"],
    ]


def test_a_program_gets_every_figure(registry, capsys):
    assert run(["models", "list", "--family", "majority", "--json"]) == 0

    answer = document(capsys)
    assert [entry["version"] for entry in answer["data"]] == ["majority@1.0.0", "majority@1.1.0"]
    head = answer["data"][1]["horizons"]["1h"]
    assert head["channel"] == "champion"
    assert head["n_ticks"] == 48
    assert head["metrics"]["hit_rate"] == {"value": 0.5421, "n": 412, "lo": None, "hi": None, "reason": None}
    assert answer["meta"]["source"] == "replay"


def test_an_empty_registry_says_what_makes_versions(home, capsys):
    assert run(["models", "list"]) == 0

    assert capsys.readouterr().out.splitlines() == ["No model versions yet.", "next: bellwether demo"]


def test_a_version_is_shown_after_its_files_were_checked(registry, capsys):
    assert run(["models", "show", "majority@1.1.0"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("majority@1.1.0 · BTC · replay\n")
    assert "digests match, golden predictions repeated" in out
    assert "scorer     none: it reads no news" in out
    assert "2 (base-1h-v1 abababababab)" in out


def test_a_program_gets_the_manifest_and_the_channels(registry, capsys):
    assert run(["models", "show", "majority@1.1.0", "--json"]) == 0

    answer = document(capsys)
    assert answer["data"]["files"]["model-1h.onnx"]["size_bytes"] > 100
    assert answer["data"]["heads"]["1h"]["channel"] == "champion"
    assert answer["data"]["heads"]["1h"]["golden"] == {"n": 20}
    assert answer["meta"]["as_of"] == "2022-04-01T00:00:00Z"
    assert answer["meta"]["asset"] == "BTC"


def test_a_changed_file_is_reported_not_shown(registry, capsys):
    path = registry / "versions" / "btc" / "majority@1.0.0" / "model-1h.onnx"
    path.write_bytes(path.read_bytes() + b"x")

    assert run(["models", "show", "majority@1.0.0"]) == 1

    written = capsys.readouterr()
    assert written.out == ""
    assert "model-1h.onnx: file hash differs from the manifest" in written.err


def test_a_run_has_models_of_its_own(home, capsys):
    publish(home / "runs" / "abc123" / "registry", "majority@1.0.0")

    assert run(["models", "list", "--run", "abc123"]) == 0
    listed = capsys.readouterr().out
    assert run(["models", "show", "majority@1.0.0", "--run", "abc123"]) == 0

    assert "next: bellwether models show majority@1.0.0 --run abc123" in listed
    assert run(["models", "show", "majority@1.0.0"]) == 4


def test_the_asset_is_found_where_only_one_has_the_version(home, capsys):
    publish(home / "registry", "majority@1.0.0", asset="ETH")

    assert run(["models", "show", "majority@1.0.0", "--json"]) == 0

    assert document(capsys)["meta"]["asset"] == "ETH"


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (["show", "majority@9.0.0"], 4, "There is no version majority@9.0.0 for BTC."),
        (["show", "majority"], 2, "'majority' is not a model version."),
        (["list", "--run", "nothing"], 4, "There is no run nothing."),
        (["list", "--asset", "../x"], 2, "'../x' is not the name of an asset."),
    ],
)
def test_what_is_not_there_is_said(registry, capsys, line, code, message):
    assert run(["models", *line]) == code

    assert message in capsys.readouterr().err


def test_the_models_of_a_replay_are_listed_and_repeat_their_answers(replay_environment, capsys):
    assert run(["models", "list", "--run", replay_environment, "--family", "vader", "--json"]) == 0
    versions = [entry["version"] for entry in document(capsys)["data"]]

    assert run(["models", "show", versions[-1], "--run", replay_environment, "--json"]) == 0
    answer = document(capsys)

    assert versions[:2] == ["vader@1.0.0", "vader@1.1.0"]
    assert answer["data"]["scorer"]["name"] == "VADER 3.3.2"
    assert [part["name"] for part in answer["data"]["feature_sets"]] == ["base_1h", "news_vader"]
    assert answer["data"]["heads"]["1h"]["golden"] == {"n": 20}
    assert answer["meta"]["source"] == "sample"
