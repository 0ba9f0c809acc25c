"""Moments on their way into SQL."""

from __future__ import annotations

from datetime import UTC, datetime

from bellwether.clock import from_us, to_us

_FIRST_US = to_us(datetime(1, 1, 1, tzinfo=UTC))
_LAST_US = to_us(datetime(9999, 12, 31, tzinfo=UTC))


def moment(us: int) -> datetime:
    """The moment ``us`` microseconds after 1970-01-01 UTC, kept within the years 1 to 9999.

    A caller without a limit passes the largest integer there is.
    """
    return from_us(min(max(int(us), _FIRST_US), _LAST_US))
