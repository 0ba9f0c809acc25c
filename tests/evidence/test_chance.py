from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from bellwether.errors import InputError
from bellwether.evidence.chance import holds, least_covering, mean_of_chance
from bellwether.evidence.intervals import Interval


@pytest.mark.parametrize(("n", "needed"), [(1, 0), (2, 1), (5, 4), (10, 8), (20, 17)])
def test_so_many_intervals_must_hold_the_truth(n: int, needed: int) -> None:
    assert least_covering(n) == needed


@given(st.integers(1, 300))
def test_chance_misses_the_number_in_one_of_forty_audits_at_most_and_could_not_ask_for_more(n: int) -> None:
    needed = least_covering(n)

    assert binom.cdf(needed - 1, n, 0.95) <= 0.025 < binom.cdf(needed, n, 0.95)


def test_the_mean_of_ten_thousand_calls_strays_by_little_more_than_a_point() -> None:
    interval = mean_of_chance(5_100, 10_000)

    assert interval.value == 0.51
    assert interval.lo == pytest.approx(0.51 - 2.5758 * 0.005, abs=1e-6)
    assert interval.hi == pytest.approx(0.51 + 2.5758 * 0.005, abs=1e-6)
    assert holds(interval, 0.5)
    assert not holds(mean_of_chance(5_130, 10_000), 0.5)


def test_an_interval_with_unknown_bounds_holds_nothing() -> None:
    assert not holds(Interval.unbounded(0.5, "too few", n=3), 0.5)


@pytest.mark.parametrize(("n_hits", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_impossible_counts_are_refused(n_hits: int, n: int) -> None:
    with pytest.raises(InputError, match="cannot have been right"):
        mean_of_chance(n_hits, n)


def test_no_intervals_cannot_be_judged() -> None:
    with pytest.raises(InputError, match="0 intervals"):
        least_covering(0)
