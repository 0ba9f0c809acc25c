from __future__ import annotations

from typing import Any

import pytest

from bellwether.evidence.breakdown import CalibrationBin
from bellwether.evidence.intervals import Interval
from bellwether.evidence.rivals import Rival
from bellwether.pipelines import sentences


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (-0.51, "strongly negative"),
        (-0.50, "negative"),
        (-0.16, "negative"),
        (-0.15, "slightly negative"),
        (-0.06, "slightly negative"),
        (-0.05, "neutral"),
        (0.0, "neutral"),
        (0.05, "neutral"),
        (0.10, "slightly positive"),
        (0.31, "positive"),
        (0.90, "strongly positive"),
    ],
)
def test_sentiment_has_a_word(score: float, word: str) -> None:
    assert sentences.sentiment_word(score) == word


@pytest.mark.parametrize(
    ("p_up", "text"),
    [
        (0.44, "44%"),
        (0.45, "45%, close to a coin flip"),
        (0.52, "52%, close to a coin flip"),
        (0.55, "55%, close to a coin flip"),
        (0.56, "56%"),
    ],
)
def test_a_chance_near_one_half_is_called_a_coin_flip(p_up: float, text: str) -> None:
    assert sentences.chance_of_rise(p_up) == text


def _verdict(value: str, n_eff: int = 500) -> dict[str, Any]:
    return {"value": value, "family": "vader", "n_eff": n_eff}


@pytest.mark.parametrize(
    ("verdict", "name", "line"),
    [
        (_verdict("edge"), "VADER", "VADER shows an edge over every baseline."),
        (_verdict("worse"), "VADER", "VADER is worse than a baseline that reads no news."),
        (_verdict("no_evidence"), "VADER", "No demonstrated edge: the news has not been shown to help."),
        (_verdict("no_evidence", 29), "VADER", "Too early to say whether the news helps."),
        ({"value": "no_evidence", "family": None}, None, "No reader of the news could be judged."),
    ],
    ids=["edge", "worse", "no evidence", "too early", "nobody"],
)
def test_the_answer_is_one_line(verdict: dict[str, Any], name: str | None, line: str) -> None:
    assert sentences.answer(verdict, name) == line


def _document() -> dict[str, Any]:
    return {
        "families": {
            "vader": {"scorer": {"name": "VADER 3.3.2"}},
            "finbert": {"scorer": {"name": "minilm (not FinBERT)"}},
            "lite": {"scorer": None},
        },
        "baselines": {
            "majority": {},
            "persistence": {},
            "technicals": {},
            "shuffled_finbert": {},
            "other": {},
        },
    }


def test_a_family_is_called_by_its_scorer_and_a_baseline_by_its_rule() -> None:
    assert sentences.shown_names(_document()) == {
        "vader": "VADER 3.3.2",
        "finbert": "minilm (not FinBERT)",
        "lite": "lite",
        "majority": "majority of the training window",
        "persistence": "sign of the last move",
        "technicals": "technicals only",
        "shuffled_finbert": "shuffled minilm (not FinBERT)",
        "other": "other",
    }


def test_sentences_show_the_names_people_know_and_keep_versions() -> None:
    names = sentences.shown_names(_document())

    text = sentences.with_names("finbert beats shuffled_finbert and majority; finbert@1.2.0 stays.", names)

    assert text == (
        "minilm (not FinBERT) beats shuffled minilm (not FinBERT) and majority of the training window; "
        "finbert@1.2.0 stays."
    )
    assert sentences.with_names("finbert stays.", {}) == "finbert stays."


def test_calls_stand_beside_the_baseline() -> None:
    hit_rate = {"value": 0.542, "lo": 0.50, "hi": 0.58, "n": 412}

    rival = Rival("persistence", hit_rate=0.519, family_hit_rate=0.54, n=400)
    names = {"persistence": "sign of the last move"}

    said = sentences.calls_right(hit_rate, rival, names=names)
    alone = sentences.calls_right(hit_rate, None, names=names)

    assert said == (
        "Right on 54.0% of 400 calls; the baseline (sign of the last move) got 51.9% of the same ones."
    )
    assert alone == "Right on 54.2% of 412 calls."


@pytest.mark.parametrize("value", [0.75, None])
def test_few_calls_are_counted_and_not_judged(value: float | None) -> None:
    hit_rate = {"value": value, "lo": None, "hi": None, "n": 12}

    said = sentences.calls_right(hit_rate, None, names={})

    assert said == "12 of 30 matured predictions needed."


def _bin(p_up: float, share: float, *, half: float = 0.04, n: int = 100) -> CalibrationBin:
    return CalibrationBin(p_up, Interval(share, share - half, share + half, n))


@pytest.mark.parametrize(
    ("bins", "said"),
    [
        (
            [_bin(0.3, 0.3), _bin(0.7, 0.68)],
            "None of 2 bins leaves the diagonal: what was said is about what happened.",
        ),
        ([_bin(0.5, 0.5), _bin(0.6, 0.55), _bin(0.7, 0.6)], "Too confident above 60%."),
        ([_bin(0.3, 0.4), _bin(0.4, 0.45), _bin(0.5, 0.5)], "Too confident below 40%."),
        ([_bin(0.55, 0.56), _bin(0.6, 0.7)], "Too cautious above 60%."),
        ([_bin(0.4, 0.3), _bin(0.5, 0.5)], "Too cautious below 40%."),
        ([_bin(0.4, 0.3), _bin(0.6, 0.7)], "Too cautious below 40% and too cautious above 60%."),
        ([_bin(0.3, 0.4), _bin(0.6, 0.7)], "Too confident below 30% and too cautious above 60%."),
        # the middle bin misses, the one outside it does not: no direction
        (
            [_bin(0.55, 0.45), _bin(0.6, 0.61), _bin(0.7, 0.71)],
            "1 of 3 bins leaves the diagonal, in no one direction.",
        ),
        (
            [_bin(0.45, 0.56), _bin(0.40, 0.39), _bin(0.55, 0.45), _bin(0.6, 0.61)],
            "2 of 4 bins leave the diagonal, in no one direction.",
        ),
        ([_bin(0.7, 0.1, n=19)], "No bin with 20 matured predictions yet."),
        ([], "No bin with 20 matured predictions yet."),
    ],
)
def test_calibration_names_its_direction(bins: list[CalibrationBin], said: str) -> None:
    assert sentences.calibration(bins) == said
