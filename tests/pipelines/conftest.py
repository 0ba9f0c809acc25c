"""Replays for tests: one written down, whose predictions follow a formula, and places to run real ones."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from bellwether.cli import main
from bellwether.clock import HOUR_US, SystemClock, parse_moment, to_us
from bellwether.evidence.panel import PredictionPanel
from bellwether.identity import Horizon, Source
from bellwether.pipelines.replay import run_replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.report_context import ReportContext
from bellwether.pipelines.report_figures import report_series
from bellwether.pipelines.sample import SampleFiles, write_sample
from bellwether.pipelines.workspace import REPORT, remove_run, run_folder, run_ids
from bellwether.sample.market import sample_market
from bellwether.sample.records import SampleMarket
from bellwether.sentiment.opening import lite_digest
from bellwether.settings import Settings, StoreSettings

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


MARKET_START = datetime(2001, 1, 1, tzinfo=UTC)


def reported(report: Path, column: str) -> dict[tuple[str, str], str]:
    """A column of ``predictions.csv`` by moment and family, as it is written."""
    with (report / "predictions.csv").open(newline="") as file:
        return {(row["as_of"], row["family"]): row[column] for row in csv.DictReader(file)}


@dataclass(frozen=True)
class ReplayHome:
    """A place to run replays in: its own folder, and databases on the session's server.

    Trainings run one after the other in this process, which spares starting others.
    """

    settings: Settings
    pool: Executor

    def request(self, files: SampleFiles, **changes: Any) -> ReplayRequest:
        """Five days of ticks after fifteen days to learn from, trained on the first day and the fourth."""
        arguments: dict[str, Any] = {
            "headlines": (files.headlines,),
            "candles": (files.candles,),
            "scores": (),
            "revisions": (files.revisions,),
            "start": MARKET_START + timedelta(days=15),
            "end": MARKET_START + timedelta(days=20),
            "horizon": Horizon.H1,
            "train_every": timedelta(days=3),
            "trials": 2,
            "source": Source.SAMPLE,
            "lite_digest": lite_digest(self.settings),
        }
        return ReplayRequest(**{**arguments, **changes})

    def run(self, request: ReplayRequest) -> dict[str, Any]:
        """Run a replay and give back its document."""
        return run_replay(request, settings=self.settings, clock=SystemClock(), pool=self.pool).data

    def reported(self, run_id: str, column: str) -> dict[tuple[str, str], str]:
        """A column of the reported predictions by moment and family, as it is written."""
        return reported(run_folder(self.settings, run_id) / REPORT, column)

    def remove_runs(self) -> None:
        """Leave nothing on the session's server."""
        for run_id in run_ids(self.settings):
            remove_run(self.settings, run_id)


@pytest.fixture(scope="session")
def workspace_url(server_dsn: str) -> str:
    """The address of the session's server, in the form settings take."""
    parts = conninfo_to_dict(server_dsn)
    return f"postgresql:///{parts.pop('dbname', 'postgres')}?{urlencode(parts)}"


@pytest.fixture(scope="session")
def trainers() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture(scope="session")
def make_replays(
    tmp_path_factory: pytest.TempPathFactory, workspace_url: str, trainers: Executor
) -> Iterator[Callable[[], ReplayHome]]:
    """Makes places where VADER reads alone, which spares half of the trainings: the fitted lite is broken."""
    made: list[ReplayHome] = []

    def make() -> ReplayHome:
        home = tmp_path_factory.mktemp("home")
        (home / "models" / "lite").mkdir(parents=True)
        settings = Settings(home=home, store=StoreSettings(workspace_url=SecretStr(workspace_url)))
        made.append(ReplayHome(settings, trainers))
        return made[-1]

    yield make
    for place in made:
        place.remove_runs()


@pytest.fixture
def replays(make_replays: Callable[[], ReplayHome]) -> Iterator[ReplayHome]:
    """A place of this test's own."""
    place = make_replays()
    yield place
    place.remove_runs()


ReplayCommand = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def replay_command() -> ReplayCommand:
    """Types the request of `ReplayHome.request`; gives back exit code and standard output."""

    def run(files: SampleFiles, *more: str) -> tuple[int, str]:
        options = {
            "--headlines": files.headlines,
            "--candles": files.candles,
            "--revisions": files.revisions,
            "--from": "2001-01-16",
            "--to": "2001-01-21",
            "--train-every": "3d",
            "--trials": "2",
        }
        words = [str(word) for option in options.items() for word in option]
        printed = io.StringIO()
        with redirect_stdout(printed):
            code = main.run(["replay", *words, *more])
        return code, printed.getvalue()

    return run


@dataclass(frozen=True)
class ToldReplay:
    """A replay as its caller sees it: what the command printed, and where it left its report."""

    code: int
    printed: str
    settings: Settings

    @property
    def data(self) -> dict[str, Any]:
        """The document below ``data``."""
        found: dict[str, Any] = json.loads(self.printed)["data"]
        return found

    @property
    def report(self) -> Path:
        """Folder of the report."""
        return run_folder(self.settings, self.data["run_id"]) / REPORT

    def reported(self, column: str) -> dict[tuple[str, str], str]:
        """A column of the reported predictions by moment and family, as it is written."""
        return reported(self.report, column)


@pytest.fixture(scope="session")
def told_replay(
    market_files: SampleFiles,
    replay_command: ReplayCommand,
    workspace_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ToldReplay]:
    """The replay of `ReplayHome.request`, run from the command line with training processes of its own."""
    home = tmp_path_factory.mktemp("told")
    (home / "models" / "lite").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BELLWETHER_HOME", str(home))
        patch.setenv("BELLWETHER_WORKSPACE_DATABASE_URL", workspace_url)
        code, printed = replay_command(market_files, "--json")
    settings = Settings(home=home, store=StoreSettings(workspace_url=SecretStr(workspace_url)))
    yield ToldReplay(code, printed, settings)
    for run_id in run_ids(settings):
        remove_run(settings, run_id)


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
