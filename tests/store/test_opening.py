from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from bellwether.errors import InputError, StoreUnavailable
from bellwether.settings import Settings, StoreSettings
from bellwether.store import migrate
from bellwether.store.candles import span
from bellwether.store.embedded.layout import Layout
from bellwether.store.embedded.locks import is_held
from bellwether.store.opening import drop_workspace, open_store, open_workspace
from bellwether.store.workspaces import database_exists


@pytest.fixture
def run_id() -> str:
    return uuid4().hex


def _settings(*, url: str | None = None, workspace_url: str | None = None) -> Settings:
    """Settings built in code: any connection string is taken as it is."""
    store = StoreSettings.model_construct(
        url=None if url is None else SecretStr(url),
        workspace_url=None if workspace_url is None else SecretStr(workspace_url),
    )
    return Settings.model_construct(store=store)


def test_the_live_store_is_where_the_setting_says_and_migrated(fresh_dsn: str) -> None:
    with open_store(_settings(url=fresh_dsn)) as database, database.session() as conn:
        assert span(conn, "BTC", "composite") is None

    assert migrate.current(fresh_dsn) == migrate.head()


def test_a_run_has_a_database_of_its_own_until_it_is_dropped(server_dsn: str, run_id: str) -> None:
    settings = _settings(workspace_url=server_dsn)
    with open_workspace(settings, run_id) as database, database.session() as conn:
        assert database.name == f"run_{run_id}"
        assert span(conn, "BTC", "composite") is None
    with open_workspace(settings, run_id):
        pass
    was_there = database_exists(server_dsn, f"run_{run_id}")
    drop_workspace(settings, run_id)
    drop_workspace(settings, run_id)

    assert was_there
    assert not database_exists(server_dsn, f"run_{run_id}")


@pytest.mark.parametrize("run_id", ["", "a;b", "../x", "x" * 59])
def test_an_id_that_cannot_name_a_database_is_refused(run_id: str) -> None:
    with pytest.raises(InputError, match="is not a run id"):
        open_workspace(_settings(), run_id)


def test_an_unreachable_store_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="Could not reach"):
        open_store(_settings(url="host=/nowhere user=x dbname=x"))


SCRIPT = """
import sys
from pathlib import Path
from bellwether.settings import Settings
from bellwether.store.opening import open_store, open_workspace

settings = Settings(home=Path(sys.argv[1]))
with open_store(settings) as live, live.session() as conn:
    print(live.name, conn.execute("SELECT count(*) FROM raw_candles").fetchone())
with open_workspace(settings, "r1") as run, run.session() as conn:
    print(run.name, conn.execute("SELECT count(*) FROM raw_candles").fetchone())
"""


def test_without_a_setting_both_live_on_the_embedded_server_which_ends_with_the_program(home: Path) -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT, str(home)],
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        for _ in range(2)
    ]

    assert [output.stdout for output in outputs] == ["bellwether (0,)\nrun_r1 (0,)\n"] * 2
    assert [output.stderr for output in outputs] == ["", ""]
    assert not is_held(Layout.of(home).alive)


def _open_both(settings: Settings, run_id: str) -> str:
    with open_workspace(settings, run_id) as database:
        return database.name


def test_processes_that_open_the_same_run_at_once_get_the_same_database(
    server_dsn: str, run_id: str, in_a_child: Callable[..., Any]
) -> None:
    settings = _settings(workspace_url=server_dsn)
    children = [in_a_child(_open_both, settings, run_id) for _ in range(3)]

    names = {child.result() for child in children}
    drop_workspace(settings, run_id)

    assert names == {f"run_{run_id}"}
