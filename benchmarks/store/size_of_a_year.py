"""What a year of live operation takes on disk: MB per table, with its indexes, before cleanup.

Rows go in in the order they would come live, so that the indexes are as full as they would be.
Lengths of texts are the means of a month of recorded news.
Summaries go after 30 days, as the store's own rule says; ``--keep-summaries`` leaves them.

Run: python benchmarks/store/size_of_a_year.py [--days 365] [--keep-summaries]
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US, from_us, parse_moment, to_us
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.store import (
    drift,
    features,
    headlines,
    migrate,
    performance,
    predictions,
    scores,
    slots,
)
from bellwether.store.database import Connection, Database
from bellwether.store.embedded import EmbeddedServer
from bellwether.store.workspaces import create_database, with_database

HEADLINES_A_DAY = 400
MEAN_CHARS = {"title": 79, "summary": 363, "url": 106}
SCORERS = ("vader", "finbert", "lite")
VENUES = ("composite", "coinbase", "kraken", "bitstamp")
SETS = {"base": 30, "vader": 27, "finbert": 27, "lite": 27}
N_MODELS = 10
CHECK_US = 6 * HOUR_US  # performance and drift are measured four times a day
WINDOWS_DAYS = (7, 30)
STREAMS = ("news", "prices")
LIMIT_MB = 250
VACUUM_EVERY_DAYS = 7  # as autovacuum would


@dataclass(frozen=True)
class Ids:
    """Numbers of scorers, feature sets and models in the store."""

    scorers: list[int]
    sets: dict[str, int]
    models: list[int]


def _names(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_feature_{i:02}" for i in range(SETS[name]))


def _register(conn: Connection) -> Ids:
    infos = [
        ScorerInfo(name, name, name, is_reference=True, positive_above=0.05, negative_below=-0.05)
        for name in SCORERS
    ]
    return Ids(
        scorers=[scores.ensure_scorer(conn, info) for info in infos],
        sets={name: features.ensure_feature_set(conn, name, name, _names(name)) for name in SETS},
        models=[
            predictions.ensure_model(conn, "BTC", ModelVersion(f"family{i}", 1, 0, 0), f"digest {i}")
            for i in range(N_MODELS)
        ],
    )


def _text(rng: random.Random, mean: int) -> str:
    return rng.randbytes(rng.randint(mean // 4, mean * 3 // 4)).hex()


def _write_news(conn: Connection, ids: Ids, start_us: int, rng: random.Random) -> None:
    rows = []
    for i in range(HEADLINES_A_DAY):
        event_us = start_us + i * DAY_US // HEADLINES_A_DAY
        title = _text(rng, MEAN_CHARS["title"])
        rows.append(
            HeadlineRow(
                key=UUID(bytes=rng.randbytes(16)),
                revision=0,
                asset="BTC",
                publisher=f"publisher {i % 51}",
                url=_text(rng, MEAN_CHARS["url"]),
                title=title,
                text=title,
                summary=_text(rng, MEAN_CHARS["summary"]),
                event_us=event_us,
                known_us=event_us + 5 * MINUTE_US,
                is_known_assumed=False,
            )
        )
    headlines.insert_headlines(conn, rows, recorded_us=start_us)
    score = SentimentScore(0.25, 0.5, 0.25, 0.25)
    for scorer_id in ids.scorers:
        scores.insert_scores(conn, scorer_id, ((text_key(row.text), score) for row in rows))
    repeats = {late.key: early.key for early, late in zip(rows[::6], rows[5::6], strict=False)}
    headlines.replace_duplicates(
        conn, "BTC", known_from_us=start_us, known_to_us=start_us + DAY_US, duplicates=repeats
    )


_CANDLES = """
    INSERT INTO raw_candles
    SELECT slot, slot + interval '15 minutes', slot, 99, 101, 98, 100, random(), 15, 0, 'BTC', venue
    FROM generate_series(%(from)s, %(from)s + interval '1435 minutes', interval '15 minutes') AS slot,
         unnest(%(venues)s::text[]) WITH ORDINALITY AS v (venue, place)
    ORDER BY slot, place
"""

_FEATURES = """
    INSERT INTO processed_features
    SELECT slot, slot, slot, feature_set_id, 0, 'BTC', 'live',
           (SELECT array_agg(random()::real) FROM unnest(names) WHERE slot IS NOT NULL)
    FROM generate_series(%(from)s, %(from)s + interval '1435 minutes', interval '15 minutes') AS slot,
         feature_sets
    ORDER BY slot, feature_set_id
"""

_PREDICTIONS = """
    INSERT INTO prediction_logs
    SELECT slot, slot, slot, 1, false, 'BTC', horizon, 'live', ids, p_up
    FROM generate_series(%(from)s, %(from)s + interval '1435 minutes', interval '15 minutes') AS slot,
         unnest('{1h,4h,24h}'::text[]) WITH ORDINALITY AS h (horizon, place),
         (SELECT array_agg(model_id) AS ids, array_agg(random()) AS p_up FROM models) AS said
    ORDER BY slot, place
"""


def _write_market(conn: Connection, day_us: int) -> None:
    """What each slot of a day leaves, slot by slot."""
    params = {"from": from_us(day_us), "venues": list(VENUES)}
    for statement in (_CANDLES, _FEATURES, _PREDICTIONS):
        conn.execute(statement, params)


def _write_monitoring(conn: Connection, ids: Ids, start_us: int, rng: random.Random) -> None:
    checks = range(start_us, start_us + DAY_US, CHECK_US)
    measured = performance.Measured(0.5, 0.4, 0.6)
    performance.insert_performance(
        conn,
        (
            performance.PerformanceRow(
                at_us, model, horizon, Source.LIVE, days, 100, 20, measured, measured, measured, 0.1
            )
            for at_us in checks
            for model in ids.models
            for horizon in Horizon
            for days in WINDOWS_DAYS
        ),
    )
    subjects = tuple(feature for name in SETS for feature in _names(name))
    drift.insert_drift(
        conn,
        (
            drift.DriftLook(
                asset="BTC",
                source=Source.LIVE,
                as_of_us=at_us,
                kind="feature",
                measure="psi",
                n=672,
                subjects=subjects,
                distances=tuple(rng.random() for _ in subjects),
                limits=tuple(rng.random() for _ in subjects),
            )
            for at_us in checks
        ),
    )


def _write_slots(conn: Connection, day_us: int) -> None:
    """Open the slots of a day, claim them, complete them: three versions of each row."""
    at = from_us(day_us)
    for stream in STREAMS:
        slots.open_slots(conn, stream, from_us=day_us, to_us=day_us + DAY_US, at=at)
    for state, token in (("claimed", 1), ("done", None)):
        conn.execute("UPDATE slots SET state = %s, token = %s WHERE slot >= %s", [state, token, at])


def fill(database: Database, days: int, *, keep_summaries: bool) -> None:
    """Write ``days`` of operation."""
    rng = random.Random(1)
    with database.session() as conn:
        ids = _register(conn)
    start_us = to_us(parse_moment("2025-01-01"))
    for day in range(days):
        day_us = start_us + day * DAY_US
        with database.session() as conn:
            _write_news(conn, ids, day_us, rng)
            _write_market(conn, day_us)
            _write_monitoring(conn, ids, day_us, rng)
            _write_slots(conn, day_us)
            if not keep_summaries:
                headlines.drop_summaries(conn, known_before_us=day_us - 30 * DAY_US)
        if day % VACUUM_EVERY_DAYS == 0:
            with database.session() as conn:
                conn.commit()
                conn.autocommit = True
                conn.execute("VACUUM")
                conn.autocommit = False


def sizes(conn: Connection) -> Iterator[tuple[str, int, float, float]]:
    """Name, rows, MB of the table and MB of its indexes, largest first; small tables left out."""
    rows = conn.execute("""
        SELECT relname, n_live_tup, pg_table_size(relid) / 1e6::float8,
               pg_indexes_size(relid) / 1e6::float8
        FROM pg_stat_user_tables WHERE pg_total_relation_size(relid) > 200000
        ORDER BY pg_total_relation_size(relid) DESC
    """)
    yield from rows


def main() -> None:
    """Fill a database and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--keep-summaries", action="store_true")
    arguments = parser.parse_args()
    days = arguments.days
    home = Path(tempfile.mkdtemp(prefix="bellwether-size-"))
    started = perf_counter()
    server = EmbeddedServer.start(home, settings={"fsync": "off", "autovacuum": "on"})
    try:
        create_database(server.dsn(), "year")
        dsn = with_database(server.dsn(), "year")
        migrate.upgrade(dsn)
        with Database(dsn, statement_timeout=timedelta(hours=1)) as database:
            fill(database, days, keep_summaries=arguments.keep_summaries)
            with database.session() as conn:
                conn.execute("ANALYZE")
            with database.session() as conn:
                table = list(sizes(conn))
    finally:
        EmbeddedServer.destroy(home)
        shutil.rmtree(home)
    print(f"{'table':22}{'rows':>10}{'MB':>8}{'index MB':>10}{'B/row':>7}")
    for name, n_rows, table_mb, index_mb in table:
        per_row = (table_mb + index_mb) * 1e6 / n_rows
        print(f"{name:22}{n_rows:>10,}{table_mb:>8.1f}{index_mb:>10.1f}{per_row:>7.0f}")
    total = sum(table_mb + index_mb for _, _, table_mb, index_mb in table) * 365 / days
    print(f"\n{total:.0f} MB a year; hold {LIMIT_MB}. Written in {perf_counter() - started:.0f} s.")


if __name__ == "__main__":
    main()
