"""Explain a prediction: rebuilt, what each headline and feature did to it, and what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bellwether.clock import from_us
from bellwether.evidence.metrics import hits
from bellwether.formatting import moment
from bellwether.identity import PredictionId
from bellwether.pipelines.effects import (
    FeatureEffect,
    HeadlineEffect,
    feature_effects,
    headline_effects,
    training_features,
)
from bellwether.pipelines.outcomes import stored_outcomes
from bellwether.pipelines.place import Place
from bellwether.pipelines.rebuild import Rebuilt, rebuild
from bellwether.store.database import Connection


@dataclass(frozen=True)
class Outcome:
    """What happened.

    Attributes
    ----------
    is_up : bool
    log_return : float
    is_hit : bool
        The direction that was called is the one that came.
    """

    is_up: bool
    log_return: float
    is_hit: bool


@dataclass(frozen=True)
class Explanation:
    """A prediction explained.

    Attributes
    ----------
    rebuilt : Rebuilt
    headlines : tuple of HeadlineEffect or None
        The largest effect first; None for a version that reads no news.
    features : tuple of FeatureEffect
        The largest effect first; empty where the training ticks are gone.
    n_training : int
        Training ticks behind the medians.
    outcome : Outcome or None
    no_outcome : str or None
        Why there is none.
    """

    rebuilt: Rebuilt
    headlines: tuple[HeadlineEffect, ...] | None
    features: tuple[FeatureEffect, ...]
    n_training: int
    outcome: Outcome | None
    no_outcome: str | None


def explain(place: Place, prediction: PredictionId) -> Explanation:
    """Explain a stored prediction.

    Raises
    ------
    NotFound
        There is no such prediction, or its version is gone.
    FeatureSetMismatch, ArtifactError
        It cannot be rebuilt; see `rebuild`.
    """
    with place.database.session() as conn:
        rebuilt = rebuild(conn, place, prediction)
        outcome, no_outcome = _outcome(conn, rebuilt)
    training = training_features(place.database, rebuilt)
    return Explanation(
        rebuilt=rebuilt,
        headlines=headline_effects(rebuilt),
        features=feature_effects(rebuilt, training),
        n_training=len(training),
        outcome=outcome,
        no_outcome=no_outcome,
    )


def _outcome(conn: Connection, rebuilt: Rebuilt) -> tuple[Outcome | None, str | None]:
    row = rebuilt.row
    found = stored_outcomes(conn, row.asset, row.horizon, np.array([row.as_of_us], dtype=np.int64))
    if np.isfinite(found.label[0]):
        is_hit = hits(np.array([rebuilt.stored_p_up]), found.label)[0] == 1
        return Outcome(bool(found.label[0] == 1), float(found.log_return[0]), bool(is_hit)), None
    due_us = row.as_of_us + row.horizon.us
    if found.last_close_us is None or due_us > found.last_close_us:
        return None, f"Pending: the horizon passes at {moment(from_us(due_us))}."
    return None, f"A candle is missing at {moment(from_us(row.as_of_us))} or {moment(from_us(due_us))}."
