from __future__ import annotations

import codecs
import os
import pwd
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from bellwether.clock import SLOT_US
from bellwether.errors import StoreUnavailable
from bellwether.market.candles import Candles
from bellwether.store import migrate
from bellwether.store.candles import insert_candles, load_candles
from bellwether.store.database import Database
from bellwether.store.embedded import EmbeddedServer
from bellwether.store.embedded.layout import STATE_ROOT, Layout
from bellwether.store.embedded.locks import is_held
from bellwether.store.workspaces import create_database

is_root = os.geteuid() == 0


def ask(server: EmbeddedServer, query: str) -> Any:
    """The first value a query gives."""
    with psycopg.connect(server.dsn()) as conn:
        row = conn.execute(query).fetchone()
    assert row is not None
    return row[0]


def started_at(server: EmbeddedServer) -> datetime:
    at = ask(server, "SELECT pg_postmaster_start_time()")
    assert isinstance(at, datetime)
    return at


def kill_postmaster(home: Path) -> None:
    """End the server as the kernel does when memory runs out; it is reaped whenever."""
    note = Layout.of(home).pid_file.read_text(encoding="utf-8")
    os.kill(int(note.splitlines()[0]), signal.SIGKILL)


def is_running(home: Path) -> bool:
    return is_held(Layout.of(home).alive)


def test_a_server_starts_and_answers_on_a_socket_alone(home: Path) -> None:
    server = EmbeddedServer.start(home)

    assert ask(server, "SELECT 1 + 1") == 2
    assert ask(server, "SHOW listen_addresses") == ""
    assert ask(server, "SHOW fsync") == "on"
    assert ask(server, "SHOW synchronous_commit") == "on"
    assert ask(server, "SHOW timezone") == "UTC"
    server.stop()


def test_any_path_is_a_home(tmp_path: Path) -> None:
    home = tmp_path / 'it\'s $HOME; `x` "y" \\ ünï, %s'
    server = EmbeddedServer.start(home)
    try:
        assert ask(server, "SELECT 1") == 1
    finally:
        EmbeddedServer.destroy(home)


def test_the_last_user_takes_the_server_down(home: Path) -> None:
    first, second = EmbeddedServer.start(home), EmbeddedServer.start(home)
    same = started_at(first) == started_at(second)
    first.stop()
    with_one_left = ask(second, "SELECT 1")
    second.stop()
    second.stop()

    assert same
    assert with_one_left == 1
    assert not is_running(home)


def test_what_is_committed_is_there_after_a_restart(home: Path) -> None:
    server = EmbeddedServer.start(home)
    with psycopg.connect(server.dsn()) as conn:
        conn.execute("CREATE TABLE notes AS SELECT 7 AS n")
    server.stop()

    server = EmbeddedServer.start(home)
    assert ask(server, "SELECT n FROM notes") == 7


def test_a_killed_server_is_started_again_with_everything_committed(home: Path) -> None:
    server = EmbeddedServer.start(home)
    with psycopg.connect(server.dsn()) as conn:
        conn.execute("CREATE TABLE rounds (n int PRIMARY KEY)")
    for n in range(5):
        conn = psycopg.connect(server.dsn())
        conn.execute("INSERT INTO rounds VALUES (%s)", [n])
        conn.commit()
        conn.execute("INSERT INTO rounds VALUES (%s)", [100 + n])  # never committed
        kill_postmaster(home)
        server = EmbeddedServer.start(home)
        conn.close()

        assert ask(server, "SELECT array_agg(n ORDER BY n) FROM rounds") == list(range(n + 1))


def test_a_killed_server_leaves_nothing_that_keeps_its_home_from_being_removed(home: Path) -> None:
    EmbeddedServer.start(home)
    kill_postmaster(home)

    EmbeddedServer.destroy(home)

    assert not Layout.of(home).base.exists()


def _start_and_tell(home: Path) -> datetime:
    return started_at(EmbeddedServer.start(home))


def test_processes_that_start_it_at_once_get_one_server(home: Path, in_a_child: Callable[..., Any]) -> None:
    children = [in_a_child(_start_and_tell, home) for _ in range(4)]

    assert len({child.result() for child in children}) == 1


def _start_and_stay(home: Path, said: int) -> None:
    EmbeddedServer.start(home)
    os.write(said, b"started")
    signal.pause()


@pytest.fixture
def killed_user(home: Path, in_a_child: Callable[..., Any]) -> None:
    """A process that started the server and was killed."""
    listening, said = os.pipe()
    child = in_a_child(_start_and_stay, home, said)
    os.read(listening, 7)
    child.kill()


@pytest.mark.usefixtures("killed_user")
def test_the_server_of_a_killed_user_goes_with_the_next_one(home: Path) -> None:
    was_running = is_running(home)
    EmbeddedServer.start(home).stop()

    assert was_running
    assert not is_running(home)


def test_a_process_that_ends_stops_the_server_it_used_alone(home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from bellwether.store.embedded import EmbeddedServer;"
        "EmbeddedServer.start(Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", script, str(home)], check=True, timeout=60)

    assert Layout.of(home).data.is_dir()
    assert not is_running(home)


def _stop(server: EmbeddedServer) -> None:
    server.stop()


def test_a_forked_child_does_not_stop_its_parents_server(home: Path, in_a_child: Callable[..., Any]) -> None:
    server = EmbeddedServer.start(home)

    in_a_child(_stop, server).result()

    assert ask(server, "SELECT 1") == 1


def test_no_folder_that_was_there_changes_its_mode(home: Path) -> None:
    home.mkdir(exist_ok=True)
    home.chmod(0o700)
    home.parent.chmod(0o711)
    folders = [home, *home.parents, STATE_ROOT.parent]
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in folders]

    EmbeddedServer.start(home)
    EmbeddedServer.destroy(home)

    assert [(folder.stat().st_mode, folder.stat().st_uid) for folder in folders] == before


def test_data_and_socket_are_their_owners_alone(home: Path) -> None:
    server = EmbeddedServer.start(home)
    layout = Layout.of(home)
    host = psycopg.conninfo.conninfo_to_dict(server.dsn())["host"]

    assert layout.data.stat().st_mode & 0o777 == 0o700
    assert Path(str(host)).stat().st_mode & 0o777 == 0o700
    assert layout.log.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def private_home() -> Iterator[Path]:
    """A home of the ordinary user ``nobody``, where the binaries can be reached by it."""
    if not is_root:
        pytest.skip("an ordinary user runs every other test here")
    spec_parents = [Path(psycopg.__file__), *Path(psycopg.__file__).parents]
    if not all(path.stat().st_mode & 0o005 for path in spec_parents):
        pytest.skip("the environment lies where an ordinary user cannot go")
    nobody = pwd.getpwnam("nobody")
    home = Path("/tmp") / f"bellwether test {os.getpid()}"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    yield home
    shutil.rmtree(home)


def _become_nobody() -> None:
    """Give up root's rights; the interpreter's own files may be out of reach from then on."""
    for encoding in ("ascii", "idna"):  # loaded on first use
        codecs.lookup(encoding)
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def _use_as_an_ordinary_user(home: Path) -> tuple[str, int, bool]:
    _become_nobody()
    server = EmbeddedServer.start(home)
    owner = Layout.of(home).data.stat().st_uid
    user = ask(server, "SELECT system_user")
    kill_postmaster(home)
    server = EmbeddedServer.start(home)
    ask(server, "SELECT 1")
    is_inside = Path(server.dsn().partition("host=")[2].strip("'")).is_relative_to(home)
    EmbeddedServer.destroy(home)
    return user, owner, is_inside or Layout.of(home).base.is_relative_to(home)


def test_an_ordinary_user_keeps_everything_under_the_home(
    private_home: Path, in_a_child: Callable[..., Any]
) -> None:
    user, owner, is_inside = in_a_child(_use_as_an_ordinary_user, private_home).result()

    assert user == "peer:nobody"
    assert owner == pwd.getpwnam("nobody").pw_uid
    assert is_inside


def _use_with_a_long_path(home: Path) -> int:
    _become_nobody()
    answer = ask(EmbeddedServer.start(home / ("x" * 100)), "SELECT 1")
    EmbeddedServer.destroy(home / ("x" * 100))
    return int(answer)


def test_a_path_too_long_for_a_socket_is_a_home(private_home: Path, in_a_child: Callable[..., Any]) -> None:
    before = set(Path("/tmp").glob("bellwether-*"))

    assert in_a_child(_use_with_a_long_path, private_home).result() == 1
    assert set(Path("/tmp").glob("bellwether-*")) <= before


def _start_where_nothing_can_be_written(home: Path) -> str:
    _become_nobody()
    with pytest.raises(StoreUnavailable, match="cannot use") as caught:
        EmbeddedServer.start(home)
    return str(caught.value.hint)


def test_a_home_that_cannot_be_written_says_so(private_home: Path, in_a_child: Callable[..., Any]) -> None:
    os.chown(private_home, 0, 0)

    hint = in_a_child(_start_where_nothing_can_be_written, private_home / "home").result()

    assert "BELLWETHER_HOME" in hint


def test_without_the_binaries_it_says_what_to_install(
    new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(
        sys, "meta_path", [finder for finder in sys.meta_path if not hasattr(finder, "known_source_files")]
    )

    with pytest.raises(StoreUnavailable, match="not installed") as caught:
        EmbeddedServer.start(new_home)

    assert caught.value.hint is not None
    assert "bellwether[embedded]" in caught.value.hint
    assert "DATABASE_URL" in caught.value.hint


def test_a_server_that_does_not_start_says_why(home: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"did not start: configuration file .* contains errors"):
        EmbeddedServer.start(home, settings={"shared_buffers": "much"})

    assert ask(EmbeddedServer.start(home), "SELECT 1") == 1


def test_data_of_another_major_version_is_left_alone(home: Path) -> None:
    EmbeddedServer.start(home).stop()
    (Layout.of(home).data / "PG_VERSION").write_text("17\n", encoding="utf-8")

    with pytest.raises(StoreUnavailable, match="written by PostgreSQL 17; this is 18"):
        EmbeddedServer.start(home)


def test_a_data_directory_that_was_never_finished_is_made_anew(new_home: Path) -> None:
    layout = Layout.of(new_home)
    layout.create()
    layout.fresh_data.mkdir()
    (layout.fresh_data / "PG_VERSION").write_text("18\n", encoding="utf-8")

    assert ask(EmbeddedServer.start(new_home), "SELECT 1") == 1


def test_a_full_disk_is_named(new_home: Path) -> None:
    layout = Layout.of(new_home)
    layout.base.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m,mode=0711", "tmpfs", str(layout.base)]
    if not is_root or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        layout.base.rmdir()
        pytest.skip("a small disk cannot be mounted here")
    try:
        with pytest.raises(StoreUnavailable, match="could not be created") as caught:
            EmbeddedServer.start(new_home)
    finally:
        subprocess.run(["umount", str(layout.base)], check=True)

    assert caught.value.hint is not None
    assert caught.value.hint.startswith("Free some space")


N_BARS = 400


def _insert_batches(dsn: str, first: int, said: int) -> None:
    """Insert batches of bars, one transaction each, and say when each is committed."""
    with Database(dsn) as database:
        for number in range(first, first + 10_000):
            open_us = (number * N_BARS + np.arange(N_BARS)) * SLOT_US
            price = np.full(N_BARS, 1.0 + number)
            bars = Candles(
                interval_us=SLOT_US,
                open_us=open_us,
                open=price,
                high=price,
                low=price,
                close=price,
                volume=price,
                known_us=open_us + SLOT_US,
                revision=np.zeros(N_BARS, np.int64),
            )
            with database.session() as conn:
                insert_candles(conn, "BTC", "composite", bars, recorded_us=0)
            os.write(said, b"+")


def test_a_database_killed_during_bulk_loads_loses_and_doubles_nothing(
    home: Path, in_a_child: Callable[..., Any]
) -> None:
    """What was said to be committed is there, all of each batch or nothing, and each bar once."""
    server = EmbeddedServer.start(home)
    create_database(server.dsn(), "loads")
    migrate.upgrade(server.dsn("loads"))
    chance, n_stored = random.Random(20250705), 0
    for _ in range(5):
        listening, said = os.pipe()
        child = in_a_child(_insert_batches, server.dsn("loads"), n_stored, said)
        os.close(said)
        os.read(listening, 1)
        n_said = 1
        time.sleep(chance.uniform(0, 0.1))  # the moment of the kill is what is tried here
        kill_postmaster(home)
        with pytest.raises(AssertionError, match="StoreUnavailable"):
            child.result()
        while said_more := os.read(listening, 4096):
            n_said += len(said_more)
        os.close(listening)

        server = EmbeddedServer.start(home)
        with Database(server.dsn("loads")) as database, database.session() as conn:
            bars = load_candles(conn, "BTC", "composite", SLOT_US, from_us=0, to_us=2**62)

        n_batches, rest = divmod(len(bars), N_BARS)
        assert rest == 0
        assert n_stored + n_said <= n_batches <= n_stored + n_said + 1
        assert np.array_equal(bars.open_us, np.arange(len(bars)) * SLOT_US)
        assert np.array_equal(bars.close, 1.0 + np.arange(len(bars)) // N_BARS)
        n_stored = n_batches
