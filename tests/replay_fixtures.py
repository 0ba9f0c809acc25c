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
from bellwether.pipelines.workspace import remove_run
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
    data : dict
        Its document.
    """

    environ: Mapping[str, str]
    run_id: str
    data: dict[str, Any]

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
    environ = _environ(home)
    server = (
        None
        if "BELLWETHER_WORKSPACE_DATABASE_URL" in environ
        else EmbeddedServer.start(home, settings=server_settings)
    )
    try:
        yield _finished(home, environ)
    finally:
        if server is not None:
            server.stop()
        with held(tests_root / "turn.lock"):
            lock.close()
            if not is_held(home / "session.lock"):
                _remove(home, environ)


@pytest.fixture
def replay_environment(sample_replay: SampleReplay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Commands find the sample replay, and nothing else of this machine; its id."""
    for name in ("DATABASE_URL", "FINBERT_MODEL", "BELLWETHER_WORKSPACE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in sample_replay.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return sample_replay.run_id


def _environ(home: Path) -> dict[str, str]:
    """The shared home, with the server that tests are told to use or else one of its own."""
    url = os.environ.get("BELLWETHER_TEST_DATABASE_URL")
    server = {} if url is None else {"BELLWETHER_WORKSPACE_DATABASE_URL": database_url(url)}
    return {"BELLWETHER_HOME": str(home), **server}


def _finished(home: Path, environ: Mapping[str, str]) -> SampleReplay:
    """The replay, run by whoever comes first."""
    document = home / "replay.json"
    with held(home / "turn.lock"):
        if not document.exists():
            document.write_text(json.dumps(_replay(home, environ)))
    data = json.loads(document.read_text())
    return SampleReplay(environ, data["run_id"], data)


def _replay(home: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    settings = load_settings(None, environ)
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
        return run_replay(request, settings=settings, clock=SystemClock(), pool=pool).data


def _remove(home: Path, environ: Mapping[str, str]) -> None:
    """The last worker clears up."""
    settings = load_settings(None, environ)
    if settings.store.workspace_url is None:
        EmbeddedServer.destroy(home)
    elif (home / "replay.json").exists():
        remove_run(settings, json.loads((home / "replay.json").read_text())["run_id"])
    shutil.rmtree(home)
