from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.market import indicators
from bellwether.market.candles import FloatArray

Bars = tuple[FloatArray, FloatArray, FloatArray, FloatArray]

CAUSAL: dict[str, Callable[[Bars], FloatArray]] = {
    "trailing sum": lambda bars: indicators.trailing_sum(bars[2], 7, skip=1),
    "trailing max": lambda bars: indicators.trailing_max(bars[0], 7),
    "trailing min": lambda bars: indicators.trailing_min(bars[1], 7),
    "correlation": lambda bars: indicators.trailing_correlation(bars[2], bars[3], 12),
    "skewness": lambda bars: indicators.trailing_skewness(bars[2], 12),
    "rsi": lambda bars: indicators.relative_strength(bars[2], 14),
    "macd": lambda bars: indicators.macd_histogram(bars[2]),
    "bollinger position": lambda bars: indicators.bollinger(bars[2], 20)[0],
    "bollinger width": lambda bars: indicators.bollinger(bars[2], 20)[1],
    "atr": lambda bars: indicators.average_true_range(*bars[:3], 14),
    "adx": lambda bars: indicators.directional_strength(*bars[:3], 14),
    "directional balance": lambda bars: indicators.directional_balance(*bars[:3], 14),
    "stochastic": lambda bars: indicators.stochastic(*bars[:3], 14),
    "cci": lambda bars: indicators.commodity_channel(*bars[:3], 20),
    "mfi": lambda bars: indicators.money_flow(*bars, 14),
}


def _bars(seed: int, n: int) -> Bars:
    """High, low, close and volume of a random walk that stands still in its middle third."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0.0, 0.01, n)
    steps[n // 3 : 2 * n // 3] = 0.0
    close = 100.0 * np.exp(np.cumsum(steps))
    open_ = np.concatenate([close[:1], close[:-1]])
    volume = np.where(steps == 0.0, 0.0, rng.lognormal(0.0, 1.0, n))
    return np.maximum(open_, close), np.minimum(open_, close), close, volume


def test_a_trailing_sum_starts_when_its_window_is_full():
    sums = indicators.trailing_sum(np.array([9.0, 1.0, 2.0, 3.0]), 2, skip=1)

    np.testing.assert_array_equal(sums, [np.nan, np.nan, 3.0, 5.0])


@pytest.mark.parametrize("n", [5, 6, 100])
def test_a_window_longer_than_the_values_has_no_sum(n):
    assert np.isnan(indicators.trailing_sum(np.ones(5), n, skip=1)).all()


def test_a_window_of_zeros_sums_to_exactly_zero_after_large_values():
    sums = indicators.trailing_sum(np.array([1e9, 0.1, 0.0, 0.0]), 2)

    assert sums[-1] == 0.0


def test_a_ratio_is_missing_where_the_denominator_is_zero():
    np.testing.assert_array_equal(
        indicators.ratio(np.array([1.0, 1.0, 0.0]), np.array([4.0, 0.0, 0.0])), [0.25, np.nan, np.nan]
    )


def test_a_log_ratio_is_missing_where_either_is_zero():
    values = indicators.log_ratio(np.array([np.e, 0.0, 1.0]), np.array([1.0, 1.0, 0.0]))

    np.testing.assert_allclose(values, [1.0, np.nan, np.nan])


def test_correlation_of_a_series_with_itself_and_its_opposite():
    x = np.array([0.01, -0.02, 0.03, 0.0])

    assert indicators.trailing_correlation(x, x, 4)[-1] == pytest.approx(1.0)
    assert indicators.trailing_correlation(x, -x, 4)[-1] == pytest.approx(-1.0)


def test_correlation_and_skewness_of_equal_returns_are_missing():
    still = np.full(5, 0.01)

    assert np.isnan(indicators.trailing_correlation(still, still, 4)).all()
    assert np.isnan(indicators.trailing_skewness(still, 4)).all()


def test_skewness_by_hand():
    """Mean 0.25, second central moment 3/16, third 3/32: skewness 2/sqrt(3)."""
    assert indicators.trailing_skewness(np.array([0.0, 0.0, 0.0, 1.0]), 4)[-1] == pytest.approx(2 / 3**0.5)


def test_relative_strength_by_hand():
    """Two gains of 1 and one loss of 2 in three bars: gains are half of the moves."""
    close = np.array([10.0, 11.0, 12.0, 10.0])

    assert indicators.relative_strength(close, 3)[-1] == pytest.approx(0.5)


def test_a_price_at_the_middle_of_the_bands_has_position_one_half():
    close = np.array([10.0, 12.0, 9.0, 13.0, 11.0])

    position, width = indicators.bollinger(close, 5)

    assert position[-1] == pytest.approx(0.5)
    assert width[-1] == pytest.approx(4 * 2**0.5 / 11)


@pytest.mark.parametrize("name", CAUSAL)
def test_a_price_that_never_moves_gives_nothing_infinite(name):
    still = np.full(60, 100.0)

    values = CAUSAL[name]((still, still, still, np.zeros(60)))

    assert not np.isinf(values).any()


@pytest.mark.parametrize("name", ["rsi", "adx", "directional balance", "stochastic", "cci", "mfi"])
def test_an_oscillator_of_a_price_that_never_moves_is_missing_not_zero(name):
    still = np.full(60, 100.0)

    assert np.isnan(CAUSAL[name]((still, still, still, np.zeros(60)))).all()


@pytest.mark.parametrize("name", CAUSAL)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 160), cut=st.integers(1, 160))
def test_cutting_a_sequence_leaves_earlier_values_equal_in_all_bits(name, seed, n, cut):
    bars = _bars(seed, n)
    whole = CAUSAL[name](bars)

    truncated = CAUSAL[name](tuple(array[:cut].copy() for array in bars))

    np.testing.assert_array_equal(truncated, whole[:cut])
