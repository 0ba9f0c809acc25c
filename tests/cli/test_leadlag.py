from __future__ import annotations

import json
from pathlib import Path

import pytest

from bellwether.cli.main import run
from bellwether.clock import SystemClock
from bellwether.pipelines.imports import import_candles, import_headlines
from bellwether.pipelines.scoring import score_headlines
from bellwether.sentiment.vader import VaderScorer
from bellwether.store.database import Database
from null_reasons import unreasoned
from replay_fixtures import SampleReplay, database_url


def test_the_picture_of_a_run_is_the_replays(
    replay_environment: str, sample_replay: SampleReplay, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["leadlag", "--run", replay_environment, "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    readers = document["data"]["readers"]
    assert list(readers) == ["vader", "lite"]
    for family, picture in readers.items():
        assert picture.pop("scorer") == sample_replay.data["families"][family]["scorer"]
        assert picture == sample_replay.data["leadlag"][family]
    assert document["data"]["window"] == {"from": "2001-01-31T00:00:00Z", "to": "2001-02-08T00:00:00Z"}
    assert (document["meta"]["as_of"], document["meta"]["source"]) == ("2001-02-08T00:00:00Z", "sample")
    assert unreasoned(document["data"]) == []


def test_one_reader_is_shown_lag_by_lag(
    replay_environment: str, sample_replay: SampleReplay, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["leadlag", "--run", replay_environment, "--scorer", "vader"]) == 0

    lines = capsys.readouterr().out.splitlines()
    picture = sample_replay.data["leadlag"]["vader"]
    assert lines[0] == "BTC · 2001-01-31 00:00 UTC to 2001-02-08 00:00 UTC · sample"
    assert lines[2] == f"VADER 3.3.2: {picture['sentence']}"
    assert lines[4].split() == ["return", "VADER", "3.3.2", "95", "%", "n"]
    assert len(lines) == 5 + 49
    assert [line.split("  ")[0].strip() for line in (lines[5], lines[29], lines[53])] == [
        "24 h before",
        "same hour",
        "24 h after",
    ]
    same_hour = picture["lags"][24]
    assert f"{abs(same_hour['value']):.2f}" in lines[29]
    assert lines[29].split()[-1] == str(same_hour["n"])


def test_a_placebo_is_shown_when_asked_for(
    replay_environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["leadlag", "--run", replay_environment, "--scorer", "shuffled_vader", "--json"]) == 0

    readers = json.loads(capsys.readouterr().out)["data"]["readers"]
    assert readers["shuffled_vader"]["scorer"]["name"] == "VADER 3.3.2, shuffled"


def test_a_reader_that_is_not_there_is_not_found(
    replay_environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["leadlag", "--run", replay_environment, "--scorer", "finbert"]) == 4

    written = capsys.readouterr()
    assert written.out == ""
    assert "There are no scores of finbert here." in written.err
    assert "shuffled_vader" in written.err


@pytest.fixture
def live(database_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A live store without anything."""
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url(database_dsn))
    monkeypatch.chdir(tmp_path)


def test_a_live_store_shows_all_it_has(
    live: None, sample_replay: SampleReplay, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing before the headlines are scored, then every hour of the candles."""
    market = Path(sample_replay.environ["BELLWETHER_HOME"]) / "market"
    [headlines] = market.glob("*_headlines.csv.gz")
    [candles] = market.glob("*_candles_*")
    import_headlines(database, [headlines], asset="BTC", clock=SystemClock())
    import_candles(database, [candles], asset="BTC", clock=SystemClock())
    run(["leadlag"])
    unread = capsys.readouterr().out.splitlines()
    score_headlines(database, VaderScorer(), asset="BTC")

    assert run(["leadlag", "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert "No candles, or no scored headlines, yet." in unread
    assert list(document["data"]["readers"]) == ["vader"]
    assert document["data"]["window"] == {"from": "2001-01-01T00:00:00Z", "to": "2001-02-08T00:00:00Z"}
    assert document["data"]["readers"]["vader"]["lags"][24]["n"] > 600
    assert document["meta"]["source"] == "live"


def test_an_empty_store_says_what_it_lacks(live: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["leadlag", "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["data"]["readers"] is None
    assert unreasoned(document["data"]) == []
