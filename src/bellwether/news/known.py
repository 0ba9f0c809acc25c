"""When an imported headline was known: from what its file says about seeing and publishing it.

A collector stamps what it stores with its own clock. An import has only what the file recorded,
and every choice made here errs on the late side: known later than it was costs a little, known
earlier than it was is a look into the future.
"""

from __future__ import annotations

from dataclasses import dataclass

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US

COLLECTOR_DELAY_US = 5 * MINUTE_US
"""A first sight on a whole hour names an hourly run; the run itself takes a few minutes."""

ASSUMED_DELAY_US = 60 * MINUTE_US
"""Without a first sight: an hourly collector would have had it by then."""

PUBLISHED_AFTER_US = HOUR_US
"""Publishers date articles into the future, by minutes; beyond an hour the row is wrong."""


@dataclass(frozen=True)
class Moment:
    """A point in time as a file gives it.

    ``us`` counts microseconds since 1970-01-01 UTC; of a bare date it is 00:00 UTC of that day and
    ``is_date`` is true: the time of day is unknown.
    """

    us: int
    is_date: bool = False


@dataclass(frozen=True)
class Knowledge:
    """When a version was known (microseconds UTC), and whether that is assumed or was observed."""

    known_us: int
    is_assumed: bool


def known_at(published: Moment, first_seen: Moment | None = None) -> Knowledge:
    """When a headline was known.

    Parameters
    ----------
    published : Moment
        When the publisher dated it.
    first_seen : Moment, optional
        When a collector first saw it.

    Returns
    -------
    Knowledge
        By the first sight where there is one: five minutes later where it lies on a whole hour.
        Else an hour after publication, or the midnight (UTC) that ends the day where only the date
        is given; both are assumed.

    Examples
    --------
    >>> known_at(Moment(0), Moment(3_600_000_000)).known_us == 65 * 60 * 1_000_000
    True
    """
    if first_seen is not None:
        return seen_at(first_seen)
    if published.is_date:
        return Knowledge(_next_midnight(published.us), is_assumed=True)
    return Knowledge(published.us + ASSUMED_DELAY_US, is_assumed=True)


def seen_at(seen: Moment) -> Knowledge:
    """When a version was known that a collector saw at ``seen``."""
    if seen.is_date:
        return Knowledge(_next_midnight(seen.us), is_assumed=True)
    delay_us = COLLECTOR_DELAY_US if seen.us % HOUR_US == 0 else 0
    return Knowledge(seen.us + delay_us, is_assumed=False)


def time_fault(published: Moment, knowledge: Knowledge, *, now_us: int) -> str | None:
    """Why these times cannot be true, or None.

    A row may be published up to an hour after it was known and up to an hour from ``now_us``:
    publishers do that. An observed sight cannot lie in the future; an assumed one may, by the
    length of the assumption.
    """
    if published.us > now_us + PUBLISHED_AFTER_US:
        return "published in the future"
    if not knowledge.is_assumed and knowledge.known_us > now_us + COLLECTOR_DELAY_US:
        return "first seen in the future"
    if published.us > knowledge.known_us + PUBLISHED_AFTER_US:
        return "published more than an hour after it was first seen"
    return None


def _next_midnight(day_us: int) -> int:
    return day_us - day_us % DAY_US + DAY_US
