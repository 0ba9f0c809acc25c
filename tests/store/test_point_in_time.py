"""The rule in SQL is the rule in Python; the views say what the tables hold."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bellwether.clock import GRACE_US, HOUR_US, MINUTE_US, SLOT_US, from_us, parse_moment, to_us
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.market.candles import COMPOSITE, Candles
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.store.candles import insert_candles, load_candles
from bellwether.store.database import Connection, Database
from bellwether.store.features import ensure_feature_set, insert_features
from bellwether.store.headlines import insert_headlines, replace_duplicates
from bellwether.store.predictions import PredictionRow, ensure_model, insert_predictions
from bellwether.store.scores import ensure_scorer, insert_scores

START = to_us(parse_moment("2025-07-05T12:00Z"))
_shared_database = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)


def _candles(rows: list[tuple[int, int, float]]) -> Candles:
    """Rows of (bar, minutes from close to knowledge, close); versions of a bar in the order given."""
    rows = sorted(rows, key=lambda row: row[0])
    bar = np.array([row[0] for row in rows], np.int64)
    close = np.array([row[2] for row in rows], np.float64)
    open_us = START + bar * SLOT_US
    revision = np.array([sum(b == bar[i] for b in bar[:i]) for i in range(len(rows))], np.int64)
    return Candles(
        interval_us=SLOT_US,
        open_us=open_us,
        open=close,
        high=close,
        low=close,
        close=close,
        volume=close,
        known_us=open_us + SLOT_US + np.array([row[1] for row in rows], np.int64) * MINUTE_US,
        revision=revision,
    )


def _store_candles(conn: Connection, rows: list[tuple[int, int, float]]) -> None:
    insert_candles(conn, "BTC", COMPOSITE, _candles(rows), recorded_us=START)


bars = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from([0, 10, 15, 16, 45]), st.sampled_from([1.0, 2.0, 3.0])),
    max_size=10,
)
moments = st.integers(-1, 100).map(lambda minutes: START + minutes * MINUTE_US)


@given(rows=bars, as_of_us=moments, known_by_us=st.none() | moments)
@_shared_database
def test_candles_as_of_is_the_rule_of_the_domain(
    database: Database, rows: list[tuple[int, int, float]], as_of_us: int, known_by_us: int | None
) -> None:
    with database.session() as conn:
        _store_candles(conn, rows)
        stored = load_candles(conn, "BTC", COMPOSITE, SLOT_US, from_us=0, to_us=2**62)
        found = conn.execute(
            "SELECT open_time, close, revision FROM candles_as_of(%s, %s) ORDER BY open_time",
            [from_us(as_of_us), None if known_by_us is None else from_us(known_by_us)],
        ).fetchall()
        conn.rollback()

    rule = stored.known_by(as_of_us, known_by_us)
    expected = zip(rule.open_us.tolist(), rule.close.tolist(), rule.revision.tolist(), strict=True)
    assert [(to_us(opens), close, revision) for opens, close, revision in found] == list(expected)


def test_a_bar_is_used_from_its_close_on_and_when_it_came_within_the_grace(database: Database) -> None:
    with database.session() as conn:
        _store_candles(conn, [(0, 15, 1.0), (1, 16, 2.0)])
        counts = [
            conn.execute("SELECT count(*) FROM candles_as_of(%s)", [from_us(START + us)]).fetchone()
            for us in (SLOT_US - 1, SLOT_US, 2 * SLOT_US, 2 * SLOT_US + MINUTE_US)
        ]

    assert counts == [(0,), (1,), (1,), (2,)]


def test_other_assets_and_venues_are_asked_for_by_name(database: Database) -> None:
    with database.session() as conn:
        insert_candles(conn, "ETH", "kraken", _candles([(0, 0, 7.0)]), recorded_us=START)
        found = conn.execute(
            "SELECT close FROM candles_as_of(%s, asset => 'ETH', venue => 'kraken')",
            [from_us(START + HOUR_US)],
        ).fetchall()

    assert found == [(7.0,)]


def _headline(number: int, revision: int, known_us: int, text: str) -> HeadlineRow:
    return HeadlineRow(
        key=UUID(int=number),
        revision=revision,
        asset="BTC",
        publisher="The Paper",
        url=None,
        title=text,
        text=text,
        summary=None,
        event_us=START,
        known_us=known_us,
        is_known_assumed=False,
    )


@given(
    known=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), max_size=10),
    as_of_us=moments,
    known_by_us=st.none() | moments,
)
@_shared_database
def test_headlines_as_of_are_the_last_wordings_known(
    database: Database, known: list[tuple[int, int]], as_of_us: int, known_by_us: int | None
) -> None:
    rows: list[HeadlineRow] = []
    for number, minute in sorted(known, key=lambda row: row[1]):
        revision = sum(row.key == UUID(int=number) for row in rows)
        rows.append(_headline(number, revision, START + minute * MINUTE_US, f"{number} {revision}"))
    limit_us = as_of_us if known_by_us is None else min(as_of_us, known_by_us)
    expected = {row.key: row.text for row in rows if row.known_us <= limit_us}  # the last one stays
    with database.session() as conn:
        insert_headlines(conn, rows, recorded_us=START)
        found = conn.execute(
            "SELECT key, text FROM headlines_as_of(%s, %s)",
            [from_us(as_of_us), None if known_by_us is None else from_us(known_by_us)],
        ).fetchall()
        conn.rollback()

    assert dict(found) == expected
    assert len(found) == len(expected)


def test_the_tone_of_an_hour_counts_first_wordings_that_repeat_nothing(database: Database) -> None:
    scores = {"up": 0.5, "up again": 0.5, "down": -0.25, "up, edited": 1.0}
    info = ScorerInfo("vader", "VADER", "d", is_reference=True, positive_above=0.05, negative_below=-0.05)
    with database.session() as conn:
        insert_headlines(
            conn,
            [
                _headline(1, 0, START + MINUTE_US, "up"),
                _headline(2, 0, START + 2 * MINUTE_US, "up again"),
                _headline(3, 0, START + 3 * MINUTE_US, "down"),
                _headline(1, 1, START + 4 * MINUTE_US, "up, edited"),
            ],
            recorded_us=START,
        )
        scorer = ensure_scorer(conn, info)
        insert_scores(conn, scorer, [(text_key(t), SentimentScore(s)) for t, s in scores.items()])
        replace_duplicates(
            conn,
            "BTC",
            known_from_us=START,
            known_to_us=START + HOUR_US,
            duplicates={UUID(int=2): UUID(int=1)},
        )
        columns = "scorer, n, mean_score, positive_share, negative_share"
        hourly = conn.execute(f"SELECT hour, {columns} FROM news_tone_hourly").fetchall()
        daily = conn.execute(f"SELECT day, {columns} FROM news_tone_daily").fetchall()

    assert hourly == [(from_us(START), "vader", 2, 0.125, 0.5, 0.5)]
    assert daily == [(parse_moment("2025-07-05"), "vader", 2, 0.125, 0.5, 0.5)]


def test_prices_are_the_latest_revisions(database: Database) -> None:
    with database.session() as conn:
        _store_candles(conn, [(0, 0, 1.0), (0, 45, 2.0), (1, 0, 3.0)])
        rows = conn.execute("SELECT close_time, close, revision FROM prices ORDER BY open_time").fetchall()

    assert rows == [(from_us(START + SLOT_US), 2.0, 1), (from_us(START + 2 * SLOT_US), 3.0, 0)]


@pytest.mark.parametrize(
    ("closes", "outcome", "hits"),
    [
        pytest.param((100.0, 110.0), [True], [True, False], id="a rise"),
        pytest.param((100.0, 90.0), [False], [False, True], id="a fall"),
        pytest.param((100.0, 100.0), [False], [False, True], id="a tie is not up"),
        pytest.param((100.0, None), [None], [None, None], id="no outcome yet"),
    ],
)
def test_predictions_stand_beside_their_outcomes(
    database: Database,
    closes: tuple[float, float | None],
    outcome: list[bool | None],
    hits: list[bool | None],
) -> None:
    at_issue, at_outcome = closes
    as_of_us = START + SLOT_US
    bars_ = [(0, 0, at_issue)] + ([] if at_outcome is None else [(4, 0, at_outcome)])
    with database.session() as conn:
        _store_candles(conn, bars_)
        up = ensure_model(conn, "BTC", ModelVersion("finbert", 1, 4, 0), "d")
        down = ensure_model(conn, "BTC", ModelVersion("vader", 1, 10, 2), "d")
        insert_predictions(
            conn,
            [
                PredictionRow(
                    asset="BTC",
                    horizon=Horizon.H1,
                    as_of_us=as_of_us,
                    source=Source.LIVE,
                    issued_us=as_of_us + MINUTE_US,
                    known_by_us=as_of_us + GRACE_US,
                    model_ids=(up, down),
                    p_up=(0.7, 0.5),
                    served_model_id=up,
                    is_late=False,
                )
            ],
        )
        rows = conn.execute("""
            SELECT prediction_id, version, p_up, is_served, is_up, is_hit
            FROM predictions_with_outcomes ORDER BY family
        """).fetchall()

    assert [row[:4] for row in rows] == [
        ("btc-1h-20250705T1215Z-finbert-1.4.0-live", "finbert@1.4.0", 0.7, True),
        ("btc-1h-20250705T1215Z-vader-1.10.2-live", "vader@1.10.2", 0.5, False),
    ]
    assert [row[4] for row in rows] == outcome * 2
    assert [row[5] for row in rows] == hits


def test_features_in_long_form_name_their_values_and_say_which_rows_are_late(database: Database) -> None:
    as_of_us = np.array([START, START + SLOT_US])
    values = np.array([[1.5, np.nan], [2.5, 3.5]], np.float32)
    rows = FeatureMatrix(as_of_us, as_of_us + np.array([GRACE_US, GRACE_US + 1]), ("rsi", "tone"), values)
    with database.session() as conn:
        number = ensure_feature_set(conn, "base", "d", rows.names)
        insert_features(conn, "BTC", number, rows, source=Source.LIVE, recorded_us=START)
        found = conn.execute("""
            SELECT as_of, feature_set, feature, value, is_late FROM features_long ORDER BY as_of, feature
        """).fetchall()

    assert found == [
        (from_us(START), "base", "rsi", 1.5, False),
        (from_us(START), "base", "tone", None, False),
        (from_us(START + SLOT_US), "base", "rsi", 2.5, True),
        (from_us(START + SLOT_US), "base", "tone", 3.5, True),
    ]


def test_raw_data_holds_headlines_and_candles_side_by_side(database: Database) -> None:
    with database.session() as conn:
        _store_candles(conn, [(0, 0, 1.0)])
        insert_headlines(conn, [_headline(1, 0, START, "A title")], recorded_us=START)
        rows = conn.execute(
            "SELECT kind, asset, origin, text, close, recorded_at FROM raw_data ORDER BY kind"
        ).fetchall()

    assert rows == [
        ("candle", "BTC", "composite", None, 1.0, from_us(START)),
        ("headline", "BTC", "The Paper", "A title", None, from_us(START)),
    ]
