"""When to train again: a pure decision with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class RetrainPolicy:
    """Limits of retraining.

    Attributes
    ----------
    every : timedelta
        The regular distance of two trainings.
    cooldown : timedelta
        No training sooner than this after the last one, whatever the trigger.
    drift_cooldown : timedelta
        A drift alarm pulls the next training forward only when the last one is at least this old.
    monthly_limit : int
        Trainings in any 30 days, the regular ones included.
    """

    every: timedelta
    cooldown: timedelta = timedelta(hours=24)
    drift_cooldown: timedelta = timedelta(days=7)
    monthly_limit: int = 8

    @classmethod
    def for_replay(cls, every: timedelta) -> RetrainPolicy:
        """The policy of a replay: the schedule asked for is never refused by the month's budget.

        A replay that trains daily does so because its caller said so; the limit then only holds
        back trainings that drift asks for.
        """
        return cls(every=every, cooldown=min(every, timedelta(hours=24)), drift_cooldown=every / 2)


@dataclass(frozen=True)
class RetrainDecision:
    """Whether to train now, and why (or why not)."""

    is_due: bool
    trigger: str
    why: str


def retrain_decision(
    policy: RetrainPolicy,
    *,
    at: datetime,
    trainings: Sequence[datetime],
    drifted: Sequence[str],
) -> RetrainDecision:
    """Decide whether a training is due.

    Parameters
    ----------
    policy : RetrainPolicy
    at : datetime
        The present moment.
    trainings : sequence of datetime
        Earlier trainings, ascending.
    drifted : sequence of str
        Features whose alarm was raised since the last training.
    """
    if not trainings:
        return RetrainDecision(is_due=True, trigger="first", why="Nothing was trained yet.")
    age = at - trainings[-1]
    if age >= policy.every:
        return RetrainDecision(is_due=True, trigger="schedule", why=f"The last training is {_days(age)} old.")
    if not drifted:
        return RetrainDecision(is_due=False, trigger="none", why="Not due, and no drift.")
    return _drift_decision(policy, age=age, recent=_within_month(trainings, at), drifted=drifted)


def _drift_decision(
    policy: RetrainPolicy, *, age: timedelta, recent: int, drifted: Sequence[str]
) -> RetrainDecision:
    if age < max(policy.cooldown, policy.drift_cooldown):
        why = f"Drift, but the last training is only {_days(age)} old."
        return RetrainDecision(is_due=False, trigger="cooldown", why=why)
    if recent >= policy.monthly_limit:
        why = f"Drift, but {recent} trainings in 30 days reach the limit of {policy.monthly_limit}."
        return RetrainDecision(is_due=False, trigger="budget", why=why)
    named = ", ".join(drifted[:3]) + (" …" if len(drifted) > 3 else "")
    noun = "feature" if len(drifted) == 1 else "features"
    return RetrainDecision(is_due=True, trigger="drift", why=f"{len(drifted)} {noun} drifted: {named}.")


def _within_month(trainings: Sequence[datetime], at: datetime) -> int:
    return sum(at - moment < MONTH for moment in trainings)


def _days(age: timedelta) -> str:
    days = age / timedelta(days=1)
    return f"{days:.0f} d" if days >= 2 else f"{age / timedelta(hours=1):.0f} h"
