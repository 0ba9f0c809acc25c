from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bellwether.cli.main import run

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FINBERT_MODEL", raising=False)
    monkeypatch.delenv("BELLWETHER_DATA", raising=False)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command with ``--json`` and gives back its exit code and document."""

    def ask(*words: str) -> tuple[int, Any]:
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def type_in(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def write_labels(folder: Path) -> Path:
    labels = folder / "labels"
    labels.mkdir(parents=True)
    (labels / "own_dev.csv").write_text(
        "text,label,recorded_finbert_positive,recorded_finbert_negative,recorded_finbert_neutral\n"
        "great gains,positive,0.8,0.1,0.1\nawful losses,negative,0.1,0.8,0.1\n"
    )
    return folder


def test_a_headline_is_read_by_every_reader_there_is(ask: Ask) -> None:
    code, document = ask("score", "Great gains for holders")

    [entry] = document["data"]
    assert code == 0
    assert entry["text"] == "Great gains for holders"
    assert entry["vader"]["label"] == "positive"
    assert entry["vader"]["scorer"]["name"] == "VADER 3.3.2"
    assert entry["vader"]["scorer"]["is_reference"] is True
    assert set(entry["lite"]) == {"label", "positive", "neutral", "negative", "score", "scorer"}


def test_a_reader_that_is_not_there_is_null_with_its_reason(ask: Ask) -> None:
    _, document = ask("score", "Great gains")

    [entry] = document["data"]
    assert entry["finbert"] is None
    assert entry["reasons"]["finbert"].startswith("FINBERT_MODEL is not set")


def test_a_folder_that_is_not_finbert_is_shown_as_what_it_is(
    ask: Ask, finbert_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINBERT_MODEL", str(finbert_folder))

    _, document = ask("score", "Great gains")

    [entry] = document["data"]
    assert "reasons" not in entry
    assert entry["finbert"]["scorer"]["name"] == "finbert_minilm (FinBERT-shaped, not FinBERT)"
    assert entry["finbert"]["scorer"]["is_reference"] is False


def test_standard_input_gives_one_entry_per_line(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "Great gains\n\nCafé falls 🚀\n".encode())

    code, document = ask("score", "--stdin")

    assert code == 0
    assert [entry["text"] for entry in document["data"]] == ["Great gains", "", "Café falls 🚀"]


def test_empty_standard_input_gives_no_entries(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, b"")

    assert ask("score", "--stdin")[1]["data"] == []


def test_a_headline_is_cleaned_as_collected_ones_are(ask: Ask) -> None:
    _, document = ask("score", "AT&amp;T  gains", "AT&T gains")

    first, second = document["data"]
    assert first["vader"]["score"] == second["vader"]["score"]
    assert first["text"] == "AT&amp;T  gains"


@pytest.mark.parametrize(
    ("words", "content", "detail"),
    [
        (["score"], b"", "No headline is given"),
        (["score", "text", "--stdin"], b"x\n", "Texts are given and --stdin is asked for"),
        (["score", "--stdin"], b"\xff\xfe", "Standard input is not UTF-8"),
        (["benchmark", "sentiment"], b"", "No data folder is named"),
    ],
    ids=["nothing", "both", "encoding", "no data"],
)
def test_wrong_usage_says_what_to_do(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, words: list[str], content: bytes, detail: str
) -> None:
    type_in(monkeypatch, content)

    code, document = ask(*words)

    assert code == 2
    assert detail in document["detail"]
    assert document["hint"] or "UTF-8" in detail


def test_people_see_readers_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["score", "Great gains for holders"])

    shown = capsys.readouterr()
    assert code == 0
    assert "vader    VADER 3.3.2" in shown.out
    assert "positive" in shown.out
    assert "bellwether score --fetch-finbert" in shown.err


def test_people_see_several_headlines_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    run(["score", "Great gains", "Awful losses", "--quiet"])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["text", "vader", "lite"]
    assert lines[2].startswith(" Awful losses")
    assert "−" in lines[2]


def test_readers_are_measured_on_a_data_folder(ask: Ask, tmp_path: Path) -> None:
    code, document = ask("benchmark", "sentiment", "--data", str(write_labels(tmp_path / "data")))

    [own] = document["data"]["labelled"]
    vader = own["scorers"][0]
    assert code == 0
    assert (own["set"], vader["family"], vader["n"], vader["majority"]) == ("own", "vader", 2, 0.5)
    assert vader["accuracy"] == {"value": 1.0, "lo": 1.0, "hi": 1.0, "n": 2}
    assert document["data"]["unavailable"]["finbert"].startswith("FINBERT_MODEL is not set")


def test_the_data_folder_may_stand_in_the_settings(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELLWETHER_DATA", str(write_labels(tmp_path / "data")))

    code, document = ask("benchmark", "sentiment", "--set", "own")

    assert code == 0
    assert document["data"]["agreement"][0]["scorers"][0]["agreement"]["value"] == 1.0


def test_people_see_names_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["benchmark", "sentiment", "--data", str(write_labels(tmp_path / "data")), "--quiet"])

    shown = capsys.readouterr().out
    assert "own, accuracy on labels; always the commonest label 0.500" in shown
    assert " FinBERT (recorded outputs)" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_folder_that_agrees_too_little_is_refused_the_name(
    ask: Ask, tmp_path: Path, finbert_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two texts agree, and two are too few."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for file in finbert_folder.iterdir():
        (folder / file.name).symlink_to(file)
    monkeypatch.setenv("FINBERT_MODEL", str(folder))

    code, _ = ask("benchmark", "sentiment", "--data", str(write_labels(tmp_path / "data")), "--write-parity")

    report = json.loads((folder / "parity_report.json").read_text())
    assert code == 3
    assert (report["against"], report["n"]) == ("recorded_outputs", 2)


def test_a_lite_reader_is_fitted_and_then_read_with(
    ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        f"Firm {i} {tone},{label}"
        for i in range(30)
        for label, tone in (("positive", "zooms"), ("neutral", "waits"), ("negative", "slumps"))
    ]
    file = tmp_path / "own.csv"
    file.write_text("\n".join(["text,label", *lines]))

    code, document = ask("fit-lite", str(file), "--name", "lite own", "--slots", "512")
    assert code == 0
    assert document["data"]["n_texts"] == 90

    _, scored = ask("score", "Acme zooms")
    assert scored["data"][0]["lite"]["scorer"]["name"] == "lite own"
    assert scored["data"][0]["lite"]["label"] == "positive"

    assert run(["fit-lite", str(file), "--slots", "512"]) == 2
    assert "Add --yes" in capsys.readouterr().err
