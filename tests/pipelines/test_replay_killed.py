"""A replay's process is killed with SIGKILL, three times at other work, and taken up by the next one."""

from __future__ import annotations

import multiprocessing
import os
import select
import sys
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from bellwether.clock import SystemClock
from bellwether.errors import BellwetherError, Conflict
from bellwether.identity import Horizon
from bellwether.pipelines.replay import run_replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.sample import SampleFiles
from bellwether.pipelines.workspace import open_run, registry_folder
from bellwether.store.headlines import count_headlines
from bellwether.store.runs import list_steps
from replay_homes import ReplayHome, ToldReplay

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see who is training")

POLL_S = 0.05
DEAD_WITHIN_S = 60


@pytest.fixture(scope="module")
def start(market_files: SampleFiles) -> Iterator[Callable[[Any, ReplayRequest], ForkServerProcess]]:
    """Starts a replay in a process of its own, from a server that has imported what it needs once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bellwether.pipelines.replay"])
    started: list[ForkServerProcess] = []

    def start(replays: ReplayHome, request: ReplayRequest) -> ForkServerProcess:
        arguments = {"settings": replays.settings, "clock": SystemClock()}
        process = context.Process(target=run_replay, args=(request,), kwargs=arguments)
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


def wait_for(process: ForkServerProcess, is_reached: Callable[[], object]) -> None:
    """Wait until something is true, as long as the process lives."""
    while not is_reached():
        process.join(POLL_S)
        assert process.is_alive(), "the replay ended before it was killed"


def kill(process: ForkServerProcess) -> None:
    process.kill()
    process.join()


def test_killed_replays_end_as_if_never_killed(
    replays: ReplayHome,
    market_files: SampleFiles,
    told_replay: ToldReplay,
    start: Callable[..., ForkServerProcess],
) -> None:
    request = replays.request(market_files)
    run = (replays.settings, request.run_id())

    replay = start(replays, request)
    wait_for(replay, lambda: n_headlines(*run))
    kill(replay)

    replay = start(replays, request)
    wait_for(replay, lambda: training_workers(replay))
    with pytest.raises(Conflict):
        replays.run(request)
    workers = [os.pidfd_open(pid) for pid in children(replay.pid)]
    kill(replay)
    for worker in workers:
        is_dead, _, _ = select.select([worker], [], [], DEAD_WITHIN_S)
        assert is_dead, "a training outlives its replay"
        os.close(worker)
    assert not [step for step in steps(*run) if step.startswith("train:")]

    replay = start(replays, request)
    wait_for(replay, (registry_folder(*run) / "versions" / "btc" / "vader@1.1.0").exists)
    kill(replay)
    assert [step for step in steps(*run) if step.startswith("train:")] == ["train:2001-01-16T00:00:00Z"]

    data = replays.run(request)
    assert data["digest"] == told_replay.data["digest"]
    assert data["events"] == told_replay.data["events"]
    assert moves(*run) == moves(told_replay.settings, request.run_id())


def n_headlines(settings: Any, run_id: str) -> int:
    try:
        with open_run(settings, run_id) as workspace, workspace.database.session() as conn:
            return count_headlines(conn, "BTC")
    except BellwetherError:  # the process has not come as far as a database
        return 0


def steps(settings: Any, run_id: str) -> list[str]:
    with open_run(settings, run_id) as workspace, workspace.database.session() as conn:
        return list(list_steps(conn, run_id))


def moves(settings: Any, run_id: str) -> list[tuple[str, str, str]]:
    with open_run(settings, run_id) as workspace:
        history = workspace.channels.history("BTC", Horizon.H1)
    return [(move.at.isoformat(), str(move.after.champion), move.reason) for move in history]


def training_workers(process: ForkServerProcess) -> list[int]:
    """Children of a process that have loaded what trains."""
    return [pid for pid in children(process.pid) if "lightgbm" in read(Path(f"/proc/{pid}/maps"))]


def children(pid: int | None) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in read(task).split()]


def read(path: Path) -> str:
    """What a file of /proc says; nothing once its process is gone."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
