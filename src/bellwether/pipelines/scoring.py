"""Score: every headline text once per scorer version, and the placebo of those scores."""

from __future__ import annotations

import numpy as np

from bellwether.progress import Track, untracked
from bellwether.sentiment.placebo import placebo_info, placebo_scores
from bellwether.sentiment.scorer import Scorer, ScorerInfo, SentimentScore
from bellwether.store.database import Database
from bellwether.store.scores import (
    ensure_scorer,
    insert_scores,
    list_scores_in_order,
    list_unscored_texts,
)

CHUNK = 500
"""Texts scored between two writes: what a killed process has to do again at most."""


def score_headlines(database: Database, scorer: Scorer, *, asset: str, track: Track = untracked) -> int:
    """Score the texts of an asset's headlines that the scorer has not scored yet.

    No database session is open while texts are being read. Returns the number of scores added.

    Raises
    ------
    ScorerUnavailable
        The scorer cannot run here.
    """
    with database.session() as conn:
        scorer_id = ensure_scorer(conn, scorer.info)
        unscored = list_unscored_texts(conn, scorer_id, asset)
    added = 0
    with track(f"Scoring headlines with {scorer.info.name}", len(unscored)) as advance:
        for start in range(0, len(unscored), CHUNK):
            chunk = unscored[start : start + CHUNK]
            scores = scorer.score([text for _, text in chunk])
            rows = [(key, score) for (key, _), score in zip(chunk, scores, strict=True) if score is not None]
            with database.session() as conn:
                added += insert_scores(conn, scorer_id, rows)
            advance(start + len(chunk))
    return added


def score_placebo(database: Database, base: ScorerInfo, *, asset: str) -> ScorerInfo:
    """Give every text that ``base`` has scored the score of an earlier one; returns who that placebo is."""
    info = placebo_info(base)
    with database.session() as conn:
        known = list_scores_in_order(conn, ensure_scorer(conn, base), asset)
        keys = [key for key, _ in known]
        drawn = placebo_scores(keys, np.array([score for _, score in known], dtype=np.float64))
        rows = [(key, SentimentScore(float(score))) for key, score in zip(keys, drawn, strict=True)]
        insert_scores(conn, ensure_scorer(conn, info), rows)
    return info
