"""Whether stored features saw the future, and whether one that does would be noticed.

Rows that a pipeline has stored are built again from what was known at their moment and nothing
else. Beside the honest columns stands a planted one that reads the return of the coming hour: a
check that does not find it would find nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bellwether.evidence.intervals import Interval, wilson_bounds
from bellwether.evidence.metrics import hits
from bellwether.features.builder import BASE_LOOKBACK_BARS, build_base
from bellwether.features.lookahead import Lookahead, candles_known_at, events_known_at, find_lookahead
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import Horizon
from bellwether.learning.families import Family
from bellwether.learning.inference import DirectionModel
from bellwether.learning.training import train_model
from bellwether.market.candles import COMPOSITE, Candles, FloatArray, IntArray
from bellwether.market.labels import labels
from bellwether.news.headlines import NewsEvents
from bellwether.pipelines.features import news_features, news_of_scorers
from bellwether.pipelines.prepare import PreparedTicks
from bellwether.pipelines.recipe import noted_recipe, scorer_ids
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.candles import load_candles
from bellwether.store.database import Connection

PLANTED = "planted_next_return"
"""The column that looks ahead on purpose."""


@dataclass(frozen=True)
class History:
    """What the features of a run were built from, the future of each tick included.

    Attributes
    ----------
    candles : Candles
    events : mapping of scorer family to NewsEvents
    """

    candles: Candles
    events: Mapping[str, NewsEvents]


def stored_history(conn: Connection, run_id: str, prepared: PreparedTicks) -> History:
    """The history behind the ticks of a run, with one horizon more of candles for the planted column."""
    recipe = noted_recipe(conn, run_id)
    first_us, last_us = int(prepared.as_of_us[0]), int(prepared.as_of_us[-1])
    candles = load_candles(
        conn,
        recipe.asset,
        COMPOSITE,
        recipe.interval_us,
        from_us=first_us - BASE_LOOKBACK_BARS * recipe.interval_us,
        to_us=last_us + prepared.horizon.us,
    )
    events = news_of_scorers(conn, recipe, scorer_ids(conn, recipe), first_us=first_us, last_us=last_us)
    return History(candles, events)


def find_in_rows(prepared: PreparedTicks, history: History, rows: IntArray) -> tuple[Lookahead, ...]:
    """Build rows again from what was known at their ticks; every value that differs from the stored one.

    Parameters
    ----------
    prepared : PreparedTicks
        The stored features.
    history : History
    rows : int64 array
        Positions of the ticks to look at.

    Returns
    -------
    tuple of Lookahead
        `PLANTED` in every row that has an outcome, and nothing else when all is well. News columns
        carry their reader's name, ``vader.tone_mean_1h``.
    """
    stored = with_planted(prepared.base.take(rows), history.candles, prepared.horizon)
    found = find_lookahead(stored, partial(_base_row, history.candles, prepared.horizon))
    for scorer, events in history.events.items():
        news = find_lookahead(
            prepared.news[scorer].take(rows), partial(_news_row, events, prepared.scorers[scorer])
        )
        found += tuple(replace(each, name=f"{scorer}.{each.name}") for each in news)
    return found


def with_planted(base: FeatureMatrix, candles: Candles, horizon: Horizon) -> FeatureMatrix:
    """A matrix with the planted column behind its own: the return that follows, as far as candles reach."""
    _, log_return = labels(candles, base.as_of_us, horizon)
    return replace(base, names=(*base.names, PLANTED), values=_beside(base.values, log_return))


def planted_hit_rate(prepared: PreparedTicks, family: Family, *, seed: int, n_trials: int) -> Interval:
    """Hit rate of a model that was given the planted column, over the later half of the ticks.

    The model is trained as any other, on the earlier half. Ticks without an outcome are left out,
    and those of a longer horizon than the tick count once per horizon.
    """
    until_us = int(prepared.as_of_us[len(prepared.as_of_us) // 2])
    learned = prepared.is_trainable(until_us)
    frame = prepared.frame(family, until_us=until_us)
    model = train_model(
        replace(
            frame,
            names=(*frame.names, PLANTED),
            features=_beside(frame.features, prepared.log_return[learned]),
        ),
        seed=seed,
        n_trials=n_trials,
    )
    is_judged = (
        (prepared.as_of_us >= until_us)
        & np.isfinite(prepared.log_return)
        & (prepared.as_of_us % prepared.horizon.us == 0)
    )
    rows = _beside(prepared.matrix(family).values, prepared.log_return)[is_judged]
    hit = hits(DirectionModel(model.onnx).predict(rows), prepared.label[is_judged])
    share = float(hit.mean())
    return Interval.around(share, *wilson_bounds(share, len(hit)), n=len(hit))


def _beside(values: NDArray[np.float32], column: FloatArray) -> NDArray[np.float32]:
    return np.column_stack((values, column.astype(np.float32)))


def _base_row(candles: Candles, horizon: Horizon, as_of_us: int, known_by_us: int) -> FeatureMatrix:
    """Price, calendar and planted columns of one tick from the candles that were known."""
    known = candles_known_at(candles, as_of_us, known_by_us)
    row = build_base(known, np.array([as_of_us]), known_by_us=np.array([known_by_us]))
    return with_planted(row, known, horizon)


def _news_row(events: NewsEvents, info: ScorerInfo, as_of_us: int, known_by_us: int) -> FeatureMatrix:
    """A reader's news columns of one tick from the headlines that were known."""
    known = events_known_at(events, as_of_us, known_by_us)
    return news_features(known, info, np.array([as_of_us]), known_by_us=np.array([known_by_us]))
