"""How old data may be: one table of limits, and what an age means by it.

Scheduled runs are best effort and can start hours late, so *late* is a normal state; *stale* means
that what is shown describes another moment than now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bellwether.clock import iso
from bellwether.formatting import duration, moment


class State(StrEnum):
    """How a stream stands; the later, the worse."""

    FRESH = "fresh"
    LATE = "late"
    STALE = "stale"


@dataclass(frozen=True)
class Limits:
    """What is expected of a stream.

    Attributes
    ----------
    every : timedelta
        How often something new is expected.
    late_after, stale_after : timedelta
        Ages beyond which it is late, and stale.
    """

    every: timedelta
    late_after: timedelta
    stale_after: timedelta

    def state(self, age: timedelta | None) -> State:
        """What an age means; None, nothing there at all, is stale."""
        if age is None or age > self.stale_after:
            return State.STALE
        return State.LATE if age > self.late_after else State.FRESH


def _limits(every: float, late_after: float, stale_after: float) -> Limits:
    """Limits in hours."""
    return Limits(*(timedelta(hours=hours) for hours in (every, late_after, stale_after)))


LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "price": _limits(1 / 4, 35 / 60, 3),
        "headlines": _limits(1 / 4, 3 / 4, 6),
        "scores": _limits(1 / 4, 3 / 4, 6),
        "predictions": _limits(1 / 4, 3 / 4, 6),
        "outcomes": _limits(1 / 4, 2, 12),
        "performance": _limits(4, 6, 24),
        "drift": _limits(4, 9, 36),
        "budget": _limits(24, 30, 72),
    }
)
"""By stream; outcomes count from their maturity."""


@dataclass(frozen=True)
class Freshness:
    """How one stream stands at a moment.

    Attributes
    ----------
    stream : str
        A name of `LIMITS`.
    subject : str
        What people are told is late: the stream, or whose scores.
    last : datetime or None
        The last moment the stream reaches to; None when there is nothing.
    age : timedelta or None
    state : State
    """

    stream: str
    subject: str
    last: datetime | None
    age: timedelta | None
    state: State

    @property
    def sentence(self) -> str | None:
        """What is to be said of it; None while it is fresh."""
        if self.state is State.FRESH:
            return None
        if self.last is None or self.age is None:
            return f"Stale: there are no {self.subject}."
        if self.state is State.STALE:
            return f"Stale: nothing new in {self.subject} since {moment(self.last)}."
        every = duration(LIMITS[self.stream].every)
        return f"Late: last update of {self.subject} {duration(self.age)} ago, expected every {every}."

    def to_json(self) -> dict[str, object]:
        """``{last, age_s, state, sentence}``; a null has its reason."""
        missing = dict.fromkeys(("last", "age_s"), f"There are no {self.subject}.")
        reasons = missing if self.last is None else {}
        if self.sentence is None:
            reasons["sentence"] = "It is fresh."
        fields: dict[str, object] = {
            "last": None if self.last is None else iso(self.last),
            "age_s": None if self.age is None else self.age.total_seconds(),
            "state": self.state.value,
            "sentence": self.sentence,
        }
        return {**fields, "reasons": reasons} if reasons else fields


def freshness(stream: str, last: datetime | None, *, now: datetime, subject: str | None = None) -> Freshness:
    """How a stream stands that reaches to ``last``.

    Parameters
    ----------
    stream : str
        A name of `LIMITS`.
    last : datetime or None
        Its last moment; one after ``now``, from a clock ahead of ours, counts as now.
    now : datetime
    subject : str, optional
        What people are told is late; by default the stream's name.
    """
    age = None if last is None else max(now - last, timedelta(0))
    return Freshness(stream, subject or stream, last, age, LIMITS[stream].state(age))
