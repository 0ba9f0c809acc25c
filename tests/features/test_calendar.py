from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from bellwether.clock import to_us
from bellwether.features.calendar import CALENDAR_DEFINITIONS, calendar_values

NAMES = [definition.name for definition in CALENDAR_DEFINITIONS]


def _values(*moment: int) -> dict[str, float]:
    as_of_us = np.array([to_us(datetime(*moment, tzinfo=UTC))])
    return dict(zip(NAMES, calendar_values(as_of_us)[0].tolist(), strict=True))


def test_the_hour_is_an_angle_that_starts_at_midnight_utc():
    assert _values(2025, 7, 7, 0)["hour_cos"] == 1.0
    assert _values(2025, 7, 7, 6)["hour_sin"] == 1.0
    assert _values(2025, 7, 7, 12)["hour_cos"] == -1.0


def test_the_week_is_an_angle_that_starts_on_monday():
    assert _values(2025, 7, 7)["weekday_cos"] == 1.0
    assert _values(2025, 7, 8)["weekday_sin"] == pytest.approx(0.781831, abs=1e-6)  # sin(360°/7)


@pytest.mark.parametrize(("day", "is_weekend"), [(4, 0.0), (5, 1.0), (6, 1.0), (7, 0.0)])
def test_the_weekend_is_saturday_and_sunday(day, is_weekend):
    assert _values(2025, 7, day)["is_weekend"] == is_weekend


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param((2025, 7, 8, 13, 15), 0.0, id="summer, before the opening"),
        pytest.param((2025, 7, 8, 13, 30), 1.0, id="summer, opening"),
        pytest.param((2025, 7, 8, 19, 45), 1.0, id="summer, last quarter"),
        pytest.param((2025, 7, 8, 20, 0), 0.0, id="summer, closed"),
        pytest.param((2025, 1, 7, 14, 15), 0.0, id="winter, before the opening"),
        pytest.param((2025, 1, 7, 14, 30), 1.0, id="winter, opening"),
        pytest.param((2025, 1, 7, 20, 45), 1.0, id="winter, last quarter"),
        pytest.param((2025, 7, 5, 15, 0), 0.0, id="Saturday"),
        pytest.param((2025, 3, 7, 13, 30), 0.0, id="Friday before daylight saving begins on 9 March"),
        pytest.param((2025, 3, 10, 13, 30), 1.0, id="Monday after"),
        pytest.param((2025, 10, 31, 13, 30), 1.0, id="Friday before it ends on 2 November"),
        pytest.param((2025, 11, 3, 13, 30), 0.0, id="Monday after"),
        pytest.param((2026, 3, 9, 13, 30), 1.0, id="2026: from 8 March"),
        pytest.param((2026, 11, 2, 13, 30), 0.0, id="2026: until 1 November"),
    ],
)
def test_the_us_session_follows_new_yorks_clock(moment, is_open):
    assert _values(*moment)["is_us_session"] == is_open
