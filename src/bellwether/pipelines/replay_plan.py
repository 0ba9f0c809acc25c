"""A replay's dry run: what it would train and judge, without training or writing anything."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from bellwether.clock import DAY_US, HOUR_US, Clock, to_us
from bellwether.features.builder import is_recorded, tick_us
from bellwether.formatting import count
from bellwether.learning.families import MIN_NEWS_DAYS
from bellwether.market.candles import Candles, IntArray
from bellwether.market.labels import labels
from bellwether.news.summaries import FoundHeadline, without_told_summaries
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.progress import Track, untracked
from bellwether.quality.candle_files import candle_interval_us, read_candles
from bellwether.quality.headline_files import read_headlines
from bellwether.quality.readers import read_rows

_Z95 = 1.959964
"""97.5 % quantile of the normal distribution."""


@dataclass(frozen=True)
class ReplayPlan:
    """What a replay has to work with.

    Attributes
    ----------
    n_headlines : int
        Headlines of the files, each counted once, however many files have it.
    n_news_days, n_news_days_before : int
        UTC days with recorded news and outcomes to learn from up to ``--to``, and those before
        ``--from``.
    n_ticks : int
        Ticks of the grid in the range.
    n_ticks_judged, n_eff : int
        Ticks with news, an outcome and at least `MIN_NEWS_DAYS` days to learn from at the last
        training before them; and those among them that do not overlap.
    half_width : float | None
        Half the width of a 95 % interval of a hit rate near one half over ``n_eff`` ticks.
    """

    n_headlines: int
    n_news_days: int
    n_news_days_before: int
    n_ticks: int
    n_ticks_judged: int
    n_eff: int
    half_width: float | None

    @property
    def width_sentence(self) -> str:
        """How wide the interval will be, in words."""
        if self.half_width is None:
            return "No tick can be judged, so there will be no interval."
        half = 100 * self.half_width
        n_eff = count(self.n_eff)
        return f"A hit rate of 50% would have a 95 % interval of about ± {half:.1f} pt, n_eff = {n_eff}."

    def to_json(self) -> dict[str, Any]:
        """The plan as a document."""
        return {**asdict(self), "needed_news_days": MIN_NEWS_DAYS, "width": self.width_sentence}


def plan_replay(request: ReplayRequest, *, clock: Clock, track: Track = untracked) -> ReplayPlan:
    """Read the files of a request and count what a replay of them would train and judge.

    Drift, which may ask for trainings between the scheduled ones, is not foreseen.
    """
    now_us = to_us(clock.now())
    known_us = _first_known_us(request, now_us=now_us, track=track)
    rows = [read_rows(path) for path in request.candles]
    candles = read_candles(rows, interval_us=candle_interval_us(rows), now_us=now_us).candles
    start_us, end_us = to_us(request.start), to_us(request.end)
    learned_us = _learned_us(request, known_us, candles)
    ticks = _grid(start_us, end_us, tick_us(candles.interval_us))
    is_judged = (
        (ticks >= _first_training_us(request, learned_us))
        & is_recorded(known_us, ticks)
        & np.isfinite(labels(candles, ticks, request.horizon)[0])
    )
    n_eff = int((ticks[is_judged] % request.horizon.us == 0).sum())
    return ReplayPlan(
        n_headlines=len(known_us),
        n_news_days=_n_days(learned_us, before_us=end_us),
        n_news_days_before=_n_days(learned_us, before_us=start_us),
        n_ticks=len(ticks),
        n_ticks_judged=int(is_judged.sum()),
        n_eff=n_eff,
        half_width=_Z95 * 0.5 / math.sqrt(n_eff) if n_eff else None,
    )


def _first_known_us(request: ReplayRequest, *, now_us: int, track: Track) -> IntArray:
    """When each headline of the files was first known, microseconds UTC."""
    found: list[FoundHeadline] = []
    with track("Reading headlines", len(request.headlines)) as advance:
        for done, path in enumerate(request.headlines, start=1):
            found += read_headlines(read_rows(path), asset=request.asset, now_us=now_us).headlines
            advance(done)
    first: dict[UUID, int] = {}
    for row in without_told_summaries(found, ())[0]:
        first[row.key] = min(row.known_us, first.get(row.key, row.known_us))
    return np.array(list(first.values()), dtype=np.int64)


def _learned_us(request: ReplayRequest, known_us: IntArray, candles: Candles) -> IntArray:
    """The hourly ticks that trainings learn from, up to the end of the range."""
    if len(known_us) == 0:
        return known_us
    hours = _grid(int(known_us.min()), to_us(request.end), HOUR_US)
    label, _ = labels(candles, hours, request.horizon)
    return hours[is_recorded(known_us, hours) & np.isfinite(label)]


def _first_training_us(request: ReplayRequest, learned_us: IntArray) -> float:
    """The first scheduled training with enough days of news behind it; infinity when there is none."""
    last: datetime | None = None
    for at, _ in request.days():
        if last is not None and at - last < request.train_every:
            continue
        last = at
        known_us = to_us(at) - request.horizon.us  # outcomes of later ticks were still to come
        if _n_days(learned_us, before_us=known_us + 1) >= MIN_NEWS_DAYS:
            return to_us(at)
    return math.inf


def _n_days(learned_us: IntArray, *, before_us: int) -> int:
    """UTC days that hold any of the ticks before a moment."""
    return len(np.unique(learned_us[learned_us < before_us] // DAY_US))


def _grid(start_us: int, end_us: int, step_us: int) -> IntArray:
    """Multiples of a step in [``start_us``, ``end_us``)."""
    return np.arange(-(-start_us // step_us) * step_us, end_us, step_us, dtype=np.int64)
