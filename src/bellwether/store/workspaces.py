"""Databases of a server: a replay or a demo gets one of its own."""

from __future__ import annotations

from psycopg import conninfo, sql

from bellwether.store.database import connect
from bellwether.store.translation import translated_errors


def with_database(server_dsn: str, name: str) -> str:
    """The connection string of another database on the same server."""
    return conninfo.make_conninfo(server_dsn, dbname=name)


def database_exists(server_dsn: str, name: str) -> bool:
    """Whether the server has a database of that name.

    Raises
    ------
    StoreUnavailable
        The server cannot be reached.
    """
    with translated_errors(), connect(server_dsn, autocommit=True) as conn:
        return conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def create_database(server_dsn: str, name: str, *, template: str = "template0") -> None:
    """Create a database.

    Parameters
    ----------
    server_dsn : str
        Any database of the server; its user may create databases.
    name : str
    template : str
        The database to copy; nobody may be connected to it.

    Raises
    ------
    StoreUnavailable
        The server cannot be reached, or its disk is full.
    Conflict
        The name is taken.
    StoreError
        The user may not create databases.
    """
    with translated_errors(), connect(server_dsn, autocommit=True) as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )


def drop_database(server_dsn: str, name: str) -> None:
    """Drop a database and end the connections to it; one that is not there is nothing.

    Raises
    ------
    StoreUnavailable
        The server cannot be reached.
    """
    with translated_errors(), connect(server_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
