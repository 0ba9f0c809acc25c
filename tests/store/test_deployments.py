from __future__ import annotations

from dataclasses import replace

import pytest

from bellwether.errors import StoreError
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.store.database import Connection, Database
from bellwether.store.deployments import Deployment, insert_deployment, list_deployments
from bellwether.store.models import ensure_model


def _move(conn: Connection) -> Deployment:
    model_id = ensure_model(conn, "BTC", ModelVersion("majority", 1, 0, 0), "d")
    return Deployment(
        asset="BTC",
        horizon=Horizon.H1,
        source=Source.LIVE,
        channel="champion",
        at_us=1_000,
        model_id=model_id,
        previous_model_id=None,
        action="first",
        reason="Nothing served before.",
        evidence={"e_value": 3.1},
    )


def test_moves_are_listed_oldest_first_as_they_went(database: Database) -> None:
    with database.session() as conn:
        first = _move(conn)
        second = replace(
            first, at_us=2_000, previous_model_id=first.model_id, action="refresh", evidence=None
        )
        insert_deployment(conn, second)
        insert_deployment(conn, first)

        assert list_deployments(conn, "BTC", Horizon.H1, Source.LIVE) == [first, second]
        assert list_deployments(conn, "BTC", Horizon.H4, Source.LIVE) == []


def test_a_channel_moves_once_at_a_moment(database: Database) -> None:
    with database.session() as conn:
        move = _move(conn)

        assert insert_deployment(conn, move)
        assert not insert_deployment(conn, replace(move, reason="Another reason."))
        assert list_deployments(conn, "BTC", Horizon.H1, Source.LIVE) == [move]


def test_a_channel_has_one_of_three_names(database: Database) -> None:
    with pytest.raises(StoreError, match="channel_check"), database.session() as conn:
        insert_deployment(conn, replace(_move(conn), channel="latest"))
