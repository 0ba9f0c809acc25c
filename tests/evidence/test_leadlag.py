import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from bellwether.clock import HOUR_US, MINUTE_US
from bellwether.errors import InvalidShape, InvalidTime
from bellwether.evidence.leadlag import Relation, hourly_tone, lead_lag

NAN = float("nan")


def white(rng: np.random.Generator, n: int = 3000) -> np.ndarray:
    return rng.standard_normal(n)


def test_tone_that_answers_the_return_of_two_hours_ago_follows():
    rng = np.random.default_rng(1)
    returns = white(rng)
    tone = 0.4 * np.roll(returns, 2) + white(rng)

    picture = lead_lag(tone, returns)

    assert picture.relation is Relation.FOLLOWS
    assert int(picture.lag_h[np.argmax(picture.correlation)]) == -2
    assert picture.sentence.startswith(
        "Tone follows returns: its correlation with the return 2 h before is +0.3"
    )
    assert picture.sentence.endswith("; no hour after stands out, n = 3,000 hours.")


def test_tone_that_comes_three_hours_before_the_return_leads():
    rng = np.random.default_rng(2)
    tone = white(rng)
    returns = -0.4 * np.roll(tone, 3) + white(rng)

    picture = lead_lag(tone, returns)

    assert picture.relation is Relation.LEADS
    assert "with the return 3 h after is −0.3" in picture.sentence


def test_tone_may_do_both():
    rng = np.random.default_rng(3)
    shocks = white(rng)
    tone = np.roll(shocks, 1) + white(rng)
    returns = shocks + 0.5 * np.roll(tone, 2)

    picture = lead_lag(tone, returns)

    assert picture.relation is Relation.BOTH
    assert "1 h before" in picture.sentence
    assert "2 h after" in picture.sentence


def test_tone_of_the_same_hour_tells_no_order():
    rng = np.random.default_rng(40)
    returns = white(rng)

    picture = lead_lag(returns + white(rng), returns)

    assert picture.relation is Relation.SAME_HOUR
    assert "in the same hour is +0.7" in picture.sentence


def test_unrelated_tone_neither_follows_nor_leads():
    rng = np.random.default_rng(5)

    picture = lead_lag(white(rng), white(rng))

    assert picture.relation is Relation.NEITHER
    assert picture.sentence == (
        "Tone neither follows nor leads returns: no hour within 24 h stands out, n = 3,000 hours."
    )


def test_few_hours_are_too_early():
    picture = lead_lag(np.arange(50.0), np.arange(50.0))

    assert picture.relation is Relation.UNKNOWN
    assert picture.sentence == "Too early: 50 of 100 hours with news and price."
    assert np.isnan(picture.correlation).all()
    row = picture.to_json()["lags"][24]
    assert (row["value"], row["n"]) == (None, 50)
    assert row["reasons"]["value"] == "50 hours with tone and return, 100 needed, and neither constant."


@pytest.mark.parametrize("n", [0, 1, 10])
def test_series_shorter_than_the_lags_are_too_early(n):
    assert lead_lag(np.zeros(n), np.zeros(n)).relation is Relation.UNKNOWN


def test_constant_tone_has_no_correlation():
    picture = lead_lag(np.full(500, 0.3), white(np.random.default_rng(0), 500))

    assert picture.relation is Relation.UNKNOWN


def test_correlations_are_those_of_the_hours_that_have_both():
    rng = np.random.default_rng(6)
    tone, returns = white(rng, 400), white(rng, 400)
    tone[::3], returns[::7] = NAN, NAN

    picture = lead_lag(tone, returns)

    x, y = tone[:-5], returns[5:]
    both = np.isfinite(x) & np.isfinite(y)
    assert picture.lag_h[29] == 5
    assert picture.n[29] == both.sum()
    assert picture.correlation[29] == pytest.approx(np.corrcoef(x[both], y[both])[0, 1], abs=1e-12)


def test_turning_time_around_turns_the_picture_around():
    rng = np.random.default_rng(7)
    tone, returns = white(rng, 500), white(rng, 500)
    tone[50:90] = NAN

    forth, back = lead_lag(tone, returns), lead_lag(tone[::-1], returns[::-1])

    assert back.correlation == pytest.approx(forth.correlation[::-1], abs=1e-12)
    assert back.lo == pytest.approx(forth.lo[::-1], abs=1e-12)


@settings(max_examples=20)
@given(st.floats(0.01, 100), st.floats(-5, 5), st.integers(0, 50))
def test_unit_and_origin_of_tone_do_not_matter(scale, shift, seed):
    rng = np.random.default_rng(seed)
    tone, returns = white(rng, 200), white(rng, 200)

    moved = lead_lag(scale * tone + shift, returns)

    assert moved.correlation == pytest.approx(lead_lag(tone, returns).correlation, abs=1e-9)


@pytest.mark.parametrize("n_runs", [40])
def test_intervals_of_slow_tone_and_clustered_volatility_cover_zero(n_runs):
    """Nominal 95 % over 49 lags of each run; and few pictures of nothing claim an order."""
    rng = np.random.default_rng(8)
    covered, claims = [], 0
    for _ in range(n_runs):
        tone = lfilter([1], [1, -0.95], white(rng))
        volatility = np.exp(0.5 * lfilter([0.2], [1, -0.98], white(rng)))
        picture = lead_lag(tone, volatility * white(rng))
        covered.append(np.mean((picture.lo <= 0) & (picture.hi >= 0)))
        claims += picture.relation in (Relation.FOLLOWS, Relation.LEADS, Relation.BOTH)

    assert np.mean(covered) >= 0.92
    assert claims <= 7  # 10 % expected at most, two standard errors above


def test_the_document_has_every_lag_and_no_number_that_json_lacks():
    rng = np.random.default_rng(9)
    document = lead_lag(white(rng, 110), white(rng, 110)).to_json()

    assert [row["lag_h"] for row in document["lags"]] == list(range(-24, 25))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert {"lag_h", "n", "value", "lo", "hi"} == set(document["lags"][24])


def test_arrays_of_different_length_are_refused():
    with pytest.raises(InvalidShape, match=r"Tone has shape \(3,\)"):
        lead_lag(np.zeros(3), np.zeros(4))


def test_hourly_tone_is_the_mean_of_the_hour_and_missing_without_news():
    moment_us = np.array([5, 65, 10, 200, -1]) * MINUTE_US
    score = np.array([0.2, -1.0, 0.6, 1.0, 1.0])

    tone = hourly_tone(moment_us, score, from_us=0, to_us=3 * HOUR_US)

    assert tone[:2] == pytest.approx([0.4, -1.0])
    assert math.isnan(tone[2])


def test_headlines_without_a_score_do_not_count():
    tone = hourly_tone(np.array([0, 1]), np.array([NAN, 0.5]), from_us=0, to_us=HOUR_US)

    assert tone.tolist() == [0.5]


def test_hours_must_be_whole():
    with pytest.raises(InvalidTime, match="whole hours"):
        hourly_tone(np.array([0]), np.array([0.5]), from_us=1, to_us=HOUR_US)
