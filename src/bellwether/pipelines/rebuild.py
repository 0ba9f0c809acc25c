"""Rebuild a stored prediction from raw rows, and hold it against what was stored, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bellwether.clock import to_us
from bellwether.errors import FeatureSetMismatch, NotFound
from bellwether.features.matrix import FeatureMatrix, side_by_side
from bellwether.features.sets import FeatureSet, base_set, family_sets
from bellwether.identity import ModelVersion, PredictionId
from bellwether.learning.inference import DirectionModel
from bellwether.market.candles import INTERVALS, IntArray, interval_us
from bellwether.pipelines.features import FeatureRecipe, base_features, news_features
from bellwether.pipelines.place import Place
from bellwether.pipelines.rebuild_checks import (
    Check,
    configuration_check,
    features_check,
    probability_check,
    version_check,
)
from bellwether.pipelines.recipe import recipe_of, scorer_ids
from bellwether.pipelines.window_news import WindowNews, window_news
from bellwether.registry.manifest import FeatureSetRecord, Manifest
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.database import Connection
from bellwether.store.features import find_feature_set, load_features
from bellwether.store.predictions import PredictionRow, find_prediction, list_models
from bellwether.store.scores import list_scorers


@dataclass(frozen=True)
class Rebuilt:
    """A prediction built again.

    Attributes
    ----------
    id : PredictionId
    row : PredictionRow
        As stored.
    versions : dict of int to ModelVersion
        The versions of the row's models.
    manifest : Manifest
        Of the version that predicted.
    model : DirectionModel
        Loaded from the registry's bytes.
    recipe : FeatureRecipe
        How the features were built.
    reader : ScorerInfo or None
        Whose news the version reads; None for none.
    news : WindowNews or None
        The headlines of the 24 hours, None for a version that reads none.
    parts : tuple of FeatureMatrix
        One row of each feature set, from raw rows: price and calendar, then the news.
    p_up : float
        What the model says of it.
    checks : tuple of Check
    """

    id: PredictionId
    row: PredictionRow
    versions: dict[int, ModelVersion]
    manifest: Manifest
    model: DirectionModel
    recipe: FeatureRecipe
    reader: ScorerInfo | None
    news: WindowNews | None
    parts: tuple[FeatureMatrix, ...]
    p_up: float
    checks: tuple[Check, ...]

    @property
    def features(self) -> FeatureMatrix:
        """The row the model reads."""
        return side_by_side(self.parts)

    @property
    def stored_p_up(self) -> float:
        """What was stored."""
        number = next(number for number, version in self.versions.items() if version == self.id.version)
        return self.row.p_up[self.row.model_ids.index(number)]

    @property
    def served(self) -> ModelVersion | None:
        """The version that was served at the moment."""
        return None if self.row.served_model_id is None else self.versions[self.row.served_model_id]

    @property
    def is_identical(self) -> bool:
        """Nothing differs from what was stored."""
        return all(check.passed is not False for check in self.checks)


def rebuild(conn: Connection, place: Place, prediction: PredictionId) -> Rebuilt:
    """Build a stored prediction again: raw rows as known then, the registry's bytes, the present code.

    Raises
    ------
    NotFound
        There is no such prediction, or its version is gone.
    FeatureSetMismatch
        This code builds other features than the version was trained on.
    ArtifactError
        The registry does not hold what was published.
    """
    row, versions, noted_digest = _stored(conn, place, prediction)
    loaded = place.registry.load(prediction.asset, prediction.version)
    manifest = loaded.manifest
    reader = _reader(conn, manifest)
    recipe = _recipe(conn, place, manifest, reader)
    sets = _require_sets(manifest, family_sets(recipe.interval_us, reader))
    stored = [_stored_part(conn, row, part) for part in sets]
    built, news = _built(conn, recipe, row, reader=reader, stored=stored)
    features = side_by_side(built)
    loaded.require_columns(features.names)
    model = loaded.models[prediction.horizon]
    p_up = float(model.predict(features.values)[0])
    rebuilt = Rebuilt(
        prediction, row, versions, manifest, model, recipe, reader, news, tuple(built), p_up, checks=()
    )
    checks = (
        version_check(noted=noted_digest, loaded=loaded.digest),
        configuration_check(None if place.run is None else place.run.arguments, manifest.config_hash),
        features_check(stored, built),
        probability_check(stored=rebuilt.stored_p_up, built=p_up),
    )
    return replace(rebuilt, checks=checks)


def _stored(
    conn: Connection, place: Place, prediction: PredictionId
) -> tuple[PredictionRow, dict[int, ModelVersion], str]:
    """The stored row, the versions of its models, and the digest the store knows the asked one by."""
    place.require_prediction_of(prediction.source)
    row = find_prediction(
        conn, prediction.asset, prediction.horizon, to_us(prediction.as_of), prediction.source
    )
    models = {} if row is None else {model.model_id: model for model in list_models(conn)}
    digests = {
        models[number].version: models[number].digest for number in (() if row is None else row.model_ids)
    }
    if row is None or prediction.version not in digests:
        raise NotFound(
            f"There is no prediction {prediction}.",
            hint="It may be older than what is kept, or of a run: add --run ID.",
        )
    versions = {number: models[number].version for number in row.model_ids}
    return row, versions, digests[prediction.version]


def _reader(conn: Connection, manifest: Manifest) -> ScorerInfo | None:
    """The stored scorer a version reads the news with."""
    wanted = manifest.scorer
    if wanted is None:
        return None
    for scorer in list_scorers(conn):
        if (scorer.info.family, scorer.info.digest) == (wanted.family, wanted.digest):
            return scorer.info
    raise NotFound(f"The scores of {wanted.name}, which {manifest.version} reads, are not stored here.")


def _recipe(conn: Connection, place: Place, manifest: Manifest, reader: ScorerInfo | None) -> FeatureRecipe:
    """The place's recipe with the interval and the reader of the version."""
    recipe = replace(recipe_of(conn, place), asset=manifest.asset, interval_us=_interval_us(manifest))
    if recipe.on_common_texts or reader is None:
        return recipe
    return replace(recipe, scorers={reader.family: reader})


def _interval_us(manifest: Manifest) -> int:
    """The candle interval whose base set is the one the version was trained on."""
    known = {base_set(length).digest: length for length in map(interval_us, INTERVALS)}
    base = manifest.feature_sets[0]
    if base.digest not in known:
        raise _other_features(manifest, base)
    return known[base.digest]


def _require_sets(manifest: Manifest, sets: tuple[FeatureSet, ...]) -> tuple[FeatureSet, ...]:
    """The feature sets, which must be those the version was trained on."""
    for trained_on, built in zip(manifest.feature_sets, sets, strict=True):
        if trained_on.digest != built.digest:
            raise _other_features(manifest, trained_on)
    return sets


def _other_features(manifest: Manifest, part: FeatureSetRecord) -> FeatureSetMismatch:
    return FeatureSetMismatch(
        f"{manifest.version} was trained on {part.name} ({part.digest[:12]}…); this code does not build it.",
        hint="Explain it with the release of bellwether that made it.",
    )


def _stored_part(conn: Connection, row: PredictionRow, part: FeatureSet) -> FeatureMatrix | None:
    """The stored features of one set that the prediction was made from."""
    set_id = find_feature_set(conn, part.name, part.digest)
    if set_id is None:
        return None
    found = load_features(
        conn,
        row.asset,
        set_id,
        from_us=row.as_of_us,
        to_us=row.as_of_us + 1,
        source=row.source,
        known_by_us=row.known_by_us,
    )
    return found if len(found) else None


def _built(
    conn: Connection,
    recipe: FeatureRecipe,
    row: PredictionRow,
    *,
    reader: ScorerInfo | None,
    stored: list[FeatureMatrix | None],
) -> tuple[list[FeatureMatrix], WindowNews | None]:
    """The features from raw rows, each set with the moment of knowledge of its stored row."""
    slot = np.array([row.as_of_us], dtype=np.int64)
    base = base_features(conn, recipe, slot, known_by_us=_known_by(stored[0], row.known_by_us))
    if reader is None:
        return [base], None
    known_by = _known_by(stored[1], min(row.as_of_us, row.known_by_us))
    news = window_news(
        conn, recipe, scorer_ids(conn, recipe), as_of_us=row.as_of_us, known_by_us=int(known_by[0])
    )
    return [base, news_features(news.events[reader.family], reader, slot, known_by_us=known_by)], news


def _known_by(stored: FeatureMatrix | None, otherwise_us: int) -> IntArray:
    return np.array([otherwise_us], dtype=np.int64) if stored is None else stored.known_by_us
