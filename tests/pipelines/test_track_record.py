from __future__ import annotations

import numpy as np
import pytest

from bellwether.clock import DAY_US, GRACE_US, HOUR_US, parse_moment, to_us
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.market.candles import COMPOSITE, Candles
from bellwether.pipelines.track_record import TrackRecord, track_record
from bellwether.store.candles import insert_candles
from bellwether.store.database import Connection, Database
from bellwether.store.predictions import PredictionRow, ensure_model, insert_predictions

NOW = to_us(parse_moment("2025-07-05T12:00Z"))


def tell(conn: Connection, n_hours: int, *, n_right: int, served: str = "vader", n_late: int = 0) -> None:
    """Hourly predictions up to `NOW` over a price that rises every hour.

    The served version calls a rise in the first ``n_right`` hours and a fall in the others; the
    baseline calls a rise in every second hour. The last ``n_late`` rows were issued late.
    """
    closes = np.cumprod(np.full(n_hours + 1, 1.001)) * 100
    opens = NOW - HOUR_US * np.arange(n_hours + 1, 0, -1)
    none = np.zeros(n_hours + 1, dtype=np.int64)
    bars = Candles(HOUR_US, opens, closes, closes, closes, closes, closes, opens + HOUR_US, none)
    insert_candles(conn, "BTC", COMPOSITE, bars, recorded_us=NOW)
    models = {
        family: ensure_model(conn, "BTC", ModelVersion(family, 1, 0, 0), family)
        for family in ("vader", "majority")
    }
    rows = []
    for hour in range(n_hours + 1):
        as_of_us = NOW - (n_hours - hour) * HOUR_US
        p_up = {"vader": 0.6 if hour < n_right else 0.4, "majority": 0.51 if hour % 2 else 0.49}
        rows.append(
            PredictionRow(
                asset="BTC",
                horizon=Horizon.H1,
                as_of_us=as_of_us,
                source=Source.LIVE,
                issued_us=as_of_us,
                known_by_us=as_of_us + GRACE_US,
                model_ids=tuple(models.values()),
                p_up=tuple(p_up.values()),
                served_model_id=models[served],
                is_late=hour > n_hours - n_late,
            )
        )
    insert_predictions(conn, rows)


def record_of(database: Database, n_hours: int, *, days: int = 30, **told: int | str) -> TrackRecord:
    with database.session() as conn:
        tell(conn, n_hours, **told)  # type: ignore[arg-type]
        return track_record(conn, "BTC", Horizon.H1, Source.LIVE, as_of_us=NOW, days=days)


def test_hits_are_counted_beside_the_baselines_on_the_same_ticks(database: Database) -> None:
    record = record_of(database, 100, n_right=70)

    assert (record.hit_rate.value, record.hit_rate.n, record.n_eff) == (0.7, 100, 100)
    assert (record.baseline.value, record.baseline.n) == (0.5, 100)
    assert record.n_pending == 1
    assert record.pair.lead.value == pytest.approx(0.2)
    assert not record.is_baseline


def test_late_predictions_do_not_count(database: Database) -> None:
    record = record_of(database, 100, n_right=70, n_late=21)

    assert (record.hit_rate.value, record.hit_rate.n) == (70 / 80, 80)


def test_only_the_days_asked_for_are_looked_at(database: Database) -> None:
    record = record_of(database, 100, n_right=100, days=1)

    assert (record.to_us - record.from_us, record.hit_rate.n) == (DAY_US, 24)


def test_outcomes_after_the_moment_are_not_known(database: Database) -> None:
    with database.session() as conn:
        tell(conn, 100, n_right=100)
        earlier = track_record(conn, "BTC", Horizon.H1, Source.LIVE, as_of_us=NOW - 10 * HOUR_US)

    assert (earlier.hit_rate.n, earlier.n_pending) == (90, 1)


def test_a_lead_that_is_settled_is_told(database: Database) -> None:
    record = record_of(database, 400, n_right=400)

    assert record.pair.lead.lo is not None
    assert record.pair.lead.lo > 0
    assert record.sentence.startswith("The served model is better than the baseline by 50.0 pt (")


def test_a_lag_that_is_settled_is_told(database: Database) -> None:
    record = record_of(database, 400, n_right=0)

    assert record.sentence.startswith("The served model is worse than the baseline by 50.0 pt (")


def test_what_is_open_is_called_not_shown(database: Database) -> None:
    record = record_of(database, 100, n_right=55)

    assert record.sentence == "The served model has not been shown to beat the baseline (50.0%)."


def test_few_predictions_are_too_early(database: Database) -> None:
    record = record_of(database, 12, n_right=12)

    assert record.sentence == "Too early: 12 of 30 independent matured predictions."


def test_the_baseline_is_not_compared_with_itself(database: Database) -> None:
    record = record_of(database, 100, n_right=70, served="majority")

    assert record.is_baseline
    assert record.hit_rate.value == 0.5
    assert record.sentence == "The served model was the baseline itself (majority)."


def test_without_predictions_there_is_a_reason(database: Database) -> None:
    with database.session() as conn:
        record = track_record(conn, "BTC", Horizon.H1, Source.LIVE, as_of_us=NOW)

    assert record.sentence == "No served prediction has matured yet."
    document = record.to_json()
    assert document["hit_rate"]["value"] is None
    assert document["hit_rate"]["reasons"]["value"] == "No prediction has matured."
    assert (document["n"], document["from"], document["to"]) == (
        0,
        "2025-06-05T12:00:00Z",
        "2025-07-05T12:00:00Z",
    )
