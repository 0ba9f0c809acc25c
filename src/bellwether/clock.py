"""Time: the only place that asks the machine what time it is.

Every step of the system takes its moment as an argument. Moments are aware ``datetime`` values in
UTC at the edges and ``int64`` microseconds since 1970-01-01 UTC (suffix ``_us``) in arrays.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from bellwether.errors import InvalidTime

SLOT = timedelta(minutes=15)
"""Length of one slot of the ledger."""

GRACE = timedelta(minutes=15)
"""How long after ``as_of`` an observation of ``as_of`` may still arrive, and a prediction be issued."""

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
SLOT_US = int(SLOT.total_seconds()) * SECOND_US
GRACE_US = int(GRACE.total_seconds()) * SECOND_US

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Something that knows the present moment."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is moved, for replays and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = require_utc(start)

    def now(self) -> datetime:
        """Return the moment the clock was last moved to."""
        return self._now

    def advance_to(self, moment: datetime) -> None:
        """Move the clock forward.

        Raises
        ------
        InvalidTime
            The moment lies before the present one; a replay never goes back.
        """
        if require_utc(moment) < self._now:
            raise InvalidTime(f"The clock cannot go back from {iso(self._now)} to {iso(moment)}.")
        self._now = moment


def require_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC.

    Raises
    ------
    InvalidTime
        The value carries no time zone, so its meaning is unknown.
    """
    if moment.tzinfo is None:
        raise InvalidTime(f"{moment.isoformat()} has no time zone; write it with Z or an offset.")
    return moment.astimezone(UTC)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exact (no floating point on the way)."""
    return (require_utc(moment) - _EPOCH) // timedelta(microseconds=1)


def from_us(moment_us: int) -> datetime:
    """The aware UTC moment ``moment_us`` microseconds after 1970-01-01 UTC."""
    return _EPOCH + timedelta(microseconds=int(moment_us))


def floor_slot(moment: datetime) -> datetime:
    """The start of the 15-minute slot that contains ``moment``."""
    moment_us = to_us(moment)
    return from_us(moment_us - moment_us % SLOT_US)


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC with ``Z``; seconds always, fractions only where there are any."""
    return require_utc(moment).isoformat().replace("+00:00", "Z")


def parse_moment(text: str) -> datetime:
    """Read an RFC 3339 moment, or a bare date as 00:00 UTC of that day.

    Raises
    ------
    InvalidTime
        The text is neither, or a time of day without a zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InvalidTime(
            f"{text!r} is not a date or time.",
            hint="Write 2025-07-05 or 2025-07-05T14:15Z.",
        ) from exc
    if moment.tzinfo is None and "T" not in text and " " not in text:
        return moment.replace(tzinfo=UTC)
    return require_utc(moment)
