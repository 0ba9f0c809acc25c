from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bellwether.clock import MINUTE_US
from bellwether.errors import StoreError
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.store.database import Connection, Database
from bellwether.store.headlines import insert_headlines
from bellwether.store.scores import (
    StoredScorer,
    ensure_scorer,
    find_scores,
    insert_scores,
    list_scorers,
    list_scores_in_order,
    list_unscored_texts,
)

VADER = ScorerInfo("vader", "VADER", "d1", is_reference=True, positive_above=0.05, negative_below=-0.05)


def _store(conn: Connection, *texts: str, asset: str = "BTC") -> None:
    """Headlines with these texts, each known a minute after the one before."""
    rows = [
        HeadlineRow(
            key=UUID(int=i),
            revision=0,
            asset=asset,
            publisher="The Paper",
            url=None,
            title=text,
            text=text,
            summary=None,
            event_us=0,
            known_us=i * MINUTE_US,
            is_known_assumed=False,
        )
        for i, text in enumerate(texts)
    ]
    insert_headlines(conn, rows, recorded_us=0)


def test_a_scorer_is_its_family_and_digest(database: Database) -> None:
    with database.session() as conn:
        first = ensure_scorer(conn, VADER)

        assert ensure_scorer(conn, VADER) == first
        assert ensure_scorer(conn, replace(VADER, digest="d2")) != first
        assert ensure_scorer(conn, replace(VADER, family="lite")) != first


def test_asking_for_a_scorer_uses_up_no_numbers(database: Database) -> None:
    with database.session() as conn:
        for _ in range(5):
            ensure_scorer(conn, VADER)

        assert ensure_scorer(conn, replace(VADER, digest="d2")) == 2


def test_what_a_scorer_says_of_itself_is_kept_up_to_date(database: Database) -> None:
    renamed = replace(VADER, name="VADER 3.3.2")
    with database.session() as conn:
        number = ensure_scorer(conn, VADER, "a file")
        ensure_scorer(conn, renamed)

        assert list_scorers(conn) == [StoredScorer(number, renamed, "a file")]


@given(score=st.floats(-1, 1), neutral=st.floats(0, 1, width=32))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_a_score_comes_back_exactly(database: Database, score: float, neutral: float) -> None:
    key = text_key("A text")
    with database.session() as conn:
        scorer = ensure_scorer(conn, VADER)
        insert_scores(conn, scorer, [(key, SentimentScore(score, 0.5, neutral, 0.25))])
        found = find_scores(conn, scorer, [key])[key]
        conn.rollback()

    assert found.score == score
    assert found.neutral == pytest.approx(neutral, rel=1e-6)
    assert (found.positive, found.negative) == (0.5, 0.25)


def test_a_score_alone_has_no_shares(database: Database) -> None:
    with database.session() as conn:
        scorer = ensure_scorer(conn, VADER)
        insert_scores(conn, scorer, [(text_key("A"), SentimentScore(0.5))])

        assert find_scores(conn, scorer, [text_key("A"), text_key("B")]) == {
            text_key("A"): SentimentScore(0.5)
        }


def test_a_text_is_scored_once_per_scorer(database: Database) -> None:
    row = (text_key("A"), SentimentScore(0.5))
    with database.session() as conn:
        scorer = ensure_scorer(conn, VADER)
        first = insert_scores(conn, scorer, [row])
        again = insert_scores(conn, scorer, [row, row, (text_key("A"), SentimentScore(-0.5))])

        assert (first, again) == (1, 0)
        assert find_scores(conn, scorer, [text_key("A")])[text_key("A")].score == 0.5


@pytest.mark.parametrize("score", [1.01, -1.01, float("nan"), float("inf")])
def test_a_score_outside_its_range_is_refused(database: Database, score: float) -> None:
    with pytest.raises(StoreError, match="score_check"), database.session() as conn:
        insert_scores(conn, ensure_scorer(conn, VADER), [(text_key("A"), SentimentScore(score))])


def test_scores_of_an_unknown_scorer_are_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="foreign key"), database.session() as conn:
        insert_scores(conn, 99, [(text_key("A"), SentimentScore(0.0))])


def test_unscored_texts_come_once_in_the_order_they_were_known(database: Database) -> None:
    with database.session() as conn:
        scorer = ensure_scorer(conn, VADER)
        _store(conn, "C", "A", "B", "A", "D")
        insert_scores(conn, scorer, [(text_key("B"), SentimentScore(0.0))])

        unscored = list_unscored_texts(conn, scorer, "BTC")

        assert unscored == [(text_key(text), text) for text in "CAD"]
        assert list_unscored_texts(conn, scorer, "ETH") == []


def test_scores_come_in_the_order_their_texts_were_known(database: Database) -> None:
    with database.session() as conn:
        scorer = ensure_scorer(conn, VADER)
        _store(conn, "C", "A", "B", "A")
        scores = {"A": 0.1, "B": 0.2, "C": 0.3, "not a headline": 0.4}
        insert_scores(conn, scorer, [(text_key(text), SentimentScore(s)) for text, s in scores.items()])

        in_order = list_scores_in_order(conn, scorer, "BTC")

    assert in_order == [(text_key("C"), 0.3), (text_key("A"), 0.1), (text_key("B"), 0.2)]
