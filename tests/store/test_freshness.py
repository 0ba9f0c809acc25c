from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np

from bellwether.clock import HOUR_US, MINUTE_US, parse_moment, to_us
from bellwether.market.candles import COMPOSITE, Candles
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.store.candles import insert_candles
from bellwether.store.database import Database
from bellwether.store.freshness import LastMoments, last_moments
from bellwether.store.headlines import insert_headlines
from bellwether.store.scores import ensure_scorer, insert_scores

NOON = to_us(parse_moment("2025-07-05T12:00Z"))


def headline(text: str, minutes: int, *, asset: str = "BTC") -> HeadlineRow:
    """A headline known some minutes after noon."""
    known_us = NOON + minutes * MINUTE_US
    return HeadlineRow(
        key=UUID(int=minutes + 1),
        revision=0,
        asset=asset,
        publisher="The Paper",
        url=None,
        title=text,
        text=text,
        summary=None,
        event_us=known_us,
        known_us=known_us,
        is_known_assumed=False,
    )


def candles(n: int) -> Candles:
    """Hourly bars from noon on."""
    price, none = np.full(n, 100.0), np.zeros(n, dtype=np.int64)
    opens = NOON + np.arange(n) * HOUR_US
    return Candles(HOUR_US, opens, price, price, price, price, price, opens + HOUR_US, none)


def test_each_stream_reaches_to_its_last_moment(database: Database) -> None:
    vader = ScorerInfo("vader", "VADER", "d", is_reference=True, positive_above=0.05, negative_below=-0.05)
    with database.session() as conn:
        reader, silent = ensure_scorer(conn, vader), ensure_scorer(conn, replace(vader, family="lite"))
        rows = [headline("one", 5), headline("two", 20), headline("elsewhere", 50, asset="ETH")]
        insert_headlines(conn, rows, recorded_us=NOON)
        insert_scores(conn, reader, [(text_key("one"), SentimentScore(0.5))])
        insert_candles(conn, "BTC", COMPOSITE, candles(3), recorded_us=NOON)
        insert_candles(conn, "BTC", "elsewhere", candles(5), recorded_us=NOON)

        found = last_moments(conn, "BTC", COMPOSITE, scorer_ids=[reader, silent])

    assert found == LastMoments(
        price_us=NOON + 3 * HOUR_US,
        headlines_us=NOON + 20 * MINUTE_US,
        scores_us={reader: NOON + 5 * MINUTE_US, silent: None},
    )


def test_an_empty_store_reaches_nowhere(database: Database) -> None:
    with database.session() as conn:
        assert last_moments(conn, "BTC", COMPOSITE, scorer_ids=[1]) == LastMoments(None, None, {1: None})
