from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from bellwether.clock import SimulatedClock, iso, parse_moment, to_us
from bellwether.pipelines.imports import import_candles, import_headlines, import_revisions
from bellwether.pipelines.sample import SampleFiles, is_sample, write_sample
from bellwether.sample.market import sample_market
from bellwether.sample.records import SampleMarket
from bellwether.store.database import Database

START = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def market() -> SampleMarket:
    return sample_market(seed=5, start=START, days=6)


@pytest.fixture
def files(market: SampleMarket, tmp_path: Path) -> SampleFiles:
    return write_sample(market, tmp_path / "new" / "folder")


def _rows(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return list(csv.DictReader(text.decode().splitlines()))


def test_equal_markets_are_equal_files(market: SampleMarket, files: SampleFiles, tmp_path: Path) -> None:
    again = write_sample(sample_market(seed=5, start=START, days=6), tmp_path / "again")

    for name in ("headlines", "revisions", "candles", "about"):
        assert getattr(files, name).read_bytes() == getattr(again, name).read_bytes()


def test_every_file_says_that_it_is_sample_data(files: SampleFiles) -> None:
    paths = (files.headlines, files.revisions, files.candles, files.about)

    assert [path.name for path in paths] == [
        "sample_headlines.csv.gz",
        "sample_headline_revisions.csv",
        "sample_candles_15m.csv.gz",
        "sample.json",
    ]
    assert json.loads(files.about.read_bytes())["source"] == "sample"
    assert all("/sample/" in row["url"] for row in _rows(files.headlines))


def test_headlines_and_edits_tell_what_they_are_wherever_they_lie(files: SampleFiles, tmp_path: Path) -> None:
    renamed = [tmp_path / "news.csv", tmp_path / "edits.csv", tmp_path / "news.parquet"]
    renamed[0].write_bytes(gzip.decompress(files.headlines.read_bytes()))
    renamed[1].write_bytes(files.revisions.read_bytes())
    pl.read_csv(renamed[0]).write_parquet(renamed[2])

    assert [is_sample([path]) for path in renamed] == [True, True, True]
    assert is_sample([files.candles])


def test_recorded_files_and_files_that_cannot_be_read_are_no_sample(tmp_path: Path) -> None:
    recorded, damaged = tmp_path / "news.csv", tmp_path / "news.csv.gz"
    recorded.write_text("published_at,title,url\n2025-07-05,Bank opens,https://a.example/1\n")
    damaged.write_bytes(b"no gzip")

    assert not is_sample([recorded, damaged, tmp_path / "nothing.csv", tmp_path])


def test_headlines_are_written_in_the_import_format(market: SampleMarket, files: SampleFiles) -> None:
    rows = _rows(files.headlines)

    assert list(rows[0]) == ["news_id", "published_at", "first_seen_at", "title", "summary", "source", "url"]
    assert len(rows) == len(market.headlines)
    for row, headline in zip(rows, market.headlines, strict=True):
        assert row["title"] == headline.title
        assert row["source"] == headline.publisher
        assert to_us(parse_moment(row["first_seen_at"])) == headline.first_seen_us
        assert to_us(parse_moment(row["published_at"])) == headline.published_us


def test_revisions_name_their_headline(market: SampleMarket, files: SampleFiles) -> None:
    rows = _rows(files.revisions)
    urls = {row["news_id"]: row["url"] for row in _rows(files.headlines)}

    assert list(rows[0]) == ["news_id", "seen_at", "title", "url"]
    assert len(rows) == len(market.revisions) > 0
    assert all(urls[row["news_id"]] == row["url"] for row in rows)


def test_candles_keep_every_digit(market: SampleMarket, files: SampleFiles) -> None:
    rows = _rows(files.candles)

    assert list(rows[0]) == ["open_time", "open", "high", "low", "close", "volume"]
    for name in ("open", "high", "low", "close", "volume"):
        assert [float(row[name]) for row in rows] == getattr(market.candles, name).tolist()
    assert [to_us(parse_moment(row["open_time"])) for row in rows] == market.candles.open_us.tolist()


def test_the_truth_is_told(market: SampleMarket, files: SampleFiles) -> None:
    about = json.loads(files.about.read_bytes())

    assert about["seed"] == 5
    assert about["from"] == iso(START)
    assert about["truth"]["news_effect_bp_per_hour"] == 60.0
    assert about["truth"]["regime_change_at"] == "2001-01-04T00:00:00Z"
    assert len(about["truth"]["candle_outages"]) == 1
    assert about["headlines"] == len(market.headlines)


def test_the_interval_is_in_the_name_of_the_candle_file(tmp_path: Path) -> None:
    hourly = sample_market(seed=5, start=START, days=2, interval="1h")

    assert write_sample(hourly, tmp_path).candles.name == "sample_candles_1h.csv.gz"


def test_the_files_take_the_ordinary_way_in_and_nothing_is_refused(
    market: SampleMarket, files: SampleFiles, database: Database
) -> None:
    clock = SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC))

    headlines = import_headlines(database, [files.headlines], asset="BTC", clock=clock)
    revisions = import_revisions(database, [files.revisions], asset="BTC", clock=clock)
    candles = import_candles(database, [files.candles], asset="BTC", clock=clock)

    assert headlines.n_new == headlines.n_read == len(market.headlines)
    assert 0.08 < headlines.n_duplicates / headlines.n_new < 0.18
    # the first of an edit's two wordings is the headline as it was imported
    assert (revisions.n_read, revisions.n_revised) == (len(market.revisions), len(market.revisions) // 2)
    assert candles.n_new == candles.n_read == len(market.candles)
    assert [done.n_quarantined for done in (headlines, revisions, candles)] == [0, 0, 0]
    assert len(candles.gaps) == 1
