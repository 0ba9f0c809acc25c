"""Workspaces: each replay or demo has its own folder, database and registry, apart from the live ones."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bellwether.errors import Conflict, InputError, NotFound
from bellwether.registry.channels import Channels
from bellwether.registry.durable import replace_file
from bellwether.registry.folder import FolderModelStore
from bellwether.settings import Settings
from bellwether.store.database import Database
from bellwether.store.opening import drop_workspace, open_workspace
from bellwether.store.runs import RunRecord, get_run, upsert_run

_RUNS = "runs"
_DATABASE = "database"  # a file in a run's folder: the name of its database, written before it is made
REPORT = "report"
"""Folder of the report, below a run's own."""


@dataclass(frozen=True)
class Workspace:
    """An open workspace.

    Attributes
    ----------
    run_id : str
    folder : Path
        ``BELLWETHER_HOME/runs/RUN_ID``; the report is written here.
    database : Database
        Its own, migrated.
    registry : FolderModelStore
    channels : Channels
    """

    run_id: str
    folder: Path
    database: Database
    registry: FolderModelStore
    channels: Channels


def run_folder(settings: Settings, run_id: str) -> Path:
    """Folder of a run, whether it exists or not.

    Raises
    ------
    InputError
        The id is not one that a run can have.
    """
    if not run_id.replace("_", "").replace("-", "").isalnum():
        raise InputError(f"{run_id!r} is not a run id.", hint="bellwether runs list  shows them.")
    return settings.home / _RUNS / run_id


def registry_folder(settings: Settings, run_id: str | None) -> Path:
    """Folder of a run's model registry, or with None of the live one; it may not exist yet.

    Raises
    ------
    InputError
        The id is not one that a run can have.
    """
    home = settings.home if run_id is None else run_folder(settings, run_id)
    return home / "registry"


@contextmanager
def open_run(settings: Settings, run_id: str) -> Iterator[Workspace]:
    """Open the workspace of a run for reading, for the length of a block.

    Raises
    ------
    NotFound
        There is no such run, or it was stopped before it had a database.
    """
    place = run_folder(settings, run_id) / _DATABASE
    if not place.is_file():
        raise unknown_run(run_id)
    with _opened(settings, run_id, database=place.read_text()) as workspace:
        yield workspace


@contextmanager
def work_on_run(settings: Settings, run_id: str) -> Iterator[Workspace]:
    """Open the workspace of a run for this process alone, made where it is missing.

    Raises
    ------
    Conflict
        Another process works on the run.
    """
    folder = run_folder(settings, run_id)
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder):
        place = folder / _DATABASE
        if not place.is_file():
            name = _database_name(settings, run_id)
            # A server may outlive a deleted home; a database it kept names models that are gone.
            drop_workspace(settings, name)
            replace_file(place, name.encode())
        with _opened(settings, run_id, database=place.read_text()) as workspace:
            yield workspace


def _database_name(settings: Settings, run_id: str) -> str:
    """Homes that share a server may have the same run, each with its own models."""
    home = str(settings.home.expanduser().resolve())
    return f"{run_id}_{hashlib.blake2b(home.encode(), digest_size=4).hexdigest()}"


@contextmanager
def _opened(settings: Settings, run_id: str, *, database: str) -> Iterator[Workspace]:
    models = registry_folder(settings, run_id)
    opened = open_workspace(settings, database)
    try:
        yield Workspace(
            run_id=run_id,
            folder=run_folder(settings, run_id),
            database=opened,
            registry=FolderModelStore(models),
            channels=Channels(models),
        )
    finally:
        opened.close()


def begin_run(workspace: Workspace, *, kind: str, arguments: dict[str, Any], started_us: int) -> RunRecord:
    """Note what a run is about to do; one that was stopped half-way keeps its steps.

    Parameters
    ----------
    workspace : Workspace
    kind : str
        ``replay``, ``demo`` …, for the list of runs.
    arguments : dict
        What was asked for, JSON values only.
    started_us : int
        Microseconds UTC.
    """
    record = RunRecord(
        run_id=workspace.run_id,
        kind=kind,
        started_us=started_us,
        finished_us=None,
        status="unfinished",
        arguments=arguments,
        summary=None,
    )
    with workspace.database.session() as conn:
        upsert_run(conn, record)
    return record


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold a run for one process; the lock goes with the process, even a killed one.

    Raises
    ------
    Conflict
        Another process works on the run.
    """
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise Conflict(
                f"Another process works on {folder.name}.", hint="Wait for it, or stop it, then repeat."
            ) from exc
        yield


def run_ids(settings: Settings) -> list[str]:
    """Ids of all runs, oldest first."""
    folder = settings.home / _RUNS
    if not folder.is_dir():
        return []
    runs = (path for path in folder.iterdir() if path.is_dir())
    return [path.name for path in sorted(runs, key=lambda path: (path.stat().st_ctime, path.name))]


def describe_run(settings: Settings, run_id: str) -> RunRecord:
    """What a run was asked and how far it got.

    One that was stopped before it could note anything is described by its folder alone.

    Raises
    ------
    NotFound
        There is no such run.
    """
    try:
        with open_run(settings, run_id) as workspace, workspace.database.session() as conn:
            return get_run(conn, run_id)
    except NotFound:
        folder = run_folder(settings, run_id)
        if not folder.is_dir():
            raise
    made_us = folder.stat().st_ctime_ns // 1_000
    return RunRecord(run_id, "unknown", made_us, None, "unfinished", {}, None)


def unknown_run(run_id: str) -> NotFound:
    """The error for an id that names no run here."""
    return NotFound(f"There is no run {run_id}.", hint="bellwether runs list  shows them.")


def remove_run(settings: Settings, run_id: str) -> None:
    """Delete a run: its database, registry and report.

    Raises
    ------
    NotFound
        There is no such run.
    Conflict
        A process works on it.
    """
    folder = run_folder(settings, run_id)
    if not folder.is_dir():
        raise unknown_run(run_id)
    with exclusive(folder):
        place = folder / _DATABASE
        drop_workspace(settings, place.read_text() if place.is_file() else _database_name(settings, run_id))
        shutil.rmtree(folder)
