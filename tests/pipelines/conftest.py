"""Replays for tests: one written down, whose predictions follow a formula, and places to run real ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bellwether.clock import HOUR_US, parse_moment, to_us
from bellwether.evidence.panel import PredictionPanel
from bellwether.identity import Horizon
from bellwether.pipelines.report_context import ReportContext
from bellwether.pipelines.report_figures import report_series
from bellwether.pipelines.sample import SampleFiles, write_sample
from bellwether.sample.market import sample_market
from bellwether.sample.records import SampleMarket
from replay_fixtures import database_url
from replay_homes import MARKET_START, MakeReplays, ReplayHome, ToldReplay, typed_replay

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


@pytest.fixture(scope="session")
def workspace_url(server_dsn: str) -> str:
    """The address of the session's server, in the form settings take."""
    return database_url(server_dsn)


@pytest.fixture(scope="session")
def make_replays(tmp_path_factory: pytest.TempPathFactory, workspace_url: str) -> Iterator[MakeReplays]:
    """Makes places to run replays in."""
    made: list[ReplayHome] = []
    with ThreadPoolExecutor(1) as trainers:

        def make() -> ReplayHome:
            made.append(ReplayHome.of_vader(tmp_path_factory.mktemp("home"), workspace_url, trainers))
            return made[-1]

        yield make
        for place in made:
            place.remove_runs()


@pytest.fixture
def replays(make_replays: MakeReplays) -> Iterator[ReplayHome]:
    """A place of this test's own."""
    place = make_replays()
    yield place
    place.remove_runs()


@pytest.fixture(scope="session")
def told_replay(make_replays: MakeReplays, market_files: SampleFiles) -> ToldReplay:
    """The replay of `ReplayHome.request`, run from the command line with training processes of its own."""
    place = make_replays()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "FINBERT_MODEL"):
            patch.delenv(name, raising=False)
        for name, value in place.environ.items():
            patch.setenv(name, value)
        patch.chdir(place.settings.home)
        return ToldReplay(*typed_replay(market_files, "--json"), place.settings)


@pytest.fixture(scope="session")
def hourly_market() -> SampleMarket:
    """Three weeks of hourly bars and sixty headlines a day, with an effect of the news."""
    return sample_market(
        seed=3,
        start=MARKET_START,
        days=21,
        headlines_per_day=60,
        regime_change_at=None,
        interval="1h",
    )


@pytest.fixture(scope="session")
def market_files(hourly_market: SampleMarket, tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    return write_sample(hourly_market, tmp_path_factory.mktemp("market"))
