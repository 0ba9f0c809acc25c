"""The flow of news: how much, when seen, in what tone."""

from __future__ import annotations

import numpy as np

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US, SECOND_US, SLOT_US
from bellwether.sample.records import FloatArray, IntArray

TONE_WINDOW_US = 4 * HOUR_US
"""Stories first seen within this time make the hour's tone."""

MOOD_HALF_LIFE_HOURS = 3.0

COPIES_PER_HEADLINE = 0.15
"""Mean number of later copies of a headline at other publishers."""

LATE_SHARE = 0.03
"""Share of headlines that the collector sees hours after they were published."""

_COLLECTED_AFTER_US = 5 * MINUTE_US
"""A collection run starts this long after each quarter of an hour."""

_HOURLY = np.array(
    [5, 4, 4, 4, 4, 5, 7, 8, 9, 9, 9, 9, 10, 12, 13, 13, 12, 11, 10, 9, 8, 7, 6, 6], dtype=np.float64
)
_DAILY = np.array([1.0, 1.1, 1.15, 1.15, 1.0, 0.55, 0.5])
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; Monday is 0."""


def rhythm(slot_us: IntArray) -> FloatArray:
    """How much news a 15-minute slot brings by hour and weekday; its mean over a week is 1."""
    hour = (slot_us % DAY_US) // HOUR_US
    weekday = (slot_us // DAY_US + _EPOCH_WEEKDAY) % 7
    return np.asarray(_HOURLY[hour] / _HOURLY.mean() * _DAILY[weekday] / _DAILY.mean())


def arrivals(rng: np.random.Generator, slot_us: IntArray, *, expected: FloatArray) -> IntArray:
    """Moments of publication, ascending, whole seconds: Poisson with ``expected`` a slot."""
    counts = rng.poisson(expected)
    seconds = rng.integers(0, SLOT_US // SECOND_US, int(counts.sum()))
    return np.sort(np.repeat(slot_us, counts) + seconds * SECOND_US)


def first_seen(rng: np.random.Generator, published_us: IntArray) -> IntArray:
    """When the collector first had each headline, shape (n,).

    Feeds show a headline after a few minutes; the next quarter-hourly run then collects it. A small
    share appears only 3 to 20 hours later.
    """
    n = len(published_us)
    delay_us = rng.exponential(4 * MINUTE_US, n)
    is_late = rng.random(n) < LATE_SHARE
    delay_us = delay_us + np.where(is_late, rng.uniform(3 * HOUR_US, 20 * HOUR_US, n), 0.0)
    shown_us = published_us + delay_us.astype(np.int64)
    return np.asarray(-(-(shown_us - _COLLECTED_AFTER_US) // SLOT_US) * SLOT_US + _COLLECTED_AFTER_US)


def story_tones(rng: np.random.Generator, hour: IntArray, *, n_hours: int) -> FloatArray:
    """Tone in [-1, 1] of stories published in the given hours.

    ``tanh`` of a common mood, an AR(1) process with a half-life of three hours, plus each story's own part.
    The mood knows nothing of prices.
    """
    memory = float(0.5 ** (1.0 / MOOD_HALF_LIFE_HOURS))
    shocks = rng.normal(0.0, np.sqrt(1 - memory**2), n_hours)
    mood = np.empty(n_hours)
    level = rng.normal()
    for index, shock in enumerate(shocks):
        level = memory * level + shock
        mood[index] = level
    return np.tanh(0.6 * mood[hour] + 0.5 * rng.normal(size=len(hour)))


def report_tones(rng: np.random.Generator, past_move: FloatArray) -> FloatArray:
    """Tone in [-1, 1] of reports on past moves (in standard deviations): same sign, saturating."""
    return np.asarray(np.tanh(0.8 * past_move) * rng.uniform(0.5, 1.0, len(past_move)))


def hourly_tone(hour_us: IntArray, *, first_seen_us: IntArray, tone: FloatArray) -> FloatArray:
    """Mean tone of the stories first seen in the window to each hour; 0 without stories.

    Parameters
    ----------
    hour_us : int64 array, shape (h,)
    first_seen_us : int64 array, shape (n,)
        In any order.
    tone : float64 array, shape (n,)
    """
    order = np.argsort(first_seen_us, kind="stable")
    seen_us, total = first_seen_us[order], np.concatenate([[0.0], np.cumsum(tone[order])])
    end = np.searchsorted(seen_us, hour_us, side="right")
    begin = np.searchsorted(seen_us, hour_us - TONE_WINDOW_US, side="right")
    return np.asarray((total[end] - total[begin]) / np.maximum(end - begin, 1))
