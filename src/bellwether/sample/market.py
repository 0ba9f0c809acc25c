"""The simulator: one seed, one market.

In the order of what depends on what: volatility and mood come from nowhere; stories take their tone
from the mood; the price takes its drift from the stories' tone; reports take their tone from the
price. So stories lead, reports follow, and nothing runs in a circle. The equations are on the
documentation's page "The sample market".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bellwether.clock import DAY_US, HOUR_US, SLOT_US, iso, to_us
from bellwether.errors import InputError, InvalidTime
from bellwether.market.candles import INTERVALS, Candles
from bellwether.market.candles import interval_us as length_us
from bellwether.sample.newsflow import COPIES_PER_HEADLINE, hourly_tone, rhythm
from bellwether.sample.newsroom import Written, edit_some, write_all
from bellwether.sample.originals import Originals, draw_reports, draw_stories, joined
from bellwether.sample.outages import draw_outages, is_out
from bellwether.sample.prices import PricePath, hourly_drift, longer_bars, price_path, volatility
from bellwether.sample.records import (
    BoolArray,
    FloatArray,
    IntArray,
    Outage,
    SampleMarket,
    SampleRevision,
    SampleTruth,
)

NEWS_EFFECT_BP = 60.0
"""Drift over the next hour per unit of tone, basis points."""

HEADLINES_PER_DAY = 240.0
"""Expected headlines a day over a week, copies included, before the regime change."""

STORY_SHARE = 0.4
"""Share of stories among original headlines; the rest are reports of past moves."""

VOLATILITY_AFTER = 1.6
"""Volatility after the regime change, relative to before."""

NEWS_AFTER = 1.5
"""News volume after the regime change, relative to before."""

CANDLE_OUTAGE_HOURS = (0.75, 5.0)
NEWS_OUTAGE_HOURS = (3.0, 36.0)

_BARS_PER_HOUR = 4
_BARS_PER_DAY = 96


@dataclass(frozen=True)
class _Grid:
    """The slots of a market and what is drawn before any news: regime and volatility."""

    slot_us: IntArray
    is_changed: BoolArray
    sigma: FloatArray

    @property
    def regime_change_us(self) -> int | None:
        return int(self.slot_us[self.is_changed][0]) if self.is_changed.any() else None


@dataclass(frozen=True)
class _World:
    """What happened, whether or not anybody recorded it."""

    hour_us: IntArray
    tone: FloatArray
    path: PricePath
    originals: Originals


def sample_market(
    *,
    seed: int,
    start: datetime,
    days: int,
    headlines_per_day: float = HEADLINES_PER_DAY,
    news_effect_bp: float = NEWS_EFFECT_BP,
    regime_change_at: float | None = 0.5,
    interval: str = "15m",
) -> SampleMarket:
    """Simulate a market.

    Parameters
    ----------
    seed : int
        Not negative. Equal arguments give equal markets, byte for byte.
    start : datetime
        First moment, on a whole hour.
    days : int
        Length, at least 1.
    headlines_per_day : float
        Expected number over a week, copies included, before the regime change.
    news_effect_bp : float
        Drift of the log return over the next hour per unit of mean story tone, basis points; 0 for
        a market that no news can predict.
    regime_change_at : float or None
        Share of the span after which volatility and news volume rise; None for no change.
    interval : str
        ``15m``, ``30m`` or ``1h``.

    Raises
    ------
    InvalidTime
        ``start`` has no zone or does not lie on a whole hour.
    InputError
        Another argument is out of its range.
    """
    start_us = _start_us(start)
    _check(
        seed=seed,
        days=days,
        headlines_per_day=headlines_per_day,
        regime_change_at=regime_change_at,
        interval=interval,
    )
    rngs = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(6)]
    grid = _grid(rngs[0], start_us, days=days, regime_change_at=regime_change_at)
    world = _world(
        rngs[1:4], grid, expected=_expected_originals(grid, headlines_per_day), news_effect_bp=news_effect_bp
    )
    bar_outages = draw_outages(rngs[4], start_us=start_us, days=days, hours=CANDLE_OUTAGE_HOURS)
    news_outages = draw_outages(rngs[4], start_us=start_us, days=days, hours=NEWS_OUTAGE_HOURS)

    end_us = start_us + days * DAY_US
    written = _recorded(write_all(rngs[5], world.originals), end_us=end_us, outages=news_outages)
    headlines = tuple(item.headline for item in written)
    return SampleMarket(
        seed=seed,
        days=days,
        start=start,
        headlines=headlines,
        revisions=_recorded_edits(edit_some(rngs[5], headlines), end_us=end_us, outages=news_outages),
        candles=_recorded_candles(world.path.candles, bar_outages, interval),
        truth=SampleTruth(
            news_effect_bp=news_effect_bp,
            hour_us=world.hour_us,
            tone=world.tone,
            headline_tone=np.array([item.tone for item in written], dtype=np.float64),
            is_report=np.array([item.is_report for item in written], dtype=np.bool_),
            story=np.array([item.story for item in written], dtype=np.int64),
            regime_change_us=grid.regime_change_us,
            candle_outages=bar_outages,
            news_outages=news_outages,
        ),
    )


def random_walk_market(
    *,
    seed: int,
    start: datetime,
    days: int,
    headlines_per_day: float = HEADLINES_PER_DAY,
    interval: str = "15m",
) -> SampleMarket:
    """A market whose direction nothing predicts, for the search for leaks.

    No news effect and no regime change; headlines still follow the price, copies, late headlines
    and outages are there, so a pipeline that looks ahead finds something to see. Parameters and
    errors as in `sample_market`.
    """
    return sample_market(
        seed=seed,
        start=start,
        days=days,
        headlines_per_day=headlines_per_day,
        news_effect_bp=0.0,
        regime_change_at=None,
        interval=interval,
    )


def _start_us(start: datetime) -> int:
    start_us = to_us(start)
    if start_us % HOUR_US:
        raise InvalidTime(f"A sample market starts on a whole hour, not at {iso(start)}.")
    return start_us


def _check(
    *, seed: int, days: int, headlines_per_day: float, regime_change_at: float | None, interval: str
) -> None:
    if seed < 0:
        raise InputError(f"The seed is {seed}; it must not be negative.")
    if days < 1:
        raise InputError(f"A sample market of {days} days has no day.", hint="Give at least one day.")
    if not 0 < headlines_per_day < float("inf"):
        raise InputError(f"A sample market cannot have {headlines_per_day} headlines a day.")
    if regime_change_at is not None and not 0 < regime_change_at < 1:
        raise InputError(
            f"The regime cannot change at {regime_change_at} of the span.",
            hint="Give a share between 0 and 1, or None for no change.",
        )
    if interval not in INTERVALS:
        raise InputError(f"Interval {interval!r} is not supported.", hint=f"Use {', '.join(INTERVALS)}.")


def _grid(rng: np.random.Generator, start_us: int, *, days: int, regime_change_at: float | None) -> _Grid:
    n_slots = days * _BARS_PER_DAY
    slot_us = start_us + np.arange(n_slots, dtype=np.int64) * SLOT_US
    first_changed = n_slots if regime_change_at is None else int(regime_change_at * n_slots)
    is_changed = np.arange(n_slots) >= first_changed
    scale = np.where(is_changed, VOLATILITY_AFTER, 1.0)
    return _Grid(slot_us=slot_us, is_changed=is_changed, sigma=volatility(rng, slot_us, scale=scale))


def _world(
    rngs: Sequence[np.random.Generator], grid: _Grid, *, expected: FloatArray, news_effect_bp: float
) -> _World:
    """Stories, the price that follows them, and the reports that follow the price.

    ``rngs`` are for stories, returns and reports; ``expected`` counts originals by slot.
    """
    stories = draw_stories(rngs[0], grid.slot_us, expected=expected * STORY_SHARE)
    hour_us = grid.slot_us[::_BARS_PER_HOUR]
    tone = hourly_tone(hour_us, first_seen_us=stories.first_seen_us, tone=stories.tone)
    drift = hourly_drift(tone, news_effect_bp=news_effect_bp)
    path = price_path(rngs[1], grid.slot_us, sigma=grid.sigma, drift=drift, interval_us=SLOT_US)
    reports = draw_reports(rngs[2], path, sigma=grid.sigma, expected=expected * (1.0 - STORY_SHARE))
    return _World(hour_us=hour_us, tone=tone, path=path, originals=joined(stories, reports))


def _expected_originals(grid: _Grid, headlines_per_day: float) -> FloatArray:
    """Expected original headlines by slot; a share of all, for copies come on top."""
    per_slot = headlines_per_day / _BARS_PER_DAY / (1.0 + COPIES_PER_HEADLINE)
    return per_slot * rhythm(grid.slot_us) * np.where(grid.is_changed, NEWS_AFTER, 1.0)


def _recorded(written: Sequence[Written], *, end_us: int, outages: tuple[Outage, ...]) -> list[Written]:
    """What the collector saw before the end and outside its outages."""
    seen_us = np.array([item.headline.first_seen_us for item in written], dtype=np.int64)
    kept = (seen_us < end_us) & ~is_out(seen_us, outages)
    return [item for item, is_kept in zip(written, kept, strict=True) if is_kept]


def _recorded_edits(
    edits: Sequence[tuple[SampleRevision, SampleRevision]], *, end_us: int, outages: tuple[Outage, ...]
) -> tuple[SampleRevision, ...]:
    """Both wordings of each edit whose second one was seen, ordered by (``news_id``, ``seen_us``)."""
    seen_us = np.array([after.seen_us for _, after in edits], dtype=np.int64)
    kept = (seen_us < end_us) & ~is_out(seen_us, outages)
    wordings = [wording for edit, is_kept in zip(edits, kept, strict=True) if is_kept for wording in edit]
    return tuple(sorted(wordings, key=lambda wording: (wording.news_id, wording.seen_us)))


def _recorded_candles(candles: Candles, outages: tuple[Outage, ...], interval: str) -> Candles:
    """What was recorded of the bars, in the interval asked for."""
    kept = candles.take(~is_out(candles.open_us, outages))
    wanted_us = length_us(interval)
    return kept if wanted_us == candles.interval_us else longer_bars(kept, wanted_us)
