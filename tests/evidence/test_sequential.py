import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.special import expit

from bellwether.errors import InputError, InvalidShape
from bellwether.evidence.sequential import (
    E_NEEDED,
    EvidenceSequence,
    gain_sequence,
    hit_difference_sequence,
    hit_rate_sequence,
    two_point_sequence,
)

probabilities = st.floats(0.01, 0.99)


def logistic(z: np.ndarray) -> np.ndarray:
    return np.clip(expit(z), 0.01, 0.99)


def fair_chance(p_a: np.ndarray, p_b: np.ndarray) -> np.ndarray:
    """The chance of a rise at which neither is expected to have the lower loss."""
    if_up, if_down = np.log(p_a / p_b), np.log((1 - p_a) / (1 - p_b))
    with np.errstate(invalid="ignore"):
        return np.where(if_up == if_down, 0.5, -if_down / (if_up - if_down))


def signs(values: list[float]) -> EvidenceSequence:
    ones = np.ones(len(values))
    return two_point_sequence(np.array(values), -ones, ones, rho=1.0)


def test_one_tick_worked_by_hand():
    sequence = signs([1.0])

    # log 2 + log Phi(1 / sqrt 2) + 1 / 4 - log(2) / 2 = 0.6931 - 0.2741 + 0.25 - 0.3466
    assert sequence.log_e_above[0] == pytest.approx(0.32247, abs=1e-4)
    assert (sequence.mean[0], sequence.lo[0], sequence.hi[0]) == (1, -1, 1)


def test_a_hundred_ticks_that_all_went_well_worked_by_hand():
    sequence = signs([1.0] * 100)

    # Half width: sqrt(101 * (log 101 + 2 log 20)) / 100 = 0.3273
    assert sequence.lo[-1] == pytest.approx(1 - 0.3273, abs=1e-4)
    assert sequence.hi[-1] == 1


def test_the_gain_is_positive_where_the_first_is_better():
    sequence = gain_sequence(np.array([0.8]), np.array([0.5]), np.array([1.0]))

    assert sequence.mean[0] == pytest.approx(math.log(0.8 / 0.5))
    assert sequence.lo[0] == pytest.approx(math.log(0.2 / 0.5))
    assert sequence.hi[0] == pytest.approx(math.log(0.8 / 0.5))


def test_two_that_say_the_same_give_no_evidence_and_a_gain_of_nothing():
    p_up = np.full(50, 0.6)
    final = gain_sequence(p_up, p_up, np.ones(50)).final

    assert (final.value, final.lo, final.hi) == (0, 0, 0)
    assert final.e_above == final.e_below == pytest.approx(1)


def test_ticks_without_something_are_left_out():
    nan = float("nan")
    p_a, p_b = np.array([0.6, nan, 0.6, 0.6]), np.array([0.5, 0.5, nan, 0.5])

    sequence = gain_sequence(p_a, p_b, np.array([1, 1, 1, nan]))

    assert sequence.index.tolist() == [0]


def test_no_tick_is_no_evidence_with_its_reason():
    final = gain_sequence(np.empty(0), np.empty(0), np.empty(0)).final

    assert (final.value, final.n_eff, final.e_above, final.e_either) == (None, 0, 1, 1)
    assert set(final.to_json()["reasons"]) == {"value", "lo", "hi"}


def test_overwhelming_evidence_stays_finite():
    final = gain_sequence(np.full(20_000, 0.99), np.full(20_000, 0.01), np.ones(20_000)).final

    assert 1e300 < final.e_above < math.inf


def test_hits_differ_only_where_calls_differ():
    p_a, p_b = np.array([0.6, 0.6, 0.4]), np.array([0.7, 0.4, 0.6])
    sequence = hit_difference_sequence(p_a, p_b, np.array([1.0, 1.0, 1.0]))

    assert sequence.mean.tolist() == pytest.approx([0, 0.5, 0])
    assert sequence.hi[0] == 0


def test_hit_rates_are_judged_against_one_half():
    good = hit_rate_sequence(np.full(400, 0.6), np.array([1.0, 1, 1, 0] * 100)).final

    assert good.value == 0.75
    assert good.lo > 0.5
    assert good.e_above > E_NEEDED


def test_arrays_of_different_length_are_refused():
    with pytest.raises(InvalidShape, match=r"must be one \(n,\)"):
        two_point_sequence(np.ones(2), np.zeros(3), np.ones(2), rho=1.0)


def test_a_value_beyond_its_range_is_refused():
    with pytest.raises(InputError, match="outside the range"):
        two_point_sequence(np.array([2.0]), np.zeros(1), np.ones(1), rho=1.0)


@given(st.lists(st.tuples(probabilities, probabilities, st.booleans()), min_size=1, max_size=40))
def test_swapping_the_two_mirrors_everything(rows):
    p_a, p_b, label = (np.array(column, dtype=float) for column in zip(*rows, strict=True))

    forth, back = gain_sequence(p_a, p_b, label), gain_sequence(p_b, p_a, label)

    assert back.lo == pytest.approx(-forth.hi, abs=1e-12)
    assert back.log_e_above == pytest.approx(forth.log_e_below, abs=1e-9)
    assert forth.final.mirrored().e_above == pytest.approx(back.final.e_above)
    assert forth.final.mirrored().mirrored() == forth.final


@given(st.lists(st.tuples(probabilities, probabilities, st.booleans()), min_size=1, max_size=40))
def test_the_sequence_holds_the_mean(rows):
    p_a, p_b, label = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    sequence = gain_sequence(p_a, p_b, label)

    assert (sequence.lo <= sequence.mean).all()
    assert (sequence.mean <= sequence.hi).all()


@given(st.integers(0, 120), st.integers(0, 120))
def test_the_band_leaves_out_zero_exactly_when_the_two_sided_e_value_is_twenty(n_good, n_bad):
    """The bounds are the e-values turned around: one process, two ways to say it."""
    assume(n_good + n_bad > 30)  # before, the possible values bound the mean more tightly
    final = signs([1.0] * n_good + [-1.0] * n_bad).final

    assert (final.lo > 0 or final.hi < 0) == (final.e_either > E_NEEDED)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(probabilities, probabilities, st.floats(0, 1)), min_size=1, max_size=5),
    st.sampled_from(["above", "below"]),
)
def test_the_expected_e_value_is_at_most_one_when_there_is_no_gain(rows, side):
    """Exact, over every course of outcomes: at each tick the chance favours no gain."""
    p_a, p_b, share = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if side == "below":
        p_a, p_b = p_b, p_a
    fair = fair_chance(p_a, p_b)
    chance = np.where(p_a > p_b, share * fair, 1 - share * (1 - fair))

    expected = 0.0
    for outcome in itertools.product([0.0, 1.0], repeat=len(rows)):
        label = np.array(outcome)
        weight = np.prod(np.where(label == 1, chance, 1 - chance))
        sequence = gain_sequence(p_a, p_b, label) if side == "above" else gain_sequence(p_b, p_a, label)
        final = sequence.final
        expected += weight * (final.e_above if side == "above" else final.e_below)

    assert expected <= 1 + 1e-9


def slow(rng: np.random.Generator, n: int) -> np.ndarray:
    return lfilter([math.sqrt(1 - 0.95**2)], [1, -0.95], rng.standard_normal(n))


def usual(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return logistic(0.2 * slow(rng, n)), logistic(0.05 * slow(rng, n))


def heavy(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return logistic(0.5 * rng.standard_t(1.5, n)), logistic(0.1 * slow(rng, n))


def lopsided(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return logistic(-2.5 + 0.5 * slow(rng, n)), np.full(n, 0.07)


WORLDS = pytest.mark.parametrize("world", [usual, heavy, lopsided])


@WORLDS
def test_looking_after_every_tick_raises_few_false_alarms(world):
    """500 courses of 800 ticks at the edge of the null, each peeked at 800 times."""
    rng = np.random.default_rng(1)
    alarms = {"above": 0, "below": 0}
    for _ in range(500):
        p_a, p_b = world(rng, 800)
        label = (rng.random(800) < fair_chance(p_a, p_b)).astype(float)
        sequence = gain_sequence(p_a, p_b, label)
        alarms["above"] += sequence.log_e_above.max() >= math.log(E_NEEDED)
        alarms["below"] += sequence.log_e_below.max() >= math.log(E_NEEDED)

    assert max(alarms.values()) <= 0.05 * 500


@WORLDS
@pytest.mark.parametrize("judge", [gain_sequence, hit_difference_sequence])
def test_the_sequence_covers_a_moving_gain_at_all_ticks_at_once(world, judge):
    """500 courses; the true chance wanders, and the target is the mean of the conditional means."""
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(500):
        p_a, p_b = world(rng, 600)
        chance = logistic(np.log(p_b / (1 - p_b)) + 0.5 * slow(rng, 600))
        label = (rng.random(600) < chance).astype(float)
        sequence = judge(p_a, p_b, label)
        ones, zeros = np.ones(600), np.zeros(600)
        if_up, if_down = step_values(judge(p_a, p_b, ones)), step_values(judge(p_a, p_b, zeros))
        running = np.cumsum(chance * if_up + (1 - chance) * if_down) / np.arange(1, 601)
        inside = (sequence.lo - 1e-12 <= running) & (running <= sequence.hi + 1e-12)
        covered += inside.all()

    assert covered >= 0.95 * 500


def step_values(sequence: EvidenceSequence) -> np.ndarray:
    return np.diff(sequence.mean * np.arange(1, len(sequence) + 1), prepend=0.0)


def test_a_planted_gain_is_found():
    """Calibrated probabilities with logits of size 0.4 against a coin, 4,000 ticks, 40 courses."""
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(40):
        p_up = logistic(0.4 * slow(rng, 4000))
        label = (rng.random(4000) < p_up).astype(float)
        final = gain_sequence(p_up, np.full(4000, 0.5), label).final
        found += final.lo > 0 and final.e_above >= E_NEEDED

    assert found >= 36
