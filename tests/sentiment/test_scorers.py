"""What every reader of the news must do, run over each of them."""

from __future__ import annotations

import math
import random
import re
from functools import lru_cache
from pathlib import Path

import pytest

from bellwether.news.keys import text_key
from bellwether.sentiment.finbert import FinbertScorer
from bellwether.sentiment.lite import LiteScorer
from bellwether.sentiment.recorded import RecordedScorer, recorded_finbert_info
from bellwether.sentiment.scorer import Scorer, SentimentScore
from bellwether.sentiment.vader import VaderScorer

TEXTS = (
    "Bitcoin surges past its old high as funds pour in",
    "Exchange halts withdrawals after a hack; customers fear losses",
    "Regulator publishes minutes of its March meeting",
    "Miners are not worried, but analysts warn of a crash!",
    "ETH down 5.2% on the day",
    "Café owners in Zürich accept bitcoin",
    "比特币突破十万美元",
)
ODD_TEXTS = {
    "empty": "",
    "blank": "   ",
    "emoji": "🚀🚀🚀 👩‍👩‍👧 ❤️",
    "ten thousand characters": "gains and losses, " * 556,
    "one long word": "a" * 10_000,
    "lone surrogate": "Bitcoin \ud83d falls",
    "NUL": "up\x00down",
}


def recorded() -> RecordedScorer:
    scores = {
        text_key(text): SentimentScore(p - q, positive=p, neutral=1 - p - q, negative=q)
        for text, p, q in zip(
            TEXTS, (0.9, 0.1, 0.2, 0.3, 0.0, 0.5, 0.6), (0.0, 0.8, 0.1, 0.3, 1.0, 0.25, 0.1), strict=True
        )
    }
    return RecordedScorer(recorded_finbert_info(), scores)


@pytest.fixture(
    params=[
        "vader",
        "lite",
        "tiny finbert",
        "finbert folder, one worker",
        "finbert folder, two workers",
        "recorded",
    ]
)
def scorer(request: pytest.FixtureRequest) -> Scorer:
    kind = request.param
    if kind == "vader":
        return VaderScorer()
    if kind == "lite":
        return LiteScorer()
    if kind == "recorded":
        return recorded()
    if kind == "tiny finbert":
        return FinbertScorer(request.getfixturevalue("make_finbert")(), 2)
    folder: Path = request.getfixturevalue("finbert_folder")
    return _loaded(folder, 1 if "one" in kind else 2)


@lru_cache
def _loaded(folder: Path, workers: int) -> FinbertScorer:
    return FinbertScorer(folder, workers)


def test_a_text_gets_the_same_bits_alone_and_in_any_company(scorer: Scorer) -> None:
    alone = {text: scorer.score([text])[0] for text in TEXTS}
    rng = random.Random(20)

    for _ in range(20):
        company = rng.choices([*TEXTS, *ODD_TEXTS.values()], k=rng.randint(2, 5))
        company.insert(rng.randrange(len(company) + 1), rng.choice(TEXTS))
        for text, score in zip(company, scorer.score(company), strict=True):
            if text in alone:
                assert score == alone[text]


def test_scores_are_finite_and_between_minus_one_and_one(scorer: Scorer) -> None:
    for score in scorer.score(TEXTS):
        assert score is not None
        assert math.isfinite(score.score)
        assert -1 <= score.score <= 1
        shares = (score.positive, score.neutral, score.negative)
        assert all(share is not None and 0 <= share <= 1 for share in shares)
        # VADER's shares are rounded to three digits as published
        assert math.fsum(share or 0 for share in shares) == pytest.approx(1, abs=0.0015)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_texts_are_read_or_left_out(scorer: Scorer, text: str) -> None:
    [score] = scorer.score([text])

    if isinstance(scorer, RecordedScorer):
        assert score is None
    else:
        assert score is not None
        assert -1 <= score.score <= 1


def test_unicode_spellings_of_one_text_get_one_score(scorer: Scorer) -> None:
    composed, decomposed = (
        "Caf\u00e9 owners in Z\u00fcrich accept bitcoin",
        "Cafe\u0301 owners in Zu\u0308rich accept bitcoin",
    )

    assert scorer.score([composed]) == scorer.score([decomposed])


def test_no_texts_give_no_scores(scorer: Scorer) -> None:
    assert scorer.score([]) == []


def test_a_reader_says_who_it_is(scorer: Scorer) -> None:
    info = scorer.info

    assert info.family in {"vader", "finbert", "lite"}
    assert info.name
    assert re.fullmatch("[0-9a-f]{64}", info.digest)
    assert info.negative_below < 0 < info.positive_above


@pytest.mark.parametrize("reader", [VaderScorer, LiteScorer, recorded])
def test_the_digest_is_the_same_each_time_a_reader_is_opened(reader: type[VaderScorer]) -> None:
    assert reader().info.digest == reader().info.digest
