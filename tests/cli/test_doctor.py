"""``bellwether doctor`` shows its findings and ends with 3 when there is a problem."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bellwether.cli.main import run


@pytest.fixture(autouse=True)
def _only_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("DATABASE_URL", "BELLWETHER_ENV", "BELLWETHER_DATA", "FINBERT_MODEL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def test_what_is_well_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["doctor", "--only", "configuration"])

    assert code == 0
    assert capsys.readouterr().out == " ✓ configuration valid (development)\n\nAll well.\n"


def test_a_note_is_no_problem(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BELLWETHER_HOEM", "x")

    code = run(["doctor", "--only", "configuration"])

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        " ✓ configuration valid (development)",
        " ▲ BELLWETHER_HOEM is set but is no setting",
        "     fix: see .env.example",
        "",
        "0 problems, 1 note.",
    ]


def test_settings_that_cannot_be_are_a_finding_and_end_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BELLWETHER_ENV", "prod")

    code = run(["doctor", "--json"])

    data = json.loads(capsys.readouterr().out)["data"]
    assert code == 3
    assert data["problems"] == 1
    assert data["findings"][0]["status"] == "problem"
    assert data["findings"][0]["text"].startswith("BELLWETHER_ENV: input should be")


def test_an_area_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["doctor", "--only", "luck"])

    assert code == 2
    assert "Choose from python, configuration, database" in capsys.readouterr().err
