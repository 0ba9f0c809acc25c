from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from bellwether.clock import from_us, iso, parse_moment
from bellwether.errors import NotFound
from bellwether.evidence.metrics import P_UP_MAX, P_UP_MIN
from bellwether.identity import Horizon, ModelVersion, PredictionId, Source
from bellwether.pipelines.effects import headline_effects, training_features
from bellwether.pipelines.explain import Explanation, _outcome, explain
from bellwether.pipelines.explain_document import explanation_document
from bellwether.pipelines.place import Place
from bellwether.pipelines.rebuild import rebuild
from bellwether.store.database import Connection
from null_reasons import unreasoned
from replay_fixtures import SampleReplay

AS_OF = parse_moment("2001-02-06T15:00Z")


def an_id(place: Place, family: str) -> PredictionId:
    """What a family's version of the time said at `AS_OF`."""
    versions = [
        version
        for version in place.registry.list_versions("BTC", family)
        if place.registry.read_manifest("BTC", version).created_at <= AS_OF
    ]
    return PredictionId("BTC", Horizon.H1, AS_OF, versions[-1], place.source)


@pytest.fixture(scope="module")
def place(sample_replay: SampleReplay) -> Iterator[Place]:
    with sample_replay.place() as place:
        yield place


@pytest.fixture(scope="module")
def explained(place: Place) -> dict[str, Explanation]:
    """One moment explained by family."""
    families = ("vader", "lite", "majority", "persistence")
    return {family: explain(place, an_id(place, family)) for family in families}


@contextmanager
def trial(place: Place) -> Iterator[Connection]:
    """A transaction that leaves nothing behind."""
    with place.database.session() as conn:
        yield conn
        conn.rollback()


@pytest.mark.parametrize("family", ["vader", "lite"])
def test_leaving_a_headline_out_is_as_if_it_had_never_come(
    place: Place, explained: dict[str, Explanation], family: str
) -> None:
    """The strongest, one in the middle and the weakest effect, against a store without the headline."""
    effects = explained[family].headlines
    assert effects is not None
    for effect in (effects[0], effects[len(effects) // 2], effects[-1]):
        with trial(place) as conn:
            conn.execute("DELETE FROM raw_headlines WHERE key = %s", [effect.row.key])
            without = rebuild(conn, place, an_id(place, family))

        assert effect.p_up_without == without.p_up
        assert effect.effect == explained[family].rebuilt.p_up - without.p_up


def test_headlines_are_those_of_the_24_hours_strongest_first(explained: dict[str, Explanation]) -> None:
    effects = explained["vader"].headlines
    assert effects is not None
    known = [AS_OF - from_us(effect.row.known_us) for effect in effects]

    assert len(effects) > 30
    assert all(0 <= age.total_seconds() < 24 * 3600 for age in known)
    sizes = [abs(effect.effect) for effect in effects]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(effect.weight for effect in effects) == pytest.approx(1.0)
    assert all(effect.weight == 0 for effect in effects if effect.is_repetition)


def test_a_version_that_reads_no_news_has_no_headlines(explained: dict[str, Explanation]) -> None:
    document = explanation_document(explained["majority"])

    assert document["headlines"] is None
    assert document["reader"] is None
    assert document["reasons"]["headlines"] == document["reasons"]["reader"]
    assert "reads no news" in document["reasons"]["headlines"]


def test_only_what_a_rule_looks_at_can_move_it(explained: dict[str, Explanation]) -> None:
    moved = {
        family: [effect.name for effect in explained[family].features if effect.effect != 0]
        for family in ("majority", "persistence")
    }

    assert moved["majority"] == []
    assert moved["persistence"] in ([], ["return_1h"])


def test_an_effect_is_what_the_median_would_change(explained: dict[str, Explanation], place: Place) -> None:
    rebuilt = explained["vader"].rebuilt
    training = training_features(place.database, rebuilt)
    by_name = {effect.name: effect for effect in explained["vader"].features}
    column = training.names.index("return_1h")

    assert by_name["return_1h"].median == pytest.approx(float(np.nanmedian(training.values[:, column])))
    assert by_name["return_1h"].value == float(rebuilt.features.values[0, column])
    at_median = rebuilt.features.values.copy()
    at_median[0, column] = np.float32(by_name["return_1h"].median)
    assert by_name["return_1h"].effect == rebuilt.p_up - rebuilt.model.predict(at_median)[0]
    assert len(by_name) == len(rebuilt.manifest.columns)


@pytest.mark.parametrize("family", ["vader", "lite", "majority", "persistence"])
def test_medians_are_of_the_ticks_the_version_was_trained_on(
    explained: dict[str, Explanation], family: str
) -> None:
    found = explained[family]

    assert found.n_training == found.rebuilt.manifest.heads[Horizon.H1].window.n_ticks


def test_the_outcome_is_the_reports(sample_replay: SampleReplay, explained: dict[str, Explanation]) -> None:
    rows = csv.DictReader((sample_replay.report / "predictions.csv").read_text(encoding="utf-8").splitlines())
    labels = {(row["as_of"], row["family"]): (row["label"], float(row["p_up"])) for row in rows}
    for family, found in explained.items():
        label, p_up = labels[iso(AS_OF), family]

        assert found.outcome is not None
        assert found.outcome.is_up == (label == "1")
        assert found.outcome.is_hit == ((p_up > 0.5) == (label == "1"))
        assert found.rebuilt.stored_p_up == pytest.approx(p_up, abs=1e-9)


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ("open_time >= '2001-02-06T15:00Z'", "Pending: the horizon passes at 2001-02-06 16:00 UTC."),
        (
            "open_time = '2001-02-06T15:00Z'",
            "A candle is missing at 2001-02-06 15:00 UTC or 2001-02-06 16:00 UTC.",
        ),
    ],
    ids=["not yet", "outage"],
)
def test_without_a_candle_there_is_a_reason_instead_of_an_outcome(
    place: Place, explained: dict[str, Explanation], gone: str, reason: str
) -> None:
    with trial(place) as conn:
        conn.execute(f"DELETE FROM raw_candles WHERE {gone}")

        assert _outcome(conn, explained["vader"].rebuilt) == (None, reason)


def test_a_document_has_all_and_each_null_its_reason(explained: dict[str, Explanation]) -> None:
    document = explanation_document(explained["vader"])

    assert P_UP_MIN <= document["p_up"] <= P_UP_MAX
    assert document["rebuild"]["is_identical"] is True
    assert document["rebuild"]["is_same_code"] is True
    assert document["rebuild"]["on_common_texts"] is True
    assert [check["name"] for check in document["rebuild"]["checks"]] == [
        "version",
        "configuration",
        "features",
        "probability",
    ]
    assert document["is_served"] is False
    assert document["served_version"].startswith("majority@")
    assert len(document["features"]) == 67
    assert unreasoned(document) == []


def test_an_unknown_version_is_not_found(place: Place) -> None:
    unknown = PredictionId("BTC", Horizon.H1, AS_OF, ModelVersion("vader", 7, 0, 0), Source.SAMPLE)

    with pytest.raises(NotFound, match="There is no prediction"):
        explain(place, unknown)


def test_without_headlines_there_are_no_effects(place: Place, explained: dict[str, Explanation]) -> None:
    with trial(place) as conn:
        conn.execute("DELETE FROM raw_headlines")
        rebuilt = rebuild(conn, place, an_id(place, "vader"))

    assert headline_effects(rebuilt) == ()
    assert rebuilt.is_identical is False
