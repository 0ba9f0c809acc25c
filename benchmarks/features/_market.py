"""A store of its own with a market in it: recorded where recorded data is there, else invented."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bellwether.clock import SystemClock, from_us, parse_moment
from bellwether.pipelines.imports import import_candles, import_headlines, import_revisions
from bellwether.pipelines.sample import write_sample
from bellwether.pipelines.scoring import score_headlines
from bellwether.sample.market import sample_market
from bellwether.sentiment.vader import VaderScorer
from bellwether.store import candles, migrate
from bellwether.store.database import Database
from bellwether.store.embedded import EmbeddedServer
from bellwether.store.workspaces import create_database, with_database

ASSET = "BTC"
SAMPLE_START = "2023-01-01"
SAMPLE_DAYS = 937
HEADLINES_PER_DAY = 22.9  # 26,000 headlines in 2.5 years: their number rises at the regime change
CLOCK = SystemClock()


def data_folder() -> Path | None:
    """The recorded data, where ``BELLWETHER_DATA`` says or beside the project; None without."""
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("BELLWETHER_DATA", default))
    return folder if folder.is_dir() else None


@contextmanager
def temporary_store() -> Iterator[Database]:
    """A migrated, empty store on an embedded server that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="bellwether-features-"))
    server = EmbeddedServer.start(home)
    try:
        create_database(server.dsn(), "bench")
        dsn = with_database(server.dsn(), "bench")
        migrate.upgrade(dsn)
        with Database(dsn) as database:
            yield database
    finally:
        server.stop()
        EmbeddedServer.destroy(home)
        shutil.rmtree(home)


def fill_with_sample_news(database: Database) -> None:
    """Import the headlines and edits of a sample market of 2.5 years and score them with VADER."""
    market = sample_market(
        seed=0, start=parse_moment(SAMPLE_START), days=SAMPLE_DAYS, headlines_per_day=HEADLINES_PER_DAY
    )
    with tempfile.TemporaryDirectory() as folder:
        files = write_sample(market, Path(folder))
        import_headlines(database, [files.headlines], asset=ASSET, clock=CLOCK)
        import_revisions(database, [files.revisions], asset=ASSET, clock=CLOCK)
        if data_folder() is None:
            import_candles(database, [files.candles], asset=ASSET, clock=CLOCK)
    score_headlines(database, VaderScorer(), asset=ASSET)


def fill_with_recorded_news(database: Database, data: Path) -> None:
    """Import the recorded headlines and edits of July 2025 and score them with VADER."""
    news = data / "news"
    import_headlines(database, [news / "news_2025_07_dense.csv.gz"], asset=ASSET, clock=CLOCK)
    import_revisions(database, [news / "news_2025_07_headline_revisions.csv"], asset=ASSET, clock=CLOCK)
    score_headlines(database, VaderScorer(), asset=ASSET)


def fill_with_candles(database: Database, interval: str) -> None:
    """Import the recorded candles of one interval; without recorded data the sample's are there."""
    data = data_folder()
    if data is not None:
        path = data / "prices" / f"btcusdt_{interval}.parquet"
        import_candles(database, [path], asset=ASSET, clock=CLOCK)


def describe(database: Database, interval_us: int) -> str:
    """Which candles the store has, in words."""
    with database.session() as conn:
        found = candles.span(conn, ASSET, "composite", interval_us=interval_us)
    assert found is not None
    kind = "sample" if data_folder() is None else "recorded"
    return f"{kind} candles {from_us(found.first_us):%Y-%m-%d} to {from_us(found.last_us):%Y-%m-%d}"
