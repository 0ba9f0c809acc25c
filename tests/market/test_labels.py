from __future__ import annotations

import math

import numpy as np

from bellwether.clock import HOUR_US
from bellwether.identity import Horizon
from bellwether.market.candles import Candles
from bellwether.market.labels import labels


def _hourly(hours: list[int], close: list[float], revision: list[int] | None = None) -> Candles:
    price = np.array(close)
    open_us = np.array(hours) * HOUR_US
    return Candles(
        interval_us=HOUR_US,
        open_us=open_us,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=np.ones(len(price)),
        known_us=open_us + HOUR_US,
        revision=np.array(revision or [0] * len(price)),
    )


def test_a_label_compares_the_close_after_the_horizon_with_the_close_at_the_slot():
    candles = _hourly([0, 1, 2], [100.0, 110.0, 99.0])

    label, log_return = labels(candles, np.array([1, 2]) * HOUR_US, Horizon.H1)

    assert label.tolist() == [1.0, 0.0]
    np.testing.assert_allclose(log_return, [math.log(1.1), math.log(0.9)])


def test_a_tie_is_not_up():
    candles = _hourly([0, 1], [100.0, 100.0])

    label, log_return = labels(candles, np.array([HOUR_US]), Horizon.H1)

    assert label.tolist() == [0.0]
    assert log_return.tolist() == [0.0]


def test_a_missing_close_at_either_end_gives_no_label():
    candles = _hourly([0, 2, 3], [100.0, 101.0, 102.0])

    label, log_return = labels(candles, np.array([0, 1, 2, 3, 4]) * HOUR_US, Horizon.H1)

    np.testing.assert_array_equal(label, [np.nan, np.nan, np.nan, 1.0, np.nan])
    np.testing.assert_array_equal(np.isnan(log_return), [True, True, True, False, True])


def test_an_outcome_is_read_from_the_last_revision():
    candles = _hourly([0, 1, 1], [100.0, 110.0, 90.0], [0, 0, 1])

    label, _ = labels(candles, np.array([HOUR_US]), Horizon.H1)

    assert label.tolist() == [0.0]


def test_a_slot_off_the_grid_of_the_candles_has_no_label():
    candles = _hourly([0, 1, 2], [100.0, 110.0, 120.0])

    label, _ = labels(candles, np.array([HOUR_US + 1]), Horizon.H1)

    assert np.isnan(label).all()


def test_no_candles_give_no_labels():
    candles = _hourly([], [])

    label, log_return = labels(candles, np.array([HOUR_US]), Horizon.H24)

    assert np.isnan(label).all()
    assert np.isnan(log_return).all()
