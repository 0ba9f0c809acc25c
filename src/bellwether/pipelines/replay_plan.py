"""A replay's dry run: what it would train and judge, without training or writing anything."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bellwether.clock import DAY_US, HOUR_US, Clock, to_us
from bellwether.features.builder import is_recorded, tick_us
from bellwether.formatting import count
from bellwether.learning.families import MIN_NEWS_DAYS
from bellwether.market.candles import Candles, IntArray
from bellwether.market.labels import labels
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
        Usable rows of the headline files; files may overlap, so this is a ceiling.
    n_news_days, n_news_days_before : int
        UTC days with recorded news up to ``--to``, and those before ``--from``.
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
    """Read the files of a request and count what a replay of them would train and judge."""
    now_us = to_us(clock.now())
    known_us = _known_us(request, now_us=now_us, track=track)
    rows = [read_rows(path) for path in request.candles]
    candles = read_candles(rows, interval_us=candle_interval_us(rows), now_us=now_us).candles
    tick = tick_us(candles.interval_us)
    ticks = np.arange(-(-to_us(request.start) // tick) * tick, to_us(request.end), tick, dtype=np.int64)
    judged = ticks[_is_judged(request, ticks, known_us, candles)]
    n_eff = int((judged % request.horizon.us == 0).sum())
    return ReplayPlan(
        n_headlines=len(known_us),
        n_news_days=_news_days(known_us, until_us=to_us(request.end) - 1),
        n_news_days_before=_news_days(known_us, until_us=to_us(request.start) - 1),
        n_ticks=len(ticks),
        n_ticks_judged=len(judged),
        n_eff=n_eff,
        half_width=_Z95 * 0.5 / math.sqrt(n_eff) if n_eff else None,
    )


def _known_us(request: ReplayRequest, *, now_us: int, track: Track) -> IntArray:
    """When each usable headline row was known, ascending."""
    found: list[int] = []
    with track("Reading headlines", len(request.headlines)) as advance:
        for done, path in enumerate(request.headlines, start=1):
            file = read_headlines(read_rows(path), asset=request.asset, now_us=now_us)
            found += [item.row.known_us for item in file.headlines]
            advance(done)
    return np.sort(np.array(found, dtype=np.int64))


def _is_judged(
    request: ReplayRequest, ticks: IntArray, known_us: IntArray, candles: Candles
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    label, _ = labels(candles, ticks, request.horizon)
    first = _first_training(request, known_us)
    if first is None:
        return np.zeros(len(ticks), dtype=np.bool_)
    judged: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        np.isfinite(label) & is_recorded(known_us, ticks) & (ticks >= first)
    )
    return judged


def _first_training(request: ReplayRequest, known_us: IntArray) -> int | None:
    """The first scheduled training with enough days of news behind it, microseconds UTC."""
    step_us = int(request.train_every.total_seconds()) * 1_000_000
    for at_us in range(to_us(request.start), to_us(request.end), step_us):
        if _news_days(known_us, until_us=at_us - request.horizon.us) >= MIN_NEWS_DAYS:
            return at_us
    return None


def _news_days(known_us: IntArray, *, until_us: int) -> int:
    """UTC days with an hourly tick, up to ``until_us``, at which news was being recorded."""
    if len(known_us) == 0:
        return 0
    first = -(-int(known_us[0]) // HOUR_US) * HOUR_US
    hours = np.arange(first, until_us + 1, HOUR_US, dtype=np.int64)
    return len(np.unique(hours[is_recorded(known_us, hours)] // DAY_US))
