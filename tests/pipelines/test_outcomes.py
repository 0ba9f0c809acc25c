from __future__ import annotations

import numpy as np

from bellwether.clock import HOUR_US, SLOT_US, parse_moment, to_us
from bellwether.identity import Horizon
from bellwether.market.candles import COMPOSITE, Candles
from bellwether.pipelines.outcomes import stored_outcomes
from bellwether.store.candles import insert_candles
from bellwether.store.database import Connection, Database

NOON = to_us(parse_moment("2025-07-05T12:00Z"))


def store(conn: Connection, closes: list[float]) -> None:
    """Hourly bars that close at noon, at one and so on."""
    price, none = np.array(closes), np.zeros(len(closes), dtype=np.int64)
    opens = NOON + HOUR_US * np.arange(-1, len(closes) - 1)
    bars = Candles(HOUR_US, opens, price, price, price, price, price, opens + HOUR_US, none)
    insert_candles(conn, "BTC", COMPOSITE, bars, recorded_us=NOON)


def test_outcomes_are_read_from_the_closes_at_both_ends(database: Database) -> None:
    moments = NOON + HOUR_US * np.arange(3)
    with database.session() as conn:
        store(conn, [100.0, 110.0, 99.0])
        found = stored_outcomes(conn, "BTC", Horizon.H1, moments)

    assert found.label.tolist()[:2] == [1.0, 0.0]
    assert np.exp(found.log_return[:2]).round(6).tolist() == [1.1, 0.9]
    assert np.isnan(found.label[2])
    assert (found.tick_us, found.last_close_us) == (HOUR_US, NOON + 2 * HOUR_US)


def test_without_moments_there_are_no_outcomes(database: Database) -> None:
    with database.session() as conn:
        store(conn, [100.0])
        found = stored_outcomes(conn, "BTC", Horizon.H1, np.zeros(0, dtype=np.int64))

    assert (len(found.label), len(found.log_return), found.tick_us) == (0, 0, HOUR_US)


def test_without_candles_every_outcome_is_unknown(database: Database) -> None:
    with database.session() as conn:
        found = stored_outcomes(conn, "BTC", Horizon.H1, np.array([NOON]))

    assert np.isnan(found.label).all()
    assert (found.tick_us, found.last_close_us) == (SLOT_US, None)
