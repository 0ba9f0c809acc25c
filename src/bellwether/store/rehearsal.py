"""A dry run: everything happens, in one transaction that is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bellwether.store.database import Connection, Database


@contextmanager
def rehearsal(database: Database) -> Iterator[Database]:
    """A stand-in for ``database`` whose sessions see each other's work and leave nothing behind.

    What a command would do is told by doing it, so that a dry run cannot say something else than
    the run. Writers wait for its end as for any transaction.
    """
    with suppress(_Undone), database.session() as conn:
        yield _Rehearsal(conn)
        raise _Undone


class _Undone(Exception):
    """The end of a rehearsal."""


class _Rehearsal(Database):
    """Sessions that are parts of one transaction."""

    def __init__(self, conn: Connection) -> None:
        super().__init__("")  # it never connects
        self._conn = conn

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """The one transaction; nothing is committed."""
        yield self._conn
