from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from bellwether.clock import HOUR_US, MINUTE_US, parse_moment, to_us
from bellwether.errors import StoreError
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.store.database import Connection, Database
from bellwether.store.headlines import (
    StoredVersion,
    count_headlines,
    drop_summaries,
    find_versions,
    insert_headlines,
    list_versions,
    news_events,
    replace_duplicates,
)
from bellwether.store.scores import ensure_scorer, insert_scores

START = to_us(parse_moment("2025-07-05T12:00Z"))
EVER = {"known_from_us": -(2**63), "known_to_us": 2**63 - 1}
VADER = ScorerInfo("vader", "VADER", "d1", is_reference=True, positive_above=0.05, negative_below=-0.05)


def headline(number: int, **changes: Any) -> HeadlineRow:
    """Headline ``number``, known that many minutes after noon."""
    row = HeadlineRow(
        key=UUID(int=number),
        revision=0,
        asset="BTC",
        publisher="The Paper",
        url=f"https://example.org/{number}",
        title=f"Headline {number}",
        text=f"Headline {number}",
        summary=None,
        event_us=START,
        known_us=START + number * MINUTE_US,
        is_known_assumed=False,
    )
    return replace(row, **changes)


def store(conn: Connection, *rows: HeadlineRow) -> int:
    return insert_headlines(conn, rows, recorded_us=START)


FULL = [
    headline(1),
    headline(2, publisher="Another", url=None, summary="More words.", is_known_assumed=True),
    headline(3, title=None, text="Only a summary."),
    headline(4, title="A  title", text="A title"),
    headline(5, revision=1, title="Ünïcode – 比特币 🚀", text="Ünïcode – 比特币 🚀"),
]


def test_versions_come_back_as_they_went(database: Database) -> None:
    with database.session() as conn:
        n_added = store(conn, *FULL)
        came = list_versions(conn, "BTC", **EVER)

    assert n_added == 5
    assert came == FULL


def test_storing_twice_is_storing_once(database: Database) -> None:
    with database.session() as conn:
        store(conn, *FULL)

        assert store(conn, *FULL, headline(6)) == 1
        assert count_headlines(conn, "BTC") == 6


def test_a_stored_version_never_changes(database: Database) -> None:
    with database.session() as conn:
        store(conn, headline(1))
        store(conn, headline(1, text="Something else", title="Something else"))

        assert list_versions(conn, "BTC", **EVER) == [headline(1)]


def test_the_same_headline_counts_for_each_asset(database: Database) -> None:
    with database.session() as conn:
        store(conn, headline(1), headline(1, asset="ETH"))

        assert count_headlines(conn, "BTC") == 1
        assert count_headlines(conn, "ETH") == 1
        assert find_versions(conn, [UUID(int=1)]) == {
            UUID(int=1): [StoredVersion(0, "Headline 1", START + MINUTE_US)]
        }


def test_versions_are_found_by_key_in_order(database: Database) -> None:
    edited = headline(1, revision=1, text="Edited", known_us=START + HOUR_US)
    with database.session() as conn:
        store(conn, edited, headline(1), headline(2))

        found = find_versions(conn, [UUID(int=1), UUID(int=9)], asset="BTC")

    assert found == {
        UUID(int=1): [
            StoredVersion(0, "Headline 1", START + MINUTE_US),
            StoredVersion(1, "Edited", START + HOUR_US),
        ]
    }


def test_a_range_of_knowledge_is_open_at_its_start_and_closed_at_its_end(database: Database) -> None:
    with database.session() as conn:
        store(conn, *(headline(n) for n in (1, 2, 3)))

        came = list_versions(conn, "BTC", known_from_us=START + MINUTE_US, known_to_us=START + 2 * MINUTE_US)

    assert came == [headline(2)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": ""}, "raw_headlines_text_check"),
        ({"text": "a\0b"}, "NUL|0x00"),
        ({"text": "\ud800"}, "surrogates|Unicode"),
        ({"revision": -1}, "revision"),
    ],
    ids=["an empty text", "a NUL", "half a character", "a negative revision"],
)
def test_the_store_refuses(database: Database, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(StoreError, match=message), database.session() as conn:
        store(conn, headline(1, **changes))


def test_events_number_headlines_and_say_when_they_were_first_known(database: Database) -> None:
    edited = headline(1, revision=1, text="Edited", known_us=START + HOUR_US)
    with database.session() as conn:
        store(conn, edited, headline(2, publisher="Another"), headline(1))
        events = news_events(conn, "BTC", scorer_id=None, **EVER)

    assert events.known_us.tolist() == [START + MINUTE_US, START + 2 * MINUTE_US, START + HOUR_US]
    assert events.first_known_us.tolist() == [START + MINUTE_US, START + 2 * MINUTE_US, START + MINUTE_US]
    assert events.headline[0] == events.headline[2] != events.headline[1]
    assert events.publisher[0] == events.publisher[2] != events.publisher[1]
    assert events.event_us.tolist() == [START] * 3
    assert not events.is_duplicate.any()
    assert np.isnan(events.score).all()


def test_events_carry_the_scores_of_one_scorer(database: Database) -> None:
    other = ScorerInfo("lite", "Lite", "d2", is_reference=False, positive_above=0.2, negative_below=-0.2)
    with database.session() as conn:
        store(conn, headline(1), headline(2))
        vader, lite = ensure_scorer(conn, VADER), ensure_scorer(conn, other)
        insert_scores(conn, vader, [(text_key("Headline 2"), SentimentScore(0.25))])
        insert_scores(conn, lite, [(text_key("Headline 1"), SentimentScore(-1.0))])

        events = news_events(conn, "BTC", scorer_id=vader, **EVER)

    assert np.isnan(events.score[0])
    assert events.score[1] == 0.25


def test_events_hold_every_version_of_a_headline_that_touches_the_range(database: Database) -> None:
    early = headline(1)
    edited = headline(1, revision=1, text="Edited", known_us=START + HOUR_US)
    with database.session() as conn:
        store(conn, early, edited, headline(2), headline(59, asset="ETH"))

        events = news_events(
            conn, "BTC", scorer_id=None, known_from_us=START + 50 * MINUTE_US, known_to_us=START + HOUR_US
        )

    assert events.known_us.tolist() == [early.known_us, edited.known_us]


def test_events_known_at_the_same_moment_come_in_the_order_of_their_keys(database: Database) -> None:
    keys = [UUID(int=n << 120) for n in (9, 1, 5)]
    with database.session() as conn:
        store(conn, *(headline(1, key=key, text=str(key)) for key in keys))

        events = news_events(conn, "BTC", scorer_id=None, **EVER)

    assert events.headline.tolist() == [0, 1, 2]


def test_duplicates_are_marked_and_marked_anew(database: Database) -> None:
    hour = {"known_from_us": START, "known_to_us": START + HOUR_US}
    with database.session() as conn:
        store(conn, *(headline(n) for n in (1, 2, 3)))
        replace_duplicates(conn, "BTC", **hour, duplicates={UUID(int=2): UUID(int=1)})
        first = news_events(conn, "BTC", scorer_id=None, **EVER).is_duplicate.tolist()
        replace_duplicates(conn, "BTC", **hour, duplicates={UUID(int=3): UUID(int=1)})
        second = news_events(conn, "BTC", scorer_id=None, **EVER).is_duplicate.tolist()

    assert first == [False, True, False]
    assert second == [False, False, True]


def test_marks_outside_the_range_stay(database: Database) -> None:
    with database.session() as conn:
        store(conn, *(headline(n) for n in (1, 2, 3)))
        replace_duplicates(conn, "BTC", **EVER, duplicates={UUID(int=2): UUID(int=1)})
        replace_duplicates(
            conn,
            "BTC",
            known_from_us=START + 2 * MINUTE_US,
            known_to_us=START + HOUR_US,
            duplicates={UUID(int=3): UUID(int=1)},
        )

        assert news_events(conn, "BTC", scorer_id=None, **EVER).is_duplicate.tolist() == [False, True, True]


def test_summaries_go_after_their_time_and_everything_else_stays(database: Database) -> None:
    old = headline(1, summary="Long words.")
    with database.session() as conn:
        store(conn, old, headline(2, summary="Long words."), headline(3, title=None, text="A summary."))

        n_dropped = drop_summaries(conn, known_before_us=START + 2 * MINUTE_US)

        assert n_dropped == 1
        assert list_versions(conn, "BTC", **EVER) == [
            replace(old, summary=None),
            headline(2, summary="Long words."),
            headline(3, title=None, text="A summary."),
        ]


def test_an_empty_store_has_no_events(database: Database) -> None:
    with database.session() as conn:
        assert store(conn) == 0
        assert len(news_events(conn, "BTC", scorer_id=1, **EVER)) == 0
