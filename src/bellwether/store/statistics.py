"""The planner's statistics after a bulk load."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from bellwether.store.database import Connection


def refresh_statistics(conn: Connection, table: LiteralString) -> None:
    """Let Postgres count a table again that has more than doubled since it was last counted.

    It does so by itself within minutes. What reads right after an import would until then take the
    table for an empty one and look up each of 100,000 rows on its own.
    """
    row = conn.execute(
        """
        SELECT pg_relation_size(oid) > 1000000 + 2 * greatest(relpages, 0) * 8192
        FROM pg_class WHERE oid = to_regclass(%s)
        """,
        [table],
    ).fetchone()
    if row == (True,):
        conn.execute(sql.SQL("ANALYZE (SKIP_LOCKED) {}").format(sql.Identifier(table)))
