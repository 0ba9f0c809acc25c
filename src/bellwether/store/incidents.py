"""Incidents: something is wrong, since when, how often it was seen, and when it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from bellwether.clock import to_us
from bellwether.errors import InputError
from bellwether.store.database import Connection
from bellwether.store.moments import moment

SEVERITIES = ("info", "warn", "critical")
"""From least to most severe."""


@dataclass(frozen=True)
class Incident:
    """One incident.

    Attributes
    ----------
    key : str
        ``kind:subject:asset``; at most one incident with a key is open.
    severity : str
        One of `SEVERITIES`, the worst it reached.
    runbook : str
        Where people read what to do.
    title : str
    opened_us, seen_us : int
        When it began and was last seen, microseconds UTC.
    n_seen : int
        How many checks saw it.
    closed_us : int or None
        None while it lasts.
    details : dict or None
        What was seen last, JSON values only.
    """

    key: str
    severity: str
    runbook: str
    title: str
    opened_us: int
    seen_us: int
    n_seen: int
    closed_us: int | None
    details: dict[str, Any] | None


def report_incident(
    conn: Connection,
    key: str,
    *,
    severity: str,
    runbook: str,
    title: str,
    at_us: int,
    details: dict[str, Any] | None = None,
) -> None:
    """Open an incident, or note that the open one was seen again.

    A sight that is not later than the last one is nothing, so reporting twice is reporting once.

    Raises
    ------
    InputError
        The severity is none of `SEVERITIES`.
    """
    if severity not in SEVERITIES:
        raise InputError(f"{severity!r} is no severity.", hint=f"Use one of {', '.join(SEVERITIES)}.")
    conn.execute(
        """
        INSERT INTO incidents (key, severity, runbook, title, opened_at, seen_at, n_seen, details)
        VALUES (%(key)s, %(severity)s, %(runbook)s, %(title)s, %(at)s, %(at)s, 1, %(details)s)
        ON CONFLICT (key) WHERE closed_at IS NULL DO UPDATE SET
            severity = CASE
                WHEN array_position(%(severities)s, incidents.severity)
                     > array_position(%(severities)s, excluded.severity)
                THEN incidents.severity ELSE excluded.severity END,
            runbook = excluded.runbook, title = excluded.title, seen_at = excluded.seen_at,
            n_seen = incidents.n_seen + 1, details = excluded.details
        WHERE excluded.seen_at > incidents.seen_at
        """,
        {
            "key": key,
            "severity": severity,
            "severities": list(SEVERITIES),
            "runbook": runbook,
            "title": title,
            "at": moment(at_us),
            "details": None if details is None else Jsonb(details),
        },
    )


def close_incident(conn: Connection, key: str, *, at_us: int) -> bool:
    """End the open incident of a key; False when there is none."""
    closed = conn.execute(
        "UPDATE incidents SET closed_at = %s WHERE key = %s AND closed_at IS NULL", [moment(at_us), key]
    )
    return closed.rowcount == 1


def list_incidents(conn: Connection, *, is_open: bool | None = None) -> list[Incident]:
    """Incidents, the newest first; ``is_open`` narrows them to open or closed ones."""
    rows = conn.execute(
        """
        SELECT key, severity, runbook, title, opened_at, seen_at, n_seen, closed_at, details
        FROM incidents
        WHERE %(is_open)s::bool IS NULL OR (closed_at IS NULL) = %(is_open)s
        ORDER BY opened_at DESC, key
        """,
        {"is_open": is_open},
    )
    return [_from_stored(row) for row in rows]


def _from_stored(row: tuple[Any, ...]) -> Incident:
    key, severity, runbook, title, opened_at, seen_at, n_seen, closed_at, details = row
    return Incident(
        key=key,
        severity=severity,
        runbook=runbook,
        title=title,
        opened_us=to_us(opened_at),
        seen_us=to_us(seen_at),
        n_seen=n_seen,
        closed_us=None if closed_at is None else to_us(closed_at),
        details=details,
    )
