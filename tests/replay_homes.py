"""Places to run replays in, and a replay as its caller sees it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bellwether.cli import main
from bellwether.clock import SystemClock
from bellwether.identity import Horizon, Source
from bellwether.pipelines.replay import run_replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.sample import SampleFiles
from bellwether.pipelines.workspace import REPORT, remove_run, run_folder, run_ids
from bellwether.sentiment.opening import lite_digest
from bellwether.settings import Settings, load_settings

MARKET_START = datetime(2001, 1, 1, tzinfo=UTC)

Reported = dict[tuple[str, str], str]
"""A column of ``predictions.csv`` by moment and family, as it is written."""


@dataclass(frozen=True)
class ReplayHome:
    """A place to run replays in: its own folder, and databases on the session's server.

    Trainings run one after the other in this process, which spares starting others.

    Attributes
    ----------
    environ : mapping
        The variables under which commands find it.
    pool : Executor
    """

    environ: Mapping[str, str]
    pool: Executor

    @classmethod
    def of_vader(cls, home: Path, workspace_url: str, pool: Executor) -> ReplayHome:
        """A place where VADER reads alone, which spares half of the trainings: the fitted lite is broken."""
        (home / "models" / "lite").mkdir(parents=True)
        environ = {"BELLWETHER_HOME": str(home), "BELLWETHER_WORKSPACE_DATABASE_URL": workspace_url}
        return cls(environ, pool)

    @property
    def settings(self) -> Settings:
        return load_settings(None, self.environ)

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

    def reported(self, run_id: str, column: str) -> Reported:
        return reported(run_folder(self.settings, run_id) / REPORT, column)

    def remove_runs(self) -> None:
        """Leave nothing on the session's server."""
        for run_id in run_ids(self.settings):
            remove_run(self.settings, run_id)


MakeReplays = Callable[[], ReplayHome]


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

    def reported(self, column: str) -> Reported:
        return reported(self.report, column)


def reported(report: Path, column: str) -> Reported:
    with (report / "predictions.csv").open(newline="") as file:
        return {(row["as_of"], row["family"]): row[column] for row in csv.DictReader(file)}


def typed(*arguments: str) -> tuple[int, str]:
    """Run a command line; its exit code and standard output."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = main.run(arguments)
    return code, printed.getvalue()


def typed_replay(files: SampleFiles, *more: str) -> tuple[int, str]:
    """The request of `ReplayHome.request` as a person types it."""
    options = {
        "--headlines": files.headlines,
        "--candles": files.candles,
        "--revisions": files.revisions,
        "--from": "2001-01-16",
        "--to": "2001-01-21",
        "--train-every": "3d",
        "--trials": "2",
    }
    return typed("replay", *(str(word) for option in options.items() for word in option), *more)
