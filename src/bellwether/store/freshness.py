"""How far each stream of data reaches: the last moment of prices, headlines and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bellwether.clock import to_us
from bellwether.store.database import Connection


@dataclass(frozen=True)
class LastMoments:
    """The last moment of each stream of an asset, microseconds UTC; None where there is nothing.

    Attributes
    ----------
    price_us : int or None
        Close of the last candle of a venue.
    headlines_us : int or None
        When the last version of a headline was known.
    scores_us : dict of scorer number to int or None
        When the last version that the scorer has a score for was known.
    """

    price_us: int | None
    headlines_us: int | None
    scores_us: dict[int, int | None]


def last_moments(conn: Connection, asset: str, venue: str, *, scorer_ids: Sequence[int]) -> LastMoments:
    """How far the stored prices, headlines and scores of an asset reach."""
    price = conn.execute(
        """
        SELECT max(open_time + make_interval(mins => interval_minutes)) FROM raw_candles
        WHERE asset = %s AND venue = %s
        """,
        [asset, venue],
    ).fetchone()
    headlines = conn.execute("SELECT max(known_at) FROM raw_headlines WHERE asset = %s", [asset]).fetchone()
    return LastMoments(
        price_us=_us(price),
        headlines_us=_us(headlines),
        scores_us={scorer_id: _last_scored(conn, asset, scorer_id) for scorer_id in scorer_ids},
    )


def _last_scored(conn: Connection, asset: str, scorer_id: int) -> int | None:
    # newest first: as a rule the first headline looked at is scored, and no other is read
    row = conn.execute(
        """
        SELECT h.known_at
        FROM raw_headlines h JOIN sentiment_scores s USING (text_key)
        WHERE h.asset = %s AND s.scorer_id = %s
        ORDER BY h.known_at DESC LIMIT 1
        """,
        [asset, scorer_id],
    ).fetchone()
    return _us(row)


def _us(row: tuple[datetime | None, ...] | None) -> int | None:
    return None if row is None or row[0] is None else to_us(row[0])
