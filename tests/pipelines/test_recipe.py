from __future__ import annotations

from dataclasses import replace

import pytest

from bellwether.clock import HOUR_US, SLOT_US, parse_moment, to_us
from bellwether.errors import NotFound
from bellwether.identity import Source
from bellwether.pipelines.features import FeatureRecipe
from bellwether.pipelines.place import Place
from bellwether.pipelines.recipe import note_recipe, noted_recipe, recipe_of, scorer_ids
from bellwether.registry.folder import FolderModelStore
from bellwether.sentiment.placebo import placebo_info
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.database import Database
from bellwether.store.runs import RunRecord, upsert_run
from bellwether.store.scores import ensure_scorer

NOON = to_us(parse_moment("2025-07-05T12:00Z"))
VADER = ScorerInfo("vader", "VADER", "d1", is_reference=True, positive_above=0.05, negative_below=-0.05)
RUN = RunRecord("run1", "replay", NOON, None, "unfinished", {}, None)


def recipe(**changes: object) -> FeatureRecipe:
    scorers = {info.family: info for info in (VADER, placebo_info(VADER))}
    noted = FeatureRecipe(asset="BTC", interval_us=HOUR_US, scorers=scorers, on_common_texts=True)
    return replace(noted, **changes)  # type: ignore[arg-type]


def test_a_noted_recipe_comes_back_as_it_went(database: Database) -> None:
    with database.session() as conn:
        upsert_run(conn, RUN)
        ids = {info.family: ensure_scorer(conn, info) for info in recipe().scorers.values()}
        ensure_scorer(conn, replace(VADER, digest="a newer one"))
        note_recipe(conn, "run1", recipe(), at_us=NOON)

        assert noted_recipe(conn, "run1") == recipe()
        assert scorer_ids(conn, recipe()) == ids


def test_the_first_note_of_a_run_stays(database: Database) -> None:
    with database.session() as conn:
        upsert_run(conn, RUN)
        for info in recipe().scorers.values():
            ensure_scorer(conn, info)
        note_recipe(conn, "run1", recipe(), at_us=NOON)
        note_recipe(conn, "run1", recipe(on_common_texts=False), at_us=NOON)

        assert noted_recipe(conn, "run1").on_common_texts is True


def test_a_run_that_does_not_say_is_an_error_with_the_next_step(database: Database) -> None:
    with database.session() as conn:
        upsert_run(conn, RUN)

        with pytest.raises(NotFound, match="does not say how its features were built") as error:
            noted_recipe(conn, "run1")

    assert error.value.hint == "Run the command again that started it."


def test_live_features_are_built_reader_by_reader_with_the_newest_of_each(
    database: Database, tmp_path: object
) -> None:
    newer = replace(VADER, digest="d2", name="VADER, newer")
    live = Place(database, FolderModelStore(tmp_path), "BTC", Source.LIVE, None)  # type: ignore[arg-type]
    with database.session() as conn:
        for info in (VADER, newer, placebo_info(VADER)):
            ensure_scorer(conn, info)

        assert recipe_of(conn, live) == FeatureRecipe(
            asset="BTC", interval_us=SLOT_US, scorers={"vader": newer}, on_common_texts=False
        )
