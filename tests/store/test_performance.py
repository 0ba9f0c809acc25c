from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bellwether.errors import StoreError
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.store.database import Connection, Database
from bellwether.store.models import ensure_model
from bellwether.store.performance import Measured, PerformanceRow, insert_performance, load_performance

UNKNOWN = Measured(None, None, None)


def _row(conn: Connection) -> PerformanceRow:
    return PerformanceRow(
        as_of_us=1_000,
        model_id=ensure_model(conn, "BTC", ModelVersion("vader", 1, 0, 0), "d"),
        horizon=Horizon.H1,
        source=Source.LIVE,
        window_days=30,
        n=412,
        n_eff=103,
        hit_rate=Measured(1 / 3, 0.25, 0.5),
        log_loss=Measured(0.1 + 0.2, None, None),
        brier_score=UNKNOWN,
        calibration_error=0.0625,
    )


def _load(conn: Connection) -> list[PerformanceRow]:
    return load_performance(conn, Horizon.H1, Source.LIVE, from_us=0, to_us=10_000)


def test_measurements_come_back_as_they_went(database: Database) -> None:
    with database.session() as conn:
        row = _row(conn)
        rows = [row, replace(row, window_days=90), replace(row, as_of_us=2_000)]
        n_added = insert_performance(conn, reversed(rows))

        assert n_added == 3
        assert _load(conn) == rows


def test_what_was_measured_at_a_moment_stays(database: Database) -> None:
    with database.session() as conn:
        row = _row(conn)
        insert_performance(conn, [row])

        assert insert_performance(conn, [replace(row, n=500)]) == 0
        assert _load(conn) == [row]


@pytest.mark.parametrize(
    "changes",
    [{"n_eff": 413}, {"hit_rate": Measured(1.1, 0, 1)}, {"log_loss": Measured(float("inf"), 0, 1)}],
    ids=["more independent than all", "more hits than calls", "an infinite loss"],
)
def test_the_table_refuses(database: Database, changes: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="check"), database.session() as conn:
        insert_performance(conn, [replace(_row(conn), **changes)])
