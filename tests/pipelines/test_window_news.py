from __future__ import annotations

from uuid import UUID

import pytest

from bellwether.clock import DAY_US, HOUR_US, parse_moment, to_us
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.pipelines.features import FeatureRecipe
from bellwether.pipelines.window_news import WindowNews, window_news
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.store.database import Connection, Database
from bellwether.store.headlines import insert_headlines, replace_duplicates
from bellwether.store.scores import ensure_scorer, insert_scores

NOON = to_us(parse_moment("2025-07-05T12:00Z"))
READERS = {
    family: ScorerInfo(family, family, "d", is_reference=True, positive_above=0.05, negative_below=-0.05)
    for family in ("vader", "lite")
}


def version(
    key: int, text: str, hours_ago: float, *, revision: int = 0, publisher: str = "Wire"
) -> HeadlineRow:
    known_us = NOON - int(hours_ago * HOUR_US)
    return HeadlineRow(
        key=UUID(int=key),
        revision=revision,
        asset="BTC",
        publisher=publisher,
        url=None,
        title=text,
        text=text,
        summary=None,
        event_us=known_us,
        known_us=known_us,
        is_known_assumed=False,
    )


def read(conn: Connection, *, known_by_us: int | None = None, on_common_texts: bool = False) -> WindowNews:
    recipe = FeatureRecipe(asset="BTC", interval_us=HOUR_US, scorers=READERS, on_common_texts=on_common_texts)
    ids = {family: ensure_scorer(conn, info) for family, info in READERS.items()}
    return window_news(conn, recipe, ids, as_of_us=NOON, known_by_us=known_by_us)


@pytest.fixture
def news(database: Database) -> Database:
    """An old headline, an edited one, one that repeats it, one only VADER has read, and one to come."""
    rows = [
        version(1, "old", 30),
        version(2, "first wording", 20),
        version(2, "second wording", 2, revision=1),
        version(3, "repeats the first", 10),
        version(4, "unread by lite", 5, publisher="The Paper"),
        version(5, "to come", -1),
    ]
    with database.session() as conn:
        insert_headlines(conn, rows, recorded_us=NOON)
        replace_duplicates(
            conn,
            "BTC",
            known_from_us=NOON - DAY_US,
            known_to_us=NOON,
            duplicates={UUID(int=3): UUID(int=2)},
        )
        for family, info in READERS.items():
            texts = [row.text for row in rows if family == "vader" or "unread" not in row.text]
            scores = ((text_key(text), SentimentScore(len(text) / 100)) for text in texts)
            insert_scores(conn, ensure_scorer(conn, info), scores)
    return database


def test_each_headline_of_the_day_is_there_in_its_wording_with_its_scores(news: Database) -> None:
    with news.session() as conn:
        found = read(conn)

    told = {
        row.text: (found.score("vader", i), found.score("lite", i), found.is_repetition(i))
        for i, row in enumerate(found.rows)
    }
    assert told == {
        "second wording": (0.14, 0.14, False),
        "repeats the first": (0.17, 0.17, True),
        "unread by lite": (0.14, None, False),
    }


def test_a_repetition_and_an_unread_headline_weigh_nothing(news: Database) -> None:
    with news.session() as conn:
        found = read(conn)

    weights = {
        family: dict(zip((row.text for row in found.rows), found.weights(family).tolist(), strict=True))
        for family in READERS
    }
    assert weights["vader"] == {"second wording": 0.5, "unread by lite": 0.5, "repeats the first": 0.0}
    assert weights["lite"] == {"second wording": 1.0, "unread by lite": 0.0, "repeats the first": 0.0}


def test_an_earlier_moment_of_knowledge_has_the_earlier_wording(news: Database) -> None:
    with news.session() as conn:
        found = read(conn, known_by_us=NOON - 6 * HOUR_US)

    assert sorted(row.text for row in found.rows) == ["first wording", "repeats the first"]


def test_on_common_texts_a_score_counts_only_where_every_reader_has_one(news: Database) -> None:
    with news.session() as conn:
        found = read(conn, on_common_texts=True)

    unread = next(i for i, row in enumerate(found.rows) if row.text == "unread by lite")
    assert found.score("vader", unread) is None
    assert found.weights("vader")[unread] == 0.0


def test_a_day_without_headlines_is_empty(database: Database) -> None:
    with database.session() as conn:
        found = read(conn)

    assert len(found) == 0
    assert found.weights("vader").tolist() == []
