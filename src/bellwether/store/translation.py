"""What the driver raises, said in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import errors as pg

from bellwether.errors import Conflict, StoreError, StoreUnavailable


@dataclass(frozen=True)
class _Meaning:
    """What some of psycopg's errors mean: our error, how its message begins, and the next step."""

    of: tuple[type[psycopg.Error], ...]
    error: type[StoreError]
    what: str
    hint: str | None = None


# the first that fits counts: the most specific come first
_MEANINGS = (
    _Meaning(
        (pg.DiskFull,),
        StoreUnavailable,
        "The database's disk is full",
        "Free some space, then run the command again.",
    ),
    _Meaning(
        (pg.TooManyConnections,),
        StoreUnavailable,
        "The database takes no more connections",
        "Wait for other runs to end, or use the pooled address of the database.",
    ),
    _Meaning((pg.InsufficientResources,), StoreUnavailable, "The database lacks resources"),
    _Meaning((pg.QueryCanceled,), StoreUnavailable, "The database did not answer in time"),
    _Meaning(
        (pg.InvalidPassword, pg.InvalidAuthorizationSpecification),
        StoreUnavailable,
        "The database refuses the login",
        "Check user and password in DATABASE_URL.",
    ),
    _Meaning((pg.InvalidCatalogName,), StoreUnavailable, "There is no such database", "Check DATABASE_URL."),
    _Meaning(
        (pg.UniqueViolation, pg.ExclusionViolation, pg.TransactionRollback, pg.DuplicateDatabase),
        Conflict,
        "Another writer was first",
    ),
    _Meaning(
        (pg.UndefinedTable, pg.UndefinedColumn, pg.UndefinedFunction),
        StoreError,
        "The database's schema does not fit this version",
        "Open the store with this version once: it migrates the schema.",
    ),
    _Meaning(
        (psycopg.OperationalError, psycopg.InterfaceError),
        StoreUnavailable,
        "Could not reach the database",
        "A free database sleeps when idle and needs a few seconds to wake up. "
        "Try again, or check DATABASE_URL and that the server runs.",
    ),
    _Meaning((psycopg.Error,), StoreError, "The database refused"),
)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn every psycopg error raised inside the block into a `StoreError`.

    Raises
    ------
    StoreUnavailable
        No connection, a lost one, a full disk, no memory, or a statement beyond its time limit.
    Conflict
        A unique key was taken, or a concurrent transaction won.
    StoreError
        Anything else.
    """
    try:
        yield
    except psycopg.Error as exc:
        raise translate(exc) from exc
    except UnicodeEncodeError as exc:
        raise StoreError("The database takes valid Unicode only, and a text holds half a character.") from exc


def translate(error: psycopg.Error) -> StoreError:
    """The error of ours that says what a psycopg error means."""
    meaning = next(meaning for meaning in _MEANINGS if isinstance(error, meaning.of))
    return meaning.error(f"{meaning.what}: {_first_line(error)}", hint=meaning.hint)


def _first_line(error: psycopg.Error) -> str:
    """The server's own sentence where there is one; the driver's text never holds a password."""
    text = error.diag.message_primary or str(error) or type(error).__name__
    return text.strip().splitlines()[0]
