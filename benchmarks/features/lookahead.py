"""Every feature at random slots, built again from truncated history: equal in all bits, or not.

Two checks for base features on 15-minute and hourly candles and for the news features of VADER:

- *truncated*: rows built with all history against rows built from what was known at their slot;
- *incremental*: rows stored by one build of all slots against rows stored by a build of that slot alone,
  which reads the look-back from the store.

A planted column, the return of the next hour, must be found. Recorded data where it is there, else the
sample market. Exits with 1 when a check fails.

Run: python benchmarks/features/lookahead.py [--slots 500] [--seed 0]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from _market import (
    ASSET,
    CLOCK,
    data_folder,
    describe,
    fill_with_candles,
    fill_with_recorded_news,
    fill_with_sample_news,
    temporary_store,
)

from bellwether.clock import HOUR_US, MINUTE_US, to_us
from bellwether.features.builder import NEWS_LOOKBACK_US, build_base, build_news
from bellwether.features.lookahead import candles_known_at, events_known_at, find_lookahead
from bellwether.features.matrix import FeatureMatrix
from bellwether.features.sets import FeatureSet, base_set, news_set
from bellwether.identity import Horizon, Source
from bellwether.market.candles import COMPOSITE, Candles, IntArray
from bellwether.market.labels import labels
from bellwether.news.headlines import NewsEvents
from bellwether.pipelines.features import FeatureJob, build_features
from bellwether.sentiment.vader import VaderScorer
from bellwether.store.candles import load_candles, span
from bellwether.store.database import Database
from bellwether.store.features import ensure_feature_set, load_features
from bellwether.store.headlines import news_events
from bellwether.store.scores import ensure_scorer

INFO = VaderScorer().info
INTERVALS = {"15m": 15 * MINUTE_US, "1h": HOUR_US}
LIMITS = {"positive_above": INFO.positive_above, "negative_below": INFO.negative_below}


def main() -> None:
    """Run the checks and say what they found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slots", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    with temporary_store() as database:
        data = data_folder()
        if data is None:
            fill_with_sample_news(database)
        else:
            fill_with_recorded_news(database, data)
        n_wrong = 0
        for interval in INTERVALS if data is not None else ("15m",):
            fill_with_candles(database, interval)
            n_wrong += _check_interval(database, INTERVALS[interval], arguments.slots, rng)
        n_wrong += _check_news(database, arguments.slots, rng)
    raise SystemExit(n_wrong > 0)


def _check_interval(database: Database, interval_us: int, n: int, rng: np.random.Generator) -> int:
    candles = _candles(database, interval_us)
    slots = np.arange(candles.close_us[0], candles.close_us[-1] + 1, interval_us)
    rows = np.sort(rng.choice(len(slots), n, replace=False))

    def build(known: Candles, at: IntArray) -> FeatureMatrix:
        return _with_planted(build_base(known, at), known)

    found = find_lookahead(
        build(candles, slots).take(rows),
        lambda as_of_us, known_by_us: build(
            candles_known_at(candles, as_of_us, known_by_us), np.array([as_of_us])
        ),
    )
    wrong = [finding for finding in found if finding.name != "planted"]
    print(f"base features, {describe(database, interval_us)}, {interval_us // MINUTE_US} minutes, {n} slots")
    print(
        f"  truncated:   {len(wrong)} values differ; planted column found in {len(found) - len(wrong)} rows"
    )
    differing = _incremental(database, interval_us, slots, rows, base_set(interval_us))
    return len(wrong) + differing + (len(found) == len(wrong))


def _check_news(database: Database, n: int, rng: np.random.Generator) -> int:
    events = _events(database)
    step = 15 * MINUTE_US
    first_us, last_us = int(events.known_us[0]), int(events.known_us[-1])
    slots = np.arange(first_us // step * step, last_us + 2 * HOUR_US, step)
    rows = np.sort(rng.choice(len(slots), min(n, len(slots)), replace=False))
    found = find_lookahead(
        build_news(events, slots, **LIMITS).take(rows),
        lambda as_of_us, known_by_us: build_news(
            events_known_at(events, as_of_us, known_by_us), np.array([as_of_us]), **LIMITS
        ),
    )
    print(f"news features of {INFO.name}, {len(events):,} versions of headlines, {len(rows)} slots")
    print(f"  truncated:   {len(found)} values differ")
    return len(found) + _incremental(database, step, slots, rows, news_set(INFO))


def _with_planted(base: FeatureMatrix, candles: Candles) -> FeatureMatrix:
    planted = labels(candles, base.as_of_us, Horizon.H1)[1].astype(np.float32)
    values = np.column_stack([base.values, planted])
    return FeatureMatrix(base.as_of_us, base.known_by_us, (*base.names, "planted"), values)


def _incremental(
    database: Database, interval_us: int, slots: IntArray, rows: IntArray, part: FeatureSet
) -> int:
    """Store all slots at once as replay, the chosen ones alone as live, and count differing bits."""
    build = _builder(database, interval_us)
    build(Source.REPLAY, int(slots[0]), int(slots[-1]) + 1)
    for slot in slots[rows].tolist():
        build(Source.LIVE, slot, slot + 1)
    with database.session() as conn:
        set_id = ensure_feature_set(conn, part.name, part.digest, part.names)
        limits = {"from_us": int(slots[0]), "to_us": int(slots[-1]) + 1}
        batch = load_features(conn, ASSET, set_id, source=Source.REPLAY, **limits).take(rows)
        alone = load_features(conn, ASSET, set_id, source=Source.LIVE, **limits)
    alone = alone.take(np.isin(alone.as_of_us, batch.as_of_us))
    differing = int((batch.values.view(np.uint32) != alone.values.view(np.uint32)).sum())
    print(f"  incremental: {differing} of {batch.values.size:,} stored values differ in any bit")
    return differing


def _builder(database: Database, interval_us: int) -> Callable[[Source, int, int], int]:
    def build(source: Source, from_us: int, to_us_: int) -> int:
        job = FeatureJob(
            asset=ASSET,
            interval_us=interval_us,
            scorers={INFO.family: INFO},
            source=source,
            recorded_us=to_us(CLOCK.now()),
        )
        return build_features(database, job, from_us=from_us, to_us=to_us_)

    return build


def _candles(database: Database, interval_us: int) -> Candles:
    with database.session() as conn:
        found = span(conn, ASSET, COMPOSITE, interval_us=interval_us)
        assert found is not None
        limits = {"from_us": found.first_us, "to_us": found.last_us + 1}
        return load_candles(conn, ASSET, COMPOSITE, interval_us, **limits)


def _events(database: Database) -> NewsEvents:
    with database.session() as conn:
        return news_events(
            conn,
            ASSET,
            scorer_id=ensure_scorer(conn, INFO),
            known_from_us=NEWS_LOOKBACK_US,
            known_to_us=to_us(CLOCK.now()),
        )


if __name__ == "__main__":
    main()
