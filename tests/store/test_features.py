from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bellwether.clock import GRACE_US, HOUR_US, SLOT_US, parse_moment, to_us
from bellwether.errors import InvalidSchema, NotFound, StoreError
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import Source
from bellwether.store.database import Connection, Database
from bellwether.store.features import ensure_feature_set, find_feature_set, insert_features, load_features

START = to_us(parse_moment("2025-07-05T12:00Z"))
NAMES = ("rsi", "tone")


def matrix(*rows: tuple[float, float]) -> FeatureMatrix:
    """Rows of slots from noon on, built at the end of their grace."""
    as_of_us = START + np.arange(len(rows)) * SLOT_US
    values = np.array(rows, np.float32).reshape(len(rows), 2)
    return FeatureMatrix(as_of_us, as_of_us + GRACE_US, NAMES, values)


def store(conn: Connection, rows: FeatureMatrix, *, source: Source = Source.LIVE) -> int:
    number = ensure_feature_set(conn, "base", "d1", NAMES)
    return insert_features(conn, "BTC", number, rows, source=source, recorded_us=START)


def load(conn: Connection, *, source: Source = Source.LIVE) -> FeatureMatrix:
    number = ensure_feature_set(conn, "base", "d1", NAMES)
    return load_features(conn, "BTC", number, from_us=-(2**63), to_us=2**63 - 1, source=source)


def test_rows_come_back_as_they_went(database: Database) -> None:
    went = matrix((1.5, np.nan), (-0.0, np.inf))
    with database.session() as conn:
        n_added = store(conn, went)
        came = load(conn)

    assert n_added == 2
    assert came.names == NAMES
    assert came.as_of_us.tolist() == went.as_of_us.tolist()
    assert came.known_by_us.tolist() == went.known_by_us.tolist()
    assert came.values.tobytes() == went.values.tobytes()


def test_storing_twice_is_storing_once_also_where_a_value_is_missing(database: Database) -> None:
    with database.session() as conn:
        store(conn, matrix((1.0, np.nan)))

        assert store(conn, matrix((1.0, np.nan))) == 0


def test_a_row_that_differs_is_the_next_revision_and_the_latest_counts(database: Database) -> None:
    with database.session() as conn:
        store(conn, matrix((1.0, 2.0), (3.0, 4.0)))
        late = matrix((1.0, 2.5), (3.0, 4.0))
        late = replace(late, known_by_us=late.known_by_us + HOUR_US)
        n_added = store(conn, late)
        came = load(conn)
        revisions = conn.execute("SELECT revision FROM processed_features ORDER BY as_of, revision")

        assert n_added == 1
        assert came.values.tolist() == [[1.0, 2.5], [3.0, 4.0]]
        assert came.known_by_us.tolist() == [START + GRACE_US + HOUR_US, START + SLOT_US + GRACE_US]
        assert [row[0] for row in revisions] == [0, 1, 0]


def test_what_was_known_by_a_moment_leaves_out_later_revisions(database: Database) -> None:
    early, late = matrix((1.0, 2.0)), matrix((1.0, 2.5))
    late = replace(late, known_by_us=late.known_by_us + HOUR_US)
    with database.session() as conn:
        store(conn, early)
        store(conn, late)
        number = ensure_feature_set(conn, "base", "d1", NAMES)
        by_moment = [
            load_features(
                conn,
                "BTC",
                number,
                from_us=START,
                to_us=START + 1,
                source=Source.LIVE,
                known_by_us=START + GRACE_US + later_us,
            ).values.tolist()
            for later_us in (-1, 0, HOUR_US)
        ]

    assert by_moment == [[], [[1.0, 2.0]], [[1.0, 2.5]]]


def test_zero_and_minus_zero_differ(database: Database) -> None:
    with database.session() as conn:
        store(conn, matrix((0.0, 1.0)))

        assert store(conn, matrix((-0.0, 1.0))) == 1


def test_sources_are_apart(database: Database) -> None:
    with database.session() as conn:
        store(conn, matrix((1.0, 2.0)))
        store(conn, matrix((3.0, 4.0)), source=Source.REPLAY)

        assert load(conn).values.tolist() == [[1.0, 2.0]]
        assert load(conn, source=Source.REPLAY).values.tolist() == [[3.0, 4.0]]


def test_a_range_is_half_open(database: Database) -> None:
    with database.session() as conn:
        store(conn, matrix((1, 1), (2, 2), (3, 3)))
        number = ensure_feature_set(conn, "base", "d1", NAMES)
        came = load_features(
            conn, "BTC", number, from_us=START + SLOT_US, to_us=START + 2 * SLOT_US, source=Source.LIVE
        )

    assert came.values.tolist() == [[2.0, 2.0]]


def test_a_feature_set_is_its_name_and_digest(database: Database) -> None:
    with database.session() as conn:
        first = ensure_feature_set(conn, "base", "d1", NAMES)

        assert ensure_feature_set(conn, "base", "d1", NAMES) == first
        assert ensure_feature_set(conn, "base", "d2", ("rsi",)) == first + 1


def test_looking_for_a_feature_set_makes_none(database: Database) -> None:
    with database.session() as conn:
        assert find_feature_set(conn, "base", "d1") is None

        number = ensure_feature_set(conn, "base", "d1", NAMES)

        assert find_feature_set(conn, "base", "d1") == number
        assert find_feature_set(conn, "base", "d2") is None


def test_a_feature_set_does_not_change_its_features(database: Database) -> None:
    with database.session() as conn:
        ensure_feature_set(conn, "base", "d1", NAMES)

        with pytest.raises(InvalidSchema, match="stored with other features"):
            ensure_feature_set(conn, "base", "d1", ("tone", "rsi"))


def test_a_matrix_with_other_columns_is_refused(database: Database) -> None:
    rows = replace(matrix((1.0, 2.0)), names=("tone", "rsi"))

    with pytest.raises(InvalidSchema, match="does not have the 2 features"), database.session() as conn:
        store(conn, rows)


def test_a_slot_off_the_grid_is_refused(database: Database) -> None:
    rows = matrix((1.0, 2.0))
    rows = replace(rows, as_of_us=rows.as_of_us + 1)

    with pytest.raises(StoreError, match="on_the_grid"), database.session() as conn:
        store(conn, rows)


def test_an_unknown_feature_set_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="no feature set 9"), database.session() as conn:
        load_features(conn, "BTC", 9, from_us=0, to_us=1, source=Source.LIVE)
