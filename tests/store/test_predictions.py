from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bellwether.clock import GRACE_US, MINUTE_US, SLOT_US, parse_moment, to_us
from bellwether.errors import StoreError
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.store.database import Connection, Database
from bellwether.store.predictions import (
    PredictionRow,
    ensure_model,
    find_latest_prediction,
    find_prediction,
    insert_predictions,
    load_predictions,
)

START = to_us(parse_moment("2025-07-05T14:15Z"))


@pytest.fixture
def models(database: Database) -> tuple[int, int]:
    with database.session() as conn:
        vader, finbert = (
            ensure_model(conn, "BTC", ModelVersion(family, 1, 0, 0), "d") for family in ("vader", "finbert")
        )
    return vader, finbert


def prediction(models: tuple[int, int], **changes: Any) -> PredictionRow:
    row = PredictionRow(
        asset="BTC",
        horizon=Horizon.H1,
        as_of_us=START,
        source=Source.LIVE,
        issued_us=START + 4 * MINUTE_US,
        known_by_us=START + GRACE_US,
        model_ids=models,
        p_up=(0.1 + 0.2, 0.99),
        served_model_id=models[1],
        is_late=False,
    )
    return replace(row, **changes)


def load(conn: Connection, *, horizon: Horizon = Horizon.H1) -> list[PredictionRow]:
    return load_predictions(conn, "BTC", horizon, Source.LIVE, from_us=-(2**63), to_us=2**63 - 1)


def test_predictions_come_back_as_they_went(database: Database, models: tuple[int, int]) -> None:
    went = [
        prediction(models),
        prediction(models, as_of_us=START + SLOT_US, served_model_id=None, is_late=True),
    ]
    with database.session() as conn:
        n_added = insert_predictions(conn, reversed(went))

        assert n_added == 2
        assert load(conn) == went


def test_what_was_said_stays(database: Database, models: tuple[int, int]) -> None:
    with database.session() as conn:
        insert_predictions(conn, [prediction(models)])
        n_added = insert_predictions(conn, [prediction(models, p_up=(0.5, 0.5))])

        assert n_added == 0
        assert load(conn) == [prediction(models)]


def test_horizons_and_sources_are_apart(database: Database, models: tuple[int, int]) -> None:
    day = prediction(models, horizon=Horizon.H24)
    with database.session() as conn:
        insert_predictions(conn, [prediction(models), day, prediction(models, source=Source.REPLAY)])

        assert load(conn) == [prediction(models)]
        assert load(conn, horizon=Horizon.H24) == [day]


def test_a_prediction_is_found_by_its_moment(database: Database, models: tuple[int, int]) -> None:
    with database.session() as conn:
        insert_predictions(conn, [prediction(models)])

        assert find_prediction(conn, "BTC", Horizon.H1, START, Source.LIVE) == prediction(models)
        assert find_prediction(conn, "BTC", Horizon.H1, START + SLOT_US, Source.LIVE) is None


def test_the_latest_prediction_is_of_its_horizon_and_source(
    database: Database, models: tuple[int, int]
) -> None:
    last = prediction(models, as_of_us=START + SLOT_US)
    others = (
        prediction(models),
        prediction(models, as_of_us=START + 2 * SLOT_US, horizon=Horizon.H4),
        prediction(models, as_of_us=START + 3 * SLOT_US, source=Source.REPLAY),
    )
    with database.session() as conn:
        insert_predictions(conn, [last, *others])

        assert find_latest_prediction(conn, "BTC", Horizon.H1, Source.LIVE) == last
        assert find_latest_prediction(conn, "BTC", Horizon.H24, Source.LIVE) is None
        assert find_latest_prediction(conn, "ETH", Horizon.H1, Source.LIVE) is None


def test_a_range_is_half_open(database: Database, models: tuple[int, int]) -> None:
    rows = [prediction(models, as_of_us=START + i * SLOT_US) for i in range(3)]
    with database.session() as conn:
        insert_predictions(conn, rows)
        came = load_predictions(
            conn, "BTC", Horizon.H1, Source.LIVE, from_us=START + SLOT_US, to_us=START + 2 * SLOT_US
        )

    assert came == [rows[1]]


def test_no_predictions_are_nothing(database: Database) -> None:
    with database.session() as conn:
        assert insert_predictions(conn, []) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_probabilities_keep_every_bit(database: Database, p_up: list[float]) -> None:
    row = prediction((1, 2), model_ids=tuple(range(1, len(p_up) + 1)), p_up=tuple(p_up), served_model_id=None)
    with database.session() as conn:
        insert_predictions(conn, [row])
        came = load(conn)
        conn.rollback()

    assert came == [row]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"p_up": (0.5, 1.01)}, "are_probabilities", id="above one"),
        pytest.param({"p_up": (0.5, -0.01)}, "are_probabilities", id="below zero"),
        pytest.param({"p_up": (0.5, float("nan"))}, "are_probabilities", id="no number"),
        pytest.param({"p_up": (0.5,)}, "one_probability_per_model", id="a model without a probability"),
        pytest.param({"p_up": (), "model_ids": ()}, "one_probability_per_model", id="nobody"),
        pytest.param({"as_of_us": START + 1}, "on_the_grid", id="off the grid"),
        pytest.param({"served_model_id": 77}, "served_by_one_of_its_models", id="served by another"),
    ],
)
def test_the_table_refuses(
    database: Database, models: tuple[int, int], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(StoreError, match=message), database.session() as conn:
        insert_predictions(conn, [prediction(models, **changes)])
