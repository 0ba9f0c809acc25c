from __future__ import annotations

import gzip
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bellwether.clock import to_us
from bellwether.errors import Conflict, NotFound, StoreError
from bellwether.identity import Horizon, Source
from bellwether.pipelines.sample import SampleFiles
from bellwether.pipelines.workspace import (
    begin_run,
    describe_run,
    exclusive,
    open_run,
    remove_run,
    run_folder,
    work_on_run,
)
from bellwether.store.predictions import list_models, load_predictions
from replay_homes import MakeReplays, ReplayHome, ToldReplay

SECOND_TRAINING = "train:2001-01-19T00:00:00Z"


def history(place: ReplayHome | ToldReplay, run_id: str) -> list[tuple[str, str, str]]:
    """The moves of the champion channel of a run."""
    with open_run(place.settings, run_id) as workspace:
        moves = workspace.channels.history("BTC", Horizon.H1)
    return [(move.at.isoformat(), str(move.after.champion), move.reason) for move in moves]


def versions(place: ReplayHome | ToldReplay, run_id: str) -> list[str]:
    with open_run(place.settings, run_id) as workspace:
        return [str(version) for version in workspace.registry.list_versions("BTC")]


def test_the_same_request_gives_the_same_result_in_another_home_and_in_other_processes(
    replays: ReplayHome, market_files: SampleFiles, told_replay: ToldReplay
) -> None:
    request = replays.request(market_files)
    data = replays.run(request)
    told = told_replay.data

    assert data["run_id"] == told["run_id"] == request.run_id()
    assert data["digest"] == told["digest"]
    ways = {"timing": None, "families": None}  # seconds differ, and the reasons name each home's folder
    assert data | ways == told | ways
    assert data["families"]["vader"] == told["families"]["vader"]


def test_order_and_overlap_of_the_files_change_nothing(
    replays: ReplayHome, market_files: SampleFiles, told_replay: ToldReplay, tmp_path: Path
) -> None:
    split = replays.request(
        market_files,
        headlines=tuple(reversed(overlapping(market_files.headlines, tmp_path))),
        candles=overlapping(market_files.candles, tmp_path),
    )
    data = replays.run(split)

    assert data["run_id"] != told_replay.data["run_id"]
    assert data["digest"] == told_replay.data["digest"]


def overlapping(path: Path, folder: Path) -> tuple[Path, Path]:
    """The later two thirds of a file's rows, and then the earlier two thirds."""
    head, *rows = gzip.decompress(path.read_bytes()).decode().splitlines()
    third = len(rows) // 3
    parts = (folder / f"a_{path.stem}", folder / f"b_{path.stem}")
    for part, chosen in zip(parts, (rows[third:], rows[: 2 * third]), strict=True):
        part.write_text("\n".join([head, *chosen]) + "\n")
    return parts


def test_the_range_is_half_open_and_outcomes_mature_past_its_end(told_replay: ToldReplay) -> None:
    label = told_replay.reported("label")
    moments = sorted({as_of for as_of, _ in label})

    assert (moments[0], moments[-1]) == ("2001-01-16T00:00:00Z", "2001-01-20T23:00:00Z")
    assert label["2001-01-20T23:00:00Z", "majority"] in {"0", "1"}


def test_a_part_of_a_day_is_replayed_with_outcomes_of_hours_after_it(
    replays: ReplayHome, market_files: SampleFiles
) -> None:
    start = datetime(2001, 1, 6, 18, tzinfo=UTC)
    request = replays.request(market_files, start=start, end=start + timedelta(hours=12), horizon=Horizon.H4)
    data = replays.run(request)

    moments = sorted({as_of for as_of, _ in replays.reported(data["run_id"], "p_up")})
    assert (moments[0], moments[-1], len(moments)) == ("2001-01-06T18:00:00Z", "2001-01-07T05:00:00Z", 12)
    assert data["window"]["ticks"] == data["window"]["matured"] == 12
    assert data["baselines"]["majority"]["status"] == "ok"
    for family in ("vader", "technicals", "shuffled_vader"):
        figures = {**data["families"], **data["baselines"]}[family]
        assert (figures["status"], figures["n"]) == ("untrained", 0)
        assert figures["reason"].endswith("of 14 days with recorded news.")
    assert data["verdict"]["family"] is None
    assert data["verdict"]["why"].startswith("Nothing can be judged")


def test_what_is_stored_is_what_is_reported(told_replay: ToldReplay) -> None:
    start, end = datetime(2001, 1, 16, tzinfo=UTC), datetime(2001, 1, 21, tzinfo=UTC)
    with (
        open_run(told_replay.settings, told_replay.data["run_id"]) as workspace,
        workspace.database.session() as conn,
    ):
        families = {model.model_id: model.version.family for model in list_models(conn)}
        rows = load_predictions(
            conn, "BTC", Horizon.H1, Source.SAMPLE, from_us=to_us(start), to_us=to_us(end)
        )
    stored = {
        (row.as_of_us, families[model]): f"{p_up:.9f}"
        for row in rows
        for model, p_up in zip(row.model_ids, row.p_up, strict=True)
    }
    reported = {
        (to_us(datetime.fromisoformat(as_of)), family): p_up
        for (as_of, family), p_up in told_replay.reported("p_up").items()
    }
    assert stored == reported
    assert len(stored) > 600


def test_a_training_whose_step_was_never_noted_is_made_again_without_a_trace(
    replays: ReplayHome, market_files: SampleFiles, told_replay: ToldReplay
) -> None:
    """The store refuses the step: models are published and the channel has moved, then nothing."""
    request = replays.request(market_files)
    with work_on_run(replays.settings, request.run_id()) as workspace, workspace.database.session() as conn:
        conn.execute(f"ALTER TABLE run_steps ADD CONSTRAINT refused CHECK (step <> '{SECOND_TRAINING}')")
    with pytest.raises(StoreError):
        replays.run(request)
    moved = history(replays, request.run_id())
    assert [champion for _, champion, _ in moved] == ["majority@1.0.0", "majority@1.1.0"]
    assert "vader@1.1.0" in versions(replays, request.run_id())

    with work_on_run(replays.settings, request.run_id()) as workspace, workspace.database.session() as conn:
        conn.execute("ALTER TABLE run_steps DROP CONSTRAINT refused")
    data = replays.run(request)

    assert data["digest"] == told_replay.data["digest"]
    assert data["events"] == told_replay.data["events"]
    assert history(replays, request.run_id()) == moved == history(told_replay, request.run_id())
    assert versions(replays, request.run_id()) == versions(told_replay, request.run_id())


def test_a_finished_replay_is_not_run_again_but_told_again(
    replays: ReplayHome, market_files: SampleFiles
) -> None:
    start = datetime(2001, 1, 6, tzinfo=UTC)
    request = replays.request(market_files, start=start, end=start + timedelta(days=1))
    first = replays.run(request)
    shutil.rmtree(run_folder(replays.settings, request.run_id()) / "report")

    again = replays.run(request)

    assert again["digest"] == first["digest"]
    assert again["timing"]["training_s"] == first["timing"]["training_s"]
    assert replays.reported(request.run_id(), "p_up")
    assert describe_run(replays.settings, request.run_id()).status == "finished"


def test_a_run_whose_folder_was_deleted_starts_anew(replays: ReplayHome, market_files: SampleFiles) -> None:
    """Its database may be left on the server, and speaks of models that are gone."""
    start = datetime(2001, 1, 6, tzinfo=UTC)
    request = replays.request(market_files, start=start, end=start + timedelta(days=2))
    first = replays.run(request)
    shutil.rmtree(run_folder(replays.settings, request.run_id()))

    again = replays.run(request)

    assert again["digest"] == first["digest"]
    assert versions(replays, request.run_id())


def test_a_second_process_on_a_run_is_refused(replays: ReplayHome, market_files: SampleFiles) -> None:
    request = replays.request(market_files)
    folder = run_folder(replays.settings, request.run_id())
    folder.mkdir(parents=True)

    with exclusive(folder), pytest.raises(Conflict, match="Another process works on sample_20010116"):
        replays.run(request)


def test_a_run_that_was_stopped_before_it_noted_anything_can_be_seen_and_removed(replays: ReplayHome) -> None:
    run_folder(replays.settings, "stopped_at_once").mkdir(parents=True)
    with work_on_run(replays.settings, "stopped_later"):
        pass

    for run_id in ("stopped_at_once", "stopped_later"):
        found = describe_run(replays.settings, run_id)
        assert (found.run_id, found.status, found.finished_us) == (run_id, "unfinished", None)
        remove_run(replays.settings, run_id)
        with pytest.raises(NotFound, match=f"There is no run {run_id}"):
            describe_run(replays.settings, run_id)


def test_homes_that_share_a_server_do_not_share_runs(make_replays: MakeReplays) -> None:
    first, second = make_replays(), make_replays()
    with work_on_run(first.settings, "same") as workspace:
        begin_run(workspace, kind="replay", arguments={}, started_us=1)
    with work_on_run(second.settings, "same"):
        pass

    remove_run(second.settings, "same")

    assert describe_run(first.settings, "same").kind == "replay"
