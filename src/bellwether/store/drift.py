"""Drift as it was measured at a moment: how far each subject lies from its reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bellwether import clock
from bellwether.identity import Source
from bellwether.store.columns import incoming, write_rows
from bellwether.store.database import Connection
from bellwether.store.moments import moment


@dataclass(frozen=True)
class DriftLook:
    """One look at everything of a kind with one measure.

    Attributes
    ----------
    asset : str
    source : Source
    as_of_us : int
        The moment of measuring, microseconds UTC.
    kind : str
        ``feature``, ``prediction`` or ``importance``.
    measure : str
        ``psi``, ``wasserstein`` or ``ks``.
    n : int
        Observations of the recent window.
    subjects : tuple of str
        Names of the features, or the versions that predicted.
    distances, limits : tuple of float
        Distance of each subject from its reference, >= 0, and the limit it drifts above.
    """

    asset: str
    source: Source
    as_of_us: int
    kind: str
    measure: str
    n: int
    subjects: tuple[str, ...]
    distances: tuple[float, ...]
    limits: tuple[float, ...]

    @property
    def drifted(self) -> tuple[str, ...]:
        """Subjects above their limits."""
        rows = zip(self.subjects, self.distances, self.limits, strict=True)
        return tuple(subject for subject, distance, limit in rows if distance > limit)


_TYPES = {
    "as_of": "timestamptz",
    "n": "int4",
    "asset": "text",
    "source": "text",
    "kind": "text",
    "measure": "text",
    "subjects": "text[]",
    "distances": "float8[]",
    "limits": "float8[]",
}


def insert_drift(conn: Connection, looks: Iterable[DriftLook]) -> int:
    """Store looks; what was measured at a moment stays.

    Returns
    -------
    int
        Number of looks added.

    Raises
    ------
    StoreError
        A distance is negative or no number, or the arrays differ in length.
    """
    with incoming(conn, "LIKE drift_metrics"):
        write_rows(conn, "incoming", map(_as_stored, looks), types=_TYPES)
        return conn.execute("""
            INSERT INTO drift_metrics
            SELECT * FROM incoming ORDER BY as_of, asset, source, kind, measure
            ON CONFLICT DO NOTHING
        """).rowcount


def _as_stored(look: DriftLook) -> tuple[object, ...]:
    return (
        moment(look.as_of_us),
        look.n,
        look.asset,
        look.source.value,
        look.kind,
        look.measure,
        list(look.subjects),
        list(look.distances),
        list(look.limits),
    )


def load_drift(conn: Connection, asset: str, source: Source, *, from_us: int, to_us: int) -> list[DriftLook]:
    """Looks in [``from_us``, ``to_us``), by moment, kind and measure."""
    rows = conn.execute(
        """
        SELECT as_of, kind, measure, n, subjects, distances, limits FROM drift_metrics
        WHERE asset = %s AND source = %s AND as_of >= %s AND as_of < %s
        ORDER BY as_of, kind, measure
        """,
        [asset, source.value, moment(from_us), moment(to_us)],
    )
    return [
        DriftLook(asset, source, clock.to_us(as_of), kind, measure, n, *map(tuple, arrays))
        for as_of, kind, measure, n, *arrays in rows
    ]
