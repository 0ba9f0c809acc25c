from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from bellwether.errors import Conflict, StoreUnavailable
from bellwether.store.database import connect, database_name
from bellwether.store.workspaces import create_database, database_exists, drop_database, with_database


def test_a_database_is_made_and_dropped(server_dsn: str) -> None:
    name = f'odd "name" {uuid4().hex[:8]}'
    create_database(server_dsn, name)
    made = database_exists(server_dsn, name)
    drop_database(server_dsn, name)

    assert made
    assert not database_exists(server_dsn, name)


def test_a_taken_name_is_a_conflict(server_dsn: str, fresh_dsn: str) -> None:
    with pytest.raises(Conflict, match="already exists"):
        create_database(server_dsn, database_name(fresh_dsn))


def test_dropping_ends_the_connections_and_dropping_again_is_nothing(server_dsn: str) -> None:
    name = f"test_{uuid4().hex}"
    create_database(server_dsn, name)
    conn = connect(with_database(server_dsn, name))
    conn.execute("SELECT 1")
    drop_database(server_dsn, name)
    drop_database(server_dsn, name)

    with pytest.raises(psycopg.OperationalError, match="terminat"):
        conn.execute("SELECT 1")
    conn.close()
    assert not database_exists(server_dsn, name)


def test_the_rest_of_an_address_stays() -> None:
    dsn = with_database("postgresql://me:secret@example.org:6432/a?sslmode=require", "b")

    assert "dbname=b" in dsn
    assert "sslmode=require" in dsn
    assert "password=secret" in dsn


def test_an_unreachable_server_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="Could not reach"):
        database_exists("host=/nowhere user=x", "a")
