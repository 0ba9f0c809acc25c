"""Lead-lag: the tone of stored headlines beside the returns of stored candles."""

from __future__ import annotations

import numpy as np

from bellwether.clock import DAY_US, HOUR_US
from bellwether.evidence.leadlag import LeadLag, hourly_tone, lead_lag
from bellwether.identity import Horizon
from bellwether.market.candles import COMPOSITE, FloatArray, IntArray
from bellwether.market.labels import labels
from bellwether.store.candles import load_candles, span
from bellwether.store.database import Connection
from bellwether.store.headlines import news_events


def tone_against_returns(
    conn: Connection, asset: str, scorer_id: int, *, from_us: int, to_us: int
) -> LeadLag:
    """Correlate a scorer's hourly tone with hourly returns.

    Parameters
    ----------
    conn : Connection
    asset : str
    scorer_id : int
        Whose scores.
    from_us, to_us : int
        Range of publication, microseconds UTC; cut to whole hours.

    Returns
    -------
    LeadLag
        Over the first wordings of headlines that repeat none before, at the hour of their
        publication: the question is what moved first, not what we knew first.
    """
    first, last = from_us // HOUR_US * HOUR_US, to_us // HOUR_US * HOUR_US
    events = news_events(conn, asset, scorer_id=scorer_id, known_from_us=first - 1, known_to_us=last + DAY_US)
    rows = events.take((events.known_us == events.first_known_us) & ~events.is_duplicate)
    tone = hourly_tone(rows.event_us, rows.score, from_us=first, to_us=last)
    return lead_lag(tone, _hourly_returns(conn, asset, np.arange(first, last, HOUR_US, dtype=np.int64)))


def _hourly_returns(conn: Connection, asset: str, hours: IntArray) -> FloatArray:
    """Logarithmic return over each hour from its start; NaN where a close is missing."""
    stored = span(conn, asset, COMPOSITE)
    if stored is None or len(hours) == 0:
        return np.full(len(hours), np.nan)
    candles = load_candles(
        conn,
        asset,
        COMPOSITE,
        stored.interval_us,
        from_us=int(hours[0]) - stored.interval_us,
        to_us=int(hours[-1]) + HOUR_US,
    )
    return labels(candles, hours, Horizon.H1)[1]
