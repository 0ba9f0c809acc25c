from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bellwether.errors import StoreError, StoreUnavailable
from bellwether.identity import ModelVersion
from bellwether.news.headlines import HeadlineRow
from bellwether.store import migrate
from bellwether.store.database import Database, connect
from bellwether.store.headlines import insert_headlines, list_versions
from bellwether.store.models import ensure_model, list_models

REVISIONS = sorted(
    path.name[:4] for path in Path(migrate.__file__).parent.joinpath("migrations/versions").glob("0*.py")
)
SHAPE = """
    SELECT 'column', table_name || '.' || column_name,
           data_type || ' ' || is_nullable || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'function', proname, pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
    ORDER BY 1, 2, 3
"""
TABLES = {
    "budget_usage",
    "deployments",
    "drift_metrics",
    "experiments",
    "exposures",
    "feature_sets",
    "headline_duplicates",
    "incidents",
    "leases",
    "model_performance",
    "models",
    "prediction_logs",
    "processed_features",
    "publishers",
    "quarantine",
    "raw_candles",
    "raw_headlines",
    "run_events",
    "run_steps",
    "runs",
    "scorers",
    "sentiment_scores",
    "slots",
}


def _shape(dsn: str) -> list[tuple[str, ...]]:
    with connect(dsn) as conn:
        return conn.execute(SHAPE).fetchall()


def test_an_empty_database_has_no_revision(fresh_dsn: str) -> None:
    assert migrate.current(fresh_dsn) is None


def test_the_newest_schema_has_every_table(fresh_dsn: str) -> None:
    migrate.upgrade(fresh_dsn)

    with connect(fresh_dsn) as conn:
        found = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert {name for (name,) in found} == TABLES | {"alembic_version"}
    assert migrate.current(fresh_dsn) == migrate.head() == REVISIONS[-1]


def test_each_revision_goes_up_and_down_and_up_again_to_the_same_shape(fresh_dsn: str) -> None:
    shapes = [_shape(fresh_dsn)]
    for revision in REVISIONS:
        migrate.upgrade(fresh_dsn, revision)
        shapes.append(_shape(fresh_dsn))
    for revision, shape in zip([migrate.BASE, *REVISIONS[:-1]][::-1], shapes[-2::-1], strict=True):
        migrate.downgrade(fresh_dsn, revision)
        left = [row for row in _shape(fresh_dsn) if "alembic" not in row[1]]
        assert left == [row for row in shape if "alembic" not in row[1]]
    migrate.upgrade(fresh_dsn)

    assert _shape(fresh_dsn) == shapes[-1]


def test_upgrading_twice_is_upgrading_once(fresh_dsn: str) -> None:
    migrate.upgrade(fresh_dsn)
    shape = _shape(fresh_dsn)

    migrate.upgrade(fresh_dsn)

    assert _shape(fresh_dsn) == shape


def _headline() -> HeadlineRow:
    return HeadlineRow(
        key=UUID(int=1),
        revision=0,
        asset="BTC",
        publisher="The Paper",
        url=None,
        title="A title",
        text="A title",
        summary=None,
        event_us=0,
        known_us=1,
        is_known_assumed=False,
    )


def test_data_outlives_the_migrations_that_do_not_concern_it(fresh_dsn: str) -> None:
    migrate.upgrade(fresh_dsn)
    with Database(fresh_dsn) as database:
        with database.session() as conn:
            insert_headlines(conn, [_headline()], recorded_us=1)
            ensure_model(conn, "BTC", ModelVersion("vader", 1, 0, 0), "d")
        migrate.downgrade(fresh_dsn, "0001")
        migrate.upgrade(fresh_dsn)
        with database.session() as conn:
            headlines = list_versions(conn, "BTC", known_from_us=0, known_to_us=1)
            models = list_models(conn)

    assert headlines == [_headline()]
    assert models == []


def test_processes_that_migrate_at_once_take_turns(fresh_dsn: str, in_a_child: Callable[..., Any]) -> None:
    children = [in_a_child(migrate.upgrade, fresh_dsn) for _ in range(3)]

    assert [child.result() for child in children] == [None, None, None]
    assert migrate.current(fresh_dsn) == migrate.head()


def test_a_failing_migration_leaves_the_schema_as_it_was(fresh_dsn: str) -> None:
    with connect(fresh_dsn) as conn:
        conn.execute("CREATE TABLE models (in_the_way int)")
    shape = _shape(fresh_dsn)

    with pytest.raises(StoreError, match='relation "models" already exists'):
        migrate.upgrade(fresh_dsn)

    assert _shape(fresh_dsn) == shape


def test_a_schema_of_a_newer_version_is_left_alone(fresh_dsn: str) -> None:
    migrate.upgrade(fresh_dsn)
    with connect(fresh_dsn) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match="schema is 9999"):
        migrate.upgrade(fresh_dsn)


def test_an_unreachable_database_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="Could not reach"):
        migrate.upgrade("host=/nowhere user=x dbname=x")
