from __future__ import annotations

import json
from pathlib import Path

import pytest

from bellwether.cli.main import run


def test_a_sample_market_is_written_and_labelled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = run(["sample", "write", str(tmp_path / "market"), "--days", "2", "--seed", "3", "--json"])

    document = json.loads(capsys.readouterr().out)
    assert exit_code == 0
    assert document["meta"]["source"] == "sample"
    assert Path(document["data"]["candles"]["path"]).is_file()
    assert document["data"]["headlines"]["n"] > 100


def test_people_are_shown_the_files_and_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = run(["sample", "write", str(tmp_path), "--days", "1"])

    shown = capsys.readouterr()
    assert exit_code == 0
    assert "sample_headlines.csv.gz" in shown.out
    assert "next: bellwether replay --headlines" in shown.out
    assert "--from 2001-01-01T00:00:00Z --to 2001-01-02T00:00:00Z" in " ".join(shown.out.split())
    assert "invented" in shown.err


def test_an_impossible_market_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = run(["sample", "write", str(tmp_path), "--headlines-per-day", "-1"])

    assert exit_code == 2
    assert "headlines a day" in capsys.readouterr().err
