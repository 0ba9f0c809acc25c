import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bellwether.errors import InputError, InvalidShape
from bellwether.evidence import distances
from bellwether.evidence.distances import (
    bin_shares,
    ks_statistic,
    population_stability_index,
    quantile_edges,
    wasserstein_distance,
)

samples = st.lists(st.integers(-20, 20).map(lambda k: k / 4), min_size=2, max_size=40).map(np.array)


def test_the_examples_of_the_docstrings_run():
    assert doctest.testmod(distances, extraglobs={"np": np}).failed == 0


def test_the_stability_index_of_two_bins_worked_by_hand():
    # (0.25 - 0.5) log(0.25 / 0.5) + (0.75 - 0.5) log(0.75 / 0.5) = 0.25 log 2 + 0.25 log 1.5
    psi = population_stability_index(np.array([0.5, 0.5]), np.array([0.25, 0.75]))

    assert psi == pytest.approx(0.25 * math.log(3))


def test_a_bin_empty_on_one_side_is_infinitely_far_and_on_both_adds_nothing():
    assert population_stability_index(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == math.inf
    assert population_stability_index(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0


def test_shares_of_different_length_are_refused():
    with pytest.raises(InvalidShape, match=r"must be \(n_bins,\)"):
        population_stability_index(np.array([1.0]), np.array([0.5, 0.5]))


def test_bins_are_cut_on_the_reference_and_open_outside():
    edges = quantile_edges(np.arange(101, dtype=float), n_bins=4)

    assert edges.tolist() == [25, 50, 75]
    assert bin_shares(np.array([-5.0, 25, 60, 1000]), edges).tolist() == [0.25, 0.25, 0.25, 0.25]


def test_repeated_values_merge_bins():
    assert quantile_edges(np.array([0.0] * 90 + [1.0] * 10), n_bins=4).tolist() == [0]


def test_missing_values_are_left_out():
    nan = float("nan")
    holes, whole = np.array([nan, 1.0, 2.0]), np.array([1.0, 2.0])
    other = np.array([1.0, 3.0, nan])

    assert ks_statistic(holes, other) == ks_statistic(whole, other) == 0.5
    assert wasserstein_distance(holes, other) == 0.5
    assert bin_shares(holes, np.array([1.5])).tolist() == [0.5, 0.5]


@given(samples, samples)
def test_distances_agree_with_scipy_and_do_not_depend_on_direction(reference, current):
    assert ks_statistic(reference, current) == pytest.approx(
        stats.ks_2samp(reference, current, method="asymp").statistic, abs=1e-12
    )
    assert wasserstein_distance(reference, current) == pytest.approx(
        stats.wasserstein_distance(reference, current), abs=1e-12
    )
    assert wasserstein_distance(current, reference) == pytest.approx(
        wasserstein_distance(reference, current), abs=1e-12
    )


@pytest.mark.parametrize("distance", [ks_statistic, wasserstein_distance])
def test_a_sample_without_a_number_is_refused(distance):
    with pytest.raises(InputError, match="current sample holds no number"):
        distance(np.array([1.0]), np.array([float("nan")]))
