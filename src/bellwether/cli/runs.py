"""``bellwether runs``: the replays and demos on this machine."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bellwether.cli.frame import Invocation, command, group
from bellwether.cli.output import Answer
from bellwether.cli.tables import Column, Table
from bellwether.clock import from_us, iso
from bellwether.pipelines.workspace import REPORT, describe_run, remove_run, run_folder, run_ids, unknown_run
from bellwether.store.runs import RunRecord

app = group("List, show and remove replays and demos.")

RunId = Annotated[str, typer.Argument(help="Id of the run, as `bellwether runs list` shows it.")]


@command(app, "list", examples=("bellwether runs list", "bellwether runs list --json"))
def list_runs(cli: Invocation) -> Answer:
    """List the runs on this machine, oldest first."""
    records = [describe_run(cli.settings, run_id) for run_id in run_ids(cli.settings)]
    if not records:
        return Answer([], show=["No runs yet."], next_step="bellwether demo")
    rows = [(run.run_id, run.status, iso(from_us(run.started_us)), _verdict(run) or "") for run in records]
    columns = [
        Column("run", importance=3),
        Column("status", importance=2),
        Column("started (UTC)", importance=1),
        Column("answer", importance=0),
    ]
    return Answer(
        [_document(run) for run in records],
        show=[Table(columns, rows)],
        next_step=f"bellwether runs show {records[-1].run_id}",
    )


@command(app, "show", examples=("bellwether runs show RUN", "bellwether runs show RUN --json"))
def show_run(cli: Invocation, run_id: RunId) -> Answer:
    """Show what a run was asked and how it ended."""
    record = describe_run(cli.settings, run_id)
    report = run_folder(cli.settings, run_id) / REPORT / "report.md"
    data = {**_document(record), "report": str(report) if report.is_file() else None}
    return Answer(data, show=_lines(record, data["report"]), next_step=f"bellwether today --run {run_id}")


@command(app, "remove", examples=("bellwether runs remove RUN", "bellwether runs remove RUN --yes"))
def remove(
    cli: Invocation,
    run_id: RunId,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
) -> Answer:
    """Remove a run: its database, models and report."""
    folder = run_folder(cli.settings, run_id)
    if not folder.is_dir():
        raise unknown_run(run_id)
    data = {"run_id": run_id, "folder": str(folder), "removed": not dry_run}
    if dry_run:
        return Answer(data, show=[f"Would remove {folder} and its database."])
    cli.confirm(f"Remove {run_id} with its database, models and report?", yes=yes)
    remove_run(cli.settings, run_id)
    return Answer(data, show=[f"Removed {run_id}."])


def _document(record: RunRecord) -> dict[str, Any]:
    finished = record.finished_us
    return {
        "run_id": record.run_id,
        "kind": record.kind,
        "status": record.status,
        "started_at": iso(from_us(record.started_us)),
        "finished_at": None if finished is None else iso(from_us(finished)),
        "arguments": record.arguments,
        "summary": record.summary,
    }


def _verdict(record: RunRecord) -> str | None:
    return None if record.summary is None else str(record.summary["answer"])


def _lines(record: RunRecord, report: str | None) -> list[str]:
    document = _document(record)
    lines = [
        f"{record.run_id} · {record.kind} · {record.status}",
        "",
        *(f" {name:<12} {value}" for name, value in record.arguments.items() if value != ""),
        f" {'started':<12} {document['started_at']}",
        f" {'finished':<12} {document['finished_at'] or 'not yet: the same command resumes it'}",
    ]
    if report is not None:
        lines.append(f" {'report':<12} {report}")
    answer = _verdict(record)
    return lines if answer is None else [*lines, "", answer]
