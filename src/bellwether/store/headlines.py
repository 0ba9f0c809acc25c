"""Headlines: append-only versions, and which headline repeats which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from bellwether.clock import to_us
from bellwether.news.headlines import HeadlineRow, NewsEvents
from bellwether.news.keys import text_key
from bellwether.store.columns import (
    BOOLEAN,
    DOUBLE,
    INTEGER,
    MOMENT,
    UUIDS,
    incoming,
    read_columns,
    write_rows,
)
from bellwether.store.database import Connection
from bellwether.store.moments import moment
from bellwether.store.statistics import refresh_statistics


@dataclass(frozen=True)
class StoredVersion:
    """A version of a headline in the store; ``known_us`` in microseconds UTC."""

    revision: int
    text: str
    known_us: int


_TYPES = {
    "event_time": "timestamptz",
    "known_at": "timestamptz",
    "publisher": "text",
    "revision": "int2",
    "is_known_assumed": "bool",
    "is_text_title": "bool",
    "key": "uuid",
    "text_key": "uuid",
    "asset": "text",
    "text": "text",
    "title": "text",
    "summary": "text",
    "url": "text",
}


def insert_headlines(conn: Connection, rows: Iterable[HeadlineRow], *, recorded_us: int) -> int:
    """Store versions of headlines that are not stored yet.

    The natural key is (key, revision) within an asset; a row whose key is there is nothing, also
    when it says something else.

    Parameters
    ----------
    conn : Connection
    rows : iterable of HeadlineRow
    recorded_us : int
        The moment of storing, microseconds UTC.

    Returns
    -------
    int
        Number of rows added.

    Raises
    ------
    StoreError
        A text is empty, or holds what Postgres does not take (a NUL, half a character).
    """
    with incoming(
        conn,
        """event_time timestamptz, known_at timestamptz, publisher text, revision int2,
        is_known_assumed bool, is_text_title bool, key uuid, text_key uuid, asset text, text text,
        title text, summary text, url text""",
    ):
        write_rows(conn, "incoming", map(_as_stored, rows), types=_TYPES)
        conn.execute("""
            INSERT INTO publishers (name)
            SELECT DISTINCT publisher FROM incoming
            WHERE NOT EXISTS (SELECT FROM publishers WHERE name = publisher)
            ORDER BY publisher
            ON CONFLICT DO NOTHING
        """)
        n_added = conn.execute(
            """
            INSERT INTO raw_headlines (event_time, known_at, recorded_at, publisher_id, revision,
                is_known_assumed, is_text_title, key, text_key, asset, text, title, summary, url)
            SELECT i.event_time, i.known_at, %s, p.publisher_id, i.revision, i.is_known_assumed,
                i.is_text_title, i.key, i.text_key, i.asset, i.text, i.title, i.summary, i.url
            FROM incoming i JOIN publishers p ON p.name = i.publisher
            ORDER BY i.known_at, i.key, i.revision
            ON CONFLICT DO NOTHING
            """,
            [moment(recorded_us)],
        ).rowcount
    refresh_statistics(conn, "raw_headlines")
    return n_added


def _as_stored(row: HeadlineRow) -> tuple[object, ...]:
    """The values of `_TYPES`; a title that is the text is stored once."""
    is_text_title = row.title == row.text
    return (
        moment(row.event_us),
        moment(row.known_us),
        row.publisher,
        row.revision,
        row.is_known_assumed,
        is_text_title,
        row.key,
        text_key(row.text),
        row.asset,
        row.text,
        None if is_text_title else row.title,
        row.summary,
        row.url,
    )


def find_versions(
    conn: Connection, keys: Sequence[UUID], *, asset: str | None = None
) -> dict[UUID, list[StoredVersion]]:
    """The stored versions of headlines, each list by revision; unknown keys are left out.

    ``asset`` narrows it to one asset's rows; by default a version counted for several is given once.
    """
    rows = conn.execute(
        """
        SELECT DISTINCT ON (key, revision) key, revision, text, known_at
        FROM raw_headlines
        WHERE key = ANY(%(keys)s) AND asset = coalesce(%(asset)s, asset)
        ORDER BY key, revision, known_at
        """,
        {"keys": list(keys), "asset": asset},
    )
    found: dict[UUID, list[StoredVersion]] = {}
    for key, revision, text, known_at in rows:
        found.setdefault(key, []).append(StoredVersion(revision, text, to_us(known_at)))
    return found


def list_versions(conn: Connection, asset: str, *, known_from_us: int, known_to_us: int) -> list[HeadlineRow]:
    """Versions known in (``known_from_us``, ``known_to_us``], by (known_us, key, revision)."""
    rows = conn.cursor(binary=True).execute(
        """
        SELECT h.key, h.revision, h.asset, p.name, h.url,
               CASE WHEN h.is_text_title THEN h.text ELSE h.title END, h.text, h.summary,
               h.event_time, h.known_at, h.is_known_assumed
        FROM raw_headlines h JOIN publishers p USING (publisher_id)
        WHERE h.asset = %s AND h.known_at > %s AND h.known_at <= %s
        ORDER BY h.known_at, h.key, h.revision
        """,
        [asset, moment(known_from_us), moment(known_to_us)],
    )
    return [_from_stored(row) for row in rows]


def _from_stored(row: tuple[Any, ...]) -> HeadlineRow:
    """The columns come in the order of the fields."""
    fields: list[Any] = [to_us(value) if isinstance(value, datetime) else value for value in row]
    return HeadlineRow(*fields)


def count_headlines(conn: Connection, asset: str) -> int:
    """Number of headlines, whatever their versions."""
    row = conn.execute("SELECT count(DISTINCT key) FROM raw_headlines WHERE asset = %s", [asset]).fetchone()
    return 0 if row is None else int(row[0])


def news_events(
    conn: Connection, asset: str, *, scorer_id: int | None, known_from_us: int, known_to_us: int
) -> NewsEvents:
    """Headlines with one scorer's scores, as features read them.

    Parameters
    ----------
    conn : Connection
    asset : str
    scorer_id : int or None
        Whose scores; None for none.
    known_from_us, known_to_us : int
        All versions of the headlines of which any version was known in (from, to].
    """
    columns = read_columns(
        conn,
        """
        SELECT h.key, h.known_at, h.event_time, h.publisher_id, d.headline IS NOT NULL,
               coalesce(s.score, 'NaN')
        FROM raw_headlines h
        LEFT JOIN headline_duplicates d ON d.headline = h.key AND d.asset = h.asset
        LEFT JOIN sentiment_scores s ON s.text_key = h.text_key AND s.scorer_id = %(scorer)s
        WHERE h.asset = %(asset)s
          AND h.key IN (
              SELECT key FROM raw_headlines
              WHERE asset = %(asset)s AND known_at > %(from)s AND known_at <= %(to)s
          )
        ORDER BY h.known_at, h.key, h.revision
        """,
        {
            "asset": asset,
            "scorer": scorer_id,
            "from": moment(known_from_us),
            "to": moment(known_to_us),
        },
        kinds={
            "key": UUIDS,
            "known_us": MOMENT,
            "event_us": MOMENT,
            "publisher": INTEGER,
            "is_duplicate": BOOLEAN,
            "score": DOUBLE,
        },
    )
    # rows come in the order of knowledge, so a headline's first row is its first version
    _, first_row, headline = np.unique(columns.pop("key"), return_index=True, return_inverse=True)
    first_known_us = columns["known_us"][first_row][headline]
    return NewsEvents(headline=headline, first_known_us=first_known_us, **columns)


def drop_summaries(conn: Connection, *, known_before_us: int) -> int:
    """Empty the summaries of versions known before a moment; everything else stays.

    Summaries are the largest part of a headline and are kept for 30 days only. The one that is the
    text itself, where a source gives no title, stays: scores belong to it.

    Returns
    -------
    int
        Number of summaries dropped.
    """
    return conn.execute(
        "UPDATE raw_headlines SET summary = NULL WHERE known_at < %s AND summary IS NOT NULL",
        [moment(known_before_us)],
    ).rowcount


def replace_duplicates(
    conn: Connection,
    asset: str,
    *,
    known_from_us: int,
    known_to_us: int,
    duplicates: Mapping[UUID, UUID],
) -> None:
    """Say anew which headlines first known in (from, to] repeat an earlier one.

    Parameters
    ----------
    conn : Connection
    asset : str
    known_from_us, known_to_us : int
        Marks of headlines first known in this range are forgotten before.
    duplicates : mapping
        The original of each headline that repeats one.
    """
    conn.execute(
        """
        DELETE FROM headline_duplicates d
        WHERE d.asset = %(asset)s AND d.headline IN (
            SELECT h.key FROM raw_headlines h
            WHERE h.asset = %(asset)s AND h.known_at > %(from)s AND h.known_at <= %(to)s
              AND NOT EXISTS (
                  SELECT FROM raw_headlines earlier
                  WHERE earlier.key = h.key AND earlier.asset = h.asset AND earlier.known_at <= %(from)s
              )
        )
        """,
        {"asset": asset, "from": moment(known_from_us), "to": moment(known_to_us)},
    )
    with incoming(conn, "headline uuid, original uuid"):
        write_rows(conn, "incoming", duplicates.items(), types={"headline": "uuid", "original": "uuid"})
        conn.execute(
            """
            INSERT INTO headline_duplicates (headline, original, asset)
            SELECT headline, original, %s FROM incoming
            ON CONFLICT (headline, asset) DO UPDATE SET original = excluded.original
            """,
            [asset],
        )
