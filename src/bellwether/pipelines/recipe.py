"""The recipe of stored features, which a run notes, so that any of its rows can be built again."""

from __future__ import annotations

from typing import Any

from bellwether.clock import SLOT_US
from bellwether.errors import NotFound
from bellwether.market.candles import COMPOSITE
from bellwether.pipelines.features import FeatureRecipe
from bellwether.pipelines.place import Place, newest_readers
from bellwether.store import runs
from bellwether.store.candles import span
from bellwether.store.database import Connection
from bellwether.store.scores import list_scorers

STEP = "features"
"""The run's step that holds the recipe."""


def note_recipe(conn: Connection, run_id: str, recipe: FeatureRecipe, *, at_us: int) -> None:
    """Note how a run's features are built; one that is noted stays.

    Raises
    ------
    StoreError
        There is no such run.
    """
    payload = {
        "asset": recipe.asset,
        "interval_us": recipe.interval_us,
        "scorers": {family: info.digest for family, info in recipe.scorers.items()},
        "on_common_texts": recipe.on_common_texts,
    }
    runs.complete_step(conn, run_id, STEP, at_us=at_us, payload=payload)


def noted_recipe(conn: Connection, run_id: str) -> FeatureRecipe:
    """How a run's features were built.

    Raises
    ------
    NotFound
        The run was stopped before it built features, or is of a version that did not note it.
    """
    payload = runs.list_steps(conn, run_id).get(STEP)
    if payload is None:
        raise NotFound(
            f"Run {run_id} does not say how its features were built.",
            hint="Run the command again that started it.",
        )
    return _recipe(conn, payload)


def recipe_of(conn: Connection, place: Place) -> FeatureRecipe:
    """How the features of a place are built: as its run noted, or in the live store reader by reader.

    Raises
    ------
    NotFound
        The run does not say.
    """
    if place.run is not None:
        return noted_recipe(conn, place.run.run_id)
    stored = span(conn, place.asset, COMPOSITE)
    return FeatureRecipe(
        asset=place.asset,
        interval_us=SLOT_US if stored is None else stored.interval_us,
        scorers={family: scorer.info for family, scorer in newest_readers(conn).items()},
    )


def scorer_ids(conn: Connection, recipe: FeatureRecipe) -> dict[str, int]:
    """The stored numbers of a recipe's scorers, by family."""
    stored = {(scorer.info.family, scorer.info.digest): scorer.scorer_id for scorer in list_scorers(conn)}
    return {family: stored[family, info.digest] for family, info in recipe.scorers.items()}


def _recipe(conn: Connection, payload: dict[str, Any]) -> FeatureRecipe:
    stored = {(scorer.info.family, scorer.info.digest): scorer.info for scorer in list_scorers(conn)}
    return FeatureRecipe(
        asset=payload["asset"],
        interval_us=payload["interval_us"],
        scorers={family: stored[family, digest] for family, digest in payload["scorers"].items()},
        on_common_texts=payload["on_common_texts"],
    )
