from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import Horizon
from bellwether.learning.families import lineup
from bellwether.pipelines.prepare import PreparedTicks
from bellwether.sentiment.scorer import ScorerInfo

QUARTER_US = 15 * MINUTE_US
N_TICKS = 3 * 96
VADER = ScorerInfo("vader", "VADER", "aa", is_reference=True, positive_above=0.05, negative_below=-0.05)


def matrix(*names: str) -> FeatureMatrix:
    as_of_us = np.arange(N_TICKS, dtype=np.int64) * QUARTER_US
    values = np.arange(N_TICKS * len(names), dtype=np.float32).reshape(N_TICKS, len(names))
    return FeatureMatrix(as_of_us, as_of_us, names, values)


def prepared(horizon: Horizon) -> PreparedTicks:
    """Three days of quarter hours; no news on the second afternoon, no outcome for an hour of the first."""
    label = (np.arange(N_TICKS) % 3 == 0).astype(np.float64)
    label[40:44] = np.nan
    is_recorded = np.ones(N_TICKS, dtype=np.bool_)
    is_recorded[96 + 48 : 192] = False
    return PreparedTicks(
        asset="BTC",
        horizon=horizon,
        tick_us=QUARTER_US,
        scorers={"vader": VADER},
        base=matrix("return_1h", "hour_sin"),
        news={"vader": matrix("tone_mean_1h"), "shuffled_vader": matrix("tone_mean_1h")},
        is_recorded=is_recorded,
        label=label,
        log_return=label - 0.5,
    )


@given(st.sampled_from(Horizon), st.integers(0, 3 * DAY_US))
def test_nothing_is_learned_from_an_outcome_that_was_still_to_come(horizon: Horizon, until_us: int) -> None:
    ticks = prepared(horizon)

    for family in lineup(["vader"]):
        frame = ticks.frame(family, until_us=until_us)
        assert (frame.as_of_us + horizon.us <= until_us).all()


def test_every_family_learns_from_the_same_hourly_ticks_with_news_and_an_outcome() -> None:
    ticks = prepared(Horizon.H1)
    frames = [ticks.frame(family, until_us=2 * DAY_US) for family in lineup(["vader"])]

    hours = [hour for hour in range(36) if hour != 10]
    for frame in frames:
        assert (frame.as_of_us // HOUR_US).tolist() == hours
        assert frame.label.tolist() == [int(hour * 4 % 3 == 0) for hour in hours]
    assert [frame.names for frame in frames[:2]] == [
        ("return_1h", "hour_sin", "tone_mean_1h"),
        ("return_1h", "hour_sin"),
    ]


def test_the_last_tick_whose_outcome_is_known_belongs_to_the_training() -> None:
    (majority,) = [family for family in lineup(["vader"]) if family.name == "majority"]
    frame = prepared(Horizon.H4).frame(majority, until_us=DAY_US)

    assert frame.as_of_us.max() == DAY_US - 4 * HOUR_US


def test_days_of_news_are_days_with_something_to_learn_from() -> None:
    ticks = prepared(Horizon.H1)

    assert [ticks.news_days(until_us) for until_us in (0, HOUR_US, DAY_US, DAY_US + HOUR_US)] == [0, 1, 1, 2]


@pytest.mark.parametrize("missing", [[0], [0, 1]], ids=["price", "price and calendar"])
def test_a_tick_has_its_bar_when_it_has_a_return(missing: list[int]) -> None:
    ticks = prepared(Horizon.H1)
    ticks.base.values[7, missing] = np.nan

    assert np.flatnonzero(~ticks.has_bar).tolist() == [7]
