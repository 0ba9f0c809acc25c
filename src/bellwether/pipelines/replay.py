"""Run a replay from files to report."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from bellwether.clock import Clock, to_us
from bellwether.learning.families import lineup
from bellwether.pipelines.replay_inputs import collect_inputs
from bellwether.pipelines.replay_loop import Replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.replay_result import replay_document
from bellwether.pipelines.report import write_report
from bellwether.pipelines.sentences import shown_names, with_names
from bellwether.pipelines.train import lazy_training_pool
from bellwether.pipelines.workspace import REPORT, Workspace, begin_run, work_on_run
from bellwether.progress import Track, untracked
from bellwether.settings import Settings
from bellwether.store.runs import RunRecord, upsert_run


@dataclass(frozen=True)
class ReplayResult:
    """What a replay came to.

    Attributes
    ----------
    data : dict
        The replay's document, as ``--json`` shows it under ``data``.
    report : Path
        Folder of the report.
    """

    data: dict[str, Any]
    report: Path


def run_replay(
    request: ReplayRequest,
    *,
    settings: Settings,
    clock: Clock,
    kind: str = "replay",
    track: Track = untracked,
    pool: Executor | None = None,
) -> ReplayResult:
    """Run a replay, or take it up where an earlier process left it.

    Parameters
    ----------
    request : ReplayRequest
    settings : Settings
    clock : Clock
        The real one: it stamps when rows were recorded, nothing that decides a result.
    kind : str
        ``replay`` or ``demo``, for the list of runs.
    track : Track
        Shown how far the work is.
    pool : Executor or None
        Where trainings run; None for processes of its own, one per core.

    Raises
    ------
    Conflict
        Another process works on the same replay.
    """
    with work_on_run(settings, request.run_id()) as workspace:
        record = begin_run(workspace, kind=kind, arguments=request.arguments(), started_us=to_us(clock.now()))
        started = perf_counter()
        inputs = collect_inputs(request, workspace, settings=settings, clock=clock, track=track)
        families = lineup(inputs.news_families)
        with lazy_training_pool(os.cpu_count() or 1) as own_pool:
            replay = Replay(
                request,
                workspace,
                prepared=inputs.prepared,
                families=families,
                pool=own_pool if pool is None else pool,
            )
            with track("Replay", len(list(request.days()))) as advance:
                panel = replay.run(advance)
        data = replay_document(
            request,
            run_id=workspace.run_id,
            kind=kind,
            inputs=inputs,
            families=families,
            panel=panel,
            state=replay.state,
            events=replay.events(),
            other_s=perf_counter() - started - replay.trained_here_s,
        )
        report = workspace.folder / REPORT
        write_report(report, data=data, panel=panel)
        _finish(workspace, record, data, clock=clock)
    return ReplayResult(data, report)


def _finish(workspace: Workspace, record: RunRecord, data: dict[str, Any], *, clock: Clock) -> None:
    summary = {key: data[key] for key in ("verdict", "digest", "window")}
    summary["answer"] = with_names(data["verdict"]["why"], shown_names(data))
    finished = replace(record, finished_us=to_us(clock.now()), status="finished", summary=summary)
    with workspace.database.session() as conn:
        upsert_run(conn, finished)
