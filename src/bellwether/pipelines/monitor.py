"""Monitor: watch the inputs of the models against what they were trained on."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from bellwether.clock import HOUR_US, SECOND_US, to_us
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import PLACEBO_PREFIX
from bellwether.monitoring.drift import DriftReading, DriftReference
from bellwether.pipelines.prepare import BoolArray, PreparedTicks

DRIFT_WINDOW = timedelta(days=7)
"""Length of the recent window whose features are compared with the training reference."""


class FeatureWatch:
    """Drift of every feature of every scorer, read at any moment.

    Parameters
    ----------
    prepared : PreparedTicks
    """

    def __init__(self, prepared: PreparedTicks) -> None:
        self._prepared = prepared
        self._matrix = _watched(prepared)
        self._window_us = int(DRIFT_WINDOW.total_seconds()) * SECOND_US
        self._reference: tuple[datetime, DriftReference] | None = None

    def readings(self, at: datetime, *, trained_at: datetime) -> list[DriftReading]:
        """Readings of the seven days before ``at`` against the training of ``trained_at``."""
        recent = self._is_watched & (self._prepared.as_of_us >= to_us(at) - self._window_us)
        return self._reference_of(trained_at).readings(
            self._matrix.take(recent & (self._prepared.as_of_us < to_us(at)))
        )

    def _reference_of(self, trained_at: datetime) -> DriftReference:
        if self._reference is None or self._reference[0] != trained_at:
            rows = self._matrix.take(self._prepared.is_trainable(to_us(trained_at)))
            per_window = self._window_us // HOUR_US
            self._reference = (trained_at, DriftReference.fit(rows, rows_per_window=per_window))
        return self._reference[1]

    @property
    def _is_watched(self) -> BoolArray:
        prepared = self._prepared
        return np.equal(prepared.as_of_us % HOUR_US, 0) & prepared.is_recorded & prepared.has_bar


def _watched(prepared: PreparedTicks) -> FeatureMatrix:
    """The base columns once, and each scorer's news columns under ``scorer.name``."""
    scorers = [name for name in prepared.news if not name.startswith(PLACEBO_PREFIX)]
    news = [prepared.news[name] for name in scorers]
    names = [f"{name}.{column}" for name in scorers for column in prepared.news[name].names]
    return FeatureMatrix(
        as_of_us=prepared.base.as_of_us,
        known_by_us=prepared.base.known_by_us,
        names=(*prepared.base.names, *names),
        values=np.hstack((prepared.base.values, *(matrix.values for matrix in news))),
    )
