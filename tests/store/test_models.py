from __future__ import annotations

import pytest

from bellwether.errors import Conflict
from bellwether.identity import ModelVersion
from bellwether.store.database import Database
from bellwether.store.models import StoredModel, ensure_model, list_models

VERSION = ModelVersion("finbert", 1, 10, 0)


def test_a_version_has_one_number_within_an_asset(database: Database) -> None:
    with database.session() as conn:
        first = ensure_model(conn, "BTC", VERSION, "d1")

        assert ensure_model(conn, "BTC", VERSION, "d1") == first
        assert ensure_model(conn, "ETH", VERSION, "d1") != first


def test_models_are_listed_in_the_order_they_came(database: Database) -> None:
    older = ModelVersion("finbert", 1, 9, 0)
    with database.session() as conn:
        ensure_model(conn, "BTC", VERSION, "d1")
        ensure_model(conn, "BTC", older, "d2")

        assert list_models(conn) == [StoredModel(1, "BTC", VERSION, "d1"), StoredModel(2, "BTC", older, "d2")]


def test_a_published_version_never_changes(database: Database) -> None:
    with database.session() as conn:
        ensure_model(conn, "BTC", VERSION, "d1")

        with pytest.raises(Conflict, match=r"finbert@1.10.0 \(BTC\) is stored with digest d1"):
            ensure_model(conn, "BTC", VERSION, "d2")
