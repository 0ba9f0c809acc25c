"""Prepare: the ticks of one horizon with their features and labels, aligned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import DAY_US, HOUR_US
from bellwether.features.builder import RECORDED_US, is_recorded
from bellwether.features.matrix import FeatureMatrix, side_by_side
from bellwether.features.sets import FeatureSet, base_set, family_sets, news_set
from bellwether.identity import Horizon, Source
from bellwether.learning.families import Family
from bellwether.learning.frame import TrainingFrame
from bellwether.market.candles import COMPOSITE
from bellwether.market.labels import labels
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.candles import load_candles
from bellwether.store.database import Connection, Database
from bellwether.store.features import ensure_feature_set, load_features
from bellwether.store.headlines import news_events

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class PreparedTicks:
    """Ticks of one asset and horizon, ascending; every array has n rows.

    Attributes
    ----------
    tick_us : int
        Distance of two ticks, microseconds: the candle interval, at least 15 minutes.
    scorers : mapping of scorer family to ScorerInfo
        Whose scores the news features hold, placebos included.
    base : FeatureMatrix
        Price and calendar features; its ``as_of_us`` are the ticks.
    news : mapping of scorer family to FeatureMatrix
        News features on the same ticks.
    is_recorded : bool array
        News was recorded in the 24 h before the tick.
    label, log_return : float64 array
        Outcome after the horizon; NaN where a close is missing.
    """

    asset: str
    horizon: Horizon
    tick_us: int
    scorers: Mapping[str, ScorerInfo]
    base: FeatureMatrix
    news: Mapping[str, FeatureMatrix]
    is_recorded: BoolArray
    label: FloatArray
    log_return: FloatArray

    @property
    def as_of_us(self) -> IntArray:
        """The ticks, microseconds UTC."""
        return self.base.as_of_us

    @property
    def has_bar(self) -> BoolArray:
        """The tick's own candle is there; without it no price feature exists."""
        return np.asarray(np.isfinite(self.base.values[:, self._price_columns]).any(axis=1))

    @property
    def _price_columns(self) -> list[int]:
        return [i for i, name in enumerate(self.base.names) if name.startswith("return_")]

    def matrix(self, family: Family) -> FeatureMatrix:
        """What a family may look at: the base columns, and its scorer's news columns behind them."""
        if family.scorer is None:
            return self.base
        return side_by_side((self.base, self.news[family.scorer]))

    def feature_sets(self, family: Family) -> tuple[FeatureSet, ...]:
        """The feature sets behind the columns of `matrix`, in their order."""
        return family_sets(self.tick_us, self.scorers[family.scorer] if family.scorer else None)

    def is_trainable(self, until_us: int) -> BoolArray:
        """Hourly ticks in recorded stretches whose outcome was known at ``until_us``.

        They are the same for every family, so that families and baselines learn from equal history.
        """
        return np.asarray(
            (self.as_of_us % HOUR_US == 0)
            & self.is_recorded
            & np.isfinite(self.label)
            & (self.as_of_us + self.horizon.us <= until_us)
        )

    def news_days(self, until_us: int) -> int:
        """Number of UTC days with trainable ticks by ``until_us``."""
        return len(np.unique(self.as_of_us[self.is_trainable(until_us)] // DAY_US))

    def frame(self, family: Family, *, until_us: int) -> TrainingFrame:
        """What a family learns from at ``until_us``."""
        rows = self.is_trainable(until_us)
        matrix = self.matrix(family)
        return TrainingFrame(
            asset=self.asset,
            family=family.name,
            horizon=self.horizon,
            names=matrix.names,
            as_of_us=self.as_of_us[rows],
            features=matrix.values[rows],
            label=self.label[rows].astype(np.int64),
        )


def load_prepared(
    database: Database,
    *,
    asset: str,
    horizon: Horizon,
    interval_us: int,
    scorers: Mapping[str, ScorerInfo],
    from_us: int,
    to_us: int,
    source: Source,
) -> PreparedTicks:
    """Read the ticks of [from_us, to_us) whose features are stored, with their outcomes.

    Parameters
    ----------
    database : Database
    asset : str
    horizon : Horizon
    interval_us : int
        Candle interval, which is also the distance of the ticks.
    scorers : mapping of scorer family to ScorerInfo
    from_us, to_us : int
        Microseconds UTC, half-open.
    source : Source
    """

    def stored(conn: Connection, part: FeatureSet) -> FeatureMatrix:
        set_id = ensure_feature_set(conn, part.name, part.digest, part.names)
        return load_features(conn, asset, set_id, from_us=from_us, to_us=to_us, source=source)

    with database.session() as conn:
        base = stored(conn, base_set(interval_us))
        news = {family: stored(conn, news_set(info)) for family, info in scorers.items()}
        events = news_events(
            conn, asset, scorer_id=None, known_from_us=from_us - RECORDED_US, known_to_us=to_us
        )
        candles = load_candles(
            conn, asset, COMPOSITE, interval_us, from_us=from_us - interval_us, to_us=to_us + horizon.us
        )
    label, log_return = labels(candles, base.as_of_us, horizon)
    return PreparedTicks(
        asset=asset,
        horizon=horizon,
        tick_us=interval_us,
        scorers=scorers,
        base=base,
        news=news,
        is_recorded=is_recorded(events.first_known_us, base.as_of_us),
        label=label,
        log_return=log_return,
    )
