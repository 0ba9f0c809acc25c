"""Predictions: what every model said about one moment, in one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bellwether.clock import to_us
from bellwether.identity import Horizon, Source
from bellwether.store.columns import incoming, write_rows
from bellwether.store.database import Connection
from bellwether.store.models import StoredModel, ensure_model, list_models
from bellwether.store.moments import moment

__all__ = [
    "PredictionRow",
    "StoredModel",
    "ensure_model",
    "find_latest_prediction",
    "find_prediction",
    "insert_predictions",
    "list_models",
    "load_predictions",
]


@dataclass(frozen=True)
class PredictionRow:
    """The predictions of all models for one asset, horizon, moment and source.

    Attributes
    ----------
    asset : str
    horizon : Horizon
    as_of_us : int
        The moment predicted from, on the 15-minute grid, microseconds UTC.
    source : Source
    issued_us : int
        When it was issued.
    known_by_us : int
        The moment of knowledge it was made with.
    model_ids : tuple of int
        Who predicted (`ensure_model`), in any order.
    p_up : tuple of float
        Probability of a rise by each of them, in [0, 1].
    served_model_id : int or None
        Whose was served at issue; None when nobody's was.
    is_late : bool
        Issued after the grace: usable for training and charts, no live figure counts it.
    """

    asset: str
    horizon: Horizon
    as_of_us: int
    source: Source
    issued_us: int
    known_by_us: int
    model_ids: tuple[int, ...]
    p_up: tuple[float, ...]
    served_model_id: int | None
    is_late: bool


_TYPES = {
    "as_of": "timestamptz",
    "issued_at": "timestamptz",
    "known_by": "timestamptz",
    "served_model_id": "int2",
    "is_late": "bool",
    "asset": "text",
    "horizon": "text",
    "source": "text",
    "model_ids": "int2[]",
    "p_up": "float8[]",
}


def insert_predictions(conn: Connection, rows: Iterable[PredictionRow]) -> int:
    """Store predictions; what was once said about a moment stays.

    Returns
    -------
    int
        Number of rows added.

    Raises
    ------
    StoreError
        A probability lies outside [0, 1], the moment is off the grid, models and probabilities
        differ in number, or the served model is none of them.
    """
    with incoming(
        conn,
        """as_of timestamptz, issued_at timestamptz, known_by timestamptz, served_model_id int2,
        is_late bool, asset text, horizon text, source text, model_ids int2[], p_up float8[]""",
    ):
        write_rows(conn, "incoming", map(_as_stored, rows), types=_TYPES)
        return conn.execute("""
            INSERT INTO prediction_logs (as_of, issued_at, known_by, served_model_id, is_late, asset,
                                         horizon, source, model_ids, p_up)
            SELECT as_of, issued_at, known_by, served_model_id, is_late, asset, horizon, source,
                   model_ids, p_up
            FROM incoming ORDER BY as_of, asset, horizon, source
            ON CONFLICT DO NOTHING
        """).rowcount


def _as_stored(row: PredictionRow) -> tuple[object, ...]:
    return (
        moment(row.as_of_us),
        moment(row.issued_us),
        moment(row.known_by_us),
        row.served_model_id,
        row.is_late,
        row.asset,
        row.horizon.value,
        row.source.value,
        list(row.model_ids),
        list(row.p_up),
    )


def load_predictions(
    conn: Connection, asset: str, horizon: Horizon, source: Source, *, from_us: int, to_us: int
) -> list[PredictionRow]:
    """Predictions with ``as_of`` in [``from_us``, ``to_us``), ascending."""
    rows = conn.cursor(binary=True).execute(
        """
        SELECT asset, horizon, as_of, source, issued_at, known_by, model_ids, p_up, served_model_id,
               is_late
        FROM prediction_logs
        WHERE asset = %s AND horizon = %s AND source = %s AND as_of >= %s AND as_of < %s
        ORDER BY as_of
        """,
        [asset, horizon.value, source.value, moment(from_us), moment(to_us)],
    )
    return [_from_stored(row) for row in rows]


def find_prediction(
    conn: Connection, asset: str, horizon: Horizon, as_of_us: int, source: Source
) -> PredictionRow | None:
    """The predictions for one moment, or None."""
    found = load_predictions(conn, asset, horizon, source, from_us=as_of_us, to_us=as_of_us + 1)
    return found[0] if found else None


def find_latest_prediction(
    conn: Connection, asset: str, horizon: Horizon, source: Source
) -> PredictionRow | None:
    """The predictions for the latest moment there are any for, or None."""
    row = conn.execute(
        "SELECT max(as_of) FROM prediction_logs WHERE asset = %s AND horizon = %s AND source = %s",
        [asset, horizon.value, source.value],
    ).fetchone()
    if row is None or row[0] is None:
        return None
    return find_prediction(conn, asset, horizon, to_us(row[0]), source)


def _from_stored(row: tuple[Any, ...]) -> PredictionRow:
    asset, horizon, as_of, source, issued_at, known_by, model_ids, p_up, served_model_id, is_late = row
    return PredictionRow(
        asset=asset,
        horizon=Horizon(horizon),
        as_of_us=to_us(as_of),
        source=Source(source),
        issued_us=to_us(issued_at),
        known_by_us=to_us(known_by),
        model_ids=tuple(model_ids),
        p_up=tuple(p_up),
        served_model_id=served_model_id,
        is_late=is_late,
    )
