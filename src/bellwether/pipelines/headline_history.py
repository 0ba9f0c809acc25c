"""Append versions of headlines to the store, and keep the marks of duplicates true.

Rows and marks are written in one transaction per chunk, so that at any moment the store holds the
old state or the new one, and a run that was killed is completed by running it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bellwether.clock import Clock, to_us
from bellwether.news.duplicates import WINDOW_US, mark_duplicates
from bellwether.news.headlines import HeadlineRow
from bellwether.news.revisions import new_revisions
from bellwether.progress import Advance, silent
from bellwether.store.database import Connection, Database
from bellwether.store.headlines import find_versions, insert_headlines, list_versions, replace_duplicates
from bellwether.store.locks import exclude_writers

CHUNK_ROWS = 2_000
"""Rows in one transaction: about a second of work that a kill can cost."""


@dataclass(frozen=True)
class Appended:
    """How many rows were added, and how many of them were later versions or repeat another headline."""

    n_new: int = 0
    n_revised: int = 0
    n_duplicates: int = 0

    def __add__(self, other: Appended) -> Appended:
        return Appended(
            self.n_new + other.n_new,
            self.n_revised + other.n_revised,
            self.n_duplicates + other.n_duplicates,
        )


def append_headlines(
    database: Database, rows: Sequence[HeadlineRow], *, asset: str, clock: Clock, advance: Advance = silent
) -> Appended:
    """Store what is new in ``rows``, in chunks, and judge which headlines repeat an earlier one.

    Parameters
    ----------
    database : Database
    rows : sequence of HeadlineRow
        Versions of headlines of one asset; ``revision`` is given here. Of versions of one headline
        known at the same moment the last in this order stays.
    asset : str
    clock : Clock
        Says when a chunk is recorded.
    advance : Advance
        Told the number of rows done, of ``len(rows)``.

    Returns
    -------
    Appended
        Doing it twice adds nothing the second time.
    """
    last_of_moment = {(row.known_us, row.key): row for row in rows}
    # Chunks ascend in known_us, so that the versions of a headline are numbered in their order.
    ordered = [last_of_moment[moment_and_key] for moment_and_key in sorted(last_of_moment)]
    done = Appended()
    for start in range(0, len(ordered), CHUNK_ROWS):
        with database.session() as conn:
            exclude_writers(conn, "raw_headlines")
            done += _append_chunk(
                conn, ordered[start : start + CHUNK_ROWS], asset=asset, recorded_us=to_us(clock.now())
            )
        advance(min(len(rows), start + CHUNK_ROWS))
    advance(len(rows))
    return done


def _append_chunk(conn: Connection, rows: list[HeadlineRow], *, asset: str, recorded_us: int) -> Appended:
    by_key: defaultdict[UUID, list[HeadlineRow]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    stored = find_versions(conn, list(by_key), asset=asset)
    new = [row for key, found in by_key.items() for row in new_revisions(stored.get(key, ()), found)]
    if not new:
        return Appended()
    insert_headlines(conn, new, recorded_us=recorded_us)
    repeats = refresh_duplicates(
        conn, asset, from_us=min(row.known_us for row in new), to_us=max(row.known_us for row in new)
    )
    return Appended(
        n_new=len(new),
        n_revised=sum(row.revision > 0 for row in new),
        n_duplicates=sum(row.revision == 0 and row.key in repeats for row in new),
    )


def refresh_duplicates(conn: Connection, asset: str, *, from_us: int, to_us: int) -> dict[UUID, UUID]:
    """Judge again what headlines known in [``from_us``, ``to_us``] can have changed; return the marks.

    A judgement looks back over one window, so a new row changes nothing before itself and nothing
    more than a window after itself.
    """
    judged_from_us, judged_to_us = from_us - 1, to_us + WINDOW_US  # half-open, (from, to]
    read = list_versions(conn, asset, known_from_us=judged_from_us - WINDOW_US, known_to_us=judged_to_us)
    marks = mark_duplicates(read)
    # A late edit of a headline from long ago looks like its first version in this stretch.
    versions = find_versions(conn, list(marks), asset=asset)
    first_known_us = {key: min(version.known_us for version in found) for key, found in versions.items()}
    judged = {
        key: original
        for key, original in marks.items()
        if judged_from_us < first_known_us[key] <= judged_to_us
    }
    replace_duplicates(conn, asset, known_from_us=judged_from_us, known_to_us=judged_to_us, duplicates=judged)
    return judged
