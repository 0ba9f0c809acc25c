from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US
from bellwether.features.builder import build_base
from bellwether.features.price import LOOKBACK_BARS, price_definitions
from bellwether.market.candles import Candles

QUARTER_US = 15 * MINUTE_US


def _values(candles: Candles, as_of_us: int, known_by_us: int | None = None) -> dict[str, float]:
    known_by = None if known_by_us is None else np.array([known_by_us])
    matrix = build_base(candles, np.array([as_of_us]), known_by_us=known_by)
    return dict(zip(matrix.names, matrix.values[0].tolist(), strict=True))


def _rising(candles_of, n: int = 900, interval_us: int = QUARTER_US, step: float = 0.001) -> Candles:
    """Each close is ``step`` above the one before, as a log return."""
    return candles_of(100.0 * np.exp(step * np.arange(n)), interval_us=interval_us)


def test_there_are_at_least_twenty_price_features_on_every_interval():
    for minutes in (15, 30, 60):
        assert len(price_definitions(minutes * MINUTE_US)) >= 20


def test_the_look_back_is_within_two_thousand_bars():
    assert LOOKBACK_BARS <= 2_000


def test_returns_go_by_the_clock(candles_of):
    candles = _rising(candles_of)

    values = _values(candles, int(candles.close_us[-1]))

    assert values["return_15m"] == pytest.approx(0.001)
    assert values["return_1h"] == pytest.approx(0.004)
    assert values["return_4h"] == pytest.approx(0.016)
    assert values["return_24h"] == pytest.approx(0.096)
    assert values["return_7d"] == pytest.approx(0.672)


def test_windows_in_hours_mean_the_same_on_longer_candles(candles_of):
    candles = _rising(candles_of, interval_us=HOUR_US, step=0.004)

    values = _values(candles, int(candles.close_us[-1]))

    assert values["return_1h"] == pytest.approx(0.004)
    assert values["return_24h"] == pytest.approx(0.096)
    assert values["volatility_24h"] == pytest.approx(0.004)


def test_a_window_shorter_than_the_bar_does_not_exist():
    names = {definition.name for definition in price_definitions(HOUR_US)}

    assert "return_15m" not in names
    assert "volatility_1h" not in names
    assert {"return_1h", "return_4h", "return_24h"} <= names


def test_features_of_a_steady_rise_by_hand(candles_of):
    candles = _rising(candles_of)

    values = _values(candles, int(candles.close_us[-1]))

    # root of 4 squares of 0.001 in each hour
    assert values["volatility_24h"] == pytest.approx(0.002, rel=1e-5)
    assert values["volatility_ratio_4h_24h"] == pytest.approx(0.0, abs=1e-6)
    # each bar's range is its step: 4 * 0.001^2 / (4 ln 2) an hour
    assert values["parkinson_24h"] == pytest.approx(math.sqrt(1e-6 / math.log(2)), rel=1e-5)
    # 0.5 - (2 ln 2 - 1) = 1.5 - 2 ln 2 of the square of each bar, 4 bars an hour
    assert values["garman_klass_24h"] == pytest.approx(math.sqrt(4e-6 * (1.5 - 2 * math.log(2))), rel=1e-5)
    assert values["efficiency_24h"] == pytest.approx(1.0)
    assert values["below_high_24h"] == 0.0
    # the lowest price of 96 bars is the open of the first
    assert values["above_low_24h"] == pytest.approx(0.096)
    # the mean of 96 log closes lies 47.5 steps below, that of 672 bars 335.5
    assert values["above_mean_24h"] == pytest.approx(0.0475, rel=1e-4)
    assert values["mean_trend_24h_7d"] == pytest.approx(0.288, rel=1e-4)
    assert values["rsi_14"] == pytest.approx(1.0)
    assert values["directional_balance_14"] == pytest.approx(1.0)
    assert values["stochastic_14"] == pytest.approx(1.0)
    assert values["mfi_14"] == pytest.approx(1.0)
    assert values["obv_24h"] == pytest.approx(1.0)
    assert values["volume_ratio_1h_24h"] == pytest.approx(0.0)
    assert math.isnan(values["volume_z_7d"])  # the volume never changed
    assert math.isnan(values["autocorrelation_24h"])  # neither did the return


def test_volume_features_by_hand(candles_of):
    """A last bar of volume 97 after bars of 1, on a price that alternates and ends with a fall."""
    candles = candles_of(np.where(np.arange(900) % 2 == 0, 101.0, 100.0))
    candles.volume[-1] = 97.0

    values = _values(candles, int(candles.close_us[-1]))

    # 48 rises of volume 1, 47 falls of 1 and one of 97, over 192
    assert values["obv_24h"] == pytest.approx((48 - 47 - 97) / 192)
    # the last hour trades (3 + 97) / 4 a bar, the day 192 / 96
    assert values["volume_ratio_1h_24h"] == pytest.approx(math.log(25.0 / 2.0))
    # mean 768 / 672; one of 672 values stands 96 above the rest: sqrt(671) deviations
    assert values["volume_z_7d"] == pytest.approx(math.sqrt(671), rel=1e-5)


def test_a_price_that_stands_still_without_volume_gives_nothing_infinite(candles_of):
    candles = candles_of(np.full(900, 100.0))
    candles.volume[:] = 0.0

    values = _values(candles, int(candles.close_us[-1]))

    assert not any(math.isinf(value) for value in values.values())
    assert values["return_24h"] == 0.0
    assert values["volatility_24h"] == 0.0
    assert math.isnan(values["rsi_14"])
    assert math.isnan(values["volatility_ratio_24h_7d"])


def test_a_slot_whose_closing_bar_is_missing_has_no_price_features(candles_of):
    candles = _rising(candles_of)
    gap = candles.take(np.arange(len(candles)) != 850)

    values = _values(gap, int(candles.close_us[850]))

    names = [definition.name for definition in price_definitions(QUARTER_US)]
    assert all(math.isnan(values[name]) for name in names)
    assert not math.isnan(values["hour_sin"])


def test_a_missing_bar_takes_away_the_returns_that_start_there_and_shortens_no_window(candles_of):
    candles = _rising(candles_of)
    gap = candles.take(np.arange(len(candles)) != 846)

    values = _values(gap, int(candles.close_us[850]))

    assert math.isnan(values["return_1h"])
    assert values["return_4h"] == pytest.approx(0.016)
    # 96 bars that exist reach one bar further back
    assert values["above_low_24h"] == pytest.approx(0.097, rel=1e-4)


def test_before_a_window_is_full_its_feature_is_missing(candles_of):
    candles = _rising(candles_of, n=97)

    values = _values(candles, int(candles.close_us[-1]))

    assert values["volatility_24h"] == pytest.approx(0.002, rel=1e-4)
    assert math.isnan(_values(candles, int(candles.close_us[-2]))["volatility_24h"])
    assert math.isnan(values["volatility_7d"])


def test_a_slot_off_the_grid_and_a_slot_before_all_candles_have_no_price_features(candles_of):
    candles = _rising(candles_of, interval_us=HOUR_US)
    slots = np.array([int(candles.open_us[0]) - DAY_US, int(candles.close_us[-1]) + QUARTER_US])

    matrix = build_base(candles, slots)

    assert np.isnan(matrix.values[:, : len(price_definitions(HOUR_US))]).all()


def test_no_candles_and_no_slots_are_no_error(candles_of):
    empty = candles_of(np.array([]))

    assert np.isnan(build_base(empty, np.array([QUARTER_US])).values[0, 0])
    assert build_base(_rising(candles_of), np.array([], dtype=np.int64)).values.shape[0] == 0


def test_a_bar_that_came_after_the_grace_is_seen_by_later_slots_alone(candles_of):
    candles = _rising(candles_of)
    late = replace(candles, known_us=candles.known_us.copy())
    late.known_us[850] = late.close_us[850] + 20 * MINUTE_US
    own, following = int(late.close_us[850]), int(late.close_us[851])

    assert math.isnan(_values(late, own)["return_1h"])
    assert _values(late, following)["return_15m"] == pytest.approx(0.001)
    assert _values(late, own, own + 20 * MINUTE_US)["return_1h"] == pytest.approx(0.004)


def test_a_bar_that_came_within_the_grace_is_seen_by_its_own_slot(candles_of):
    candles = _rising(candles_of)
    late = replace(candles, known_us=candles.known_us + 15 * MINUTE_US)

    assert _values(late, int(late.close_us[-1]))["return_1h"] == pytest.approx(0.004)


def test_a_revision_is_seen_from_the_moment_it_was_known(candles_of):
    candles = _rising(candles_of)
    revised = candles.take(np.append(np.arange(900), 899))
    revised.close[-1] *= math.exp(0.5)
    revised.revision[-1] = 1
    revised.known_us[-1] += DAY_US
    last = int(revised.close_us[-1])

    assert _values(revised, last)["return_1h"] == pytest.approx(0.004)
    assert _values(revised, last, last + DAY_US)["return_1h"] == pytest.approx(0.504)
