"""The ledger of slots: which 15-minute slot of which stream is done.

Schedules are hints, slots are truth: a run claims every slot that is still open, fills it and
completes it in the transaction of its rows. A slot is claimed with the token of a lease (see
`leases`); what a dead holder left claimed, the next holder claims with its larger token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bellwether.clock import SLOT_US, to_us
from bellwether.errors import InvalidTime, LeaseLost
from bellwether.store.database import Connection
from bellwether.store.moments import moment


class SlotState(StrEnum):
    """How far a slot is."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class Slot:
    """One slot of a stream.

    Attributes
    ----------
    slot_us : int
        Start, microseconds UTC.
    state : SlotState
    n_attempts : int
        How often it was claimed.
    n_rows : int
        Rows it was completed with.
    reason : str or None
        Why it was given up.
    """

    slot_us: int
    state: SlotState
    n_attempts: int
    n_rows: int
    reason: str | None


def open_slots(conn: Connection, stream: str, *, from_us: int, to_us: int, at: datetime) -> int:
    """Note the slots of [``from_us``, ``to_us``) as open where the ledger does not have them.

    Parameters
    ----------
    conn : Connection
    stream : str
        What is filled slot by slot, ``news`` for example.
    from_us, to_us : int
        On the 15-minute grid, microseconds UTC.
    at : datetime
        The moment of noting.

    Returns
    -------
    int
        Number of slots added.

    Raises
    ------
    InvalidTime
        A bound is off the grid.
    """
    if from_us % SLOT_US or to_us % SLOT_US:
        raise InvalidTime("Slots begin on the quarter of an hour.")
    return conn.execute(
        """
        INSERT INTO slots (slot, changed_at, stream)
        SELECT slot, %(at)s, %(stream)s
        FROM generate_series(%(from)s, %(to)s, interval '15 minutes') AS slot
        WHERE slot < %(to)s
        ON CONFLICT DO NOTHING
        """,
        {"stream": stream, "at": at, "from": moment(from_us), "to": moment(to_us)},
    ).rowcount


def list_unfinished(conn: Connection, stream: str) -> list[Slot]:
    """Slots that are open or claimed, oldest first."""
    return _list(conn, stream, (SlotState.OPEN, SlotState.CLAIMED))


def list_slots(conn: Connection, stream: str) -> list[Slot]:
    """Every slot of a stream, oldest first."""
    return _list(conn, stream, tuple(SlotState))


def _list(conn: Connection, stream: str, states: tuple[SlotState, ...]) -> list[Slot]:
    rows = conn.execute(
        """
        SELECT slot, state, n_attempts, n_rows, reason FROM slots
        WHERE stream = %s AND state = ANY(%s) ORDER BY slot
        """,
        [stream, [state.value for state in states]],
    )
    return [Slot(to_us(slot), SlotState(state), *rest) for slot, state, *rest in rows]


def count_slots(conn: Connection, stream: str) -> dict[SlotState, int]:
    """How many slots are in each state; every state is there."""
    rows = conn.execute("SELECT state, count(*) FROM slots WHERE stream = %s GROUP BY state", [stream])
    found = {SlotState(state): int(n) for state, n in rows}
    return {state: found.get(state, 0) for state in SlotState}


def claim(conn: Connection, stream: str, slot_us: int, *, token: int, at: datetime) -> bool:
    """Claim a slot that is open, or that a holder of a smaller token left claimed.

    Returns
    -------
    bool
        False when there is nothing to do: it is done, given up, claimed or not in the ledger.
    """
    claimed = conn.execute(
        """
        UPDATE slots
        SET state = 'claimed', token = %(token)s, n_attempts = n_attempts + 1, changed_at = %(at)s
        WHERE stream = %(stream)s AND slot = %(slot)s
          AND (state = 'open' OR state = 'claimed' AND token < %(token)s)
        """,
        {"stream": stream, "slot": moment(slot_us), "token": token, "at": at},
    )
    return claimed.rowcount == 1


def complete(conn: Connection, stream: str, slot_us: int, *, token: int, n_rows: int, at: datetime) -> None:
    """Note a claimed slot as done, in the transaction that holds its rows.

    Raises
    ------
    LeaseLost
        The slot is not claimed with this token; the transaction must write nothing.
    """
    done = conn.execute(
        """
        UPDATE slots SET state = 'done', token = NULL, n_rows = %(n_rows)s, changed_at = %(at)s
        WHERE stream = %(stream)s AND slot = %(slot)s AND state = 'claimed' AND token = %(token)s
        """,
        {"stream": stream, "slot": moment(slot_us), "token": token, "n_rows": n_rows, "at": at},
    )
    if done.rowcount == 0:
        raise _not_ours(stream, slot_us)


def give_up(conn: Connection, stream: str, slot_us: int, *, token: int, reason: str, at: datetime) -> None:
    """Note a claimed slot as one that will never be filled, and why.

    Raises
    ------
    LeaseLost
        The slot is not claimed with this token.
    """
    given_up = conn.execute(
        """
        UPDATE slots SET state = 'given_up', token = NULL, reason = %(reason)s, changed_at = %(at)s
        WHERE stream = %(stream)s AND slot = %(slot)s AND state = 'claimed' AND token = %(token)s
        """,
        {"stream": stream, "slot": moment(slot_us), "token": token, "reason": reason, "at": at},
    )
    if given_up.rowcount == 0:
        raise _not_ours(stream, slot_us)


def _not_ours(stream: str, slot_us: int) -> LeaseLost:
    return LeaseLost(f"Slot {moment(slot_us):%Y-%m-%dT%H:%MZ} of {stream} is not claimed by this run.")
