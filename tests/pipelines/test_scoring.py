from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from bellwether.clock import HOUR_US
from bellwether.errors import ScorerUnavailable
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import headline_key, text_key
from bellwether.pipelines.scoring import CHUNK, score_headlines, score_placebo
from bellwether.sentiment.placebo import placebo_info
from bellwether.sentiment.recorded import RecordedScorer, recorded_finbert_info
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.sentiment.vader import VaderScorer
from bellwether.store.database import Database
from bellwether.store.headlines import insert_headlines
from bellwether.store.scores import ensure_scorer, find_scores, list_scores_in_order

START_US = 500_000 * HOUR_US


class StoppingScorer:
    """VADER that is stopped after a number of calls."""

    def __init__(self, calls: int) -> None:
        self._vader = VaderScorer()
        self._calls = calls

    @property
    def info(self) -> ScorerInfo:
        return self._vader.info

    def score(self, texts: Sequence[str]) -> list[SentimentScore | None]:
        if self._calls == 0:
            raise ScorerUnavailable("vader", reason="stopped")
        self._calls -= 1
        return self._vader.score(texts)


def headline(number: int, text: str) -> HeadlineRow:
    event_us = START_US + number * HOUR_US
    return HeadlineRow(
        key=headline_key(None, publisher="desk", text=f"{text} {number}", event_us=event_us),
        revision=0,
        asset="BTC",
        publisher="desk",
        url=None,
        title=text,
        text=text,
        summary=None,
        event_us=event_us,
        known_us=event_us,
        is_known_assumed=False,
    )


def store(database: Database, texts: Sequence[str], *, start: int = 0) -> None:
    rows = [headline(start + i, text) for i, text in enumerate(texts)]
    with database.session() as conn:
        insert_headlines(conn, rows, recorded_us=START_US)


def scores_of(database: Database, info: ScorerInfo) -> list[float]:
    with database.session() as conn:
        return [score for _, score in list_scores_in_order(conn, ensure_scorer(conn, info), "BTC")]


def test_each_text_is_scored_once_and_kept(database: Database) -> None:
    store(database, ["Great gains", "Awful losses", "Great gains"])
    vader = VaderScorer()

    assert score_headlines(database, vader, asset="BTC") == 2
    assert score_headlines(database, vader, asset="BTC") == 0

    with database.session() as conn:
        found = find_scores(conn, ensure_scorer(conn, vader.info), [text_key("Great gains")])
    [expected] = vader.score(["Great gains"])
    assert expected is not None
    assert found[text_key("Great gains")].score == expected.score


def test_a_stopped_scoring_goes_on_where_it_stood(database: Database) -> None:
    store(database, [f"Gains of {i} percent" for i in range(2 * CHUNK + 100)])
    with pytest.raises(ScorerUnavailable, match="stopped"):
        score_headlines(database, StoppingScorer(calls=2), asset="BTC")

    assert score_headlines(database, VaderScorer(), asset="BTC") == 100
    assert len(scores_of(database, VaderScorer().info)) == 2 * CHUNK + 100


def test_texts_that_were_not_recorded_are_left_without_a_score(database: Database) -> None:
    store(database, ["known", "unknown"])
    recorded = RecordedScorer(recorded_finbert_info(), {text_key("known"): SentimentScore(0.4)})

    assert score_headlines(database, recorded, asset="BTC") == 1
    assert scores_of(database, recorded.info) == [0.4]


def test_scoring_says_how_far_it_is(database: Database) -> None:
    store(database, [f"Gains of {i} percent" for i in range(CHUNK + 1)])
    told: list[object] = []

    @contextmanager
    def track(label: str, total: int) -> Iterator[Callable[[int], None]]:
        told.append((label, total))
        yield told.append

    score_headlines(database, VaderScorer(), asset="BTC", track=track)

    assert told == [("Scoring headlines with VADER 3.3.2", CHUNK + 1), CHUNK, CHUNK + 1]


def test_the_placebo_has_earlier_scores_and_is_stored_as_a_scorer_of_its_own(database: Database) -> None:
    texts = [f"{'Great gains' if i % 2 else 'Awful losses'}, chapter {i}" for i in range(30)]
    store(database, texts)
    score_headlines(database, VaderScorer(), asset="BTC")

    info = score_placebo(database, VaderScorer().info, asset="BTC")

    own = scores_of(database, VaderScorer().info)
    expected = [own[text_key(text).int % i] if i else own[0] for i, text in enumerate(texts)]
    assert info == placebo_info(VaderScorer().info)
    assert scores_of(database, info) == expected


def test_a_placebo_of_more_texts_keeps_what_it_had(database: Database) -> None:
    base = VaderScorer()
    store(database, [f"Gains {i}" for i in range(5)])
    score_headlines(database, base, asset="BTC")
    info = score_placebo(database, base.info, asset="BTC")
    before = scores_of(database, info)

    store(database, [f"Losses {i}" for i in range(5)], start=5)
    score_headlines(database, base, asset="BTC")
    score_placebo(database, base.info, asset="BTC")

    after = scores_of(database, info)
    assert after[:5] == before
    assert len(after) == 10
