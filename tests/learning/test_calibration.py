from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.learning.calibration import Calibration, fit_calibration, sigmoid

observations = st.lists(
    st.tuples(st.floats(-20, 20, allow_subnormal=False), st.integers(0, 1)), min_size=1, max_size=60
).map(lambda pairs: (np.array([z for z, _ in pairs]), np.array([y for _, y in pairs])))


def test_without_observations_the_answer_is_a_coin():
    calibration = fit_calibration(np.empty(0), np.empty(0, np.int64), n_independent=0)

    assert calibration.p_up(np.array([-3.0, 0.0, 3.0])).tolist() == [0.5, 0.5, 0.5]


def test_a_planted_slope_and_intercept_are_found():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=40_000)
    label = (2 * logits + 0.5 + rng.logistic(size=40_000) > 0).astype(np.int64)

    calibration = fit_calibration(logits, label, n_independent=40_000)

    assert calibration.slope == pytest.approx(2, abs=0.06)
    assert calibration.intercept == pytest.approx(0.5, abs=0.05)


def test_logits_that_point_the_wrong_way_are_ignored():
    logits = np.array([2.0, 1.0, -1.0, -2.0] * 50)
    label = np.array([0, 0, 1, 1] * 50)

    calibration = fit_calibration(logits, label, n_independent=200)

    assert calibration.slope == 0.0
    assert calibration.p_up(logits) == pytest.approx(0.5)


def test_without_skill_the_base_rate_is_left():
    logits = np.zeros(10_000)
    label = np.array([1, 1, 1, 0, 0] * 2_000)

    calibration = fit_calibration(logits, label, n_independent=10_000)

    assert calibration.p_up(np.zeros(1))[0] == pytest.approx(0.6, abs=1e-3)


def test_one_rise_alone_moves_the_intercept_by_hand_worked_half():
    """The mode of sigmoid(b) times a standard normal: b = 1 - sigmoid(b), solved by b = 0.4011."""
    calibration = fit_calibration(np.zeros(1), np.ones(1, np.int64), n_independent=1)

    assert calibration.intercept == pytest.approx(0.40106, abs=1e-5)


def test_overlapping_outcomes_count_once():
    logits, label = np.array([0.5, -0.5, 0.2]), np.array([1, 0, 1])

    once = fit_calibration(logits, label, n_independent=3)
    hourly = fit_calibration(np.repeat(logits, 24), np.repeat(label, 24), n_independent=3)

    assert hourly.slope == pytest.approx(once.slope, rel=1e-6)
    assert hourly.intercept == pytest.approx(once.intercept, rel=1e-6)


@given(observations)
def test_a_slope_is_never_negative_and_never_missing(data):
    logits, label = data

    calibration = fit_calibration(logits, label, n_independent=len(label))

    assert 0 <= calibration.slope < math.inf
    assert math.isfinite(calibration.intercept)


@given(observations)
def test_swapping_rise_and_fall_mirrors_the_calibration(data):
    logits, label = data

    as_it_is = fit_calibration(logits, label, n_independent=len(label))
    mirrored = fit_calibration(-logits, 1 - label, n_independent=len(label))

    assert mirrored.slope == pytest.approx(as_it_is.slope, abs=1e-4)
    assert mirrored.intercept == pytest.approx(-as_it_is.intercept, abs=1e-4)


@given(observations)
def test_no_other_calibration_with_a_slope_of_at_least_0_is_more_likely(data):
    logits, label = data

    def loss(slope, intercept):
        z = slope * logits + intercept
        return np.sum(np.logaddexp(0, z) - label * z) + (slope**2 + intercept**2) / 2

    found = fit_calibration(logits, label, n_independent=len(label))

    best = loss(found.slope, found.intercept)
    for slope, intercept in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01), (0.3, -0.3), (-0.3, 0.3)):
        if found.slope + slope >= 0:
            assert best <= loss(found.slope + slope, found.intercept + intercept) + 1e-9


@given(st.floats(0, 1e3), st.floats(-1e3, 1e3), st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_probabilities_stay_in_bounds_and_keep_the_order(slope, intercept, logits):
    p_up = Calibration(slope, intercept).p_up(np.sort(logits))

    assert p_up.min() >= 0.01
    assert p_up.max() <= 0.99
    assert np.all(np.diff(p_up) >= 0)


def test_the_sigmoid_does_not_overflow():
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
