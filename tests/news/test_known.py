from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.clock import from_us, to_us
from bellwether.news.known import Knowledge, Moment, known_at, seen_at, time_fault


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 5) -> int:
    return to_us(datetime(2025, 7, day, hour, minute, second, tzinfo=UTC))


PUBLISHED = Moment(at(9, 12, 30))


@pytest.mark.parametrize(
    ("published", "first_seen", "known", "is_assumed"),
    [
        pytest.param(PUBLISHED, Moment(at(10)), at(10, 5), False, id="an hourly run takes five minutes"),
        pytest.param(PUBLISHED, Moment(at(10, 0, 1)), at(10, 0, 1), False, id="a stamped sight stands"),
        pytest.param(PUBLISHED, Moment(at(0, day=6)), at(0, 5, day=6), False, id="midnight is a whole hour"),
        pytest.param(PUBLISHED, None, at(10, 12, 30), True, id="an hour after publication"),
        pytest.param(Moment(at(0), is_date=True), None, at(0, day=6), True, id="a date alone"),
        pytest.param(Moment(at(11), is_date=True), None, at(0, day=6), True, id="a date with an idle time"),
        pytest.param(Moment(at(0), is_date=True), Moment(at(7)), at(7, 5), False, id="a date, but seen"),
        pytest.param(PUBLISHED, Moment(at(0), is_date=True), at(0, day=6), True, id="seen on a date"),
    ],
)
def test_a_headline_is_known_when_its_file_says_it_can_have_been(published, first_seen, known, is_assumed):
    assert known_at(published, first_seen) == Knowledge(known, is_assumed)


def test_a_revision_is_known_by_the_same_rule():
    assert seen_at(Moment(at(6))) == Knowledge(at(6, 5), is_assumed=False)


@given(
    published=st.integers(at(0), at(23)),
    first_seen=st.none() | st.integers(at(0), at(23)),
    is_date=st.booleans(),
)
def test_nothing_is_known_before_it_was_seen_and_the_rest_not_before_publication(
    published, first_seen, is_date
):
    knowledge = known_at(Moment(published, is_date), None if first_seen is None else Moment(first_seen))

    assert knowledge.known_us >= (published if first_seen is None else first_seen)
    assert from_us(knowledge.known_us).tzinfo is UTC


NOW = at(12)


@pytest.mark.parametrize(
    ("published", "first_seen", "fault"),
    [
        pytest.param(at(9), at(10), None, id="usual"),
        pytest.param(at(11, 5), at(10), None, id="published an hour after it was known"),
        pytest.param(at(11, 5, 1), at(10), "more than an hour after it was first seen", id="a second more"),
        pytest.param(at(11, 59), None, None, id="assumed knowledge may lie ahead"),
        pytest.param(at(13), None, None, id="dated an hour ahead"),
        pytest.param(at(13, 0, 1), None, "published in the future", id="dated further ahead"),
        pytest.param(at(11), at(12), None, id="seen just now"),
        pytest.param(at(11), at(12, 5, 1), "first seen in the future", id="seen later than now"),
    ],
)
def test_times_that_cannot_be_true_are_named(published, first_seen, fault):
    seen = None if first_seen is None else Moment(first_seen)
    knowledge = known_at(Moment(published), seen)

    found = time_fault(Moment(published), knowledge, now_us=NOW)

    assert found is None if fault is None else fault in found
