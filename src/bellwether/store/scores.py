"""Scorers, and the score of each text by each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.store.columns import incoming, write_rows
from bellwether.store.database import Connection
from bellwether.store.statistics import refresh_statistics


@dataclass(frozen=True)
class StoredScorer:
    """A scorer the store knows.

    ``origin`` says where recorded scores come from; None for a scorer that runs here.
    """

    scorer_id: int
    info: ScorerInfo
    origin: str | None


def ensure_scorer(conn: Connection, info: ScorerInfo, origin: str | None = None) -> int:
    """The number of a scorer, which is its family and digest; a new one is noted.

    Name, limits and origin of a scorer that is known already are brought up to date.
    """
    values = {
        "family": info.family,
        "name": info.name,
        "digest": info.digest,
        "is_reference": info.is_reference,
        "positive_above": info.positive_above,
        "negative_below": info.negative_below,
        "origin": origin,
    }
    # looked up first: an insert that meets a conflict uses up a number, and there are 32,767
    row = conn.execute(_UPDATE_SCORER, values).fetchone() or conn.execute(_INSERT_SCORER, values).fetchone()
    assert row is not None
    return int(row[0])


_UPDATE_SCORER = """
    UPDATE scorers
    SET name = %(name)s, is_reference = %(is_reference)s, positive_above = %(positive_above)s,
        negative_below = %(negative_below)s, origin = coalesce(%(origin)s, origin)
    WHERE family = %(family)s AND digest = %(digest)s
    RETURNING scorer_id
"""

_INSERT_SCORER = """
    INSERT INTO scorers (family, name, digest, is_reference, positive_above, negative_below, origin)
    VALUES (%(family)s, %(name)s, %(digest)s, %(is_reference)s, %(positive_above)s, %(negative_below)s,
            %(origin)s)
    ON CONFLICT (family, digest) DO UPDATE SET name = excluded.name
    RETURNING scorer_id
"""


def list_scorers(conn: Connection) -> list[StoredScorer]:
    """Every scorer, in the order they came."""
    rows = conn.execute("""
        SELECT scorer_id, family, name, digest, is_reference, positive_above, negative_below, origin
        FROM scorers ORDER BY scorer_id
    """)
    return [StoredScorer(number, ScorerInfo(*info), origin) for number, *info, origin in rows]


def insert_scores(conn: Connection, scorer_id: int, rows: Iterable[tuple[UUID, SentimentScore]]) -> int:
    """Store scores by text key; a text this scorer has scored before keeps its score.

    The score is kept exactly; the three shares, which no feature reads, to seven digits.

    Returns
    -------
    int
        Number of scores added.

    Raises
    ------
    StoreError
        A score lies outside [-1, 1], a share outside [0, 1], or the scorer is unknown.
    """
    types = {
        "text_key": "uuid",
        "score": "float8",
        "positive": "float4",
        "neutral": "float4",
        "negative": "float4",
    }
    with incoming(conn, "text_key uuid, score float8, positive real, neutral real, negative real"):
        values = (
            (key, float(score.score), score.positive, score.neutral, score.negative) for key, score in rows
        )
        write_rows(conn, "incoming", values, types=types)
        n_added = conn.execute(
            """
            INSERT INTO sentiment_scores (score, positive, neutral, negative, scorer_id, text_key)
            SELECT score, positive, neutral, negative, %s, text_key FROM incoming
            ON CONFLICT DO NOTHING
            """,
            [scorer_id],
        ).rowcount
    refresh_statistics(conn, "sentiment_scores")
    return n_added


def find_scores(conn: Connection, scorer_id: int, keys: Sequence[UUID]) -> dict[UUID, SentimentScore]:
    """The scorer's scores of texts; texts it has not scored are left out."""
    rows = conn.execute(
        """
        SELECT text_key, score, positive, neutral, negative FROM sentiment_scores
        WHERE scorer_id = %s AND text_key = ANY(%s)
        """,
        [scorer_id, list(keys)],
    )
    return {key: SentimentScore(*values) for key, *values in rows}


def list_unscored_texts(conn: Connection, scorer_id: int, asset: str) -> list[tuple[UUID, str]]:
    """Keys and texts of an asset's headlines without a score, in the order they were first known.

    Texts known at the same moment come in the order of their keys.
    """
    rows = conn.cursor(binary=True).execute(
        """
        SELECT text_key, text
        FROM (
            SELECT DISTINCT ON (text_key) text_key, text, known_at
            FROM raw_headlines h
            WHERE asset = %(asset)s
              AND NOT EXISTS (
                  SELECT FROM sentiment_scores s
                  WHERE s.text_key = h.text_key AND s.scorer_id = %(scorer)s
              )
            ORDER BY text_key, known_at, key, revision
        ) AS first_known
        ORDER BY known_at, text_key
        """,
        {"asset": asset, "scorer": scorer_id},
    )
    return [(key, text) for key, text in rows]


def list_scores_in_order(conn: Connection, scorer_id: int, asset: str) -> list[tuple[UUID, float]]:
    """Scores of an asset's texts, in the order the texts were first known, then of their keys."""
    rows = conn.cursor(binary=True).execute(
        """
        SELECT h.text_key, s.score
        FROM (
            SELECT text_key, min(known_at) AS known_at FROM raw_headlines WHERE asset = %(asset)s
            GROUP BY text_key
        ) AS h
        JOIN sentiment_scores s ON s.text_key = h.text_key AND s.scorer_id = %(scorer)s
        ORDER BY h.known_at, h.text_key
        """,
        {"asset": asset, "scorer": scorer_id},
    )
    return [(key, score) for key, score in rows]
