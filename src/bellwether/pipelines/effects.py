"""What each headline and each feature did to a prediction: leave it out, and ask the model again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import to_us
from bellwether.features.matrix import FeatureMatrix, side_by_side
from bellwether.news.headlines import HeadlineRow
from bellwether.pipelines.features import news_features
from bellwether.pipelines.prepare import load_prepared
from bellwether.pipelines.rebuild import Rebuilt
from bellwether.pipelines.window_news import WindowNews
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.database import Database


@dataclass(frozen=True)
class HeadlineEffect:
    """What one headline of the 24 hours did.

    Attributes
    ----------
    row : HeadlineRow
    score : float or None
        The reader's; None where it has none that counts.
    weight : float
        Share in the sentiment index.
    is_repetition : bool
        It repeats an earlier headline and counts for the novelty alone.
    p_up_without : float
        The probability had this headline not come.
    effect : float
        The probability less that.
    """

    row: HeadlineRow
    score: float | None
    weight: float
    is_repetition: bool
    p_up_without: float
    effect: float


@dataclass(frozen=True)
class FeatureEffect:
    """What one feature did.

    Attributes
    ----------
    name : str
    value, median : float or None
        At the prediction, and in the ticks the version was trained on; None where missing.
    effect : float
        The probability less that with the feature at its median.
    """

    name: str
    value: float | None
    median: float | None
    effect: float


def headline_effects(rebuilt: Rebuilt) -> tuple[HeadlineEffect, ...] | None:
    """What each headline of the 24 hours did, the largest effect first; None without a reader.

    A headline is left out with all its wordings; whatever repeats it stays a repetition.
    """
    news, reader = rebuilt.news, rebuilt.reader
    if news is None or reader is None:
        return None
    weights = news.weights(reader.family).tolist()
    effects = [
        HeadlineEffect(
            row=news.rows[i],
            score=news.score(reader.family, i),
            weight=weights[i],
            is_repetition=news.is_repetition(i),
            p_up_without=p_up,
            effect=rebuilt.p_up - p_up,
        )
        for i, p_up in enumerate(_p_up_without(rebuilt, news, reader))
    ]
    return tuple(sorted(effects, key=lambda item: -abs(item.effect)))


def _p_up_without(rebuilt: Rebuilt, news: WindowNews, reader: ScorerInfo) -> list[float]:
    """The probability without each headline of the window, in its order."""
    if len(news) == 0:
        return []
    events, (base, read) = news.events[reader.family], rebuilt.parts
    rows = [
        news_features(
            events.take(events.headline != events.headline[position]),
            reader,
            read.as_of_us,
            known_by_us=read.known_by_us,
        )
        for position in news.position
    ]
    table = np.vstack([side_by_side((base, row)).values for row in rows])
    return [float(p_up) for p_up in rebuilt.model.predict(table)]


def training_features(database: Database, rebuilt: Rebuilt) -> FeatureMatrix:
    """The ticks the version was trained on, as far as their features and candles are still stored."""
    window = rebuilt.manifest.heads[rebuilt.id.horizon].window
    reader, last_us = rebuilt.reader, to_us(window.last_as_of)
    ticks = load_prepared(
        database,
        asset=rebuilt.id.asset,
        horizon=rebuilt.id.horizon,
        interval_us=rebuilt.recipe.interval_us,
        scorers={} if reader is None else {reader.family: reader},
        from_us=to_us(window.first_as_of),
        to_us=last_us + 1,
        source=rebuilt.id.source,
    )
    matrix = side_by_side((ticks.base, *ticks.news.values()))
    return matrix.take(ticks.is_trainable(last_us + rebuilt.id.horizon.us))


def feature_effects(rebuilt: Rebuilt, training: FeatureMatrix) -> tuple[FeatureEffect, ...]:
    """What each feature did against its median in training, the largest effect first.

    Features move together, so the effects do not add up to the distance from anything.
    """
    if len(training) == 0:
        return ()
    row, medians = rebuilt.features.values[0], _medians(training.values)
    table = np.repeat(row[np.newaxis], len(row), axis=0)
    np.fill_diagonal(table, medians)
    effects = rebuilt.p_up - rebuilt.model.predict(table)
    found = [
        FeatureEffect(name, _known(value), _known(median), float(effect))
        for name, value, median, effect in zip(training.names, row, medians, effects, strict=True)
    ]
    return tuple(sorted(found, key=lambda item: -abs(item.effect)))


def _medians(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Median of each column over the rows that have a value; NaN where none has."""
    columns = (column[np.isfinite(column)] for column in values.T)
    return np.array([np.median(column) if len(column) else np.nan for column in columns], dtype=np.float32)


def _known(value: np.float32) -> float | None:
    return None if np.isnan(value) else float(value)
