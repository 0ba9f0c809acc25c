"""The recipe of a run's features, noted in the run, so that any of its rows can be built again."""

from __future__ import annotations

from typing import Any

from bellwether.errors import NotFound
from bellwether.pipelines.features import FeatureRecipe
from bellwether.store import runs
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


def _recipe(conn: Connection, payload: dict[str, Any]) -> FeatureRecipe:
    stored = {(scorer.info.family, scorer.info.digest): scorer.info for scorer in list_scorers(conn)}
    return FeatureRecipe(
        asset=payload["asset"],
        interval_us=payload["interval_us"],
        scorers={family: stored[family, digest] for family, digest in payload["scorers"].items()},
        on_common_texts=payload["on_common_texts"],
    )
