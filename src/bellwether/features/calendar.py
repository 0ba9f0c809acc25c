"""Calendar features: the time of day and week, and whether the stock market of New York is open."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US
from bellwether.features.definition import FeatureDefinition
from bellwether.market.candles import FloatArray, IntArray

_MINUTES_OF_DAY = 24 * 60
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday, Monday is 0


def _define(name: str, meaning: str, unit: str, source: str = "definition") -> FeatureDefinition:
    return FeatureDefinition(name, meaning, unit, "at as_of", ("as_of",), source)


CALENDAR_DEFINITIONS = (
    _define("hour_sin", "Time of day in UTC as an angle: sine", "-1 to 1"),
    _define("hour_cos", "Time of day in UTC as an angle: cosine", "-1 to 1"),
    _define("weekday_sin", "Day of the week in UTC as an angle: sine", "-1 to 1"),
    _define("weekday_cos", "Day of the week in UTC as an angle: cosine", "-1 to 1"),
    _define("is_weekend", "Saturday or Sunday in UTC", "0 or 1"),
    _define(
        "is_us_session",
        "New York, Monday to Friday, 9:30 to 16:00",
        "0 or 1",
        "NYSE core trading hours; daylight saving by 15 U.S.C. 260a (since 2007)",
    ),
)


def calendar_values(as_of_us: IntArray) -> NDArray[np.float32]:
    """Calendar features of each slot.

    Parameters
    ----------
    as_of_us : int64 array, shape (n,)
        Microseconds UTC.

    Returns
    -------
    float32 array, shape (n, 6)
        In the order of `CALENDAR_DEFINITIONS`.
    """
    minute = as_of_us // MINUTE_US % _MINUTES_OF_DAY
    weekday = (as_of_us // DAY_US + _EPOCH_WEEKDAY) % 7
    columns = (
        *_angle(minute, _MINUTES_OF_DAY),
        *_angle(weekday, 7),
        (weekday >= 5).astype(np.float64),
        _is_us_session(as_of_us).astype(np.float64),
    )
    return np.column_stack(columns).astype(np.float32)


def _angle(part: IntArray, whole: int) -> tuple[FloatArray, FloatArray]:
    """Sine and cosine of a place on a circle, from a table: equal wherever in an array they stand."""
    angles = [2.0 * math.pi * place / whole for place in range(whole)]
    sine = np.array([math.sin(angle) for angle in angles])
    cosine = np.array([math.cos(angle) for angle in angles])
    return sine[part], cosine[part]


def _is_us_session(as_of_us: IntArray) -> NDArray[np.bool_]:
    """Whether New York's stock exchange holds its core session at a moment (its end excluded).

    The rule is written out instead of read from the machine's time-zone files, whose versions
    differ: a feature is the same on every machine.
    """
    offset_us = np.where(_is_us_daylight_saving(as_of_us), 4 * HOUR_US, 5 * HOUR_US)
    local_us = as_of_us - offset_us
    weekday = (local_us // DAY_US + _EPOCH_WEEKDAY) % 7
    minute = local_us // MINUTE_US % _MINUTES_OF_DAY
    return (weekday < 5) & (minute >= 9 * 60 + 30) & (minute < 16 * 60)


def _is_us_daylight_saving(as_of_us: IntArray) -> NDArray[np.bool_]:
    """From the second Sunday of March, 2:00 standard time, to the first of November, 2:00 daylight time."""
    year = as_of_us.astype("datetime64[us]").astype("datetime64[Y]")
    start_us = _first_sunday_us(year, month=3) + 7 * DAY_US + 7 * HOUR_US
    end_us = _first_sunday_us(year, month=11) + 6 * HOUR_US
    return (as_of_us >= start_us) & (as_of_us < end_us)


def _first_sunday_us(year: NDArray[np.datetime64], *, month: int) -> IntArray:
    """Midnight UTC of the first Sunday of a month in each of the years."""
    first = (year.astype("datetime64[M]") + np.timedelta64(month - 1, "M")).astype("datetime64[D]")
    day = first.astype(np.int64)
    return (day + (6 - (day + _EPOCH_WEEKDAY) % 7) % 7) * DAY_US
