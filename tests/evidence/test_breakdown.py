import json
import math

import numpy as np
import pytest

from bellwether.clock import DAY_US
from bellwether.errors import InvalidShape
from bellwether.evidence.breakdown import (
    by_quarter,
    by_volatility,
    calibration_bins,
    cumulative_hit_rate,
    family_details,
)
from bellwether.identity import Horizon

NAN = float("nan")


@pytest.fixture
def year(make_panel):
    """Daily ticks of 2022 and a day more; right in every tick of the first quarter, else by turns."""
    n = 366
    label = np.array([1.0, 0.0] * (n // 2))
    p_up = np.full(n, 0.6)
    p_up[:90] = np.where(label[:90] == 1, 0.6, 0.4)
    return make_panel({"a": p_up, "coin": np.full(n, 0.5)}, label, horizon=Horizon.H24, tick_us=DAY_US)


def test_the_cumulative_hit_rate_is_the_running_share_with_a_narrowing_band(year):
    curve = cumulative_hit_rate(year, "a")

    assert curve.hit_rate[89] == 1
    assert curve.hit_rate[-1] == pytest.approx((90 + 138) / 366)
    assert (curve.lo <= curve.hit_rate).all()
    assert (curve.hit_rate <= curve.hi).all()
    assert curve.hi[-1] - curve.lo[-1] < curve.hi[20] - curve.lo[20]
    assert curve.as_of_us.tolist() == year.as_of_us.tolist()


def test_quarters_are_calendar_quarters_in_utc(year):
    rows = by_quarter(year, ["a", "coin"], seed=0)

    assert [(row.group, row.family, row.n) for row in rows[:4]] == [
        ("2022 Q1", "a", 90),
        ("2022 Q1", "coin", 90),
        ("2022 Q2", "a", 91),
        ("2022 Q2", "coin", 91),
    ]
    assert [row.n for row in rows[::2]] == [90, 91, 92, 92, 1]
    assert rows[0].hit_rate.value == 1
    assert rows[-1].group == "2023 Q1"
    assert rows[-1].hit_rate.lo is None


def test_thirds_by_volatility_leave_out_ticks_without_one(make_panel):
    label = np.array([1.0] * 30 + [0.0] * 60)
    panel = make_panel({"up": np.full(90, 0.7)}, label)
    volatility = np.arange(90, dtype=float)
    volatility[0] = NAN

    rows = by_volatility(panel, ["up"], volatility, seed=0)

    assert [(row.group, row.n) for row in rows] == [("calm", 30), ("usual", 29), ("wild", 30)]
    assert [round(row.hit_rate.value, 3) for row in rows] == [0.967, 0, 0]


def test_volatilities_must_fit_the_ticks(year):
    with pytest.raises(InvalidShape, match="volatilities for 366 ticks"):
        by_volatility(year, ["a"], np.ones(3), seed=0)


def test_no_known_volatility_is_no_row(year):
    assert by_volatility(year, ["a"], np.full(366, NAN), seed=0) == ()


def test_rows_hold_no_number_that_json_lacks(year):
    for row in by_quarter(year, ["a"], seed=0):
        assert json.loads(json.dumps(row.to_json(), allow_nan=False)) == row.to_json()


def test_calibration_bins_show_what_happened_after_each_probability(make_panel):
    p_up = np.array([0.3] * 20 + [0.7] * 20)
    label = np.array([1.0] * 5 + [0.0] * 15 + [1.0] * 16 + [0.0] * 4)

    low, high = calibration_bins(make_panel({"a": p_up}, label), "a")

    assert (low.p_up, low.up_share.value, low.up_share.n) == (pytest.approx(0.3), 0.25, 20)
    assert (high.p_up, high.up_share.value, high.up_share.n) == (pytest.approx(0.7), 0.8, 20)
    assert low.up_share.lo < 0.25 < low.up_share.hi


def test_overlapping_outcomes_make_a_calibration_bin_less_sure(make_panel):
    p_up, label = np.full(480, 0.5), np.array([1.0, 0.0] * 240)

    (apart,) = calibration_bins(make_panel({"a": p_up}, label), "a")
    (overlapping,) = calibration_bins(make_panel({"a": p_up}, label, horizon=Horizon.H24), "a")

    # 480 hourly ticks hold 20 days: Wilson's half width for 10 of 20 is 0.2007.
    assert overlapping.up_share.hi - 0.5 == pytest.approx(0.2007, abs=1e-4)
    assert apart.up_share.hi - 0.5 < 0.05


def test_nothing_matured_has_no_calibration_bin(make_panel):
    assert calibration_bins(make_panel({"a": [NAN]}, [1.0]), "a") == ()


def test_details_take_the_family_apart(year):
    details = family_details(year, "a")

    assert details.balanced_accuracy == pytest.approx((183 + 45) / 366)
    assert math.isnan(family_details(year, "coin").matthews_correlation)
    assert details.trading.n_periods == 366


def test_a_missing_tick_is_a_day_out_of_the_market(make_panel):
    panel = make_panel(
        {"a": [0.6, 0.6, 0.6, 0.6]}, [1.0, 1.0, NAN, 1.0], log_return=np.array([0.01, 0.01, NAN, 0.01])
    )

    assert family_details(panel, "a").trading.turnover == 4


def test_a_panel_without_ticks_traded_nothing(make_panel):
    panel = make_panel({"a": []}, [])

    assert family_details(panel, "a").trading.n_periods == 0
    assert len(cumulative_hit_rate(panel, "a").hit_rate) == 0
