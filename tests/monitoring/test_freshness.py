from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bellwether.monitoring.freshness import LIMITS, State, freshness

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stream", "minutes", "state"),
    [
        ("price", 35, State.FRESH),
        ("price", 36, State.LATE),
        ("price", 180, State.LATE),
        ("price", 181, State.STALE),
        ("headlines", 45, State.FRESH),
        ("headlines", 46, State.LATE),
        ("scores", 361, State.STALE),
        ("predictions", 360, State.LATE),
        ("outcomes", 121, State.LATE),
        ("performance", 6 * 60 + 1, State.LATE),
        ("drift", 36 * 60 + 1, State.STALE),
        ("budget", 30 * 60 + 1, State.LATE),
    ],
)
def test_an_age_means_what_the_limits_say(stream, minutes, state):
    found = freshness(stream, NOON - timedelta(minutes=minutes), now=NOON)

    assert found.state is state
    assert found.age == timedelta(minutes=minutes)


def test_late_is_said_with_age_and_expectation():
    found = freshness("headlines", NOON - timedelta(minutes=48), now=NOON)

    assert found.sentence == "Late: last update of headlines 48 min ago, expected every 15 min."


def test_stale_is_said_with_the_last_moment():
    found = freshness("scores", NOON - timedelta(hours=7), now=NOON, subject="scores of VADER 3.3.2")

    assert found.sentence == "Stale: nothing new in scores of VADER 3.3.2 since 2026-11-24 05:00 UTC."


def test_what_never_came_is_stale_and_null_with_its_reason():
    found = freshness("price", None, now=NOON, subject="prices")

    assert found.state is State.STALE
    assert found.sentence == "Stale: there are no prices."
    assert found.to_json() == {
        "last": None,
        "age_s": None,
        "state": "stale",
        "sentence": "Stale: there are no prices.",
        "reasons": {"last": "There are no prices.", "age_s": "There are no prices."},
    }


def test_a_moment_ahead_of_the_clock_is_now():
    found = freshness("price", NOON + timedelta(minutes=2), now=NOON)

    assert (found.age, found.state, found.sentence) == (timedelta(0), State.FRESH, None)
    assert found.to_json() == {
        "last": "2026-11-24T12:02:00Z",
        "age_s": 0.0,
        "state": "fresh",
        "sentence": None,
        "reasons": {"sentence": "It is fresh."},
    }


def test_every_limit_leaves_room_between_expected_late_and_stale():
    for limits in LIMITS.values():
        assert limits.every < limits.late_after < limits.stale_after
