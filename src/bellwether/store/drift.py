"""Drift as it was measured at a moment: how far a subject lies from its reference, and the limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bellwether import clock
from bellwether.identity import Source
from bellwether.store.columns import incoming, write_rows
from bellwether.store.database import Connection
from bellwether.store.moments import moment


@dataclass(frozen=True)
class DriftRow:
    """One measure of one subject.

    Attributes
    ----------
    asset : str
    source : Source
    as_of_us : int
        The moment of measuring, microseconds UTC.
    kind : str
        ``feature``, ``prediction`` or ``importance``.
    subject : str
        Name of the feature, or the version that predicted.
    measure : str
        ``psi``, ``wasserstein`` or ``ks``.
    value, limit : float
        Drift is a value above its limit; both >= 0.
    n : int
        Observations of the recent window.
    """

    asset: str
    source: Source
    as_of_us: int
    kind: str
    subject: str
    measure: str
    value: float
    limit: float
    n: int

    @property
    def is_drift(self) -> bool:
        """The value is above its limit."""
        return self.value > self.limit


_TYPES = {
    "asset": "text",
    "source": "text",
    "as_of": "timestamptz",
    "kind": "text",
    "subject": "text",
    "measure": "text",
    "value": "float8",
    "value_limit": "float8",
    "n": "int4",
}


def insert_drift(conn: Connection, rows: Iterable[DriftRow]) -> int:
    """Store measurements; what was measured at a moment stays.

    Returns
    -------
    int
        Number of rows added.
    """
    with incoming(conn, "LIKE drift_metrics"):
        values = (
            (
                row.asset,
                row.source.value,
                moment(row.as_of_us),
                row.kind,
                row.subject,
                row.measure,
                row.value,
                row.limit,
                row.n,
            )
            for row in rows
        )
        write_rows(conn, "incoming", values, types=_TYPES)
        return conn.execute("""
            INSERT INTO drift_metrics
            SELECT * FROM incoming ORDER BY as_of, asset, source, measure, kind, subject
            ON CONFLICT DO NOTHING
        """).rowcount


def load_drift(conn: Connection, asset: str, source: Source, *, from_us: int, to_us: int) -> list[DriftRow]:
    """What was measured in [``from_us``, ``to_us``), by moment, kind, subject and measure."""
    rows = conn.execute(
        """
        SELECT as_of, kind, subject, measure, value, value_limit, n FROM drift_metrics
        WHERE asset = %s AND source = %s AND as_of >= %s AND as_of < %s
        ORDER BY as_of, kind, subject, measure
        """,
        [asset, source.value, moment(from_us), moment(to_us)],
    )
    return [DriftRow(asset, source, clock.to_us(as_of), *rest) for as_of, *rest in rows]
