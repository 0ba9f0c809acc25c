"""A small replay, written down: its predictions follow a formula, its document is a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bellwether.clock import HOUR_US, parse_moment, to_us
from bellwether.evidence.panel import PredictionPanel
from bellwether.identity import Horizon
from bellwether.pipelines.report_context import ReportContext
from bellwether.pipelines.report_figures import report_series

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def report_panel() -> PredictionPanel:
    """Ten days of hourly ticks: VADER often right, FinBERT silent, lite only on the last day."""
    tick = np.arange(240)
    label = (tick * 7 % 10 < 5).astype(np.float64)
    wave = np.sin(tick * 0.9)
    vader = 0.5 + 0.06 * (2 * label - 1) * (tick % 5 != 0) + 0.02 * wave
    lite = np.where(tick < 216, np.nan, 0.5 + 0.04 * wave)
    momentum = 0.5 + 0.03 * np.where(tick % 3 == 0, 1, -1)
    shuffled = 0.5 + 0.05 * np.cos(tick * 1.7)
    log_return = 0.004 * (2 * label - 1)
    label[10:12] = log_return[10:12] = np.nan
    p_up = [vader, np.full(240, np.nan), lite, np.full(240, 0.52), momentum, shuffled]
    return PredictionPanel(
        asset="BTC",
        horizon=Horizon.H1,
        tick_us=HOUR_US,
        as_of_us=to_us(parse_moment("2001-03-29")) + tick.astype(np.int64) * HOUR_US,
        families=("vader", "finbert", "lite", "majority", "momentum", "shuffled_vader"),
        p_up=np.column_stack(p_up),
        label=label,
        log_return=log_return,
    )


@pytest.fixture
def report_document() -> dict[str, Any]:
    """The document of that replay, fresh for each test."""
    document: dict[str, Any] = json.loads((GOLDEN / "replay_document.json").read_bytes())
    return document


@pytest.fixture
def report(report_document: dict[str, Any], report_panel: PredictionPanel) -> ReportContext:
    """The report's context of that replay."""
    return ReportContext(report_document, report_series(report_panel))
