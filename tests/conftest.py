"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from bellwether.store import migrate
from bellwether.store.database import Database, connect
from bellwether.store.embedded import EmbeddedServer
from bellwether.store.embedded.locks import FileLock, held, is_held
from bellwether.store.workspaces import create_database, drop_database, with_database

pytest_plugins = ("replay_fixtures",)

# A law is not a benchmark: on a busy machine an example may take its time.
settings.register_profile("bellwether", deadline=None)
settings.load_profile("bellwether")

_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def recorded_data() -> Path:
    """The folder of recorded prices, news and labels; ``BELLWETHER_DATA`` says where it is."""
    default = _ROOT.parent / "shared" / "data"
    folder = Path(os.environ.get("BELLWETHER_DATA", default))
    return _present(folder, "the recorded data", "BELLWETHER_DATA")


@pytest.fixture(scope="session")
def finbert_folder(recorded_data: Path) -> Path:
    """A model folder of FinBERT's shape; ``BELLWETHER_TEST_FINBERT`` says where it is."""
    default = recorded_data.parent / "models" / "finbert_minilm"
    folder = Path(os.environ.get("BELLWETHER_TEST_FINBERT", default))
    return _present(folder, "the FinBERT-shaped test model", "BELLWETHER_TEST_FINBERT")


def _present(folder: Path, what: str, variable: str) -> Path:
    """``folder``, or the test is skipped; with ``BELLWETHER_REQUIRE_DATA=1`` it fails instead."""
    if folder.is_dir():
        return folder
    reason = f"{what} is not at {folder}; {variable} says where it is"
    if os.environ.get("BELLWETHER_REQUIRE_DATA") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


# a test's database is gone with the machine: it need not survive the machine
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def server_dsn(tests_root: Path) -> Iterator[str]:
    """A PostgreSQL server whose user may create databases: an embedded one of this session.

    ``BELLWETHER_TEST_DATABASE_URL`` names another, a transaction-mode pooler for example.
    """
    if url := os.environ.get("BELLWETHER_TEST_DATABASE_URL"):
        yield url
        return
    home, lock = _session_home(tests_root)
    server = EmbeddedServer.start(home, settings=_FAST)
    try:
        yield server.dsn()
    finally:
        server.stop()
        EmbeddedServer.destroy(home)
        shutil.rmtree(home)
        lock.close()


@pytest.fixture(scope="session")
def server_settings() -> dict[str, str]:
    """Settings of a test's own server."""
    return _FAST


@pytest.fixture(scope="session")
def tests_root() -> Path:
    """Where test sessions keep their homes; a folder there belongs to whoever holds its session.lock."""
    root = Path(tempfile.gettempdir()) / f"bellwether-tests-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    return root


def _session_home(root: Path) -> tuple[Path, FileLock]:
    """A home for this session's server; what killed sessions left is removed first."""
    with held(root / "turn.lock"):
        for left in root.iterdir():
            if left.is_dir() and not is_held(left / "session.lock"):
                EmbeddedServer.destroy(left)
                shutil.rmtree(left)
        home = Path(tempfile.mkdtemp(dir=root))
        lock = FileLock(home / "session.lock")
        lock.acquire()
    return home, lock


@pytest.fixture(scope="session")
def session_dsn(server_dsn: str) -> Iterator[str]:
    """Connection string of a migrated database that the tests of a session share, one at a time."""
    name = f"test_{uuid4().hex}"
    create_database(server_dsn, name)
    dsn = with_database(server_dsn, name)
    migrate.upgrade(dsn)
    yield dsn
    drop_database(server_dsn, name)


@pytest.fixture
def database_dsn(session_dsn: str) -> Iterator[str]:
    """Connection string of a migrated, empty database for one test."""
    yield session_dsn
    with connect(session_dsn) as conn:
        conn.execute(_EMPTY)


# quicker by far than a database per test, and a pooler need not open connections to each
_EMPTY = """
    DO $$
    DECLARE
        found record;
        has_rows boolean;
    BEGIN
        SET LOCAL lock_timeout = '10s';  -- a test that left a transaction open fails, and does not hang
        SET LOCAL client_min_messages = warning;
        FOR found IN
            SELECT oid::regclass AS name FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', found.name) INTO has_rows;
            IF has_rows THEN
                EXECUTE format('TRUNCATE %s CASCADE', found.name);
            END IF;
        END LOOP;
        PERFORM setval(oid, 1, false) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
    END
    $$
"""


@pytest.fixture
def fresh_dsn(server_dsn: str) -> Iterator[str]:
    """Connection string of a database of this test's own, with nothing in it."""
    name = f"test_{uuid4().hex}"
    create_database(server_dsn, name)
    yield with_database(server_dsn, name)
    drop_database(server_dsn, name)


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database]:
    """A migrated, empty database of this test's own."""
    with Database(database_dsn) as database:
        yield database
