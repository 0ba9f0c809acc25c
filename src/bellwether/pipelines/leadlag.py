"""Lead-lag: the tone of stored headlines beside the returns of stored candles."""

from __future__ import annotations

import numpy as np

from bellwether.clock import DAY_US, HOUR_US
from bellwether.evidence.leadlag import LeadLag, hourly_tone, lead_lag
from bellwether.identity import Horizon
from bellwether.pipelines.outcomes import stored_outcomes
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
    hours = np.arange(first, last, HOUR_US, dtype=np.int64)
    return lead_lag(tone, stored_outcomes(conn, asset, Horizon.H1, hours).log_return)
