from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bellwether.clock import HOUR_US, SLOT_US
from bellwether.market.candles import Candles
from bellwether.sample.prices import (
    START_PRICE_USD,
    hourly_drift,
    longer_bars,
    price_path,
    trailing_return,
    volatility,
)


def _open_us(n_bars: int) -> np.ndarray:
    return np.arange(n_bars, dtype=np.int64) * SLOT_US


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32),
    n_bars=st.integers(1, 400),
    sigma=st.floats(1e-5, 0.05),
    drift=st.floats(-0.01, 0.01),
)
def test_every_bar_obeys_the_laws_of_a_candle(seed: int, n_bars: int, sigma: float, drift: float) -> None:
    path = price_path(
        np.random.default_rng(seed),
        _open_us(n_bars),
        sigma=np.full(n_bars, sigma),
        drift=np.full(n_bars, drift),
        interval_us=SLOT_US,
    )
    bars = path.candles

    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low > 0).all()
    assert (bars.volume > 0).all()
    assert (bars.open[1:] == bars.close[:-1]).all()
    assert (bars.known_us == bars.close_us).all()
    assert bars.open[0] == START_PRICE_USD


def test_returns_have_the_volatility_asked_for_and_heavy_tails() -> None:
    n_bars = 40_000
    path = price_path(
        np.random.default_rng(5),
        _open_us(n_bars),
        sigma=np.full(n_bars, 0.001),
        drift=np.zeros(n_bars),
        interval_us=SLOT_US,
    )
    standard = path.log_return / 0.001

    # Student t with 5 degrees of freedom: excess kurtosis 6 (slow to show), never below 1 at this length
    assert abs(standard.std() - 1.0) < 0.03
    assert (standard**4).mean() - 3 > 1.0


def test_the_drift_is_what_it_says() -> None:
    path = price_path(
        np.random.default_rng(0),
        _open_us(4),
        sigma=np.full(4, 1e-12),
        drift=np.array([0.01, -0.02, 0.0, 0.005]),
        interval_us=SLOT_US,
    )

    np.testing.assert_allclose(path.log_return, [0.01, -0.02, 0.0, 0.005], atol=1e-9)
    np.testing.assert_allclose(path.candles.close, [1010.05, 990.05, 990.05, 995.01])


def test_an_hours_effect_is_spread_over_its_four_bars() -> None:
    drift = hourly_drift(np.array([0.5, -0.25]), news_effect_bp=80.0)

    np.testing.assert_allclose(drift, [0.001] * 4 + [-0.0005] * 4)
    assert drift[:4].sum() == 80e-4 * 0.5


def test_volatility_comes_in_clusters_and_follows_the_regime() -> None:
    n_bars = 96 * 200
    scale = np.where(np.arange(n_bars) < n_bars // 2, 1.0, 2.0)

    sigma = volatility(np.random.default_rng(1), _open_us(n_bars), scale=scale)

    log_sigma = np.log(sigma[: n_bars // 2])
    assert np.corrcoef(log_sigma[:-4], log_sigma[4:])[0, 1] > 0.8
    assert 1.6 < np.median(sigma[n_bars // 2 :]) / np.median(sigma[: n_bars // 2]) < 2.4


def test_a_trailing_return_ends_before_its_bar() -> None:
    trailing = trailing_return(np.array([1.0, 2.0, 4.0, 8.0]), n_bars=2)

    np.testing.assert_allclose(trailing, [0.0, 1.0, 3.0, 6.0])


def test_longer_bars_join_whole_ones_and_drop_those_with_a_gap() -> None:
    n_bars = 8
    values = np.arange(n_bars, dtype=np.float64)
    quarter_hours = Candles(
        interval_us=SLOT_US,
        open_us=_open_us(n_bars),
        open=100 + values,
        high=110 + values,
        low=90 - values,
        close=101 + values,
        volume=np.ones(n_bars),
        known_us=_open_us(n_bars) + SLOT_US,
        revision=np.zeros(n_bars, dtype=np.int64),
    )

    hours = longer_bars(quarter_hours, HOUR_US)
    with_gap = longer_bars(quarter_hours.take(np.arange(n_bars) != 2), HOUR_US)

    assert hours.open.tolist() == [100.0, 104.0]
    assert hours.high.tolist() == [113.0, 117.0]
    assert hours.low.tolist() == [87.0, 83.0]
    assert hours.close.tolist() == [104.0, 108.0]
    assert hours.volume.tolist() == [4.0, 4.0]
    assert hours.known_us.tolist() == [HOUR_US, 2 * HOUR_US]
    assert with_gap.open_us.tolist() == [HOUR_US]
