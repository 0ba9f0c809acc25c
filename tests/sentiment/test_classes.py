from __future__ import annotations

import pytest

from bellwether.sentiment.classes import label_by_limits, label_of
from bellwether.sentiment.recorded import recorded_finbert_info
from bellwether.sentiment.scorer import SentimentScore

FINBERT = recorded_finbert_info()


@pytest.mark.parametrize(
    ("positive", "neutral", "negative", "label"),
    [(0.5, 0.3, 0.2, "positive"), (0.3, 0.4, 0.3, "neutral"), (0.1, 0.2, 0.7, "negative")],
)
def test_the_class_is_the_most_probable_one(
    positive: float, neutral: float, negative: float, label: str
) -> None:
    score = SentimentScore(positive - negative, positive=positive, neutral=neutral, negative=negative)

    assert label_of(score, FINBERT) == label


def test_the_most_probable_class_may_differ_from_the_one_by_limits() -> None:
    score = SentimentScore(0.3, positive=0.4, neutral=0.5, negative=0.1)

    assert label_of(score, FINBERT) == "neutral"
    assert label_by_limits(score.score, FINBERT) == "positive"


@pytest.mark.parametrize(
    ("score", "label"),
    [(1.0, "positive"), (0.2, "positive"), (0.19, "neutral"), (-0.19, "neutral"), (-0.2, "negative")],
)
def test_a_score_alone_is_judged_by_the_limits(score: float, label: str) -> None:
    assert label_of(SentimentScore(score), FINBERT) == label
