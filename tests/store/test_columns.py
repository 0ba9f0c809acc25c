from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from bellwether.clock import parse_moment, to_us
from bellwether.errors import StoreError
from bellwether.store.columns import (
    BOOLEAN,
    DOUBLE,
    INTEGER,
    MOMENT,
    SMALLINT,
    UUIDS,
    incoming,
    read_columns,
    reals,
    write_columns,
    write_rows,
)
from bellwether.store.database import Database

_shared_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


@given(bits=npst.arrays(np.uint32, st.tuples(st.integers(0, 20), st.integers(1, 8))))
@_shared_database
def test_every_bit_of_a_feature_comes_back(database: Database, bits: np.ndarray) -> None:
    """Random bits: among them NaNs of every kind, infinities, -0 and denormals."""
    kind = reals(bits.shape[1])
    with database.session() as conn, incoming(conn, "features real[]"):
        write_columns(conn, "incoming", {"features": (kind, bits.view(np.float32))})
        found = read_columns(conn, "SELECT features FROM incoming", {}, kinds={"features": kind})

    assert found["features"].view(np.uint32).tolist() == bits.tolist()


@given(values=st.lists(st.tuples(st.integers(-(2**15), 2**15 - 1), st.integers(0, 2**51), st.floats())))
@_shared_database
def test_numbers_come_back_as_they_went(database: Database, values: list[tuple[int, int, float]]) -> None:
    columns = {
        "small": (SMALLINT, np.array([row[0] for row in values], np.int64)),
        "at": (MOMENT, np.array([row[1] for row in values], np.int64)),
        "number": (DOUBLE, np.array([row[2] for row in values], np.float64)),
    }
    with database.session() as conn, incoming(conn, "small int2, at timestamptz, number float8"):
        write_columns(conn, "incoming", columns)
        found = read_columns(
            conn,
            "SELECT small, at, number FROM incoming",
            {},
            kinds={"small": SMALLINT, "at": MOMENT, "number": DOUBLE},
        )

    assert found["small"].tolist() == columns["small"][1].tolist()
    assert found["at"].tolist() == columns["at"][1].tolist()
    assert found["number"].view(np.uint64).tolist() == columns["number"][1].view(np.uint64).tolist()


def test_a_moment_means_the_same_in_sql(database: Database) -> None:
    moment_us = to_us(parse_moment("2025-07-05T14:15:00.000001Z"))
    with database.session() as conn, incoming(conn, "at timestamptz"):
        write_columns(conn, "incoming", {"at": (MOMENT, np.array([moment_us]))})
        row = conn.execute("SELECT at = '2025-07-05 14:15:00.000001+00' FROM incoming").fetchone()

    assert row == (True,)


def test_the_other_kinds_are_read(database: Database) -> None:
    with database.session() as conn:
        found = read_columns(
            conn,
            "SELECT 7, true, '00000000-0000-0000-0000-000000000100'::uuid",
            {},
            kinds={"n": INTEGER, "is_so": BOOLEAN, "key": UUIDS},
        )

    assert found["n"].tolist() == [7]
    assert found["is_so"].tolist() == [True]
    assert found["key"].tolist() == [bytes(14) + b"\x01"]  # numpy drops a trailing zero, alike for all


@pytest.mark.parametrize("query", ["SELECT NULL::float8", "SELECT 1::int8", "SELECT 1::float8, 2::float8"])
def test_what_does_not_fit_its_kind_is_refused(database: Database, query: str) -> None:
    kinds = {"number": SMALLINT} if "int8" in query else {"number": DOUBLE}

    with pytest.raises(StoreError, match="missing or has another width"), database.session() as conn:
        read_columns(conn, query, {}, kinds=kinds)


def test_a_row_of_another_length_among_others_is_refused(database: Database) -> None:
    query = "SELECT features FROM (VALUES ('{1}'::real[]), ('{1,2}'::real[])) AS v (features)"

    with pytest.raises(StoreError, match="another width"), database.session() as conn:
        read_columns(conn, query, {}, kinds={"features": reals(1)})


def test_incoming_rows_do_not_outlive_their_transaction(database: Database) -> None:
    with database.session() as conn, incoming(conn, "id int4"):
        write_rows(conn, "incoming", [(1,), (2,)], types={"id": "int4"})

    with pytest.raises(StoreError, match="incoming"), database.session() as conn:
        conn.execute("SELECT * FROM incoming")
