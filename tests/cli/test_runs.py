from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bellwether.cli.main import run
from bellwether.clock import parse_moment, to_us
from bellwether.pipelines.workspace import run_folder, run_ids, work_on_run
from bellwether.settings import Settings, load_settings
from bellwether.store.runs import RunRecord, upsert_run
from replay_fixtures import SampleReplay, database_url

STARTED = to_us(parse_moment("2026-11-24T12:00Z"))


@pytest.fixture
def home(server_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home without runs, whose runs get their databases on the session's server."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path))
    monkeypatch.setenv("BELLWETHER_WORKSPACE_DATABASE_URL", database_url(server_dsn))
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None)
    yield settings
    for run_id in run_ids(settings):
        run(["runs", "remove", run_id, "--yes", "--quiet"])


def begin(settings: Settings, run_id: str) -> None:
    """A replay that was stopped half-way."""
    record = RunRecord(run_id, "replay", STARTED, None, "unfinished", {"asset": "BTC", "seed": 0}, None)
    with work_on_run(settings, run_id) as workspace, workspace.database.session() as conn:
        upsert_run(conn, record)


def test_runs_are_listed_with_their_answer(
    replay_environment: str, sample_replay: SampleReplay, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["runs", "list", "--json"]) == 0

    [entry] = json.loads(capsys.readouterr().out)["data"]
    assert (entry["run_id"], entry["kind"], entry["status"]) == (replay_environment, "replay", "finished")
    assert entry["summary"]["digest"] == sample_replay.data["digest"]
    assert entry["arguments"] == sample_replay.data["arguments"]

    assert run(["runs", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:2] == [replay_environment, "finished"]
    assert lines[-1] == f"next: bellwether runs show {replay_environment}"


def test_a_run_is_shown_with_what_was_asked_and_its_report(
    replay_environment: str, sample_replay: SampleReplay, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["runs", "show", replay_environment]) == 0

    lines = capsys.readouterr().out.splitlines()
    facts = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines if line.startswith(" ")}
    assert lines[0] == f"{replay_environment} · replay · finished"
    assert (facts["horizon"], facts["train_every"]) == ("1h", "4d")
    assert Path(facts["report"]) == sample_replay.report / "report.md"
    assert lines[-1] == f"next: bellwether today --run {replay_environment}"


def test_without_runs_the_list_says_where_to_begin(
    home: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["runs", "list"]) == 0

    assert capsys.readouterr().out == "No runs yet.\nnext: bellwether demo\n"


def test_an_unfinished_run_is_shown_as_one(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    begin(home, "stopped")

    assert run(["runs", "show", "stopped"]) == 0

    written = capsys.readouterr().out
    assert written.startswith("stopped · replay · unfinished\n")
    assert "not yet: the same command resumes it" in written


def test_a_dry_run_removes_nothing(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    begin(home, "kept")

    assert run(["runs", "remove", "kept", "--dry-run", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["data"]["removed"] is False
    assert run_ids(home) == ["kept"]


def test_a_removed_run_is_gone(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    begin(home, "old")

    assert run(["runs", "remove", "old", "--yes"]) == 0

    assert capsys.readouterr().out == "Removed old.\n"
    assert not run_folder(home, "old").exists()
    assert run(["runs", "show", "old"]) == 4


def test_without_a_yes_nothing_is_removed(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    begin(home, "kept")

    assert run(["runs", "remove", "kept"]) == 2

    assert "Add --yes to go on." in capsys.readouterr().err
    assert run_ids(home) == ["kept"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["show", "nothing"], 4, "There is no run nothing."),
        (["remove", "nothing", "--yes"], 4, "There is no run nothing."),
        (["show", "../x"], 2, "'../x' is not a run id."),
    ],
)
def test_what_is_no_run_is_said(
    home: Settings, capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    assert run(["runs", *words]) == code

    assert message in capsys.readouterr().err
