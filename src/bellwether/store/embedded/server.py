"""Start, attach to, recover and stop the embedded server.

The server belongs to the processes that use it. Each `EmbeddedServer.start` counts as a user until
it is stopped or its process ends; the last user that stops takes the server down. When every user
was killed, the server stays until the next one starts and stops. All of this is held by three
file locks, which the kernel frees when a process dies (see `locks`): no process number is trusted.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from bellwether.errors import StoreUnavailable
from bellwether.store.database import connect
from bellwether.store.embedded import programs
from bellwether.store.embedded.configuration import PORT, ROLE
from bellwether.store.embedded.layout import Layout
from bellwether.store.embedded.locks import FileLock, held, is_held

_PATIENCE = timedelta(seconds=60)
"""How long a server may take to answer; recovery after a crash in a bulk load takes seconds."""

_POLL_SECONDS = 0.02
_PROBE_TIMEOUT = timedelta(seconds=5)
_SOCKET_FOLDER_LINE = 4


class EmbeddedServer:
    """A user's hold on the server of one home. Made by `start`, ended by `stop`."""

    def __init__(self, layout: Layout, users: FileLock, socket_folder: Path) -> None:
        self._layout = layout
        self._users = users
        self._socket_folder = socket_folder
        self._pid = os.getpid()
        self._is_stopped = False
        atexit.register(self.stop)

    @classmethod
    def start(cls, home: Path, *, settings: Mapping[str, str] | None = None) -> EmbeddedServer:
        """Use the server of ``home``; start it, or make it first, where that is needed.

        Several processes may call this at once: one starts the server, the others use it.

        Parameters
        ----------
        home : Path
            ``BELLWETHER_HOME``; its path may hold spaces.
        settings : mapping, optional
            Server parameters that differ from ours; they apply when this call starts the server.

        Returns
        -------
        EmbeddedServer
            It stops at the end of the process if `stop` is not called before.

        Raises
        ------
        StoreUnavailable
            The binaries are missing, the place cannot be written, the disk is full, or the server
            does not answer; the message says which.
        """
        layout = Layout.of(home)
        layout.create()
        with held(layout.turn):
            users = FileLock(layout.users)
            try:
                users.share()
                folder = _running(layout) or _started(layout, settings or {})
            except BaseException:
                users.close()
                raise
        return cls(layout, users, folder)

    def dsn(self, database: str = "postgres") -> str:
        """The connection string of one of the server's databases; it holds no secret."""
        return _dsn(self._socket_folder, database)

    def stop(self) -> None:
        """End this use of the server; the last user takes it down. Doing it twice is nothing.

        In a forked child it is nothing either: the hold is the parent's.

        Raises
        ------
        StoreUnavailable
            The server does not end.
        """
        if self._is_stopped or self._pid != os.getpid():
            return
        self._is_stopped = True
        atexit.unregister(self.stop)
        if not self._layout.base.exists():  # destroyed meanwhile
            self._users.close()
            return
        with held(self._layout.turn):
            self._users.close()
            if not is_held(self._layout.users):
                _shut_down(self._layout, signal.SIGINT)

    @staticmethod
    def destroy(home: Path) -> None:
        """Stop the server of ``home``, whoever uses it, and delete its data."""
        layout = Layout.of(home)
        if not layout.base.exists():
            return
        with held(layout.turn):
            _shut_down(layout, signal.SIGQUIT)
            shutil.rmtree(layout.base)


def _dsn(socket_folder: Path, database: str) -> str:
    return make_conninfo(host=str(socket_folder), port=PORT, user=ROLE, dbname=database)


def _running(layout: Layout) -> Path | None:
    """The socket folder of the live server, None when no process of a server is left.

    Waits while a server starts up, recovers, or while the last processes of a killed one end.
    """
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    while is_held(layout.alive):
        folder = _socket_folder(layout)
        if folder is not None and _answers(folder):
            return folder
        if time.monotonic() > deadline:
            raise StoreUnavailable(
                "The embedded database runs but does not answer.",
                hint=f"Its log is {layout.log}. End its processes, then run the command again.",
            )
        time.sleep(_POLL_SECONDS)
    return None


def _started(layout: Layout, settings: Mapping[str, str]) -> Path:
    """Start the server, which nobody runs, and give its socket folder."""
    programs.prepare_data(layout)
    _clear_leftovers(layout)
    folder = layout.create_socket_folder()
    log_start = programs.launch(layout, folder, settings)
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    while not _answers(folder):
        if not is_held(layout.alive) or time.monotonic() > deadline:
            raise programs.failure(layout, "The embedded database did not start", log_start)
        time.sleep(_POLL_SECONDS)
    return folder


def _answers(folder: Path) -> bool:
    try:
        with connect(_dsn(folder, "postgres"), timeout=_PROBE_TIMEOUT) as conn:
            conn.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _clear_leftovers(layout: Layout) -> None:
    """Remove what a killed server left: its socket, and the note of its process number.

    PostgreSQL itself takes the number for a live server's when a dead process still waits to be
    reaped, or another process got the same one. Here no process of the old server is left: the
    last of them would hold the lock `Layout.alive`.
    """
    folder = _socket_folder(layout)
    if folder is not None:
        _remove_sockets(layout, folder)
    layout.pid_file.unlink(missing_ok=True)


def _remove_sockets(layout: Layout, folder: Path) -> None:
    if folder.parent == layout.base:
        for path in folder.glob(".s.PGSQL.*"):
            path.unlink()
    elif folder.name.startswith("bellwether-"):
        shutil.rmtree(folder, ignore_errors=True)


def _socket_folder(layout: Layout) -> Path | None:
    """Where the server says its socket is; None before it says so."""
    with suppress(OSError):
        lines = layout.pid_file.read_text(encoding="utf-8").splitlines()
        if len(lines) > _SOCKET_FOLDER_LINE and lines[_SOCKET_FOLDER_LINE]:
            return Path(lines[_SOCKET_FOLDER_LINE])
    return None


def _shut_down(layout: Layout, by: signal.Signals) -> None:
    """End the server: its transactions are rolled back, what is committed stays.

    ``SIGINT`` writes everything first; ``SIGQUIT`` leaves that to recovery at the next start.
    """
    folder = _running(layout)
    if folder is None:
        _clear_leftovers(layout)
        return
    # it answered just now, so the number in its note is its own
    pid = int(layout.pid_file.read_text(encoding="utf-8").splitlines()[0])
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    os.kill(pid, by)
    while is_held(layout.alive):
        if time.monotonic() > deadline:
            raise StoreUnavailable("The embedded database does not end.", hint=f"Its log is {layout.log}.")
        time.sleep(_POLL_SECONDS)
    _remove_sockets(layout, folder)
