"""One writer at a time, for the length of a transaction."""

from __future__ import annotations

from typing import Literal

from psycopg import sql

from bellwether.store.database import Connection


def exclude_writers(conn: Connection, table: Literal["raw_headlines"]) -> None:
    """Let no other transaction write to ``table`` until this one ends; reading goes on.

    Whoever numbers revisions reads the last one first; two at a time would give one number to two
    wordings. The lock is the transaction's own, so it works behind a transaction pooler.
    """
    conn.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(sql.Identifier(table)))
