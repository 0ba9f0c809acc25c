"""Build features from the store and store them: the same code for years of slots and for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import DAY_US
from bellwether.features.builder import (
    BASE_LOOKBACK_BARS,
    NEWS_LOOKBACK_US,
    build_base,
    build_news,
    tick_us,
)
from bellwether.features.matrix import FeatureMatrix
from bellwether.features.sets import FeatureSet, base_set, news_set
from bellwether.identity import Source
from bellwether.market.candles import COMPOSITE, IntArray
from bellwether.news.headlines import NewsEvents
from bellwether.progress import Track, untracked
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.candles import load_candles
from bellwether.store.database import Connection, Database
from bellwether.store.features import ensure_feature_set, insert_features
from bellwether.store.headlines import news_events
from bellwether.store.scores import ensure_scorer

PIECE_US = 90 * DAY_US
"""Slots are built in pieces of this length, each in its own transaction: memory stays bounded."""


@dataclass(frozen=True, kw_only=True)
class FeatureRecipe:
    """What decides the value of a feature besides the stored rows it is built from.

    Attributes
    ----------
    asset : str
    interval_us : int
        Candle interval.
    scorers : mapping of scorer family to ScorerInfo
        Whose news features.
    on_common_texts : bool
        Where scorers cover different texts, only those that all of them scored count for the tone,
        so that families differ in the scorer alone.
    """

    asset: str
    interval_us: int
    scorers: Mapping[str, ScorerInfo]
    on_common_texts: bool = False


@dataclass(frozen=True, kw_only=True)
class FeatureJob(FeatureRecipe):
    """Which features to build and store.

    Attributes
    ----------
    source : Source
    recorded_us : int
        The moment of storing, microseconds UTC.
    """

    source: Source
    recorded_us: int


def build_features(
    database: Database, job: FeatureJob, *, from_us: int, to_us: int, track: Track = untracked
) -> int:
    """Build and store the features of every slot in [from_us, to_us).

    Returns the number of rows added; rows that are there in equal bits add nothing.
    """
    pieces = list(_pieces(from_us, to_us))
    added = 0
    with track("Building features", len(pieces)) as advance:
        for done, (start, end) in enumerate(pieces, start=1):
            step = tick_us(job.interval_us)
            slots = np.arange(-(-start // step) * step, end, step, dtype=np.int64)
            with database.session() as conn:
                for part, matrix in _built(conn, job, slots):
                    added += _store(conn, job, part, matrix)
            advance(done)
    return added


def _pieces(from_us: int, to_us: int) -> Iterator[tuple[int, int]]:
    for start in range(from_us, to_us, PIECE_US):
        yield start, min(start + PIECE_US, to_us)


def _built(conn: Connection, job: FeatureJob, slots: IntArray) -> Iterator[tuple[FeatureSet, FeatureMatrix]]:
    """The base set and each scorer's news set at the slots, from the look-back they need."""
    if len(slots) == 0:
        return
    yield base_set(job.interval_us), base_features(conn, job, slots)
    ids = {family: ensure_scorer(conn, info) for family, info in job.scorers.items()}
    events = news_of_scorers(conn, job, ids, first_us=int(slots[0]), last_us=int(slots[-1]))
    for family, info in job.scorers.items():
        yield news_set(info), news_features(events[family], info, slots)


def base_features(
    conn: Connection, recipe: FeatureRecipe, slots: IntArray, *, known_by_us: IntArray | None = None
) -> FeatureMatrix:
    """Price and calendar features of the slots, from stored candles; see `build_base`."""
    candles = load_candles(
        conn,
        recipe.asset,
        COMPOSITE,
        recipe.interval_us,
        from_us=int(slots[0]) - BASE_LOOKBACK_BARS * recipe.interval_us,
        to_us=int(slots[-1]),
    )
    return build_base(candles, slots, known_by_us=known_by_us)


def news_features(
    events: NewsEvents, info: ScorerInfo, slots: IntArray, *, known_by_us: IntArray | None = None
) -> FeatureMatrix:
    """News features of the slots as ``info`` read the events; see `build_news`."""
    return build_news(
        events,
        slots,
        positive_above=info.positive_above,
        negative_below=info.negative_below,
        known_by_us=known_by_us,
    )


def news_of_scorers(
    conn: Connection, recipe: FeatureRecipe, scorer_ids: Mapping[str, int], *, first_us: int, last_us: int
) -> dict[str, NewsEvents]:
    """What the news features of the slots from ``first_us`` to ``last_us`` read, by scorer family.

    The rows are the same for every scorer; they differ in the scores.

    Parameters
    ----------
    conn : Connection
    recipe : FeatureRecipe
    scorer_ids : mapping of scorer family to int
        The stored number of each of the recipe's scorers.
    first_us, last_us : int
        Slots, both included.
    """
    found = {
        family: news_events(
            conn,
            recipe.asset,
            scorer_id=scorer_ids[family],
            known_from_us=first_us - NEWS_LOOKBACK_US,
            known_to_us=last_us,
        )
        for family in recipe.scorers
    }
    if not recipe.on_common_texts or not found:
        return found
    is_common: NDArray[np.bool_] = np.logical_and.reduce([np.isfinite(e.score) for e in found.values()])
    return {
        family: replace(events, score=np.where(is_common, events.score, np.nan))
        for family, events in found.items()
    }


def _store(conn: Connection, job: FeatureJob, part: FeatureSet, matrix: FeatureMatrix) -> int:
    set_id = ensure_feature_set(conn, part.name, part.digest, part.names)
    return insert_features(conn, job.asset, set_id, matrix, source=job.source, recorded_us=job.recorded_us)
