"""Literals are the scores its authors publish beside the package."""

from __future__ import annotations

import pytest

from bellwether.sentiment.classes import label_of
from bellwether.sentiment.scorer import SentimentScore
from bellwether.sentiment.vader import VaderScorer


@pytest.mark.parametrize(
    ("text", "compound", "positive", "neutral", "negative"),
    [
        ("VADER is smart, handsome, and funny.", 0.8316, 0.746, 0.254, 0.0),
        ("VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342, 0.767, 0.233, 0.0),
        ("VADER is not smart, handsome, nor funny.", -0.7424, 0.0, 0.354, 0.646),
        ("Today SUX!", -0.5461, 0.0, 0.221, 0.779),
        ("Not bad at all", 0.431, 0.487, 0.513, 0.0),
        (
            "The plot was good, but the characters are uncompelling and the dialog is not great.",
            -0.7042,
            0.094,
            0.579,
            0.327,
        ),
    ],
)
def test_scores_are_the_published_ones(
    text: str, compound: float, positive: float, neutral: float, negative: float
) -> None:
    [score] = VaderScorer().score([text])

    assert score == SentimentScore(compound, positive=positive, neutral=neutral, negative=negative)


def test_a_text_without_words_is_neutral() -> None:
    assert VaderScorer().score([""]) == [SentimentScore(0.0, positive=0.0, neutral=1.0, negative=0.0)]


@pytest.mark.parametrize(
    ("compound", "label"),
    [(0.05, "positive"), (0.0499, "neutral"), (0.0, "neutral"), (-0.0499, "neutral"), (-0.05, "negative")],
)
def test_classes_follow_the_published_limits_and_not_the_largest_share(compound: float, label: str) -> None:
    score = SentimentScore(compound, positive=0.1, neutral=0.9, negative=0.0)

    assert label_of(score, VaderScorer().info) == label


def test_it_is_the_published_model_under_its_version() -> None:
    info = VaderScorer().info

    assert (info.family, info.name, info.is_reference) == ("vader", "VADER 3.3.2", True)


def test_the_digest_is_of_this_version_and_lexicon() -> None:
    """A change means that stored scores are of another scorer: it must be wanted."""
    assert VaderScorer().info.digest == "5710f5329037247be8cf9941249752ab21ab0eea05cec2d2bc7d43fc2542fc44"
