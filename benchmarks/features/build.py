"""How long features of 2.5 years take, and those of one live slot.

Recorded 15-minute candles (the sample market's where there is no recorded data) and the 26,000
headlines of a sample market, scored by VADER. Measured once in memory and once from the store to the
store. The reference is the same code called for one slot at a time, as a live run does.

Run: python benchmarks/features/build.py [--live 60] [--json]
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
from _market import ASSET, CLOCK, describe, fill_with_candles, fill_with_sample_news, temporary_store

from bellwether.clock import MINUTE_US, to_us
from bellwether.features.builder import NEWS_LOOKBACK_US, build_base, build_news
from bellwether.features.lookahead import candles_known_at, events_known_at
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import Source
from bellwether.market.candles import COMPOSITE, Candles, IntArray
from bellwether.news.headlines import NewsEvents
from bellwether.pipelines.features import FeatureJob, build_features
from bellwether.sentiment.vader import VaderScorer
from bellwether.store.candles import load_candles, span
from bellwether.store.database import Database
from bellwether.store.headlines import count_headlines, news_events
from bellwether.store.scores import ensure_scorer

INTERVAL_US = 15 * MINUTE_US
INFO = VaderScorer().info
HOLD = {"batch_seconds": 10.0, "live_ms": 20.0}


@dataclass(frozen=True)
class Market:
    """What the builds read."""

    candles: Candles
    events: NewsEvents
    slots: IntArray
    n_headlines: int
    about: str


def main() -> None:
    """Fill a store, build, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--live", type=int, default=60, help="live slots to take the median of")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with temporary_store() as database:
        fill_with_candles(database, "15m")
        fill_with_sample_news(database)
        market = _market(database)
        figures = {**_in_memory(market, arguments.live), **_stored(database, market, arguments.live)}
    if arguments.json:
        print(json.dumps(figures))
    else:
        _print(market, figures)


def _market(database: Database) -> Market:
    with database.session() as conn:
        found = span(conn, ASSET, COMPOSITE, interval_us=INTERVAL_US)
        assert found is not None
        end_us = found.last_us + INTERVAL_US
        scorer_id = ensure_scorer(conn, INFO)
        return Market(
            candles=load_candles(conn, ASSET, COMPOSITE, INTERVAL_US, from_us=found.first_us, to_us=end_us),
            events=news_events(
                conn,
                ASSET,
                scorer_id=scorer_id,
                known_from_us=found.first_us - NEWS_LOOKBACK_US,
                known_to_us=end_us,
            ),
            slots=np.arange(found.first_us + INTERVAL_US, end_us + 1, INTERVAL_US),
            n_headlines=count_headlines(conn, ASSET),
            about=describe(database, INTERVAL_US),
        )


def _build(candles: Candles, events: NewsEvents, slots: IntArray) -> tuple[FeatureMatrix, FeatureMatrix]:
    limits = {"positive_above": INFO.positive_above, "negative_below": INFO.negative_below}
    return build_base(candles, slots), build_news(events, slots, **limits)


def _in_memory(market: Market, n_live: int) -> dict[str, Any]:
    base, news = _build(market.candles, market.events, market.slots[-500:])  # warm up
    before_mb = _peak_mb()
    seconds, cpu_seconds = _timed(lambda: _build(market.candles, market.events, market.slots))
    live = []
    for slot in np.random.default_rng(0).choice(market.slots, n_live, replace=False).tolist():
        known = candles_known_at(market.candles, slot, slot + INTERVAL_US)
        events = events_known_at(market.events, slot, slot)
        live.append(_timed(lambda k=known, e=events, s=slot: _build(k, e, np.array([s]))))
    wall_ms, cpu_ms = (np.array(live) * 1e3).T
    return {
        "n_slots": len(market.slots),
        "n_features": len(base.names) + len(news.names),
        "batch_seconds": seconds,
        "batch_cpu_seconds": cpu_seconds,
        "batch_peak_rise_mb": _peak_mb() - before_mb,
        "live_ms": median(wall_ms),
        "live_worst_ms": max(wall_ms),
        "live_cpu_ms": median(cpu_ms),
        "ratio_to_slot_by_slot": median(cpu_ms) * len(market.slots) / 1e3 / cpu_seconds,
    }


def _stored(database: Database, market: Market, n_live: int) -> dict[str, Any]:
    slots = market.slots

    def build(source: Source, from_us: int, to_us_: int) -> None:
        job = FeatureJob(
            asset=ASSET,
            interval_us=INTERVAL_US,
            scorers={INFO.family: INFO},
            source=source,
            recorded_us=to_us(CLOCK.now()),
        )
        build_features(database, job, from_us=from_us, to_us=to_us_)

    seconds, cpu_seconds = _timed(lambda: build(Source.REPLAY, int(slots[0]), int(slots[-1]) + 1))
    chosen = np.random.default_rng(1).choice(slots, n_live, replace=False).tolist()
    live = [_timed(lambda s=slot: build(Source.LIVE, s, s + 1))[0] * 1e3 for slot in chosen]
    return {
        "stored_batch_seconds": seconds,
        "stored_batch_cpu_seconds": cpu_seconds,
        "stored_live_ms": median(live),
        "peak_mb": _peak_mb(),
    }


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of one call; the database's CPU is not ours."""
    wall, cpu = perf_counter(), process_time()
    act()
    return perf_counter() - wall, process_time() - cpu


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print(market: Market, found: dict[str, Any]) -> None:
    print(
        f"{found['n_slots']:,} slots of 15 minutes, {found['n_features']} features; {market.about}; "
        f"{market.n_headlines:,} headlines of the sample market"
    )
    print(
        f"in memory     {found['batch_seconds']:6.2f} s wall (hold {HOLD['batch_seconds']:.0f}), "
        f"{found['batch_cpu_seconds']:.2f} s CPU, peak memory +{found['batch_peak_rise_mb']:.0f} MB"
    )
    print(
        f"with store    {found['stored_batch_seconds']:6.2f} s wall, "
        f"{found['stored_batch_cpu_seconds']:.2f} s CPU without the database, "
        f"peak of the process {found['peak_mb']:.0f} MB"
    )
    print(
        f"one live slot {found['live_ms']:6.1f} ms median (hold {HOLD['live_ms']:.0f}), "
        f"{found['live_worst_ms']:.1f} worst, {found['live_cpu_ms']:.1f} ms CPU; "
        f"read, built and stored {found['stored_live_ms']:.1f} ms"
    )
    print(
        f"one build of all slots takes 1/{found['ratio_to_slot_by_slot']:.0f} of the CPU time "
        "of a build slot by slot"
    )


if __name__ == "__main__":
    main()
