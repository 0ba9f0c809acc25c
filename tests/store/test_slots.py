from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bellwether.clock import HOUR_US, SLOT_US, from_us, parse_moment, to_us
from bellwether.errors import InvalidTime, LeaseLost
from bellwether.store.database import Connection, Database
from bellwether.store.slots import (
    Slot,
    SlotState,
    claim,
    complete,
    count_slots,
    give_up,
    list_slots,
    list_unfinished,
    open_slots,
)

NOON = parse_moment("2025-07-05T12:00Z")
START = to_us(NOON)


def _open_hour(conn: Connection) -> int:
    return open_slots(conn, "news", from_us=START, to_us=START + HOUR_US, at=NOON)


def test_an_hour_has_four_slots_and_opening_it_again_adds_none(database: Database) -> None:
    with database.session() as conn:
        assert _open_hour(conn) == 4
        assert _open_hour(conn) == 0
        assert open_slots(conn, "prices", from_us=START, to_us=START + SLOT_US, at=NOON) == 1
        assert [slot.slot_us for slot in list_unfinished(conn, "news")] == [
            START + i * SLOT_US for i in range(4)
        ]


def test_slots_begin_on_the_quarter_of_an_hour(database: Database) -> None:
    with pytest.raises(InvalidTime, match="quarter of an hour"), database.session() as conn:
        open_slots(conn, "news", from_us=START + 1, to_us=START + HOUR_US, at=NOON)


def test_a_slot_is_claimed_and_completed_with_its_count(database: Database) -> None:
    with database.session() as conn:
        _open_hour(conn)
        is_ours = claim(conn, "news", START, token=1, at=NOON)
        complete(conn, "news", START, token=1, n_rows=17, at=NOON)

        assert is_ours
        assert list_slots(conn, "news")[0] == Slot(START, SlotState.DONE, 1, 17, None)
        assert count_slots(conn, "news") == {
            SlotState.OPEN: 3,
            SlotState.CLAIMED: 0,
            SlotState.DONE: 1,
            SlotState.GIVEN_UP: 0,
        }


def test_a_done_slot_is_not_claimed_again(database: Database) -> None:
    with database.session() as conn:
        _open_hour(conn)
        claim(conn, "news", START, token=1, at=NOON)
        complete(conn, "news", START, token=1, n_rows=0, at=NOON)

        assert not claim(conn, "news", START, token=9, at=NOON)
        assert START not in [slot.slot_us for slot in list_unfinished(conn, "news")]


def test_what_a_dead_holder_left_is_claimed_with_the_next_token_alone(database: Database) -> None:
    with database.session() as conn:
        _open_hour(conn)
        claimed = [claim(conn, "news", START, token=token, at=NOON) for token in (2, 2, 1, 3)]

        assert claimed == [True, False, False, True]
        with pytest.raises(LeaseLost, match="Slot 2025-07-05T12:00Z of news is not claimed by this run"):
            complete(conn, "news", START, token=2, n_rows=1, at=NOON)
        complete(conn, "news", START, token=3, n_rows=1, at=NOON)


def test_a_slot_that_is_given_up_keeps_the_reason(database: Database) -> None:
    with database.session() as conn:
        _open_hour(conn)
        claim(conn, "news", START, token=1, at=NOON)
        give_up(conn, "news", START, token=1, reason="Every source was down.", at=NOON)

        assert list_slots(conn, "news")[0] == Slot(START, SlotState.GIVEN_UP, 1, 0, "Every source was down.")
        with pytest.raises(LeaseLost, match="not claimed"):
            give_up(conn, "news", START, token=1, reason="Again.", at=NOON)


def test_a_slot_outside_the_ledger_cannot_be_claimed(database: Database) -> None:
    with database.session() as conn:
        assert not claim(conn, "news", START, token=1, at=NOON)


class Ledger(RuleBasedStateMachine):
    """Two tokens at work on three slots against the model: each slot is finished once, by its claimer."""

    database: Database
    n_machines = 0
    slots = st.integers(0, 2)
    tokens = st.integers(1, 3)

    @initialize()
    def start(self) -> None:
        type(self).n_machines += 1
        self.stream = f"stream {self.n_machines}"
        self.state: dict[int, tuple[SlotState, int | None]] = {}
        self.attempts: dict[int, int] = {}

    @rule(n=st.integers(0, 3))
    def somebody_opens(self, n: int) -> None:
        new = [i for i in range(n) if i not in self.state]
        with self.database.session() as conn:
            to = START + n * SLOT_US
            assert open_slots(conn, self.stream, from_us=START, to_us=to, at=NOON) == len(new)
        self.state.update(dict.fromkeys(new, (SlotState.OPEN, None)))
        self.attempts.update(dict.fromkeys(new, 0))

    @rule(i=slots, token=tokens)
    def somebody_claims(self, i: int, token: int) -> None:
        state, holder = self.state.get(i, (None, None))
        expected = state is SlotState.OPEN or (
            state is SlotState.CLAIMED and holder is not None and holder < token
        )
        with self.database.session() as conn:
            assert claim(conn, self.stream, START + i * SLOT_US, token=token, at=NOON) == expected
        if expected:
            self.state[i] = (SlotState.CLAIMED, token)
            self.attempts[i] += 1

    @rule(i=slots, token=tokens, is_success=st.booleans())
    def somebody_finishes(self, i: int, token: int, *, is_success: bool) -> None:
        slot_us = START + i * SLOT_US
        with self.database.session() as conn:
            if self.state.get(i) != (SlotState.CLAIMED, token):
                with pytest.raises(LeaseLost, match="not claimed"):
                    complete(conn, self.stream, slot_us, token=token, n_rows=1, at=NOON)
                return
            if is_success:
                complete(conn, self.stream, slot_us, token=token, n_rows=1, at=NOON)
            else:
                give_up(conn, self.stream, slot_us, token=token, reason="why", at=NOON)
        self.state[i] = (SlotState.DONE if is_success else SlotState.GIVEN_UP, None)

    @invariant()
    def ledger_and_model_agree(self) -> None:
        with self.database.session() as conn:
            found = {slot.slot_us: slot for slot in list_slots(conn, self.stream)}
            counts = count_slots(conn, self.stream)
        assert set(found) == {START + i * SLOT_US for i in self.state}
        for i, (state, _) in self.state.items():
            assert found[START + i * SLOT_US].state is state
            assert found[START + i * SLOT_US].n_attempts == self.attempts[i]
        assert sum(counts.values()) == len(self.state)


def test_the_ledger_keeps_its_promises_in_any_order_of_events(database: Database) -> None:
    Ledger.database = database
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_claim_that_is_rolled_back_leaves_the_slot_open(database: Database) -> None:
    with database.session() as conn:
        _open_hour(conn)
    with database.session() as conn:
        claim(conn, "news", START, token=1, at=from_us(START) + timedelta(minutes=1))
        conn.rollback()

    with database.session() as conn:
        assert list_slots(conn, "news")[0] == Slot(START, SlotState.OPEN, 0, 0, None)
