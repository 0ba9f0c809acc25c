"""Lead-lag: the tone of stored headlines beside the returns of stored candles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import DAY_US, HOUR_US, parse_moment, to_us
from bellwether.errors import NotFound
from bellwether.evidence.leadlag import LeadLag, hourly_tone, lead_lag
from bellwether.identity import NEWS_FAMILIES, PLACEBO_PREFIX, Horizon
from bellwether.market.candles import COMPOSITE
from bellwether.news.headlines import NewsEvents
from bellwether.pipelines.outcomes import stored_outcomes
from bellwether.pipelines.place import Place
from bellwether.pipelines.recipe import recipe_of, scorer_ids
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.candles import span
from bellwether.store.database import Connection
from bellwether.store.headlines import news_events


@dataclass(frozen=True)
class LeadLagPictures:
    """The lead-lag picture of one or several readers over one range.

    Attributes
    ----------
    from_us, to_us : int
        Range of publication, half-open, microseconds UTC.
    readers : tuple of (ScorerInfo, LeadLag)
    """

    from_us: int
    to_us: int
    readers: tuple[tuple[ScorerInfo, LeadLag], ...]


def read_leadlag(place: Place, family: str | None = None) -> LeadLagPictures | None:
    """The pictures of a place: over a run's range, or over all candles of the live store.

    Parameters
    ----------
    place : Place
    family : str, optional
        Only this reader, be it a placebo; by default every one but the placebos.

    Returns
    -------
    LeadLagPictures or None
        None where there is no candle, or no reader has scored anything yet.

    Raises
    ------
    NotFound
        The reader asked for is not here.
    """
    with place.database.session() as conn:
        recipe = recipe_of(conn, place)
        ids = scorer_ids(conn, recipe)
        if family is not None and family not in ids:
            raise NotFound(
                f"There are no scores of {family} here.", hint=f"There are: {', '.join(ids) or 'none'}."
            )
        range_us = _range_us(conn, place)
        wanted = [family] if family else _readers(ids)
        if range_us is None or not wanted:
            return None
        start_us, end_us = range_us
        readers = (
            (
                recipe.scorers[name],
                tone_against_returns(conn, place.asset, ids[name], from_us=start_us, to_us=end_us),
            )
            for name in wanted
        )
        return LeadLagPictures(start_us, end_us, tuple(readers))


def _readers(families: Iterable[str]) -> list[str]:
    """The families that are no placebo, those that are compared first and in their order."""
    own = sorted(name for name in families if not name.startswith(PLACEBO_PREFIX))
    return [*(name for name in NEWS_FAMILIES if name in own), *(n for n in own if n not in NEWS_FAMILIES)]


def _range_us(conn: Connection, place: Place) -> tuple[int, int] | None:
    if place.run is not None:
        first, last = (parse_moment(place.run.arguments[name]) for name in ("from", "to"))
        return to_us(first), to_us(last)
    stored = span(conn, place.asset, COMPOSITE)
    return None if stored is None else (stored.first_us, stored.last_us + stored.interval_us)


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
        publication: the question is what moved first, not what we knew first. Headlines with only a
        date are left out: at 00:00 their tone would stand before the returns it may speak of.
    """
    first, last = from_us // HOUR_US * HOUR_US, to_us // HOUR_US * HOUR_US
    events = news_events(conn, asset, scorer_id=scorer_id, known_from_us=first - 1, known_to_us=last + DAY_US)
    rows = events.take(
        (events.known_us == events.first_known_us) & ~events.is_duplicate & ~_is_bare_date(events)
    )
    tone = hourly_tone(rows.event_us, rows.score, from_us=first, to_us=last)
    hours = np.arange(first, last, HOUR_US, dtype=np.int64)
    return lead_lag(tone, stored_outcomes(conn, asset, Horizon.H1, hours).log_return)


def _is_bare_date(events: NewsEvents) -> NDArray[np.bool_]:
    """Headlines whose time of day is unknown: midnight, and known at the next one."""
    is_midnight = np.equal(events.event_us % DAY_US, 0)
    return np.asarray(is_midnight & np.equal(events.first_known_us - events.event_us, DAY_US))
