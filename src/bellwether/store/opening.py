"""Open the live store, or a run's own database, as the settings say: ready and migrated."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from bellwether.errors import Conflict, InputError
from bellwether.settings import Settings
from bellwether.store import migrate
from bellwether.store.database import Database
from bellwether.store.embedded import EmbeddedServer
from bellwether.store.workspaces import create_database, database_exists, drop_database, with_database

LIVE_DATABASE = "bellwether"
"""Name of the live database on the embedded server."""

_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,58}")  # a database's name has 63 bytes
_servers: dict[Path, EmbeddedServer] = {}


def open_store(settings: Settings) -> Database:
    """The live database: the one of ``DATABASE_URL``, else on the embedded server under the home.

    The embedded server is started where it does not run, and ends with the last process that uses
    it.

    Raises
    ------
    StoreUnavailable
        The server cannot be reached or started; the message says why and what to do.
    StoreError
        The schema cannot be brought to this version.
    """
    if settings.store.url is not None:
        dsn = settings.store.url.get_secret_value()
    else:
        dsn = _created(_embedded(settings), LIVE_DATABASE)
    migrate.upgrade(dsn)
    return Database(dsn)


def open_workspace(settings: Settings, run_id: str) -> Database:
    """The database of one run, made where it is missing; nothing in it touches the live one.

    Raises
    ------
    InputError
        The id cannot name a database.
    StoreUnavailable, StoreError
        As `open_store`.
    """
    name = _database_of(run_id)
    dsn = _created(_workspace_server(settings), name)
    migrate.upgrade(dsn)
    return Database(dsn)


def drop_workspace(settings: Settings, run_id: str) -> None:
    """Drop the database of one run; one that is not there is nothing.

    Raises
    ------
    InputError
        The id cannot name a database.
    StoreUnavailable
        The server cannot be reached or started.
    """
    name = _database_of(run_id)
    drop_database(_workspace_server(settings), name)


def _workspace_server(settings: Settings) -> str:
    if settings.store.workspace_url is not None:
        return settings.store.workspace_url.get_secret_value()
    return _embedded(settings)


def _embedded(settings: Settings) -> str:
    """The address of the home's server, which this process uses until it ends."""
    home = settings.home.expanduser().resolve()
    before = _servers.get(home)
    _servers[home] = EmbeddedServer.start(home)  # quick where it runs, and revives one that was killed
    if before is not None:
        before.stop()
    return _servers[home].dsn()


def _created(server_dsn: str, name: str) -> str:
    """The address of a server's database, made where it is missing."""
    if not database_exists(server_dsn, name):
        with suppress(Conflict):  # another process made it in between
            create_database(server_dsn, name)
    return with_database(server_dsn, name)


def _database_of(run_id: str) -> str:
    if not _RUN_ID.fullmatch(run_id):
        raise InputError(f"{run_id!r} is not a run id.", hint="bellwether runs list  shows them.")
    return f"run_{run_id}"
