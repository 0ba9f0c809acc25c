from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.clock import SimulatedClock, floor_slot, from_us, iso, parse_moment, require_utc, to_us
from bellwether.errors import InvalidTime

moments = st.integers(0, 4_000_000_000_000_000).map(from_us)


@given(moments)
def test_microseconds_and_moments_convert_without_loss(moment: datetime) -> None:
    assert from_us(to_us(moment)) == moment


@given(moments)
def test_a_slot_starts_at_most_fifteen_minutes_before_its_moment(moment: datetime) -> None:
    start = floor_slot(moment)

    assert timedelta(0) <= moment - start < timedelta(minutes=15)
    assert start.minute in {0, 15, 30, 45}


def test_a_moment_in_another_zone_is_read_in_utc() -> None:
    berlin_summer = timezone(timedelta(hours=2))

    assert iso(datetime(2025, 7, 5, 16, 15, tzinfo=berlin_summer)) == "2025-07-05T14:15:00Z"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidTime, match="has no time zone"):
        require_utc(datetime(2025, 7, 5))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-07-05", "2025-07-05T00:00:00Z"),
        ("2025-07-05T14:15Z", "2025-07-05T14:15:00Z"),
        ("2025-07-05T14:15:30+02:00", "2025-07-05T12:15:30Z"),
    ],
)
def test_dates_and_zoned_times_are_read(text: str, expected: str) -> None:
    assert iso(parse_moment(text)) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2025-13-01", "2025-07-05T14:15"])
def test_other_texts_are_no_moment(text: str) -> None:
    with pytest.raises(InvalidTime, match=r"not a date or time|has no time zone"):
        parse_moment(text)


def test_a_simulated_clock_goes_forward_only() -> None:
    clock = SimulatedClock(datetime(2025, 7, 5, tzinfo=UTC))
    clock.advance_to(datetime(2025, 7, 6, tzinfo=UTC))

    with pytest.raises(InvalidTime, match="cannot go back from 2025-07-06"):
        clock.advance_to(datetime(2025, 7, 5, tzinfo=UTC))
    assert clock.now() == datetime(2025, 7, 6, tzinfo=UTC)
