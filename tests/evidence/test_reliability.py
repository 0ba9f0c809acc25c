import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.evidence.metrics import brier_score
from bellwether.evidence.reliability import (
    brier_decomposition,
    expected_calibration_error,
    reliability_bins,
)

samples = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def columns(rows):
    return tuple(np.array(column, dtype=float) for column in zip(*rows, strict=True))


def test_bins_hold_equal_counts():
    bins = reliability_bins(np.arange(1, 41) / 50, np.zeros(40))

    assert bins.count.tolist() == [4] * 10
    assert bins.mean_p_up[0] == pytest.approx(0.05)


def test_equal_probabilities_share_a_bin():
    bins = reliability_bins(np.array([0.2] * 15 + [0.6] * 5), np.zeros(20))

    assert bins.count.tolist() == [15, 5]


def test_a_constant_probability_is_off_by_its_distance_from_the_share_of_rises():
    label = np.array([1.0] * 6 + [0.0] * 4)

    assert expected_calibration_error(np.full(10, 0.5), label) == pytest.approx(0.1)


def test_errors_of_two_bins_are_averaged_by_count():
    # 0.2 happens half the time (off by 0.3, 4 ticks), 0.9 always (off by 0.1, 2 ticks).
    p_up, label = np.array([0.2] * 4 + [0.9] * 2), np.array([1.0, 1, 0, 0, 1, 1])

    error = expected_calibration_error(p_up, label)

    assert error == pytest.approx((4 * 0.3 + 2 * 0.1) / 6)


def test_murphy_parts_of_a_perfectly_calibrated_forecast():
    p_up = np.array([0.2] * 5 + [0.8] * 5)
    label = np.array([1.0, 0, 0, 0, 0, 1, 1, 1, 1, 0])

    parts = brier_decomposition(p_up, label)

    assert parts.reliability == pytest.approx(0, abs=1e-15)
    assert parts.resolution == pytest.approx(0.09)
    assert parts.uncertainty == pytest.approx(0.25)
    assert parts.within_bins == pytest.approx(0, abs=1e-15)


@given(samples)
def test_the_parts_add_up_to_the_brier_score(rows):
    p, y = columns(rows)
    parts = brier_decomposition(p, y)

    total = parts.reliability - parts.resolution + parts.uncertainty + parts.within_bins

    assert total == pytest.approx(brier_score(p, y), abs=1e-12)
    assert parts.reliability >= 0
    assert parts.resolution >= 0


@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_predictions_does_not_matter(rows, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)

    assert expected_calibration_error(*columns(shuffled)) == pytest.approx(
        expected_calibration_error(*columns(rows)), abs=1e-12
    )


@given(samples)
def test_the_calibration_error_is_a_distance_of_shares(rows):
    assert 0 <= expected_calibration_error(*columns(rows)) <= 1


def test_nothing_matured_is_undefined():
    p_up, label = np.array([0.4]), np.array([float("nan")])

    assert math.isnan(expected_calibration_error(p_up, label))
    assert math.isnan(brier_decomposition(p_up, label).reliability)
