import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from bellwether.clock import HOUR_US
from bellwether.errors import InvalidShape, InvalidTime
from bellwether.evidence.bootstrap import (
    BlockBootstrap,
    autocorrelation_length,
    autocorrelations,
    block_length,
    named_generator,
    time_slots,
    weighted_means,
)


def hourly(n: int) -> np.ndarray:
    return HOUR_US * np.arange(n)


def autoregressive(rng: np.random.Generator, n: int, phi: float) -> np.ndarray:
    noise = rng.standard_normal(n + 200)
    return lfilter([np.sqrt(1 - phi**2)], [1, -phi], noise)[200:]


def test_slots_follow_the_time_axis_and_shorten_long_gaps():
    as_of_us = HOUR_US * np.array([5, 6, 8, 100, 101])

    assert time_slots(as_of_us, HOUR_US, longest_gap=10).tolist() == [0, 1, 3, 13, 14]


def test_ticks_that_do_not_ascend_are_refused():
    with pytest.raises(InvalidTime, match="must ascend"):
        time_slots(HOUR_US * np.array([1, 1]), HOUR_US, longest_gap=3)


def test_autocorrelations_of_a_short_series_worked_by_hand():
    # Around the mean 0: 1, -1, (missing), 1, -1. Lag 1: -1 and -1 in 2 pairs. Lag 2: -1 in 1 pair.
    rho = autocorrelations(np.array([1.0, -1, 1, -1]), np.array([0, 1, 3, 4]), n_lags=2)

    assert rho == pytest.approx([1, -1, -1])


def test_a_constant_series_has_no_autocorrelation():
    assert autocorrelations(np.full(5, 0.1), np.arange(5), n_lags=2).tolist() == [1, 0, 0]
    assert autocorrelation_length(np.full(500, 0.1), hourly(500), HOUR_US) == 1


def test_the_autocorrelation_length_of_an_autoregression_is_the_theoretical_one():
    """For AR(1) the rule's optimum is (1.5 (2 phi / (1 - phi^2))^2 n)^(1/3): 13.9 at 0.5 and n = 1000."""
    rng = np.random.default_rng(3)
    lengths = [
        autocorrelation_length(autoregressive(rng, 1000, 0.5), hourly(1000), HOUR_US) for _ in range(60)
    ]

    assert np.median(lengths) == pytest.approx(14, abs=1.5)


def test_the_autocorrelation_length_of_noise_is_short():
    rng = np.random.default_rng(4)
    lengths = [autocorrelation_length(rng.standard_normal(1000), hourly(1000), HOUR_US) for _ in range(30)]

    assert np.median(lengths) <= 3


@pytest.mark.parametrize("n", range(1, 12))
def test_very_short_series_have_a_length(n):
    values = np.arange(n, dtype=float)

    assert 1 <= autocorrelation_length(values, hourly(n), HOUR_US) <= n


def test_a_block_is_at_least_twice_the_horizon():
    noise = np.random.default_rng(5).standard_normal(300)

    assert block_length([noise], hourly(300), tick_us=HOUR_US, horizon_us=24 * HOUR_US) == 48


def test_a_block_grows_with_the_most_autocorrelated_series():
    rng = np.random.default_rng(6)
    noise, slow = rng.standard_normal(2000), autoregressive(rng, 2000, 0.9)

    together = block_length([noise, slow], hourly(2000), tick_us=HOUR_US, horizon_us=HOUR_US)

    assert together == autocorrelation_length(slow, hourly(2000), HOUR_US) > 20


def test_a_resample_is_made_of_whole_blocks_on_a_ring():
    blocks = BlockBootstrap.over(hourly(24), tick_us=HOUR_US, length=4)
    (weights,) = blocks.weights(np.random.default_rng(0), n_resamples=50)

    assert weights.shape == (50, 24)
    assert (weights.sum(axis=1) == 24).all()
    starts = np.maximum(weights - np.roll(weights, 1, axis=1), 0).sum(axis=1)
    assert (starts <= 6).all()


def test_one_block_covers_neighbouring_slots():
    blocks = BlockBootstrap(slots=np.arange(5), length=5)
    (weights,) = blocks.weights(np.random.default_rng(0), n_resamples=8)

    assert (weights == 1).all()


def test_blocks_do_not_reach_across_a_gap():
    as_of_us = np.concatenate([hourly(30), HOUR_US * (1000 + np.arange(30))])
    blocks = BlockBootstrap.over(as_of_us, tick_us=HOUR_US, length=5)

    assert blocks.slots[30] - blocks.slots[29] == 5
    assert blocks.slots[-1] == 63


def test_each_tick_is_drawn_equally_often():
    blocks = BlockBootstrap.over(hourly(40), tick_us=HOUR_US, length=7)
    weights = np.concatenate(list(blocks.weights(np.random.default_rng(1), n_resamples=20_000)))

    expected = 6 * 7 / 40
    assert weights.mean(axis=0) == pytest.approx(np.full(40, expected), rel=0.03)


def test_the_spread_of_resampled_means_is_that_of_the_block_sums():
    """The variance of a circular block mean is known in closed form."""
    values = autoregressive(np.random.default_rng(2), 240, 0.6)
    blocks = BlockBootstrap.over(hourly(240), tick_us=HOUR_US, length=8)
    ring = np.concatenate([values, values[:7]])
    block_means = np.lib.stride_tricks.sliding_window_view(ring, 8).mean(axis=1)

    means = blocks.distribution(weighted_means(values[:, None]), np.random.default_rng(9), n_resamples=8000)

    assert means.var() == pytest.approx(block_means.var() / 30, rel=0.06)
    assert means.mean() == pytest.approx(values.mean(), abs=0.005)


def test_the_same_seed_and_name_give_the_same_draws_and_others_do_not():
    assert named_generator(1, "vader").random() == named_generator(1, "vader").random()
    assert named_generator(1, "vader").random() != named_generator(1, "finbert").random()
    assert named_generator(1, "vader").random() != named_generator(2, "vader").random()


def test_few_blocks_are_refused_with_the_count():
    blocks = BlockBootstrap.over(hourly(40), tick_us=HOUR_US, length=8)

    assert blocks.too_few == "40 ticks fill 5.0 blocks of 8 ticks; an interval needs 6."
    with pytest.raises(InvalidShape, match=r"fill 5\.0 blocks"):
        blocks.distribution(weighted_means(np.ones((40, 1))), np.random.default_rng(0))


def test_a_resample_without_ticks_has_no_mean():
    means = weighted_means(np.array([[1.0], [3.0]]))(np.array([[0.0, 0.0], [1.0, 1.0]]))

    assert np.isnan(means[0, 0])
    assert means[1, 0] == 2


@settings(max_examples=30)
@given(st.lists(st.integers(1, 40), min_size=60, max_size=90), st.integers(1, 10))
def test_reordered_ticks_keep_their_weights(gaps, length):
    as_of_us = HOUR_US * np.cumsum(np.array(gaps))
    blocks = BlockBootstrap.over(as_of_us, tick_us=HOUR_US, length=length)
    order = np.random.default_rng(0).permutation(len(gaps))

    (straight,) = blocks.weights(np.random.default_rng(1), n_resamples=3)
    (turned,) = blocks.reordered(order).weights(np.random.default_rng(1), n_resamples=3)

    assert (straight[:, order] == turned).all()


@pytest.mark.parametrize(("phi", "n", "at_least"), [(0.0, 300, 0.92), (0.5, 600, 0.89), (0.8, 600, 0.87)])
def test_intervals_of_autocorrelated_hits_cover_the_hit_rate(phi, n, at_least):
    """Nominal 95 % over 300 series; the binomial error of the share is 1.3 points."""
    rng = np.random.default_rng(11)
    covered = 0
    for run in range(300):
        hit = (autoregressive(rng, n, phi) > 0).astype(float)
        length = block_length([hit], hourly(n), tick_us=HOUR_US, horizon_us=HOUR_US)
        blocks = BlockBootstrap.over(hourly(n), tick_us=HOUR_US, length=length)
        statistic = weighted_means(hit[:, None])
        draws = blocks.distribution(statistic, named_generator(run), n_resamples=500)
        lo, hi = blocks.bounds(draws)
        covered += lo[0] <= 0.5 <= hi[0]

    assert covered / 300 >= at_least
