from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bellwether.clock import HOUR_US
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import Horizon, Source
from bellwether.learning.families import lineup
from bellwether.pipelines.prediction_book import PredictionBook
from bellwether.pipelines.prepare import PreparedTicks
from bellwether.pipelines.workspace import Workspace
from bellwether.registry.channels import Channels
from bellwether.registry.folder import FolderModelStore
from bellwether.store.database import Database


@pytest.fixture
def book(database: Database, tmp_path: Path) -> PredictionBook:
    """Ten hourly ticks of rules alone, each tick's outcome known four hours later."""
    as_of_us = np.arange(10, dtype=np.int64) * HOUR_US
    ticks = PreparedTicks(
        asset="BTC",
        horizon=Horizon.H4,
        tick_us=HOUR_US,
        scorers={},
        base=FeatureMatrix(as_of_us, as_of_us, ("return_1h",), np.ones((10, 1), dtype=np.float32)),
        news={},
        is_recorded=np.ones(10, dtype=np.bool_),
        label=np.ones(10),
        log_return=np.full(10, 0.01),
    )
    workspace = Workspace("trial", tmp_path, database, FolderModelStore(tmp_path), Channels(tmp_path))
    return PredictionBook(workspace, prepared=ticks, families=lineup([]), source=Source.REPLAY)


def test_a_decision_on_the_way_sees_no_outcome_that_was_still_to_come(book: PredictionBook) -> None:
    panel = book.panel(0, 10 * HOUR_US, known_by_us=8 * HOUR_US)

    is_known = [True] * 5 + [False] * 5  # the tick of 04:00 matures at 08:00 sharp
    assert np.isfinite(panel.label).tolist() == is_known
    assert np.isfinite(panel.log_return).tolist() == is_known


def test_at_the_end_every_outcome_is_seen(book: PredictionBook) -> None:
    assert np.isfinite(book.panel(0, 10 * HOUR_US).label).all()


def test_the_range_of_a_panel_is_half_open(book: PredictionBook) -> None:
    assert (book.panel(2 * HOUR_US, 5 * HOUR_US).as_of_us // HOUR_US).tolist() == [2, 3, 4]


def test_without_a_version_nothing_is_predicted(book: PredictionBook) -> None:
    assert book.predict(0, 10 * HOUR_US, versions={}, champion=None) == []
    assert np.isnan(book.panel(0, 10 * HOUR_US).p_up).all()
