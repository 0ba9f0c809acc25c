from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from bellwether.errors import ConfigurationError, Conflict, StoreError, StoreUnavailable
from bellwether.store.database import Database


@pytest.fixture
def notes(database: Database) -> Iterator[Database]:
    with database.session() as conn:
        conn.execute("CREATE TABLE notes (id int PRIMARY KEY)")
    yield database
    with database.session() as conn:
        conn.execute("DROP TABLE notes")


def _count(database: Database) -> int:
    with database.session() as conn:
        row = conn.execute("SELECT count(*) FROM notes").fetchone()
    assert row is not None
    return int(row[0])


def test_a_session_commits_at_its_end(notes: Database) -> None:
    with notes.session() as conn:
        conn.execute("INSERT INTO notes VALUES (1), (2)")

    assert _count(notes) == 2


def _insert_and_raise(database: Database) -> None:
    with database.session() as conn:
        conn.execute("INSERT INTO notes VALUES (1)")
        raise LookupError("on the way")


def test_a_session_that_raises_leaves_nothing(notes: Database) -> None:
    with pytest.raises(LookupError, match="on the way"):
        _insert_and_raise(notes)

    assert _count(notes) == 0


def test_a_taken_key_is_a_conflict(notes: Database) -> None:
    with pytest.raises(Conflict, match="Another writer was first"), notes.session() as conn:
        conn.execute("INSERT INTO notes VALUES (1), (1)")


def test_a_statement_beyond_its_time_limit_is_unavailable_and_worth_another_try(database_dsn: str) -> None:
    with (
        Database(database_dsn, statement_timeout=timedelta(milliseconds=20)) as database,
        pytest.raises(StoreUnavailable, match="did not answer in time") as caught,
        database.session() as conn,
    ):
        conn.execute("SELECT pg_sleep(30)")

    assert caught.value.transient


def test_a_statement_that_is_no_sql_is_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="The database refused: syntax error"), database.session() as conn:
        conn.execute("GIVE ME ALL")


def test_a_missing_table_says_that_the_schema_is_old(database: Database) -> None:
    with pytest.raises(StoreError, match="schema does not fit") as caught, database.session() as conn:
        conn.execute("SELECT * FROM not_there")

    assert caught.value.hint is not None
    assert "migrates" in caught.value.hint


def test_half_a_character_is_refused_with_our_error(database: Database) -> None:
    with pytest.raises(StoreError, match="valid Unicode"), database.session() as conn:
        conn.execute("SELECT %s::text", ["\ud800"])


def test_an_unreachable_server_is_unavailable() -> None:
    database = Database("host=/nowhere port=1 dbname=x user=x")

    with pytest.raises(StoreUnavailable, match="Could not reach the database"), database.session():
        pass


def test_an_unreadable_address_is_not_repeated_for_it_may_hold_a_password() -> None:
    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        Database("postgres secret-password")

    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_the_next_session_works_after_the_server_dropped_the_kept_connection(
    notes: Database, database_dsn: str
) -> None:
    with notes.session() as conn:
        conn.execute("INSERT INTO notes VALUES (1)")
    with psycopg.connect(database_dsn, autocommit=True, prepare_threshold=None) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert _count(notes) == 1


def test_connections_are_used_again(database: Database) -> None:
    with database.session() as first:
        pass

    with database.session() as second:
        pass

    assert first is second


def _insert_and_lose_the_connection(database: Database) -> None:
    with database.session() as conn:
        conn.execute("INSERT INTO notes VALUES (1)")
        conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_lost_connection_is_unavailable_and_its_transaction_is_gone(notes: Database) -> None:
    with pytest.raises(StoreUnavailable, match="Could not reach the database"):
        _insert_and_lose_the_connection(notes)

    assert _count(notes) == 0


def _insert(database: Database, number: int) -> None:
    with database.session() as conn:
        conn.execute("INSERT INTO notes VALUES (%s)", [number])


def test_a_forked_child_opens_its_own_connection(notes: Database, in_a_child: Callable[..., Any]) -> None:
    _insert(notes, 1)

    in_a_child(_insert, notes, 2).result()

    _insert(notes, 3)
    assert _count(notes) == 3


def test_its_text_form_names_the_database_alone() -> None:
    database = Database("postgresql://somebody:secret@example.org/prices")

    assert repr(database) == "Database('prices')"
