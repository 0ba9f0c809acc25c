"""A database and its transactions.

A session is one transaction on one connection: it commits at the end of the ``with`` block, or
leaves nothing behind. Nothing outlives the transaction on the server (no session settings, no
prepared statements, no advisory locks), so a transaction-mode pooler may stand in between.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Self

import psycopg
from psycopg import conninfo
from psycopg.pq import TransactionStatus

from bellwether.errors import ConfigurationError
from bellwether.store.translation import translated_errors

Connection = psycopg.Connection[tuple[Any, ...]]
"""A connection whose rows are tuples; the values of a row have the types of its query."""

CONNECT_TIMEOUT = timedelta(seconds=10)
"""A sleeping free-tier database needs a few seconds to wake up."""

STATEMENT_TIMEOUT = timedelta(minutes=10)
"""Longer than the longest statement of a bulk import; a statement beyond it hangs."""

_KEPT_CONNECTIONS = 4


class Database:
    """One database, reached through short transactions.

    Connections are opened on first use and kept for the next session. An object may be used by
    several threads, and by a forked child, which opens its own connections.

    Parameters
    ----------
    dsn : str
        ``postgresql://…`` or ``host=… dbname=…``.
    connect_timeout, statement_timeout : timedelta
        How long to wait for a connection and for one statement.

    Raises
    ------
    ConfigurationError
        The address cannot be read. The message does not repeat it: it may hold a password.
    """

    def __init__(
        self,
        dsn: str,
        *,
        connect_timeout: timedelta = CONNECT_TIMEOUT,
        statement_timeout: timedelta = STATEMENT_TIMEOUT,
    ) -> None:
        self._name = database_name(dsn)
        self._dsn = dsn
        self._connect_timeout = connect_timeout
        self._statement_timeout = statement_timeout
        self._idle: deque[Connection] = deque()
        self._pid = os.getpid()

    def __repr__(self) -> str:
        return f"Database({self._name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The database's name, without its address."""
        return self._name

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back when it raises.

        Yields
        ------
        Connection
            Only for use inside the block.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached, or did not answer in time.
        Conflict
            Another writer was first.
        StoreError
            Anything else the database refuses.
        """
        with translated_errors():
            conn = self._begin()
            try:
                yield conn
                conn.commit()
            except BaseException:
                with suppress(psycopg.Error):
                    conn.rollback()
                raise
            finally:
                self._give_back(conn)

    def close(self) -> None:
        """Close the connections that are kept; a later session opens new ones."""
        while self._idle:
            self._idle.pop().close()

    def _begin(self) -> Connection:
        """A connection inside a fresh transaction."""
        self._forget_a_parents_connections()
        while self._idle:
            conn = self._idle.pop()
            try:
                self._set_timeout(conn)
            except psycopg.OperationalError:  # the server restarted since the last session
                conn.close()
            else:
                return conn
        conn = self._connect()
        try:
            self._set_timeout(conn)
        except psycopg.Error:
            conn.close()
            raise
        return conn

    def _connect(self) -> Connection:
        return connect(self._dsn, timeout=self._connect_timeout)

    def _set_timeout(self, conn: Connection) -> None:
        milliseconds = str(int(self._statement_timeout.total_seconds() * 1000))
        conn.execute("SELECT set_config('statement_timeout', %s, true)", [milliseconds])

    def _give_back(self, conn: Connection) -> None:
        is_usable = conn.info.transaction_status is TransactionStatus.IDLE
        if is_usable and len(self._idle) < _KEPT_CONNECTIONS:
            self._idle.append(conn)
        else:
            conn.close()

    def _forget_a_parents_connections(self) -> None:
        """After a fork the kept connections are still the parent's, who goes on using them."""
        if self._pid != os.getpid():
            self._idle = deque()
            self._pid = os.getpid()


def connect(dsn: str, *, timeout: timedelta = CONNECT_TIMEOUT, autocommit: bool = False) -> Connection:
    """Open a connection that works behind a transaction-mode pooler.

    Psycopg prepares a statement on its fifth use, and the pooler may run the sixth on another server
    connection: hence ``prepare_threshold=None``. Errors are psycopg's own.
    """
    return psycopg.connect(
        dsn,
        autocommit=autocommit,
        prepare_threshold=None,
        connect_timeout=max(1, int(timeout.total_seconds())),
        application_name="bellwether",
    )


def database_name(dsn: str) -> str:
    """The name of the database in a connection string.

    Raises
    ------
    ConfigurationError
        The string is none; it is not repeated, for it may hold a password.
    """
    try:
        return str(conninfo.conninfo_to_dict(dsn).get("dbname") or "")
    except psycopg.ProgrammingError:
        raise ConfigurationError(
            "The address of the database cannot be read.",
            hint="Write DATABASE_URL like postgresql://user:password@host:5432/database.",
        ) from None
