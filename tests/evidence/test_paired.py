import math

import numpy as np
import pytest

from bellwether.clock import MINUTE_US
from bellwether.errors import InputError
from bellwether.evidence.paired import compare_pair, family_p_up, panel_gain, panel_lead
from bellwether.identity import Horizon


@pytest.fixture
def noisy(make_panel):
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.3, 0.7, 600)
    label = (rng.random(600) < truth).astype(float)
    blurred = np.clip(truth + 0.1 * rng.standard_normal(600), 0.01, 0.99)
    return make_panel({"sharp": truth, "blurred": blurred, "coin": np.full(600, 0.5)}, label)


def test_differences_are_taken_on_common_ticks_with_an_outcome(make_panel):
    nan = float("nan")
    panel = make_panel(
        {"a": [0.8, 0.8, nan, 0.8], "b": [0.4, nan, 0.5, 0.5]},
        [1.0, 1.0, 1.0, nan],
    )

    pair = compare_pair(panel, "a", "b", seed=0)

    assert pair.log_loss.n == pair.gain.n_eff == 1
    assert pair.log_loss.value == pytest.approx(math.log(0.8 / 0.4))
    assert pair.hit_rate.value == 1
    assert pair.log_loss.lo is None
    assert "blocks" in pair.log_loss.reason


def test_the_intervals_hold_the_differences(noisy):
    pair = compare_pair(noisy, "sharp", "blurred", seed=0)

    assert pair.log_loss.lo < pair.log_loss.value < pair.log_loss.hi
    assert pair.hit_rate.lo <= pair.hit_rate.value <= pair.hit_rate.hi
    assert pair.log_loss.value > 0


def test_swapping_the_two_turns_every_sign(noisy):
    forth = compare_pair(noisy, "sharp", "blurred", seed=0)
    back = compare_pair(noisy, "blurred", "sharp", seed=0)

    for ours, theirs in [(forth.log_loss, back.log_loss), (forth.hit_rate, back.hit_rate)]:
        assert (theirs.value, theirs.lo, theirs.hi) == pytest.approx((-ours.value, -ours.hi, -ours.lo))
    assert back.gain.e_below == pytest.approx(forth.gain.e_above)
    assert back.lead.value == pytest.approx(-forth.lead.value)


def test_a_pair_does_not_depend_on_who_else_is_there(noisy, make_panel):
    columns = {name: family_p_up(noisy, name) for name in ("coin", "sharp")}
    alone = make_panel(columns, noisy.label)

    assert compare_pair(alone, "sharp", "coin", seed=3) == compare_pair(noisy, "sharp", "coin", seed=3)


def test_the_deciding_evidence_uses_ticks_without_overlap(make_panel):
    rng = np.random.default_rng(2)
    label = (rng.random(400) < 0.5).astype(float)
    panel = make_panel(
        {"a": rng.uniform(0.4, 0.6, 400), "b": np.full(400, 0.5)},
        label,
        horizon=Horizon.H4,
        tick_us=15 * MINUTE_US,
    )

    pair = compare_pair(panel, "a", "b", seed=0)

    assert pair.log_loss.n == 400
    assert pair.gain.n_eff == len(panel_gain(panel, "a", "b")) == len(panel_lead(panel, "a", "b")) == 25
    assert pair.sentence == "Too early: 25 of 30 independent matured predictions."


def test_the_sentence_speaks_of_the_second_against_the_first(make_panel):
    label = np.array([1.0, 0.0] * 200)
    panel = make_panel({"wrong": 0.5 - 0.2 * (label - 0.5), "right": 0.5 + 0.2 * (label - 0.5)}, label)

    pair = compare_pair(panel, "wrong", "right", seed=0)

    assert pair.sentence.startswith("right is better than wrong by 100.0 pt (")
    assert pair.gain.e_below > 20


def test_no_common_tick_is_a_value_with_its_reason(make_panel):
    nan = float("nan")
    panel = make_panel({"a": [0.5, nan], "b": [nan, 0.5]}, [1.0, 0.0])

    pair = compare_pair(panel, "a", "b", seed=0)

    assert pair.log_loss.reason == "a and b have no matured prediction in common."
    assert pair.to_json()["log_loss"]["value"] is None


def test_the_document_names_the_sides_of_the_evidence(noisy):
    document = compare_pair(noisy, "sharp", "coin", seed=0).to_json()

    assert (document["a"], document["b"], document["n"], document["n_eff"]) == ("sharp", "coin", 600, 600)
    assert document["e_value"] > document["e_value_b_better"]
    assert document["e_value_two_sided"] == pytest.approx(
        (document["e_value"] + document["e_value_b_better"]) / 2
    )


def test_an_unknown_family_is_refused(noisy):
    with pytest.raises(InputError, match="sharpest is not in the panel; it has sharp, blurred, coin"):
        family_p_up(noisy, "sharpest")
