from __future__ import annotations

from dataclasses import replace

import pytest

from bellwether.errors import StoreError
from bellwether.identity import Source
from bellwether.store.database import Database
from bellwether.store.drift import DriftLook, insert_drift, load_drift

LOOK = DriftLook(
    asset="BTC",
    source=Source.LIVE,
    as_of_us=1_000,
    kind="feature",
    measure="psi",
    n=168,
    subjects=("rsi", "news_volume"),
    distances=(0.1 + 0.2, 0.31),
    limits=(0.5, 0.25),
)


def test_looks_come_back_as_they_went(database: Database) -> None:
    looks = [LOOK, replace(LOOK, as_of_us=2_000), replace(LOOK, as_of_us=2_000, measure="wasserstein")]
    with database.session() as conn:
        n_added = insert_drift(conn, reversed(looks))

        assert n_added == 3
        assert load_drift(conn, "BTC", Source.LIVE, from_us=0, to_us=10_000) == looks


def test_what_was_measured_at_a_moment_stays(database: Database) -> None:
    with database.session() as conn:
        insert_drift(conn, [LOOK])

        assert insert_drift(conn, [replace(LOOK, n=1)]) == 0


def test_drift_is_a_distance_above_its_limit() -> None:
    assert LOOK.drifted == ("news_volume",)


def test_the_long_form_says_the_same(database: Database) -> None:
    with database.session() as conn:
        insert_drift(conn, [LOOK])
        rows = conn.execute("SELECT subject, distance, is_drift FROM drift_long ORDER BY subject").fetchall()

    assert rows == [("news_volume", 0.31, True), ("rsi", 0.1 + 0.2, False)]


@pytest.mark.parametrize("distances", [(-0.1, 0.3), (0.1,)], ids=["a negative distance", "one too few"])
def test_the_table_refuses(database: Database, distances: tuple[float, ...]) -> None:
    with pytest.raises(StoreError, match="check"), database.session() as conn:
        insert_drift(conn, [replace(LOOK, distances=distances)])
