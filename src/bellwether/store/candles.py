"""Candles: append-only revisions of bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import MINUTE_US, to_us
from bellwether.errors import InvalidTime
from bellwether.market.candles import Candles
from bellwether.store.columns import DOUBLE, MOMENT, SMALLINT, incoming, read_columns, write_columns
from bellwether.store.database import Connection
from bellwether.store.moments import moment
from bellwether.store.statistics import refresh_statistics

_KINDS = {
    "open_us": MOMENT,
    "open": DOUBLE,
    "high": DOUBLE,
    "low": DOUBLE,
    "close": DOUBLE,
    "volume": DOUBLE,
    "known_us": MOMENT,
    "revision": SMALLINT,
}


@dataclass(frozen=True)
class CandleSpan:
    """What candles of one interval a venue has.

    ``first_us`` and ``last_us`` are the opens of the first and last bar, microseconds UTC.
    """

    interval_us: int
    first_us: int
    last_us: int


def insert_candles(conn: Connection, asset: str, venue: str, candles: Candles, *, recorded_us: int) -> int:
    """Store bars that are new or differ from what is stored.

    A bar equal to its last stored revision is nothing; a different one becomes the next revision.
    Where several versions of a bar come at once, or one that says it is a later revision, it is
    also nothing when the revision of that number is equal: storing the same history twice is
    storing it once.

    Parameters
    ----------
    conn : Connection
    asset, venue : str
    candles : Candles
        ``revision`` orders the versions of a bar; the stored number may be another.
    recorded_us : int
        The moment of storing, microseconds UTC.

    Returns
    -------
    int
        Number of rows added.

    Raises
    ------
    InvalidTime
        The interval is no whole number of minutes.
    StoreError
        A price is not positive and finite, or a bar is off its grid or known before its close.
    """
    scope = {
        "asset": asset,
        "venue": venue,
        "minutes": _minutes(candles.interval_us),
        "recorded_at": moment(recorded_us),
    }
    with incoming(
        conn,
        """open_us timestamptz, open float8, high float8, low float8, close float8, volume float8,
        known_us timestamptz, revision int2, turn int2""",
    ):
        arrays = {name: (kind, getattr(candles, name)) for name, kind in _KINDS.items()}
        turn = _turns(candles)
        write_columns(conn, "incoming", {**arrays, "turn": (SMALLINT, turn)})
        # versions of one bar go in one after the other, each compared with the one before
        n_added = sum(
            conn.execute(_INSERT, {**scope, "turn": each}).rowcount
            for each in range(int(turn.max(initial=-1)) + 1)
        )
    refresh_statistics(conn, "raw_candles")
    return n_added


_INSERT = """
    WITH stored AS (
        SELECT DISTINCT ON (open_time) open_time, revision, open, high, low, close, volume
        FROM raw_candles
        WHERE asset = %(asset)s AND venue = %(venue)s AND interval_minutes = %(minutes)s
          AND open_time BETWEEN (SELECT min(open_us) FROM incoming) AND (SELECT max(open_us) FROM incoming)
        ORDER BY open_time, revision DESC
    ), several AS (
        SELECT open_us FROM incoming GROUP BY open_us HAVING count(*) > 1 OR max(revision) > 0
    )
    INSERT INTO raw_candles (open_time, known_at, recorded_at, open, high, low, close, volume,
                             interval_minutes, revision, asset, venue)
    SELECT i.open_us, i.known_us, %(recorded_at)s, i.open, i.high, i.low, i.close, i.volume,
           %(minutes)s, coalesce(s.revision + 1, 0), %(asset)s, %(venue)s
    FROM incoming i
    LEFT JOIN stored s ON s.open_time = i.open_us
    LEFT JOIN raw_candles same
        ON same.open_time = i.open_us AND same.revision = i.revision AND same.asset = %(asset)s
        AND same.venue = %(venue)s AND same.interval_minutes = %(minutes)s
        AND i.open_us IN (SELECT open_us FROM several)
    WHERE i.turn = %(turn)s
      AND (i.open, i.high, i.low, i.close, i.volume)
          IS DISTINCT FROM (s.open, s.high, s.low, s.close, s.volume)
      AND (i.open, i.high, i.low, i.close, i.volume)
          IS DISTINCT FROM (same.open, same.high, same.low, same.close, same.volume)
    ORDER BY i.open_us
    ON CONFLICT DO NOTHING
"""


def load_candles(
    conn: Connection, asset: str, venue: str, interval_us: int, *, from_us: int, to_us: int
) -> Candles:
    """All revisions of the bars that open in [``from_us``, ``to_us``), by open and revision.

    Raises
    ------
    InvalidTime
        The interval is no whole number of minutes.
    """
    columns = read_columns(
        conn,
        """
        SELECT open_time, open, high, low, close, volume, known_at, revision
        FROM raw_candles
        WHERE asset = %(asset)s AND venue = %(venue)s AND interval_minutes = %(minutes)s
          AND open_time >= %(from)s AND open_time < %(to)s
        ORDER BY open_time, revision
        """,
        {
            "asset": asset,
            "venue": venue,
            "minutes": _minutes(interval_us),
            "from": moment(from_us),
            "to": moment(to_us),
        },
        kinds=_KINDS,
    )
    return Candles(interval_us=interval_us, **columns)


def span(conn: Connection, asset: str, venue: str, *, interval_us: int | None = None) -> CandleSpan | None:
    """What a venue has of one interval, by default of the shortest it has; None when nothing."""
    row = conn.execute(
        """
        SELECT interval_minutes, min(open_time), max(open_time)
        FROM raw_candles
        WHERE asset = %(asset)s AND venue = %(venue)s
          AND interval_minutes = coalesce(%(minutes)s, interval_minutes)
        GROUP BY interval_minutes ORDER BY interval_minutes LIMIT 1
        """,
        {
            "asset": asset,
            "venue": venue,
            "minutes": None if interval_us is None else _minutes(interval_us),
        },
    ).fetchone()
    return None if row is None else CandleSpan(row[0] * MINUTE_US, to_us(row[1]), to_us(row[2]))


def _minutes(interval_us: int) -> int:
    minutes, rest = divmod(interval_us, MINUTE_US)
    if rest or minutes <= 0:
        raise InvalidTime(f"A candle interval of {interval_us} microseconds is no whole number of minutes.")
    return minutes


def _turns(candles: Candles) -> NDArray[np.int64]:
    """For each row, how many versions of the same bar come before it."""
    order = np.lexsort((candles.revision, candles.open_us))
    opens = candles.open_us[order]
    is_first = np.append(True, opens[1:] != opens[:-1]) if len(opens) else np.zeros(0, bool)
    position = np.arange(len(opens))
    turn = np.empty(len(opens), np.int64)
    turn[order] = position - np.maximum.accumulate(np.where(is_first, position, 0))
    return turn
