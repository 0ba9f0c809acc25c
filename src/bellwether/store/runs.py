"""Runs of replays and demos: what was asked, how far it got, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from bellwether.clock import to_us
from bellwether.errors import NotFound
from bellwether.store.database import Connection
from bellwether.store.moments import moment

JsonObject = dict[str, Any]  # what JSON holds is for its reader to know

_CAUSES_FIRST = ("drift", "rollback", "retrain", "deployment")
"""Kinds of events in the order a moment brings them about; others come last, by name."""


@dataclass(frozen=True)
class RunRecord:
    """A run.

    Attributes
    ----------
    run_id : str
    kind : str
        ``replay`` or ``demo``.
    started_us : int
        Microseconds UTC.
    finished_us : int or None
        None while it is unfinished.
    status : str
        ``unfinished`` or ``finished``.
    arguments : dict
        What was asked for, JSON values only.
    summary : dict or None
        What came of it.
    """

    run_id: str
    kind: str
    started_us: int
    finished_us: int | None
    status: str
    arguments: JsonObject
    summary: JsonObject | None


@dataclass(frozen=True)
class RunEvent:
    """Something that happened in a run: a deployment, a retraining, a drift alarm, a rollback."""

    at_us: int
    kind: str
    subject: str
    payload: JsonObject | None


def upsert_run(conn: Connection, record: RunRecord) -> None:
    """Store a run; of one that is known, its first start, its steps and its events stay."""
    conn.execute(
        """
        INSERT INTO runs (run_id, kind, started_at, finished_at, status, arguments, summary)
        VALUES (%(run_id)s, %(kind)s, %(started_at)s, %(finished_at)s, %(status)s, %(arguments)s,
                %(summary)s)
        ON CONFLICT (run_id) DO UPDATE SET
            kind = excluded.kind, finished_at = excluded.finished_at,
            status = excluded.status, arguments = excluded.arguments, summary = excluded.summary
        """,
        {
            "run_id": record.run_id,
            "kind": record.kind,
            "started_at": moment(record.started_us),
            "finished_at": None if record.finished_us is None else moment(record.finished_us),
            "status": record.status,
            "arguments": Jsonb(record.arguments),
            "summary": _json(record.summary),
        },
    )


def get_run(conn: Connection, run_id: str) -> RunRecord:
    """A run.

    Raises
    ------
    NotFound
        There is no such run.
    """
    row = conn.execute(
        """
        SELECT run_id, kind, started_at, finished_at, status, arguments, summary
        FROM runs WHERE run_id = %s
        """,
        [run_id],
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no run {run_id}.", hint="bellwether runs list  shows them.")
    return _from_stored(row)


def list_runs(conn: Connection) -> list[RunRecord]:
    """Every run, the newest first."""
    rows = conn.execute("""
        SELECT run_id, kind, started_at, finished_at, status, arguments, summary
        FROM runs ORDER BY started_at DESC, run_id
    """)
    return [_from_stored(row) for row in rows]


def _from_stored(row: tuple[Any, ...]) -> RunRecord:
    run_id, kind, started_at, finished_at, status, arguments, summary = row
    return RunRecord(
        run_id=run_id,
        kind=kind,
        started_us=to_us(started_at),
        finished_us=None if finished_at is None else to_us(finished_at),
        status=status,
        arguments=arguments,
        summary=summary,
    )


def complete_step(
    conn: Connection, run_id: str, step: str, *, at_us: int, payload: Mapping[str, Any] | None
) -> bool:
    """Note that a step is done, in the transaction that holds its effects.

    Returns
    -------
    bool
        False when it was done before; its first payload stays.

    Raises
    ------
    StoreError
        There is no such run.
    """
    done = conn.execute(
        """
        INSERT INTO run_steps (run_id, step, position, at, payload)
        SELECT %(run_id)s, %(step)s, count(*), %(at)s, %(payload)s FROM run_steps WHERE run_id = %(run_id)s
        ON CONFLICT DO NOTHING
        """,
        {"run_id": run_id, "step": step, "at": moment(at_us), "payload": _json(payload)},
    )
    return done.rowcount == 1


def list_steps(conn: Connection, run_id: str) -> dict[str, JsonObject | None]:
    """The steps that are done with their payloads, in the order they were done."""
    rows = conn.execute(
        "SELECT step, payload FROM run_steps WHERE run_id = %s ORDER BY position, step", [run_id]
    )
    return dict(rows.fetchall())


def insert_event(
    conn: Connection,
    run_id: str,
    at_us: int,
    kind: str,
    payload: Mapping[str, Any] | None,
    *,
    subject: str = "",
) -> bool:
    """Note an event; the same kind of event of the same subject at the same moment is noted once.

    Returns
    -------
    bool
        False when it was there.

    Raises
    ------
    StoreError
        There is no such run.
    """
    noted = conn.execute(
        """
        INSERT INTO run_events (run_id, at, kind, subject, payload) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        [run_id, moment(at_us), kind, subject, _json(payload)],
    )
    return noted.rowcount == 1


def list_events(conn: Connection, run_id: str) -> list[RunEvent]:
    """Events of a run by time; those of one moment with each cause before what it brings about."""
    rows = conn.execute(
        """
        SELECT at, kind, subject, payload FROM run_events WHERE run_id = %s
        ORDER BY at, array_position(%s::text[], kind), kind, subject
        """,
        [run_id, list(_CAUSES_FIRST)],
    )
    return [RunEvent(to_us(at), kind, subject, payload) for at, kind, subject, payload in rows]


def _json(value: Mapping[str, Any] | None) -> Jsonb | None:
    return None if value is None else Jsonb(dict(value))
