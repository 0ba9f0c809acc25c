"""Import: recorded files into the store.

Every import reads and checks its files whole, keeps the refused rows with their reasons, and writes
in chunks that are transactions. It can be killed at any moment and run again, and it can be run
twice: what is there already is left alone. Files may overlap, and their order does not matter.

The four functions take the same arguments. ``files`` are CSV, CSV.gz or Parquet; ``clock`` says what
lies in the future and when rows are recorded; ``renames`` maps our column names to the files';
``track`` shows progress. All raise

- UnreadableFile or InvalidSchema when a file cannot be used: nothing is stored then;
- StoreError when the database fails: what is stored is whole, and the import can be run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np

from bellwether.clock import Clock, to_us
from bellwether.errors import InputError
from bellwether.market.candles import COMPOSITE, Candles
from bellwether.market.grid import gaps, interval_name
from bellwether.news.headlines import HeadlineRow
from bellwether.news.summaries import FoundHeadline, without_told_summaries
from bellwether.pipelines.headline_history import append_headlines
from bellwether.pipelines.import_summary import ImportSummary
from bellwether.progress import Track, untracked
from bellwether.quality.candle_files import candle_interval_us, read_candles
from bellwether.quality.headline_files import REVISIONS, FoundRevision, read_headlines, read_revisions
from bellwether.quality.quarantine import QuarantineRow
from bellwether.quality.readers import FileRows, read_rows
from bellwether.quality.schemas import count_reasons, refuse
from bellwether.quality.score_files import SAME_SCORE, read_scores
from bellwether.sentiment.scorer import SentimentScore
from bellwether.store.candles import insert_candles, load_candles
from bellwether.store.database import Connection, Database
from bellwether.store.headlines import find_versions, list_versions
from bellwether.store.quarantine import insert_quarantine
from bellwether.store.scores import ensure_scorer, find_scores, insert_scores

TOLD_SUMMARY = "the summary of an article that is there under its title"
NO_HEADLINE = "no headline with this address is stored"
OTHER_SCORE = "another score than the one stored for the text"

_CANDLE_CHUNK = 20_000
_SCORE_CHUNK = 5_000

_FIRST_US, _LAST_US = np.iinfo(np.int64).min, np.iinfo(np.int64).max


def import_headlines(
    database: Database,
    files: Sequence[Path],
    *,
    asset: str,
    clock: Clock,
    renames: Mapping[str, str] | None = None,
    track: Track = untracked,
) -> ImportSummary:
    """Import headlines, each with the moment it was known, and mark those that repeat an earlier one."""
    read = _read(files, renames, track)
    checked = [read_headlines(file, asset=asset, now_us=to_us(clock.now())) for file in read]
    found = [headline for file in checked for headline in file.headlines]
    rows, n_dropped = without_told_summaries(found, _stored_articles(database, found, asset))
    # Of two wordings seen at one moment the last stays; which one must not depend on the files' order.
    rows.sort(key=lambda row: (row.known_us, row.key, row.event_us, row.text))
    refused = [row for file in checked for row in file.refused]
    _quarantine(database, refused)
    with track("Importing headlines", len(rows)) as advance:
        appended = append_headlines(database, rows, asset=asset, clock=clock, advance=advance)
    return replace(
        _summary("headlines", read, refused),
        n_new=appended.n_new,
        n_known=len(rows) - appended.n_new,
        n_revised=appended.n_revised,
        n_duplicates=appended.n_duplicates,
        dropped={TOLD_SUMMARY: n_dropped} if n_dropped else {},
        notes=dict(sum((Counter(file.notes) for file in checked), Counter())),
        from_us=min((row.known_us for row in rows), default=None),
        to_us=max((row.known_us for row in rows), default=None),
    )


def _stored_articles(database: Database, found: Iterable[FoundHeadline], asset: str) -> list[HeadlineRow]:
    """What the store has, where a summary may stand for an article in it."""
    if not any(headline.is_in_titles for headline in found):
        return []
    with database.session() as conn:
        return list_versions(conn, asset, known_from_us=_FIRST_US, known_to_us=_LAST_US)


def import_revisions(
    database: Database,
    files: Sequence[Path],
    *,
    asset: str,
    clock: Clock,
    renames: Mapping[str, str] | None = None,
    track: Track = untracked,
) -> ImportSummary:
    """Import the edits of stored headlines, matched by canonical address.

    An edit of a headline that is not stored goes to quarantine, and is taken when the import is run
    again after the headlines.
    """
    read = _read(files, renames, track)
    checked = [read_revisions(file, now_us=to_us(clock.now())) for file in read]
    stored = _stored_headlines(database, {each.key for file in checked for each in file.revisions}, asset)
    refused = [row for file in checked for row in file.refused]
    rows: list[HeadlineRow] = []
    for source, file in zip(read, checked, strict=True):
        strays = {each.row_number: NO_HEADLINE for each in file.revisions if each.key not in stored}
        refused += refuse(source, strays, kind=REVISIONS, now_us=to_us(clock.now()))
        rows += [_as_version(stored[each.key], each) for each in file.revisions if each.key in stored]
    _quarantine(database, refused)
    with track("Importing revisions", len(rows)) as advance:
        appended = append_headlines(database, rows, asset=asset, clock=clock, advance=advance)
    return replace(
        _summary("revisions", read, refused),
        n_new=appended.n_new,
        n_known=len(rows) - appended.n_new,
        n_revised=appended.n_revised,
        from_us=min((row.known_us for row in rows), default=None),
        to_us=max((row.known_us for row in rows), default=None),
    )


def _stored_headlines(database: Database, keys: set[UUID], asset: str) -> dict[UUID, HeadlineRow]:
    """A stored version of each headline that has one, for its publisher, address and time."""
    with database.session() as conn:
        found = find_versions(conn, list(keys), asset=asset)
        known_us = [version.known_us for versions in found.values() for version in versions]
        if not known_us:
            return {}
        rows = list_versions(conn, asset, known_from_us=min(known_us) - 1, known_to_us=max(known_us))
    return {row.key: row for row in rows if row.key in found}


def _as_version(stored: HeadlineRow, found: FoundRevision) -> HeadlineRow:
    return replace(
        stored,
        title=found.text,
        text=found.text,
        summary=None,
        known_us=found.knowledge.known_us,
        is_known_assumed=found.knowledge.is_assumed,
    )


def import_candles(
    database: Database,
    files: Sequence[Path],
    *,
    asset: str,
    clock: Clock,
    venue: str = COMPOSITE,
    interval: str | None = None,
    renames: Mapping[str, str] | None = None,
    track: Track = untracked,
) -> ImportSummary:
    """Import candles of one venue, known at their close.

    ``interval`` (``15m``, ``30m``, ``1h``) is told by the spacing of the bars where it is not given. A
    bar that differs from the stored one becomes its next revision.
    """
    read = _read(files, renames, track)
    interval_us = candle_interval_us(read, interval=interval)
    found = read_candles(read, interval_us=interval_us, now_us=to_us(clock.now()))
    candles = found.candles
    _quarantine(database, found.refused)
    n_new = n_revised = 0
    with track("Importing candles", len(candles)) as advance:
        for start in range(0, len(candles), _CANDLE_CHUNK):
            chunk = candles.take(slice(start, start + _CANDLE_CHUNK))
            with database.session() as conn:
                n_unseen = len(chunk) - _n_stored(conn, asset, venue, chunk)
                n_added = insert_candles(conn, asset, venue, chunk, recorded_us=to_us(clock.now()))
            n_new, n_revised = n_new + n_added, n_revised + n_added - n_unseen
            advance(start + len(chunk))
    return replace(
        _summary("candles", read, found.refused),
        n_new=n_new,
        n_known=len(candles) - n_new + found.n_copies,
        n_revised=n_revised,
        venue=venue,
        interval=interval_name(interval_us),
        gaps=tuple(gaps(candles.open_us, interval_us)),
        from_us=int(candles.open_us[0]) if len(candles) else None,
        to_us=int(candles.open_us[-1]) if len(candles) else None,
    )


def _n_stored(conn: Connection, asset: str, venue: str, candles: Candles) -> int:
    """How many of the bars are stored, in whatever revision."""
    first_us, last_us = int(candles.open_us[0]), int(candles.open_us[-1])
    stored = load_candles(conn, asset, venue, candles.interval_us, from_us=first_us, to_us=last_us + 1)
    return int(np.isin(candles.open_us, stored.open_us).sum())


def import_scores(
    database: Database,
    files: Sequence[Path],
    *,
    clock: Clock,
    scorer: str | None = None,
    renames: Mapping[str, str] | None = None,
    track: Track = untracked,
) -> ImportSummary:
    """Import the scores somebody else computed, keyed by text, with their stated origin.

    Columns that begin with ``finbert_`` declare outputs of ProsusAI/finbert; ``scorer`` names whoever
    computed a column ``score``. A text is scored once: a different score for a text that has one goes
    to quarantine.
    """
    read = _read(files, renames, track)
    found = read_scores(read, scorer=scorer, now_us=to_us(clock.now()))
    others: set[UUID] = set()
    n_new = 0
    with database.session() as conn:
        scorer_id = ensure_scorer(conn, found.info, found.origin)
    keys = sorted(found.scores)
    with track("Importing scores", len(keys)) as advance:
        for start in range(0, len(keys), _SCORE_CHUNK):
            chunk = {key: found.scores[key] for key in keys[start : start + _SCORE_CHUNK]}
            with database.session() as conn:
                others |= _differing(find_scores(conn, scorer_id, list(chunk)), chunk)
                n_new += insert_scores(conn, scorer_id, chunk.items())
            advance(start + len(chunk))
    late_refused = found.refuse(others, OTHER_SCORE, now_us=to_us(clock.now()))
    _quarantine(database, [*found.refused, *late_refused])
    return replace(
        _summary("scores", read, [*found.refused, *late_refused]),
        n_new=n_new,
        n_known=found.n_rows - len(late_refused) - n_new,
        scorer=found.info.name,
    )


def _differing(stored: Mapping[UUID, SentimentScore], found: Mapping[UUID, SentimentScore]) -> set[UUID]:
    return {key for key, score in stored.items() if abs(score.score - found[key].score) > SAME_SCORE}


def _read(files: Sequence[Path], renames: Mapping[str, str] | None, track: Track) -> list[FileRows]:
    """Every file, or none, by name: what is stored must not depend on the order they were given in."""
    if not files:
        raise InputError("No file was named.", hint="Name one or more files.")
    read = []
    with track("Reading files", len(files)) as advance:
        for done, path in enumerate(sorted(files, key=lambda path: (path.name, str(path))), start=1):
            read.append(read_rows(path, renames=renames))
            advance(done, path.name)
    return read


def _quarantine(database: Database, refused: Sequence[QuarantineRow]) -> None:
    if refused:
        with database.session() as conn:
            insert_quarantine(conn, refused)


def _summary(kind: str, read: Sequence[FileRows], refused: Sequence[QuarantineRow]) -> ImportSummary:
    return ImportSummary(
        kind=kind,
        files=tuple(file.file for file in read),
        n_read=sum(file.frame.height + len(file.ragged) for file in read),
        n_new=0,
        n_known=0,
        quarantined=count_reasons(refused),
    )
