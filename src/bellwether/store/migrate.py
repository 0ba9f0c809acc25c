"""Bring a database's schema to this version, or back to an earlier one.

Revisions are numbered ``0001``, ``0002``, … and lie in ``store/migrations/versions``. A change of
schema is one transaction: a killed migration leaves the old schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bellwether.errors import StoreError
from bellwether.store.database import connect
from bellwether.store.translation import translate, translated_errors

_FOLDER = Path(__file__).parent / "migrations"
BASE = "base"
"""The revision of an empty database."""


def head() -> str:
    """The newest revision."""
    return max(path.name[:4] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def current(dsn: str) -> str | None:
    """The revision a database is at; None when it holds no schema of ours.

    Raises
    ------
    StoreUnavailable
        The database cannot be reached.
    """
    with translated_errors(), connect(dsn) as conn:
        if conn.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])


def upgrade(dsn: str, revision: str = "head") -> None:
    """Migrate up to ``revision``; nothing happens at or above it.

    Several processes may do so at once: they take turns.

    Raises
    ------
    StoreUnavailable
        The database cannot be reached.
    StoreError
        A newer version of this program migrated the database, or a migration fails; the schema is
        as it was.
    """
    found = current(dsn)
    if found == head():  # saves loading Alembic and SQLAlchemy at every start
        return
    if found is not None and found > head():
        raise StoreError(
            f"The database's schema is {found}; this version knows up to {head()}.",
            hint="Update bellwether, or use another database.",
        )
    from alembic import command  # noqa: PLC0415 - heavy, and rarely needed

    _run(dsn, lambda config: command.upgrade(config, revision))


def downgrade(dsn: str, revision: str) -> None:
    """Migrate down to ``revision`` (`BASE` for an empty database). What it held beyond is lost.

    Raises
    ------
    StoreUnavailable
        The database cannot be reached.
    StoreError
        A migration fails; the schema is as it was.
    """
    from alembic import command  # noqa: PLC0415 - heavy, and rarely needed

    _run(dsn, lambda config: command.downgrade(config, revision))


def _run(dsn: str, act: Callable[..., None]) -> None:
    """Run an Alembic command in one transaction on a connection of our kind."""
    from alembic.config import Config  # noqa: PLC0415 - heavy, and rarely needed
    from sqlalchemy import NullPool, create_engine  # noqa: PLC0415 - likewise

    engine = create_engine("postgresql+psycopg://", creator=lambda: connect(dsn), poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    with _unwrapped_errors(), engine.begin() as connection:
        config.attributes["connection"] = connection
        act(config)


@contextmanager
def _unwrapped_errors() -> Iterator[None]:
    """Translate psycopg's errors, also those that SQLAlchemy has wrapped."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - heavy, and rarely needed

    try:
        with translated_errors():
            yield
    except DBAPIError as exc:
        if isinstance(exc.orig, psycopg.Error):
            raise translate(exc.orig) from exc
        raise
