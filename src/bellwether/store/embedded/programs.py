"""Run the programs of the PostgreSQL installation: make a data directory, launch the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from bellwether.errors import StoreUnavailable
from bellwether.store.embedded.binaries import find_binaries
from bellwether.store.embedded.configuration import ROLE, SYNC_METHOD, write_configuration
from bellwether.store.embedded.layout import Layout
from bellwether.store.embedded.locks import FileLock

MAJOR_VERSION = "18"
"""PostgreSQL's major version; a data directory of another one cannot be read."""

_LARGEST_LOG = 1 << 20
_LEAST_FREE = 32 << 20
"""Bytes. A new data directory takes 40 MB."""

_COMPLAINT = re.compile(r"(FATAL|PANIC|ERROR|error): +(?P<what>.*\S)")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

# the locale is PostgreSQL's own, so that text sorts alike on every machine
_INITDB = (
    f"--username={ROLE}",
    "--auth=peer",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
    f"--sync-method={SYNC_METHOD}",
)


class _AsAccount(TypedDict, total=False):
    user: int
    group: int
    extra_groups: Sequence[int]


def _as_account(layout: Layout) -> _AsAccount:
    if layout.account is None:
        return {}
    return {"user": layout.account.uid, "group": layout.account.gid, "extra_groups": []}


def prepare_data(layout: Layout) -> None:
    """Make the data directory where there is none; a killed attempt leaves none.

    Raises
    ------
    StoreUnavailable
        ``initdb`` fails, or the directory belongs to another major version.
    """
    if not layout.data.exists():
        _initialise(layout)
    version = (layout.data / "PG_VERSION").read_text(encoding="utf-8").strip()
    if version != MAJOR_VERSION:
        raise StoreUnavailable(
            f"{layout.data} was written by PostgreSQL {version}; this is {MAJOR_VERSION}.",
            hint="Restore a backup into a new home, or set BELLWETHER_HOME to another folder.",
        )


def _initialise(layout: Layout) -> None:
    program = find_binaries(layout) / "initdb"
    shutil.rmtree(layout.fresh_data, ignore_errors=True)
    layout.fresh_data.mkdir(mode=0o700)
    layout.give(layout.fresh_data)
    log_start = layout.log.stat().st_size
    with layout.log.open("ab") as log:
        ended = subprocess.run(  # noqa: S603 - our binary, arguments without a shell
            [program, "--pgdata", layout.fresh_data, *_INITDB],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_ENVIRONMENT,
            umask=0o077,
            check=False,
            **_as_account(layout),
        )
    if ended.returncode != 0:
        raise failure(layout, "The embedded database could not be created", log_start)
    layout.fresh_data.rename(layout.data)


def launch(layout: Layout, socket_folder: Path, settings: Mapping[str, str]) -> int:
    """Start the server as a process of its own, holding the lock `Layout.alive`.

    Returns
    -------
    int
        Where in the log its words begin, in bytes.
    """
    program = find_binaries(layout) / "postgres"
    _shorten_log(layout)
    write_configuration(layout, socket_folder, settings)
    log_start = layout.log.stat().st_size
    alive = FileLock(layout.alive)
    try:
        alive.acquire()
        with layout.log.open("ab") as log:
            # the shell ends at once, so the server is nobody's child, and closing a terminal or
            # interrupting a command does not reach it
            subprocess.run(  # noqa: S603 - a fixed script; the paths are its arguments, never its text
                ["/bin/sh", "-c", '"$@" &', "sh", program, "-D", layout.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_ENVIRONMENT,
                umask=0o077,
                start_new_session=True,
                pass_fds=(alive.fd,),
                check=True,
                **_as_account(layout),
            )
    finally:
        alive.close()
    return log_start


def failure(layout: Layout, what: str, log_start: int) -> StoreUnavailable:
    """The error that says why a program failed, in the words of its log from ``log_start`` on."""
    with layout.log.open("rb") as log:
        log.seek(log_start)
        said = log.read().decode("utf-8", "replace").splitlines()
    complaints = [found["what"] for line in said if (found := _COMPLAINT.search(line))]
    why = complaints[-1] if complaints else "it did not say why"
    hint = f"Its log is {layout.log}."
    # the log itself lies on that disk: the complaint may be missing from it
    if "No space left on device" in " ".join(said) or shutil.disk_usage(layout.base).free < _LEAST_FREE:
        hint = f"Free some space on the disk of {layout.base}, then run the command again."
    return StoreUnavailable(f"{what}: {why}", hint=hint)


def _shorten_log(layout: Layout) -> None:
    """Keep the log of the last starts only; nobody writes to it now."""
    if layout.log.stat().st_size > _LARGEST_LOG:
        os.truncate(layout.log, 0)
