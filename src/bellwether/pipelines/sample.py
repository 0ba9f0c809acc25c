"""Write a sample market as files in the import formats, so that it takes the ordinary way in."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import polars as pl

from bellwether.clock import from_us, iso
from bellwether.market.candles import INTERVALS, Candles
from bellwether.market.candles import interval_us as length_us
from bellwether.sample.records import LABEL, Outage, SampleMarket

_HEADLINE_COLUMNS = ("news_id", "published_at", "first_seen_at", "title", "summary", "source", "url")
_REVISION_COLUMNS = ("news_id", "seen_at", "title", "url")
_CANDLE_COLUMNS = ("open_time", "open", "high", "low", "close", "volume")

_ADDRESS = re.compile(r"https?://[a-z0-9-]+\.example/sample/")
"""How every address of a sample market begins; `bellwether.sample` invents no other."""

_FIRST_BYTES, _FIRST_ROWS = 64 * 1024, 100
"""As much of a file is read to see whether it is a sample's."""


@dataclass(frozen=True)
class SampleFiles:
    """Where a sample market was written.

    Attributes
    ----------
    headlines, revisions, candles : Path
        Files for ``bellwether replay``, in the formats of recorded ones.
    about : Path
        What the market is and the truth behind it, JSON.
    """

    headlines: Path
    revisions: Path
    candles: Path
    about: Path


def write_sample(market: SampleMarket, folder: Path) -> SampleFiles:
    """Write ``market`` into ``folder``, which is made where it is missing.

    Equal markets give equal bytes. Files of an earlier call are overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    interval = next(name for name in INTERVALS if length_us(name) == market.candles.interval_us)
    files = SampleFiles(
        headlines=folder / f"{LABEL}_headlines.csv.gz",
        revisions=folder / f"{LABEL}_headline_revisions.csv",
        candles=folder / f"{LABEL}_candles_{interval}.csv.gz",
        about=folder / f"{LABEL}.json",
    )
    _write(files.headlines, _csv(_HEADLINE_COLUMNS, _headline_rows(market)))
    _write(files.revisions, _csv(_REVISION_COLUMNS, _revision_rows(market)))
    _write(files.candles, _csv(_CANDLE_COLUMNS, _candle_rows(market.candles)))
    _write(files.about, orjson.dumps(_about(market, interval), option=orjson.OPT_INDENT_2) + b"\n")
    return files


def is_sample(files: Iterable[Path]) -> bool:
    """Whether any of ``files`` holds a sample market.

    Headlines and edits tell by the addresses in their first rows, wherever they lie and whatever they
    are called. Candles name nobody: theirs tell by the note about the market beside them.
    """
    return any(_names_sample(path) or _is_beside_note(path) for path in files)


def _names_sample(path: Path) -> bool:
    """Whether an address among the first rows is one of the sample's."""
    try:
        return bool(_ADDRESS.search(_beginning(path)))
    except (OSError, EOFError, zlib.error, pl.exceptions.PolarsError):
        return False  # whoever reads the file says what is wrong with it


def _beginning(path: Path) -> str:
    if path.suffix == ".parquet":
        return pl.read_parquet(path, n_rows=_FIRST_ROWS).write_csv()
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        return stream.read(_FIRST_BYTES).decode(errors="replace")


def _is_beside_note(path: Path) -> bool:
    return path.name.startswith(f"{LABEL}_") and (path.parent / f"{LABEL}.json").is_file()


def _headline_rows(market: SampleMarket) -> Iterable[Sequence[str]]:
    for headline in market.headlines:
        yield (
            headline.news_id,
            _time(headline.published_us),
            _time(headline.first_seen_us),
            headline.title,
            headline.summary,
            headline.publisher,
            headline.url,
        )


def _revision_rows(market: SampleMarket) -> Iterable[Sequence[str]]:
    for wording in market.revisions:
        yield wording.news_id, _time(wording.seen_us), wording.title, wording.url


def _candle_rows(candles: Candles) -> Iterable[Sequence[str]]:
    prices = zip(candles.open, candles.high, candles.low, candles.close, strict=True)
    for open_us, bar, volume in zip(candles.open_us.tolist(), prices, candles.volume, strict=True):
        yield _time(open_us), *(f"{price:.2f}" for price in bar), f"{volume:.5f}"


def _about(market: SampleMarket, interval: str) -> dict[str, object]:
    truth = market.truth
    changed_us = truth.regime_change_us
    return {
        "source": LABEL,
        "note": "Invented headlines and prices. Nothing here happened; no publisher or firm named exists.",
        "seed": market.seed,
        "from": iso(market.start),
        "days": market.days,
        "interval": interval,
        "headlines": len(market.headlines),
        "edited_headlines": len(market.revisions) // 2,
        "candles": len(market.candles),
        "truth": {
            "news_effect_bp_per_hour": truth.news_effect_bp,
            "regime_change_at": None if changed_us is None else _time(changed_us),
            "candle_outages": _stretches(truth.candle_outages),
            "news_outages": _stretches(truth.news_outages),
            "repeated_headline_share": round(float(truth.is_repeat.mean()), 4) if market.headlines else None,
        },
    }


def _stretches(outages: Iterable[Outage]) -> list[dict[str, str]]:
    return [{"from": _time(outage.from_us), "to": _time(outage.to_us)} for outage in outages]


def _time(moment_us: int) -> str:
    return iso(from_us(moment_us))


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    # A gzip header holds the time of writing unless it is told not to; equal markets are equal files.
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
