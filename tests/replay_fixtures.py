"""One small replay of the sample market for all tests of a session that read one.

It is run once, whichever worker needs it first, in a home that the workers share; nothing may write
to it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from psycopg.conninfo import conninfo_to_dict

from bellwether.clock import SystemClock
from bellwether.identity import Horizon, Source
from bellwether.pipelines.place import Place, open_place
from bellwether.pipelines.replay import run_replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.sample import write_sample
from bellwether.pipelines.workspace import REPORT, remove_run, run_folder
from bellwether.sample.market import sample_market
from bellwether.sentiment.opening import lite_digest
from bellwether.settings import Settings, load_settings
from bellwether.store.embedded import EmbeddedServer
from bellwether.store.embedded.locks import FileLock, held, is_held

START = datetime(2001, 1, 1, tzinfo=UTC)
HISTORY = timedelta(days=30)
JUDGED = timedelta(days=8)


@dataclass(frozen=True)
class SampleReplay:
    """A finished replay.

    Attributes
    ----------
    environ : mapping
        The variables under which commands find it.
    run_id : str
    """

    environ: Mapping[str, str]
    run_id: str

    @property
    def report(self) -> Path:
        """Folder of its report."""
        return run_folder(self.settings, self.run_id) / REPORT

    @cached_property
    def data(self) -> dict[str, Any]:
        """Its document."""
        found: dict[str, Any] = json.loads((self.report / "report.json").read_bytes())
        return found

    @property
    def settings(self) -> Settings:
        """Settings under which pipelines find it."""
        return load_settings(None, self.environ)

    @contextmanager
    def place(self) -> Iterator[Place]:
        """The run, opened for reading."""
        with open_place(self.settings, self.run_id) as place:
            yield place


def database_url(dsn: str) -> str:
    """A connection string in the form of a URL, as settings take it."""
    parts = conninfo_to_dict(dsn)
    return f"postgresql:///{parts.pop('dbname', 'postgres')}?{urlencode(parts)}"


@pytest.fixture(scope="session")
def sample_replay(
    tests_root: Path, server_settings: Mapping[str, str], testrun_uid: str
) -> Iterator[SampleReplay]:
    """Thirty days of hourly bars to learn from and eight that are predicted, read by VADER and lite."""
    home = tests_root / f"replay-{testrun_uid}"
    with held(tests_root / "turn.lock"):
        home.mkdir(exist_ok=True)
        lock = FileLock(home / "session.lock")
        lock.share()
    outer_url = os.environ.get("BELLWETHER_TEST_DATABASE_URL")
    server = EmbeddedServer.start(home, settings=server_settings) if outer_url is None else None
    url = database_url(outer_url if server is None else server.dsn())
    environ = {"BELLWETHER_HOME": str(home), "BELLWETHER_WORKSPACE_DATABASE_URL": url}
    try:
        yield _finished(home, environ)
    finally:
        if server is not None:
            server.stop()
        with held(tests_root / "turn.lock"):
            lock.close()
            if not is_held(home / "session.lock"):
                _remove(home, environ, is_embedded=server is not None)


@pytest.fixture
def replay_environment(sample_replay: SampleReplay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Commands find the sample replay, and nothing else of this machine; its id."""
    for name in ("DATABASE_URL", "FINBERT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in sample_replay.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return sample_replay.run_id


def _finished(home: Path, environ: Mapping[str, str]) -> SampleReplay:
    """The replay, run by whoever comes first."""
    note = home / "run_id"
    with held(home / "turn.lock"):
        if not note.exists():
            note.write_text(_replay(home, load_settings(None, environ)))
    return SampleReplay(environ, note.read_text())


def _replay(home: Path, settings: Settings) -> str:
    """Run it; its id."""
    market = sample_market(
        seed=5,
        start=START,
        days=(HISTORY + JUDGED).days,
        headlines_per_day=60,
        regime_change_at=None,
        interval="1h",
    )
    files = write_sample(market, home / "market")
    request = ReplayRequest(
        headlines=(files.headlines,),
        candles=(files.candles,),
        scores=(),
        revisions=(files.revisions,),
        start=START + HISTORY,
        end=START + HISTORY + JUDGED,
        horizon=Horizon.H1,
        train_every=timedelta(days=4),
        trials=2,
        source=Source.SAMPLE,
        lite_digest=lite_digest(settings),
    )
    with ThreadPoolExecutor(1) as pool:  # in this process: starting others would take longer
        run_replay(request, settings=settings, clock=SystemClock(), pool=pool)
    return request.run_id()


def _remove(home: Path, environ: Mapping[str, str], *, is_embedded: bool) -> None:
    """The last worker clears up."""
    run_id = home / "run_id"
    if is_embedded:
        EmbeddedServer.destroy(home)
    elif run_id.exists():
        remove_run(load_settings(None, environ), run_id.read_text())
    shutil.rmtree(home)
