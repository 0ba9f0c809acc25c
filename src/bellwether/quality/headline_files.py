"""Headline files and files of edits: rows to headlines with their moment of knowledge."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl

from bellwether.errors import InputError
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import headline_key, text_key
from bellwether.news.known import Knowledge, Moment, known_at, seen_at, time_fault
from bellwether.news.summaries import FoundHeadline
from bellwether.news.texts import SUMMARY_CHARS
from bellwether.news.urls import canonical_url
from bellwether.quality.cells import flags, missing_column, no_faults, require_columns, texts, times
from bellwether.quality.quarantine import QuarantineRow
from bellwether.quality.readers import ROW_NUMBER, FileRows
from bellwether.quality.schemas import headline_schema, refuse, revision_schema, sift

HEADLINES = "headlines"
REVISIONS = "revisions"

UNKNOWN_PUBLISHER = "unknown"


@dataclass(frozen=True)
class HeadlineFile:
    """What a headline file holds.

    Attributes
    ----------
    headlines : tuple of FoundHeadline
        In the order of the file.
    refused : tuple of QuarantineRow
        Rows that are no headline.
    notes : dict of str to int
        What was left out of rows that stayed, and how often: ``url left out: …``.
    """

    headlines: tuple[FoundHeadline, ...]
    refused: tuple[QuarantineRow, ...]
    notes: dict[str, int]


def read_headlines(file: FileRows, *, asset: str, now_us: int) -> HeadlineFile:
    """Check the rows of one file.

    Parameters
    ----------
    file : FileRows
        With ``published_at`` and ``title`` or ``text``; where present ``first_seen_at, summary,
        source, url, time_known, also_in_titles_file``.
    asset : str
        Asset they are counted for.
    now_us : int
        The present moment.

    Raises
    ------
    InvalidSchema
        A column is missing or of the wrong type.
    """
    sifted = sift(file, _typed_headlines(file), headline_schema(), kind=HEADLINES, now_us=now_us)
    headlines: list[FoundHeadline] = []
    faults: dict[int, str] = {}
    notes: Counter[str] = Counter()
    for cells in sifted.good.iter_rows(named=True):
        row, url_fault = _headline(cells, asset)
        fault = time_fault(Moment(row.event_us), _knowledge(cells), now_us=now_us)
        if fault is not None:
            faults[cells[ROW_NUMBER]] = fault
            continue
        if url_fault is not None:
            notes[f"url left out: {url_fault}"] += 1
        headlines.append(FoundHeadline(row, is_in_titles=cells["is_in_titles"]))
    late_refused = refuse(file, faults, kind=HEADLINES, now_us=now_us)
    return HeadlineFile(tuple(headlines), (*sifted.refused, *late_refused), dict(notes))


def _typed_headlines(file: FileRows) -> pl.DataFrame:
    require_columns(file, "published_at", kind=HEADLINES)
    if not {"title", "text"} & set(file.frame.columns):
        raise missing_column(file, "title or text", kind=HEADLINES)
    published = times(file, "published_at")
    seen = times(file, "first_seen_at", is_required=False) if "first_seen_at" in file.frame.columns else None
    is_timed, timed_fault = flags(file, "time_known", default=True)
    is_in_titles, in_titles_fault = flags(file, "also_in_titles_file", default=False)
    title, text = texts(file, "title"), texts(file, "text")
    nothing = no_faults(file)
    faults = (published.fault, nothing if seen is None else seen.fault, timed_fault, in_titles_fault)
    return pl.DataFrame(
        {
            ROW_NUMBER: file.frame[ROW_NUMBER],
            "title": title,
            "text": pl.select(pl.coalesce(title, text, pl.lit(""))).to_series(),
            "summary": pl.select(pl.coalesce(texts(file, "summary"), text)).to_series(),
            "publisher": texts(file, "source").fill_null(UNKNOWN_PUBLISHER),
            "url": texts(file, "url"),
            "published_us": published.us,
            "is_date": published.is_date | ~is_timed,
            "seen_us": nothing.cast(pl.Int64) if seen is None else seen.us,
            "is_seen_date": nothing.cast(pl.Boolean) if seen is None else seen.is_date,
            "is_in_titles": is_in_titles,
            "fault": pl.select(pl.coalesce(*faults)).to_series(),
        }
    )


def _knowledge(cells: dict[str, Any]) -> Knowledge:
    seen = None if cells["seen_us"] is None else Moment(cells["seen_us"], cells["is_seen_date"])
    return known_at(Moment(cells["published_us"], cells["is_date"]), seen)


def _headline(cells: dict[str, Any], asset: str) -> tuple[HeadlineRow, str | None]:
    """The headline, and why its address cannot be used."""
    url, url_fault = _address(cells["url"])
    knowledge = _knowledge(cells)
    text, summary = cells["text"], cells["summary"]
    row = HeadlineRow(
        key=headline_key(url, publisher=cells["publisher"], text=text, event_us=cells["published_us"]),
        revision=0,
        asset=asset,
        publisher=cells["publisher"],
        url=url,
        title=cells["title"],
        text=text,
        summary=None if summary is None or summary == text else summary[:SUMMARY_CHARS],
        event_us=cells["published_us"],
        known_us=knowledge.known_us,
        is_known_assumed=knowledge.is_assumed,
    )
    return row, url_fault


def _address(url: str | None) -> tuple[str | None, str | None]:
    if url is None:
        return None, None
    try:
        return canonical_url(url), None
    except InputError as exc:
        # the part in brackets differs from row to row; reasons are counted
        return None, re.sub(r" \(.*\)", "", exc.message).rstrip(".")


@dataclass(frozen=True)
class FoundRevision:
    """One version of a headline as a file of edits has it.

    Attributes
    ----------
    row_number : int
        Row of the file.
    key : UUID
        Key of the headline, by its canonical address.
    text : str
        The title as it was then.
    knowledge : Knowledge
        When it was known.
    """

    row_number: int
    key: UUID
    text: str
    knowledge: Knowledge


@dataclass(frozen=True)
class RevisionFile:
    """What a file of edits holds: ``revisions`` in the order they were seen, and ``refused`` rows."""

    revisions: tuple[FoundRevision, ...]
    refused: tuple[QuarantineRow, ...]


def read_revisions(file: FileRows, *, now_us: int) -> RevisionFile:
    """Check the rows of a file of edits.

    Parameters
    ----------
    file : FileRows
        With ``seen_at``, ``title`` and ``url``: every version of each headline that changed.
    now_us : int
        The present moment.

    Returns
    -------
    RevisionFile
        Versions seen at the same moment keep the order of the file: the later one stayed.

    Raises
    ------
    InvalidSchema
        A column is missing or of the wrong type.
    """
    sifted = sift(file, _typed_revisions(file, now_us), revision_schema(), kind=REVISIONS, now_us=now_us)
    rows = sifted.good.sort("seen_us", maintain_order=True)
    revisions = tuple(
        FoundRevision(
            row_number=cells[ROW_NUMBER],
            key=text_key(cells["url"]),
            text=cells["text"],
            knowledge=seen_at(Moment(cells["seen_us"], cells["is_date"])),
        )
        for cells in rows.iter_rows(named=True)
    )
    return RevisionFile(revisions, sifted.refused)


def _typed_revisions(file: FileRows, now_us: int) -> pl.DataFrame:
    require_columns(file, "seen_at", "title", "url", kind=REVISIONS)
    seen = times(file, "seen_at")
    addresses = [_address(url) for url in texts(file, "url")]
    url = pl.Series([address for address, _ in addresses], dtype=pl.String)
    url_fault = pl.Series([fault for _, fault in addresses], dtype=pl.String)
    is_future = seen.us > now_us
    return pl.DataFrame(
        {
            ROW_NUMBER: file.frame[ROW_NUMBER],
            "text": texts(file, "title").fill_null(""),
            "url": url,
            "seen_us": seen.us,
            "is_date": seen.is_date,
            "fault": pl.select(
                pl.coalesce(
                    seen.fault,
                    pl.when(is_future).then(pl.lit("first seen in the future")),
                    url_fault,
                    pl.when(url.is_null()).then(pl.lit("url is missing")),
                )
            ).to_series(),
        }
    )
