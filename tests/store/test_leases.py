from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bellwether.clock import parse_moment
from bellwether.errors import Conflict, LeaseLost, StoreUnavailable
from bellwether.store.database import Database
from bellwether.store.leases import Lease, acquire, check, release, renew

NOON = parse_moment("2025-07-05T12:00Z")
TTL = timedelta(minutes=10)


def _acquire(database: Database, holder: str, now: datetime = NOON) -> Lease:
    with database.session() as conn:
        return acquire(conn, "store", holder, now=now, ttl=TTL)


def _check(database: Database, lease: Lease) -> None:
    with database.session() as conn:
        check(conn, lease)


def test_a_lease_that_is_held_is_refused_and_says_by_whom(database: Database) -> None:
    _acquire(database, "run 1")

    with pytest.raises(Conflict, match="held by run 1 until 2025-07-05T12:10:00Z"):
        _acquire(database, "run 2", NOON + TTL - timedelta(seconds=1))


def test_not_even_the_same_name_lets_in_twice(database: Database) -> None:
    _acquire(database, "run 1")

    with pytest.raises(Conflict, match="held by run 1"):
        _acquire(database, "run 1")


def test_an_expired_lease_is_taken_over_and_its_holder_may_not_write(database: Database) -> None:
    first = _acquire(database, "run 1")
    second = _acquire(database, "run 2", NOON + TTL)

    assert second.token > first.token
    _check(database, second)
    with pytest.raises(LeaseLost, match="run 1 no longer holds"):
        _check(database, first)


def test_an_expired_lease_that_nobody_took_still_lets_its_holder_write(database: Database) -> None:
    lease = _acquire(database, "run 1")

    with database.session() as conn:
        renew(conn, lease, now=NOON + 2 * TTL, ttl=TTL)

    _check(database, lease)
    with pytest.raises(Conflict, match="until 2025-07-05T12:30:00Z"):
        _acquire(database, "run 2", NOON + 2 * TTL)


def test_a_released_lease_is_free_and_its_token_spent(database: Database) -> None:
    first = _acquire(database, "run 1")
    with database.session() as conn:
        release(conn, first)
        release(conn, first)

    with pytest.raises(LeaseLost, match="nothing was written"):
        _check(database, first)
    assert _acquire(database, "run 2").token > first.token


def test_a_lost_lease_is_neither_renewed_nor_released(database: Database) -> None:
    first = _acquire(database, "run 1")
    second = _acquire(database, "run 2", NOON + TTL)

    with database.session() as conn:
        release(conn, first)
    with pytest.raises(LeaseLost, match="run 1"), database.session() as conn:
        renew(conn, first, now=NOON + TTL, ttl=TTL)

    _check(database, second)


def test_nobody_takes_the_lease_between_the_check_and_the_commit(
    database: Database, database_dsn: str
) -> None:
    """The writer's transaction is open: taking over waits, here until its time limit."""
    lease = _acquire(database, "run 1")
    with (
        database.session() as conn,
        Database(database_dsn, statement_timeout=timedelta(milliseconds=50)) as other,
    ):
        check(conn, lease)

        with pytest.raises(StoreUnavailable, match="in time"):
            _acquire(other, "run 2", NOON + TTL)

    assert _acquire(database, "run 2", NOON + TTL).token == lease.token + 1


class Leases(RuleBasedStateMachine):
    """Three holders and a clock against the model: at most one token may write, and it only grows."""

    database: Database
    n_machines = 0

    @initialize()
    def start(self) -> None:
        type(self).n_machines += 1
        self.name = f"lease {self.n_machines}"
        self.now = NOON
        self.leases: list[Lease] = []
        self.current: Lease | None = None
        self.expires = NOON

    @rule(seconds=st.integers(1, 900))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(holder=st.sampled_from("abc"))
    def somebody_acquires(self, holder: str) -> None:
        is_free = self.current is None or self.expires <= self.now
        with self.database.session() as conn:
            if not is_free:
                with pytest.raises(Conflict, match="is held"):
                    acquire(conn, self.name, holder, now=self.now, ttl=TTL)
                return
            lease = acquire(conn, self.name, holder, now=self.now, ttl=TTL)
        assert all(lease.token > earlier.token for earlier in self.leases)
        self.leases.append(lease)
        self.current, self.expires = lease, self.now + TTL

    @rule(data=st.data())
    def somebody_checks(self, data: st.DataObject) -> None:
        if not self.leases:
            return
        lease = data.draw(st.sampled_from(self.leases))
        with self.database.session() as conn:
            if lease == self.current:
                check(conn, lease)
                return
            with pytest.raises(LeaseLost, match="no longer holds"):
                check(conn, lease)

    @rule(data=st.data())
    def somebody_renews(self, data: st.DataObject) -> None:
        if not self.leases:
            return
        lease = data.draw(st.sampled_from(self.leases))
        with self.database.session() as conn:
            if lease == self.current:
                renew(conn, lease, now=self.now, ttl=TTL)
                self.expires = self.now + TTL
                return
            with pytest.raises(LeaseLost, match="no longer holds"):
                renew(conn, lease, now=self.now, ttl=TTL)

    @rule(data=st.data())
    def somebody_releases(self, data: st.DataObject) -> None:
        if not self.leases:
            return
        lease = data.draw(st.sampled_from(self.leases))
        with self.database.session() as conn:
            release(conn, lease)
        if lease == self.current:
            self.current = None


def test_a_lease_keeps_its_promises_in_any_order_of_events(database: Database) -> None:
    Leases.database = database
    run_state_machine_as_test(
        Leases,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
