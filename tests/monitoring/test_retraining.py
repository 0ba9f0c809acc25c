from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bellwether.monitoring.retraining import RetrainPolicy, retrain_decision

START = datetime(2025, 7, 1, tzinfo=UTC)
WEEKLY = RetrainPolicy(every=timedelta(days=7))


def test_the_first_training_is_always_due() -> None:
    decision = retrain_decision(WEEKLY, at=START, trainings=[], drifted=[])

    assert (decision.is_due, decision.trigger) == (True, "first")


def test_a_week_after_the_last_training_the_schedule_asks_for_the_next() -> None:
    early = retrain_decision(WEEKLY, at=START + timedelta(days=6, hours=23), trainings=[START], drifted=[])
    due = retrain_decision(WEEKLY, at=START + timedelta(days=7), trainings=[START], drifted=[])

    assert not early.is_due
    assert (due.is_due, due.trigger) == (True, "schedule")


def test_drift_pulls_a_training_forward_after_its_cooldown() -> None:
    monthly = RetrainPolicy(every=timedelta(days=28), drift_cooldown=timedelta(days=7))

    soon = retrain_decision(monthly, at=START + timedelta(days=6), trainings=[START], drifted=["rsi_14"])
    later = retrain_decision(monthly, at=START + timedelta(days=8), trainings=[START], drifted=["rsi_14"])

    assert (soon.is_due, soon.trigger) == (False, "cooldown")
    assert (later.is_due, later.trigger) == (True, "drift")
    assert later.why == "1 feature drifted: rsi_14."


def test_drift_cannot_overdraw_the_month() -> None:
    policy = RetrainPolicy(every=timedelta(days=60), drift_cooldown=timedelta(days=1))
    trainings = [START + timedelta(days=2 * number) for number in range(8)]

    decision = retrain_decision(policy, at=START + timedelta(days=16), trainings=trainings, drifted=["a"])

    assert (decision.is_due, decision.trigger) == (False, "budget")


@given(st.lists(st.booleans(), min_size=40, max_size=40))
def test_daily_looks_never_train_twice_a_day_nor_more_than_eight_times_a_month(drift: list[bool]) -> None:
    policy = RetrainPolicy(every=timedelta(days=7), drift_cooldown=timedelta(days=1))
    trainings: list[datetime] = []
    for day, is_drift in enumerate(drift):
        at = START + timedelta(days=day)
        if retrain_decision(policy, at=at, trainings=trainings, drifted=["x"] if is_drift else []).is_due:
            trainings.append(at)

    gaps = [later - earlier for earlier, later in pairwise(trainings)]
    assert all(gap >= timedelta(days=1) for gap in gaps)
    # the schedule itself is never refused, so a month holds the limit and at most the regular ones
    assert all(sum(at - t < timedelta(days=30) for t in trainings if t <= at) <= 8 + 4 for at in trainings)
