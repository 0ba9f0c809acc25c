"""How well each model did in a window, as it was measured at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bellwether.clock import to_us
from bellwether.identity import Horizon, Source
from bellwether.store.columns import incoming, write_rows
from bellwether.store.database import Connection
from bellwether.store.moments import moment


@dataclass(frozen=True)
class Measured:
    """A value with the bounds of its 95 % interval; None is unknown.

    The value is stored exactly, its bounds to seven digits.
    """

    value: float | None
    lo: float | None
    hi: float | None


@dataclass(frozen=True)
class PerformanceRow:
    """One model's performance.

    Attributes
    ----------
    as_of_us : int
        The moment of measuring; only outcomes known by then count. Microseconds UTC.
    model_id : int
    horizon : Horizon
    source : Source
    window_days : int
        Length of the window that ends at ``as_of_us``.
    n, n_eff : int
        Matured predictions in it, and those whose outcomes do not overlap.
    hit_rate, log_loss, brier_score : Measured
    calibration_error : float or None
        Expected calibration error.
    """

    as_of_us: int
    model_id: int
    horizon: Horizon
    source: Source
    window_days: int
    n: int
    n_eff: int
    hit_rate: Measured
    log_loss: Measured
    brier_score: Measured
    calibration_error: float | None


_TYPES = {
    "as_of": "timestamptz",
    "model_id": "int2",
    "horizon": "text",
    "source": "text",
    "window_days": "int2",
    "n": "int4",
    "n_eff": "int4",
    "hit_rate": "float8",
    "hit_rate_lo": "float4",
    "hit_rate_hi": "float4",
    "log_loss": "float8",
    "log_loss_lo": "float4",
    "log_loss_hi": "float4",
    "brier_score": "float8",
    "brier_score_lo": "float4",
    "brier_score_hi": "float4",
    "calibration_error": "float4",
}


def insert_performance(conn: Connection, rows: Iterable[PerformanceRow]) -> int:
    """Store measurements; what was measured at a moment stays.

    Returns
    -------
    int
        Number of rows added.

    Raises
    ------
    StoreError
        A value is impossible, or the model is unknown.
    """
    with incoming(conn, "LIKE model_performance"):
        write_rows(conn, "incoming", map(_as_stored, rows), types=_TYPES)
        return conn.execute("""
            INSERT INTO model_performance
            SELECT * FROM incoming ORDER BY as_of, model_id, window_days, horizon, source
            ON CONFLICT DO NOTHING
        """).rowcount


def _as_stored(row: PerformanceRow) -> tuple[object, ...]:
    measured = (row.hit_rate, row.log_loss, row.brier_score)
    return (
        moment(row.as_of_us),
        row.model_id,
        row.horizon.value,
        row.source.value,
        row.window_days,
        row.n,
        row.n_eff,
        *(number for each in measured for number in (each.value, each.lo, each.hi)),
        row.calibration_error,
    )


def load_performance(
    conn: Connection, horizon: Horizon, source: Source, *, from_us: int, to_us: int
) -> list[PerformanceRow]:
    """What was measured in [``from_us``, ``to_us``), by moment, model and window."""
    rows = conn.execute(
        """
        SELECT as_of, model_id, window_days, n, n_eff, hit_rate, hit_rate_lo, hit_rate_hi,
               log_loss, log_loss_lo, log_loss_hi, brier_score, brier_score_lo, brier_score_hi,
               calibration_error
        FROM model_performance
        WHERE horizon = %s AND source = %s AND as_of >= %s AND as_of < %s
        ORDER BY as_of, model_id, window_days
        """,
        [horizon.value, source.value, moment(from_us), moment(to_us)],
    )
    return [_from_stored(row, horizon, source=source) for row in rows]


def _from_stored(row: tuple[Any, ...], horizon: Horizon, *, source: Source) -> PerformanceRow:
    as_of, model_id, window_days, n, n_eff, *numbers, calibration_error = row
    return PerformanceRow(
        as_of_us=to_us(as_of),
        model_id=model_id,
        horizon=horizon,
        source=source,
        window_days=window_days,
        n=n,
        n_eff=n_eff,
        hit_rate=Measured(*numbers[0:3]),
        log_loss=Measured(*numbers[3:6]),
        brier_score=Measured(*numbers[6:9]),
        calibration_error=calibration_error,
    )
