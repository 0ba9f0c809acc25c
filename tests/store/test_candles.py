from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bellwether.clock import HOUR_US, SLOT_US, parse_moment, to_us
from bellwether.errors import InvalidTime, StoreError
from bellwether.market.candles import COMPOSITE, Candles
from bellwether.store.candles import CandleSpan, insert_candles, load_candles, span
from bellwether.store.database import Connection, Database

START = to_us(parse_moment("2025-07-05"))
EVER = {"from_us": -(2**63), "to_us": 2**63 - 1}


def bars(closes: list[float], *, start_us: int = START, **columns: Any) -> Candles:
    """Bars of 15 minutes from ``start_us`` on, known at their close."""
    n = len(closes)
    open_us = np.asarray(columns.pop("open_us", start_us + np.arange(n) * SLOT_US), np.int64)
    close = np.array(closes, np.float64)
    values: dict[str, Any] = {
        "interval_us": SLOT_US,
        "open_us": open_us,
        "open": close,
        "high": close + 1,
        "low": close / 2,
        "close": close,
        "volume": np.ones(n),
        "known_us": open_us + SLOT_US,
        "revision": np.zeros(n, np.int64),
    }
    return Candles(**{**values, **columns})


def store(conn: Connection, candles: Candles) -> int:
    return insert_candles(conn, "BTC", COMPOSITE, candles, recorded_us=START)


def load(conn: Connection) -> Candles:
    return load_candles(conn, "BTC", COMPOSITE, SLOT_US, **EVER)


def test_bars_come_back_as_they_went(database: Database) -> None:
    went = bars([100.1, 101.25, 99.7])
    with database.session() as conn:
        n_added = store(conn, went)
        came = load(conn)

    assert n_added == 3
    for name in ("open_us", "open", "high", "low", "close", "volume", "known_us", "revision"):
        assert getattr(came, name).tolist() == getattr(went, name).tolist()


def test_storing_twice_is_storing_once(database: Database) -> None:
    with database.session() as conn:
        store(conn, bars([100, 101]))
        n_added = store(conn, bars([100, 101]))

        assert n_added == 0
        assert len(load(conn)) == 2


def test_a_bar_that_differs_is_the_next_revision_and_the_old_one_stays(database: Database) -> None:
    with database.session() as conn:
        store(conn, bars([100, 101]))
        n_added = store(conn, bars([100, 102], known_us=np.array([START + SLOT_US, START + HOUR_US])))
        came = load(conn)

    assert n_added == 1
    assert came.close.tolist() == [100, 101, 102]
    assert came.revision.tolist() == [0, 0, 1]
    assert came.known_us[2] == START + HOUR_US


def test_a_bar_that_is_revised_back_is_a_revision_too(database: Database) -> None:
    with database.session() as conn:
        for close in (100.0, 101.0, 100.0):
            store(conn, bars([close]))

        assert load(conn).close.tolist() == [100, 101, 100]


def test_a_history_of_revisions_is_stored_once_however_often_it_comes(database: Database) -> None:
    history = bars(
        [100, 101, 100],
        open_us=[START] * 3,
        known_us=START + SLOT_US * np.array([1, 2, 3]),
        revision=np.arange(3),
    )
    with database.session() as conn:
        first, second = store(conn, history), store(conn, history)
        came = load(conn)

    assert (first, second) == (3, 0)
    assert came.close.tolist() == [100, 101, 100]
    assert came.revision.tolist() == [0, 1, 2]


def test_other_venues_assets_and_intervals_are_apart(database: Database) -> None:
    with database.session() as conn:
        store(conn, bars([100]))
        insert_candles(conn, "BTC", "kraken", bars([101]), recorded_us=START)
        insert_candles(conn, "ETH", COMPOSITE, bars([102]), recorded_us=START)
        hourly = bars([103], interval_us=HOUR_US, known_us=np.array([START + HOUR_US]))
        store(conn, hourly)

        assert load(conn).close.tolist() == [100]
        assert load_candles(conn, "BTC", COMPOSITE, HOUR_US, **EVER).close.tolist() == [103]


def test_a_range_is_half_open(database: Database) -> None:
    with database.session() as conn:
        store(conn, bars([100, 101, 102]))
        came = load_candles(
            conn, "BTC", COMPOSITE, SLOT_US, from_us=START + SLOT_US, to_us=START + 2 * SLOT_US
        )

    assert came.close.tolist() == [101]


def test_the_span_is_of_the_shortest_interval_unless_another_is_asked_for(database: Database) -> None:
    with database.session() as conn:
        assert span(conn, "BTC", COMPOSITE) is None
        store(conn, bars([100, 101]))
        store(conn, bars([103], interval_us=HOUR_US, known_us=np.array([START + HOUR_US])))

        assert span(conn, "BTC", COMPOSITE) == CandleSpan(SLOT_US, START, START + SLOT_US)
        assert span(conn, "BTC", COMPOSITE, interval_us=HOUR_US) == CandleSpan(HOUR_US, START, START)


def test_no_bars_are_nothing(database: Database) -> None:
    with database.session() as conn:
        assert store(conn, bars([])) == 0
        assert len(load(conn)) == 0


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        pytest.param({"low": np.array([0.0])}, "positive_and_finite", id="a price of zero"),
        pytest.param({"high": np.array([np.inf])}, "positive_and_finite", id="an infinite price"),
        pytest.param({"high": np.array([np.nan])}, "positive_and_finite", id="a price that is no number"),
        pytest.param({"close": np.array([np.nan])}, "in_order", id="a close that is no number"),
        pytest.param({"high": np.array([99.0])}, "in_order", id="a high below the close"),
        pytest.param({"low": np.array([100.5])}, "in_order", id="a low above the open"),
        pytest.param({"volume": np.array([-1.0])}, "volume", id="a negative volume"),
        pytest.param({"volume": np.array([np.nan])}, "volume", id="a volume that is no number"),
        pytest.param({"open_us": [START + 1]}, "grid", id="a bar off its grid"),
        pytest.param({"known_us": np.array([START])}, "after_its_close", id="a bar known before its close"),
    ],
)
def test_the_table_refuses(database: Database, changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(StoreError, match=constraint), database.session() as conn:
        store(conn, bars([100], **changes))


def test_an_interval_of_seconds_is_refused(database: Database) -> None:
    with pytest.raises(InvalidTime, match="whole number of minutes"), database.session() as conn:
        store(conn, bars([100], interval_us=1_000_000))


@given(st.lists(st.lists(st.sampled_from([100.0, 101.0, None]), min_size=3, max_size=3), max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_the_last_revision_is_the_last_thing_said_of_each_bar(
    database: Database, said: list[list[float | None]]
) -> None:
    """Each batch says something of some of three bars; nothing is kept twice in a row."""
    expected: dict[int, list[float]] = {0: [], 1: [], 2: []}
    with database.session() as conn:
        for batch in said:
            given = {i: close for i, close in enumerate(batch) if close is not None}
            store(conn, bars(list(given.values()), open_us=[START + i * SLOT_US for i in given]))
            for i, close in given.items():
                if expected[i][-1:] != [close]:
                    expected[i].append(close)
        came = load(conn)
        conn.rollback()

    found = {i: came.close[came.open_us == START + i * SLOT_US].tolist() for i in expected}
    assert found == expected
