"""The book of predictions: what every family said at every tick, in memory and in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import GRACE_US
from bellwether.evidence.panel import PredictionPanel
from bellwether.identity import ModelVersion, Source
from bellwether.learning.families import Family
from bellwether.learning.inference import DirectionModel
from bellwether.pipelines.prepare import PreparedTicks
from bellwether.pipelines.workspace import Workspace
from bellwether.store import predictions as store
from bellwether.store.predictions import PredictionRow


class PredictionBook:
    """Predictions of a lineup over prepared ticks.

    Parameters
    ----------
    workspace : Workspace
        Where models are loaded from and predictions are kept.
    prepared : PreparedTicks
    families : sequence of Family
    source : Source
    """

    def __init__(
        self, workspace: Workspace, *, prepared: PreparedTicks, families: Sequence[Family], source: Source
    ) -> None:
        self._workspace = workspace
        self._prepared = prepared
        self._families = tuple(families)
        self._source = source
        self._inputs = {family.name: prepared.matrix(family).values for family in families}
        self._p_up = np.full((len(prepared.as_of_us), len(self._families)), np.nan)
        self._loaded: dict[ModelVersion, tuple[int, DirectionModel]] = {}
        self._restore()

    def predict(
        self,
        from_us: int,
        to_us: int,
        *,
        versions: Mapping[str, ModelVersion],
        champion: ModelVersion | None,
    ) -> list[PredictionRow]:
        """Predict the ticks in [from_us, to_us) with the versions given, and note them.

        A tick without its own candle is not predicted; a family that reads the news predicts only
        where news was recorded.
        """
        ticks = self._ticks(from_us, to_us)
        for column, family in enumerate(self._families):
            version = versions.get(family.name)
            if version is None:
                continue
            rows = ticks[self._is_predictable(family)[ticks]]
            _, model = self._load(version)
            self._p_up[rows, column] = model.predict(self._inputs[family.name][rows])
        ids = {name: self._load(version)[0] for name, version in versions.items()}
        self._let_go({*versions.values(), champion})
        rows_of_day = (self._row(int(tick), ids=ids, champion=champion) for tick in ticks)
        return [row for row in rows_of_day if row is not None]

    def model_id(self, version: ModelVersion) -> int:
        """The store's number of a published version."""
        return self._load(version)[0]

    def panel(self, from_us: int, to_us: int, *, known_by_us: int | None = None) -> PredictionPanel:
        """Predictions of the ticks in [from_us, to_us) beside their outcomes.

        Outcomes that lie after ``known_by_us`` are left out (NaN), so that a decision on the way
        cannot know the future.
        """
        ticks = self._ticks(from_us, to_us)
        prepared = self._prepared
        panel = PredictionPanel(
            asset=prepared.asset,
            horizon=prepared.horizon,
            tick_us=prepared.tick_us,
            as_of_us=prepared.as_of_us[ticks],
            families=tuple(family.name for family in self._families),
            p_up=self._p_up[ticks],
            label=prepared.label[ticks],
            log_return=prepared.log_return[ticks],
        )
        return panel if known_by_us is None else panel.known_by(known_by_us)

    def _ticks(self, from_us: int, to_us: int) -> NDArray[np.intp]:
        first, last = np.searchsorted(self._prepared.as_of_us, (from_us, to_us))
        return np.arange(first, last)

    def _is_predictable(self, family: Family) -> NDArray[np.bool_]:
        if family.scorer is None:
            return self._prepared.has_bar
        return self._prepared.has_bar & self._prepared.is_recorded

    def _row(
        self, tick: int, *, ids: Mapping[str, int], champion: ModelVersion | None
    ) -> PredictionRow | None:
        said = {
            family.name: float(self._p_up[tick, column])
            for column, family in enumerate(self._families)
            if np.isfinite(self._p_up[tick, column])
        }
        if not said:
            return None
        as_of_us = int(self._prepared.as_of_us[tick])
        is_served = champion is not None and champion.family in said
        return PredictionRow(
            asset=self._prepared.asset,
            horizon=self._prepared.horizon,
            as_of_us=as_of_us,
            source=self._source,
            issued_us=as_of_us,
            known_by_us=as_of_us + GRACE_US,
            model_ids=tuple(ids[name] for name in said),
            p_up=tuple(said.values()),
            served_model_id=ids[champion.family] if champion is not None and is_served else None,
            is_late=False,
        )

    def _load(self, version: ModelVersion) -> tuple[int, DirectionModel]:
        if version not in self._loaded:
            loaded = self._workspace.registry.load(self._prepared.asset, version)
            model = loaded.models[self._prepared.horizon]
            with self._workspace.database.session() as conn:
                model_id = store.ensure_model(conn, self._prepared.asset, version, loaded.digest)
            self._loaded[version] = (model_id, model)
        return self._loaded[version]

    def _let_go(self, kept: AbstractSet[ModelVersion | None]) -> None:
        """Forget the models of replaced versions; a long replay would hold thousands."""
        self._loaded = {version: held for version, held in self._loaded.items() if version in kept}

    def _restore(self) -> None:
        """Take back what an earlier, interrupted process predicted."""
        ticks = self._prepared.as_of_us
        if len(ticks) == 0:
            return
        with self._workspace.database.session() as conn:
            families = {model.model_id: model.version.family for model in store.list_models(conn)}
            rows = store.load_predictions(
                conn,
                self._prepared.asset,
                self._prepared.horizon,
                self._source,
                from_us=int(ticks[0]),
                to_us=int(ticks[-1]) + 1,
            )
        columns = {family.name: column for column, family in enumerate(self._families)}
        for row in rows:
            tick = int(np.searchsorted(ticks, row.as_of_us))
            for model_id, p_up in zip(row.model_ids, row.p_up, strict=True):
                self._p_up[tick, columns[families[model_id]]] = p_up
