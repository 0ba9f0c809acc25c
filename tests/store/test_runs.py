from __future__ import annotations

from dataclasses import replace

import pytest

from bellwether.errors import NotFound, StoreError
from bellwether.store.database import Database
from bellwether.store.runs import (
    RunEvent,
    RunRecord,
    complete_step,
    get_run,
    insert_event,
    list_events,
    list_runs,
    list_steps,
    upsert_run,
)

RUN = RunRecord("r1", "replay", 1_000, None, "running", {"seed": 7, "horizon": "1h"}, None)


def test_a_run_comes_back_as_it_went(database: Database) -> None:
    with database.session() as conn:
        upsert_run(conn, RUN)

        assert get_run(conn, "r1") == RUN


def test_a_run_is_brought_up_to_date_and_keeps_its_steps(database: Database) -> None:
    done = replace(RUN, finished_us=2_000, status="done", summary={"verdict": "no_evidence"})
    with database.session() as conn:
        upsert_run(conn, RUN)
        complete_step(conn, "r1", "day:1", at_us=1_500, payload=None)
        upsert_run(conn, done)

        assert get_run(conn, "r1") == done
        assert list_steps(conn, "r1") == {"day:1": None}


def test_runs_are_listed_newest_first(database: Database) -> None:
    newer = replace(RUN, run_id="r2", started_us=5_000)
    with database.session() as conn:
        upsert_run(conn, RUN)
        upsert_run(conn, newer)

        assert list_runs(conn) == [newer, RUN]


def test_an_unknown_run_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="no run nope"), database.session() as conn:
        get_run(conn, "nope")


def test_steps_come_in_the_order_they_were_done_not_of_their_names(database: Database) -> None:
    with database.session() as conn:
        upsert_run(conn, RUN)
        for step in ("train:2", "check:9", "day:1"):
            complete_step(conn, "r1", step, at_us=0, payload={"name": step})

        assert list(list_steps(conn, "r1").items()) == [
            (step, {"name": step}) for step in ("train:2", "check:9", "day:1")
        ]


def test_a_step_is_done_once(database: Database) -> None:
    with database.session() as conn:
        upsert_run(conn, RUN)
        first = complete_step(conn, "r1", "day:1", at_us=0, payload={"n": 1})
        again = complete_step(conn, "r1", "day:1", at_us=9, payload={"n": 2})

        assert (first, again) == (True, False)
        assert list_steps(conn, "r1") == {"day:1": {"n": 1}}


def test_a_step_of_an_unknown_run_is_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="foreign key"), database.session() as conn:
        complete_step(conn, "nope", "day:1", at_us=0, payload=None)


def test_an_event_is_noted_once_per_subject(database: Database) -> None:
    with database.session() as conn:
        upsert_run(conn, RUN)
        noted = [
            insert_event(conn, "r1", 5, "drift", {"value": 0.3}, subject="volume"),
            insert_event(conn, "r1", 5, "drift", {"value": 0.4}, subject="volume"),
            insert_event(conn, "r1", 5, "drift", None, subject="tone"),
            insert_event(conn, "r1", 2, "retrain", None),
        ]

        assert noted == [True, False, True, True]
        assert list_events(conn, "r1") == [
            RunEvent(2, "retrain", "", None),
            RunEvent(5, "drift", "tone", None),
            RunEvent(5, "drift", "volume", {"value": 0.3}),
        ]


def test_events_of_one_moment_come_in_the_order_they_bring_each_other_about(database: Database) -> None:
    with database.session() as conn:
        upsert_run(conn, RUN)
        for kind in ("deployment", "retrain", "rollback", "drift", "another"):
            insert_event(conn, "r1", 7, kind, None)
        insert_event(conn, "r1", 6, "deployment", None)

        found = [(event.at_us, event.kind) for event in list_events(conn, "r1")]

    assert found == [
        (6, "deployment"),
        (7, "drift"),
        (7, "rollback"),
        (7, "retrain"),
        (7, "deployment"),
        (7, "another"),
    ]
