"""Rows that were refused, with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from bellwether.quality.quarantine import QuarantineRow
from bellwether.store.columns import incoming, write_rows
from bellwether.store.database import Connection
from bellwether.store.moments import moment

_TYPES = {
    "seen_at": "timestamptz",
    "row_number": "int4",
    "file": "text",
    "kind": "text",
    "reason": "text",
    "payload": "text",
}


def insert_quarantine(conn: Connection, rows: Iterable[QuarantineRow]) -> int:
    """Store refused rows; the same row of the same file with the same reason is stored once.

    Returns
    -------
    int
        Number of rows added.
    """
    with incoming(
        conn, "seen_at timestamptz, row_number int4, file text, kind text, reason text, payload text"
    ):
        values = (
            (moment(row.seen_us), row.row_number, row.file, row.kind, row.reason, _storable(row.payload))
            for row in rows
        )
        write_rows(conn, "incoming", values, types=_TYPES)
        return conn.execute("""
            INSERT INTO quarantine (seen_at, row_number, file, kind, reason, payload)
            SELECT seen_at, row_number, file, kind, reason, payload FROM incoming
            ORDER BY file, row_number
            ON CONFLICT DO NOTHING
        """).rowcount


def _storable(payload: str) -> str:
    """The payload without what Postgres takes in no text; a refused row may well hold it."""
    return payload.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def count_quarantine(conn: Connection) -> dict[tuple[str, str], int]:
    """Number of refused rows by (kind, reason), the most frequent first."""
    rows = conn.execute("""
        SELECT kind, reason, count(*) FROM quarantine
        GROUP BY kind, reason ORDER BY count(*) DESC, kind, reason
    """)
    return {(kind, reason): int(n) for kind, reason, n in rows}
