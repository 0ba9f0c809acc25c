from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US
from bellwether.features.matrix import FeatureMatrix
from bellwether.features.sets import FeatureSet, base_set, news_set
from bellwether.identity import Source
from bellwether.market.candles import COMPOSITE, Candles
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import headline_key, text_key
from bellwether.pipelines.features import FeatureJob, build_features
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.store.candles import insert_candles
from bellwether.store.database import Database
from bellwether.store.features import ensure_feature_set, load_features
from bellwether.store.headlines import insert_headlines
from bellwether.store.scores import ensure_scorer, insert_scores

QUARTER_US = 15 * MINUTE_US
START_US = 19_000 * DAY_US
END_US = START_US + 10 * DAY_US
VADER = ScorerInfo("vader", "VADER", "aa", is_reference=True, positive_above=0.05, negative_below=-0.05)
LITE = replace(VADER, family="lite", name="lite", digest="bb")


def job(*, interval_us: int = QUARTER_US, source: Source = Source.REPLAY, **changes: object) -> FeatureJob:
    values = {"scorers": {"vader": VADER}, "recorded_us": END_US, **changes}
    return FeatureJob(asset="BTC", interval_us=interval_us, source=source, **values)


def candles(n: int, *, interval_us: int = QUARTER_US) -> Candles:
    rng = np.random.default_rng(0)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.003, n)))
    open_us = START_US + np.arange(n) * interval_us
    return Candles(
        interval_us=interval_us,
        open_us=open_us,
        open=close,
        high=close * 1.001,
        low=close * 0.999,
        close=close,
        volume=rng.lognormal(size=n),
        known_us=open_us + interval_us,
        revision=np.zeros(n, dtype=np.int64),
    )


def headline(number: int, known_us: int, *, revision: int = 0) -> HeadlineRow:
    return HeadlineRow(
        key=headline_key(None, publisher="desk", text=str(number), event_us=0),
        revision=revision,
        asset="BTC",
        publisher=f"desk {number % 3}",
        url=None,
        title=f"{number}, wording {revision}",
        text=f"{number}, wording {revision}",
        summary=None,
        event_us=START_US + number * HOUR_US,
        known_us=known_us,
        is_known_assumed=False,
    )


@pytest.fixture
def market(database: Database) -> Database:
    """Ten days of candles, and a headline an hour, every fourth edited half a day later."""
    first = [headline(number, START_US + number * HOUR_US) for number in range(240)]
    edits = [headline(number, START_US + (number + 12) * HOUR_US, revision=1) for number in range(0, 228, 4)]
    with database.session() as conn:
        insert_candles(conn, "BTC", COMPOSITE, candles(960), recorded_us=END_US)
        insert_headlines(conn, [*first, *edits], recorded_us=END_US)
    score(database, VADER, [row.text for row in (*first, *edits)])
    return database


def score(database: Database, scorer: ScorerInfo, texts: list[str]) -> None:
    values = np.random.default_rng(1).uniform(-1.0, 1.0, len(texts)).tolist()
    rows = [(text_key(text), SentimentScore(value)) for text, value in zip(texts, values, strict=True)]
    with database.session() as conn:
        insert_scores(conn, ensure_scorer(conn, scorer), rows)


def stored(database: Database, part: FeatureSet, source: Source = Source.REPLAY) -> FeatureMatrix:
    with database.session() as conn:
        set_id = ensure_feature_set(conn, part.name, part.digest, part.names)
        return load_features(conn, "BTC", set_id, from_us=0, to_us=END_US + DAY_US, source=source)


def test_a_slot_built_alone_is_stored_in_the_bits_of_the_build_of_all(market):
    build_features(market, job(), from_us=START_US, to_us=END_US)
    slots = [START_US + hours * HOUR_US for hours in (1, 100, 200, 239)]

    for slot in slots:
        build_features(market, job(source=Source.LIVE), from_us=slot, to_us=slot + 1)

    for part in (base_set(QUARTER_US), news_set(VADER)):
        alone, batch = stored(market, part, Source.LIVE), stored(market, part)
        assert alone.as_of_us.tolist() == slots
        rows = np.isin(batch.as_of_us, slots)
        np.testing.assert_array_equal(alone.values.view(np.uint32), batch.values[rows].view(np.uint32))


def test_building_twice_adds_nothing(market):
    built = build_features(market, job(), from_us=START_US, to_us=END_US)

    again = build_features(market, job(), from_us=START_US, to_us=END_US)

    assert built == 2 * 960
    assert again == 0


def test_slots_are_those_of_the_tick_grid_within_the_half_open_range(market):
    build_features(market, job(), from_us=START_US + 1, to_us=START_US + HOUR_US)

    found = stored(market, base_set(QUARTER_US)).as_of_us - START_US
    assert found.tolist() == [QUARTER_US, 2 * QUARTER_US, 3 * QUARTER_US]


def test_hourly_candles_have_hourly_slots(database):
    with database.session() as conn:
        insert_candles(conn, "BTC", COMPOSITE, candles(48, interval_us=HOUR_US), recorded_us=END_US)

    build_features(
        database,
        job(interval_us=HOUR_US, scorers={}),
        from_us=START_US + HOUR_US,
        to_us=START_US + 4 * HOUR_US,
    )

    matrix = stored(database, base_set(HOUR_US))
    assert ((matrix.as_of_us - START_US) // HOUR_US).tolist() == [1, 2, 3]
    assert np.isfinite(matrix.values[1, matrix.names.index("return_1h")])


def test_a_candle_revised_later_changes_no_slot_before_it_was_known(market):
    build_features(market, job(), from_us=START_US, to_us=END_US)
    bar = candles(960).take(np.array([500]))
    revised = replace(
        bar, close=bar.close * 1.0005, known_us=bar.known_us + DAY_US, revision=bar.revision + 1
    )
    with market.session() as conn:
        insert_candles(conn, "BTC", COMPOSITE, revised, recorded_us=END_US)
    known_us = int(revised.known_us[0])

    before = build_features(market, job(), from_us=START_US, to_us=known_us - QUARTER_US)
    after = build_features(market, job(), from_us=known_us, to_us=END_US)

    assert before == 0
    assert after > 0


def test_families_can_be_held_to_the_texts_that_all_scorers_know(market):
    score(market, LITE, ["239, wording 0"])
    slot = START_US + 239 * HOUR_US
    both = {"vader": VADER, "lite": LITE}

    build_features(market, job(scorers=both), from_us=slot, to_us=slot + 1)
    build_features(
        market,
        job(scorers=both, on_common_texts=True, source=Source.SAMPLE),
        from_us=slot,
        to_us=slot + 1,
    )

    own, common = stored(market, news_set(VADER)), stored(market, news_set(VADER), Source.SAMPLE)
    dispersion, n = own.names.index("tone_dispersion_24h"), own.names.index("news_count_24h")
    assert np.isfinite(own.values[0, dispersion])
    assert np.isnan(common.values[0, dispersion])  # one common text
    assert common.values[0, n] == own.values[0, n]


def test_without_candles_or_news_rows_say_that_they_know_nothing(database):
    added = build_features(database, job(), from_us=START_US, to_us=START_US + HOUR_US)

    base = stored(database, base_set(QUARTER_US))
    assert added == 2 * 4
    assert np.isnan(base.values[:, base.names.index("return_1h")]).all()
    assert (stored(database, news_set(VADER)).values[:, 0] == 0.0).all()
