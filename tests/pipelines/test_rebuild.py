from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bellwether.clock import from_us
from bellwether.errors import FeatureSetMismatch, NotFound
from bellwether.identity import Horizon, ModelVersion, PredictionId, Source
from bellwether.pipelines.place import Place
from bellwether.pipelines.rebuild import rebuild
from bellwether.pipelines.workspace import registry_folder
from bellwether.registry.folder import FolderModelStore
from bellwether.store.database import Connection
from bellwether.store.predictions import list_models, load_predictions
from replay_fixtures import SampleReplay


def stored_ids(place: Place) -> list[PredictionId]:
    """Every prediction of the run."""
    with place.database.session() as conn:
        versions = {model.model_id: model.version for model in list_models(conn)}
        rows = load_predictions(conn, "BTC", Horizon.H1, place.source, from_us=0, to_us=2**62)
    return [
        PredictionId("BTC", Horizon.H1, from_us(row.as_of_us), versions[number], place.source)
        for row in rows
        for number in row.model_ids
    ]


@pytest.fixture(scope="module")
def place(sample_replay: SampleReplay) -> Iterator[Place]:
    with sample_replay.place() as place:
        yield place


@pytest.fixture(scope="module")
def ids(place: Place) -> list[PredictionId]:
    return stored_ids(place)


@contextmanager
def trial(place: Place) -> Iterator[Connection]:
    """A transaction that leaves nothing behind."""
    with place.database.session() as conn:
        yield conn
        conn.rollback()


def last_of(ids: list[PredictionId], family: str) -> PredictionId:
    return next(one for one in reversed(ids) if one.version.family == family)


def test_fifty_random_predictions_are_rebuilt_bit_for_bit(place: Place, ids: list[PredictionId]) -> None:
    chosen = random.Random(50).sample(ids, 50)

    with place.database.session() as conn:
        rebuilt = [rebuild(conn, place, one) for one in chosen]

    assert [str(one.id) for one in rebuilt if one.p_up != one.stored_p_up] == []
    assert {check.passed for one in rebuilt for check in one.checks} == {True}
    assert len({one.id.version for one in rebuilt}) > 10


def test_every_family_of_the_last_moment_is_rebuilt(place: Place, ids: list[PredictionId]) -> None:
    last = [one for one in ids if one.as_of == ids[-1].as_of]

    with place.database.session() as conn:
        rebuilt = {one.version.family: rebuild(conn, place, one) for one in last}

    assert all(one.is_identical for one in rebuilt.values())
    assert {family for family, one in rebuilt.items() if one.reader} == {
        "vader",
        "lite",
        "shuffled_vader",
        "shuffled_lite",
    }
    assert len(rebuilt) == 8
    assert rebuilt["majority"].served == rebuilt["majority"].id.version


@pytest.mark.parametrize(
    ("change", "check", "found"),
    [
        pytest.param(
            "UPDATE raw_candles SET close = close * 0.99, low = low * 0.99 WHERE open_time = %(bar)s",
            "features",
            "differ: return_1h",
            id="another candle",
        ),
        pytest.param(
            "UPDATE sentiment_scores SET score = -score",
            "features",
            "differ: tone_mean_1h",
            id="other scores",
        ),
        pytest.param(
            "UPDATE processed_features SET features[1] = features[1] + 1 WHERE as_of = %(as_of)s",
            "features",
            "2 of 67 differ: return_1h, news_count_1h",
            id="other stored features",
        ),
        pytest.param(
            "UPDATE prediction_logs SET p_up = array_fill(0.5::float8, ARRAY[cardinality(p_up)])",
            "probability",
            "stored 0.5",
            id="another stored probability",
        ),
        pytest.param(
            "UPDATE models SET digest = 'abcdef'", "version", "predicted with abcdef", id="another version"
        ),
    ],
)
def test_what_differs_is_found(
    place: Place, ids: list[PredictionId], change: str, check: str, found: str
) -> None:
    prediction = last_of(ids, "vader")
    moments = {"as_of": prediction.as_of, "bar": prediction.as_of - timedelta(hours=1)}
    with trial(place) as conn:
        conn.execute(change, moments)
        rebuilt = rebuild(conn, place, prediction)

    failed = {one.name: one.found for one in rebuilt.checks if one.passed is False}
    assert not rebuilt.is_identical
    assert found in failed[check]


def test_other_arguments_of_the_run_are_found(place: Place, ids: list[PredictionId]) -> None:
    assert place.run is not None
    asked = replace(place.run, arguments={**place.run.arguments, "seed": 1})
    with place.database.session() as conn:
        rebuilt = rebuild(conn, replace(place, run=asked), last_of(ids, "majority"))

    assert [check.name for check in rebuilt.checks if not check.passed] == ["configuration"]


def test_what_came_later_changes_nothing(place: Place, ids: list[PredictionId]) -> None:
    """A revision of a candle and an edit that were known after the moment are not looked at."""
    prediction = last_of(ids, "lite")
    later = {"later": prediction.as_of + timedelta(days=2)}
    with trial(place) as conn:
        conn.execute(
            """
            INSERT INTO raw_candles
            SELECT open_time, %(later)s, %(later)s, open, high * 2, low, close * 1.5, volume,
                   interval_minutes, revision + 1, asset, venue
            FROM raw_candles
            WHERE open_time > %(later)s::timestamptz - interval '4 days' AND open_time < %(later)s
            """,
            later,
        )
        conn.execute(
            """
            INSERT INTO raw_headlines
            SELECT event_time, %(later)s, %(later)s, publisher_id, revision + 5, is_known_assumed,
                   is_text_title, key, gen_random_uuid(), asset, text || ' (edited)', NULL, NULL, url
            FROM raw_headlines WHERE revision = 0
            """,
            later,
        )
        rebuilt = rebuild(conn, place, prediction)

    assert rebuilt.is_identical


def test_stored_features_that_are_gone_are_no_difference(place: Place, ids: list[PredictionId]) -> None:
    prediction = last_of(ids, "vader")
    with trial(place) as conn:
        conn.execute("DELETE FROM processed_features WHERE as_of = %s", [prediction.as_of])
        rebuilt = rebuild(conn, place, prediction)

    assert rebuilt.is_identical
    features = next(check for check in rebuilt.checks if check.name == "features")
    assert (features.passed, features.found) == (None, "the stored features are gone")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": ModelVersion("vader", 9, 0, 0)}, "There is no prediction btc-1h-.*-vader-9.0.0-sample"),
        ({"asset": "ETH"}, "There is no prediction eth-1h"),
        ({"horizon": Horizon.H4}, "There is no prediction btc-4h"),
        ({"source": Source.LIVE}, "There are no live predictions in run sample_2001"),
    ],
    ids=lambda value: "" if isinstance(value, str) else next(iter(value)),
)
def test_unknown_predictions_are_not_found(
    place: Place, ids: list[PredictionId], changes: dict[str, object], message: str
) -> None:
    unknown = replace(ids[-1], **changes)  # type: ignore[arg-type]

    with pytest.raises(NotFound, match=message), place.database.session() as conn:
        rebuild(conn, place, unknown)


def test_features_this_code_does_not_build_are_said(
    place: Place, ids: list[PredictionId], sample_replay: SampleReplay, tmp_path: Path
) -> None:
    prediction = last_of(ids, "vader")
    models = tmp_path / "registry"
    shutil.copytree(registry_folder(sample_replay.settings, sample_replay.run_id), models)
    path = models / "versions" / "btc" / str(prediction.version) / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["feature_sets"][1]["digest"] = "of another release"
    path.write_text(json.dumps(manifest))
    elsewhere = replace(place, registry=FolderModelStore(models))

    with (
        pytest.raises(FeatureSetMismatch, match="trained on news_vader"),
        place.database.session() as conn,
    ):
        rebuild(conn, elsewhere, prediction)
