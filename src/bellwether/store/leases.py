"""Mutual exclusion by a row: who holds a lease may write, and a fencing token proves it.

Each acquisition takes a larger token than any before. A writer shows its token inside the
transaction it writes in (`check`); once somebody else has acquired the lease, the old token is
refused, however late its holder wakes up. Clocks only decide when a lease may be taken over, never
who may write.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bellwether.clock import iso
from bellwether.errors import Conflict, LeaseLost
from bellwether.store.database import Connection


@dataclass(frozen=True)
class Lease:
    """A lease as it was acquired.

    Attributes
    ----------
    name : str
        What it protects.
    holder : str
        Who holds it, for people to read.
    token : int
        Larger than that of every acquisition before.
    """

    name: str
    holder: str
    token: int


def acquire(conn: Connection, name: str, holder: str, *, now: datetime, ttl: timedelta) -> Lease:
    """Take a lease that is free, released or expired.

    Parameters
    ----------
    conn : Connection
        The lease counts once its transaction is committed.
    name, holder : str
        Leases are not reentrant: the same holder's name does not let in.
    now : datetime
    ttl : timedelta
        After this time without `renew` others may take it.

    Raises
    ------
    Conflict
        Somebody holds it.
    """
    row = conn.execute(
        """
        INSERT INTO leases (name, holder, token, acquired_at, expires_at)
        VALUES (%(name)s, %(holder)s, 1, %(now)s, %(expires)s)
        ON CONFLICT (name) DO UPDATE SET
            holder = excluded.holder, token = leases.token + 1,
            acquired_at = excluded.acquired_at, expires_at = excluded.expires_at
        WHERE leases.holder IS NULL OR leases.expires_at <= excluded.acquired_at
        RETURNING token
        """,
        {"name": name, "holder": holder, "now": now, "expires": now + ttl},
    ).fetchone()
    if row is None:
        raise _held(conn, name)
    return Lease(name, holder, int(row[0]))


def _held(conn: Connection, name: str) -> Conflict:
    row = conn.execute("SELECT holder, expires_at FROM leases WHERE name = %s", [name]).fetchone()
    held = f"by {row[0]} until {iso(row[1])}" if row and row[0] else "by another process"
    return Conflict(f"The lease {name!r} is held {held}.", hint="Wait for that run to end.")


def renew(conn: Connection, lease: Lease, *, now: datetime, ttl: timedelta) -> None:
    """Hold a lease for ``ttl`` from ``now``; one that has expired, but that nobody took, too.

    Raises
    ------
    LeaseLost
        Somebody else acquired it, or it was released.
    """
    renewed = conn.execute(
        """
        UPDATE leases SET expires_at = %(expires)s
        WHERE name = %(name)s AND token = %(token)s AND holder IS NOT NULL
        """,
        {"name": lease.name, "token": lease.token, "expires": now + ttl},
    )
    if renewed.rowcount == 0:
        raise _lost(lease)


def release(conn: Connection, lease: Lease) -> None:
    """Give a lease back; one that is lost already is nothing."""
    conn.execute("UPDATE leases SET holder = NULL WHERE name = %s AND token = %s", [lease.name, lease.token])


def check(conn: Connection, lease: Lease) -> None:
    """Make sure that the lease holds until this transaction ends; call it before writing.

    The row is locked, so nobody can acquire the lease between this check and the commit.

    Raises
    ------
    LeaseLost
        Somebody else acquired it, or it was released; the transaction must write nothing.
    """
    row = conn.execute(
        """
        SELECT 1 FROM leases WHERE name = %s AND token = %s AND holder IS NOT NULL
        FOR SHARE
        """,
        [lease.name, lease.token],
    ).fetchone()
    if row is None:
        raise _lost(lease)


def _lost(lease: Lease) -> LeaseLost:
    return LeaseLost(f"{lease.holder} no longer holds the lease {lease.name!r}; nothing was written.")
