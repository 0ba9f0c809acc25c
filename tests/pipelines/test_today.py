from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bellwether.clock import DAY_US, GRACE_US, HOUR_US, SystemClock, from_us, to_us
from bellwether.errors import NotFound
from bellwether.features.sets import news_set
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.monitoring.freshness import State
from bellwether.pipelines.features import FeatureJob, build_features
from bellwether.pipelines.imports import import_candles, import_headlines
from bellwether.pipelines.place import Place
from bellwether.pipelines.sample import write_sample
from bellwether.pipelines.scoring import score_headlines
from bellwether.pipelines.today import Today, read_today
from bellwether.pipelines.today_document import empty_document, today_document
from bellwether.registry.folder import FolderModelStore
from bellwether.sample.market import sample_market
from bellwether.sentiment.vader import VaderScorer
from bellwether.store.database import Database
from bellwether.store.features import find_feature_set, load_features
from bellwether.store.predictions import (
    PredictionRow,
    ensure_model,
    find_latest_prediction,
    insert_predictions,
)
from bellwether.store.scores import list_scorers
from null_reasons import unreasoned
from replay_fixtures import SampleReplay

START = datetime(2001, 1, 1, tzinfo=UTC)
END = START + timedelta(days=4)
SOON = END + timedelta(minutes=10)


@pytest.fixture(scope="module")
def run(sample_replay: SampleReplay) -> Iterator[Place]:
    with sample_replay.place() as place:
        yield place


@pytest.fixture(scope="module")
def today(run: Place) -> Today:
    """The answer of the sample replay."""
    found = read_today(run, Horizon.H1, now=SOON)
    assert found is not None
    return found


def test_the_answer_is_as_of_the_last_prediction(run: Place, today: Today) -> None:
    with run.database.session() as conn:
        row = find_latest_prediction(conn, "BTC", Horizon.H1, run.source)

    assert row is not None
    assert today.as_of_us == row.as_of_us
    assert [chance.p_up for chance in today.chances] == list(row.p_up)
    assert today.chance is not None
    assert today.chance.version.family == "majority"
    assert today.source is Source.SAMPLE


def test_the_index_is_the_stored_feature_and_its_change(run: Place, today: Today) -> None:
    assert today.tone is not None
    assert [reading.info.family for reading in today.tone.readings] == ["vader", "lite"]
    for reading in today.tone.readings:
        part = news_set(reading.info)
        with run.database.session() as conn:
            number = find_feature_set(conn, part.name, part.digest)
            assert number is not None
            stored = load_features(
                conn,
                "BTC",
                number,
                from_us=today.as_of_us - DAY_US,
                to_us=today.as_of_us + 1,
                source=run.source,
            )
        tone = stored.values[:, part.names.index("tone_capped_24h")]

        assert reading.index == float(tone[-1])
        assert reading.day_before == float(tone[0])
        assert reading.change == float(tone[-1]) - float(tone[0])


def test_headlines_and_classes_are_those_the_store_holds(run: Place, today: Today) -> None:
    """Counted anew in SQL, from the headlines as of the moment."""
    assert today.tone is not None
    with run.database.session() as conn:
        rows = conn.execute(
            """
            SELECT h.key, s.family, r.score, r.positive, r.neutral, r.negative
            FROM headlines_as_of(%(at)s) h
            JOIN sentiment_scores r USING (text_key) JOIN scorers s USING (scorer_id)
            WHERE s.family IN ('vader', 'lite')
              AND NOT EXISTS (SELECT FROM headline_duplicates d WHERE d.headline = h.key)
              AND (SELECT min(known_at) FROM raw_headlines first WHERE first.key = h.key)
                  > %(at)s - interval '24 hours'
            """,
            {"at": today.as_of},
        ).fetchall()
    vader = {
        key: np.sign(score) * (abs(score) >= 0.05) for key, family, score, *_ in rows if family == "vader"
    }
    lite = {key: np.argmax(shares) for key, family, _, *shares in rows if family == "lite"}
    same = [vader[key] == 1 - lite[key] for key in vader]
    agreement = today.tone.readings[1].agreement

    assert today.tone.n_headlines == today.tone.leading.n == len(same) > 30
    assert agreement is not None
    assert (agreement.value, agreement.n) == (pytest.approx(np.mean(same)), len(same))
    assert today.tone.leading.agreement is None


def test_the_top_headlines_pull_most(today: Today) -> None:
    assert today.tone is not None
    pull = [abs(item.weight * (item.scores["vader"] or 0)) for item in today.tone.top]

    assert len(pull) == 5
    assert pull == sorted(pull, reverse=True)
    assert pull[0] > 0
    assert all(today.as_of_us - item.row.known_us < DAY_US for item in today.tone.top)


def test_the_record_is_the_reports(sample_replay: SampleReplay, today: Today) -> None:
    rows = csv.DictReader((sample_replay.report / "predictions.csv").read_text(encoding="utf-8").splitlines())
    known = [row for row in rows if row["family"] == "majority" and row["label"]][:-1]
    hits = [(float(row["p_up"]) > 0.5) == (row["label"] == "1") for row in known]

    assert (today.record.hit_rate.value, today.record.hit_rate.n) == (pytest.approx(np.mean(hits)), len(hits))
    assert today.record.is_baseline


def test_a_replay_is_never_held_against_the_clock(today: Today) -> None:
    assert today.streams == ()
    assert not today.is_stale


def test_each_null_of_the_document_has_its_reason(today: Today) -> None:
    document = today_document(today)

    assert unreasoned(document) == []
    assert document["news"]["readers"]["finbert"] is None
    assert document["prediction"]["version"].startswith("majority@")
    assert len(document["predictions"]) == 8
    assert unreasoned(empty_document()) == []


def test_a_run_without_the_horizon_says_which_it_has(run: Place) -> None:
    with pytest.raises(NotFound, match="predicts 1h ahead, not 24h"):
        read_today(run, Horizon.H24, now=SOON)


def test_a_run_that_was_stopped_early_says_so(run: Place, database: Database) -> None:
    with pytest.raises(NotFound, match="has no predictions yet"):
        read_today(replace(run, database=database), Horizon.H1, now=SOON)


@dataclass(frozen=True)
class LiveStore:
    """A live store with four days of the sample market; prices and headlines reach to `END`."""

    place: Place

    def predict(
        self, *hours: int, p_up: float = 0.56, served: str | None = "vader", is_late: bool = False
    ) -> None:
        """Store what VADER's version and the baseline said these hours after `START`."""
        with self.place.database.session() as conn:
            models = {
                family: ensure_model(conn, "BTC", ModelVersion(family, 1, 2, 0), family)
                for family in ("vader", "majority")
            }
            rows = [to_us(START) + hour * HOUR_US for hour in hours]
            insert_predictions(
                conn,
                [
                    PredictionRow(
                        asset="BTC",
                        horizon=Horizon.H1,
                        as_of_us=as_of_us,
                        source=Source.LIVE,
                        issued_us=as_of_us + GRACE_US,
                        known_by_us=as_of_us + GRACE_US,
                        model_ids=tuple(models.values()),
                        p_up=(p_up, 0.52),
                        served_model_id=None if served is None else models[served],
                        is_late=is_late,
                    )
                    for as_of_us in rows
                ],
            )

    def today(self, now: datetime = SOON) -> Today:
        found = read_today(self.place, Horizon.H1, now=now)
        assert found is not None
        return found


@pytest.fixture
def live(database: Database, tmp_path: Path) -> LiveStore:
    market = sample_market(
        seed=2, start=START, days=4, headlines_per_day=40, regime_change_at=None, interval="1h"
    )
    files = write_sample(market, tmp_path)
    clock = SystemClock()
    import_headlines(database, [files.headlines], asset="BTC", clock=clock)
    import_candles(database, [files.candles], asset="BTC", clock=clock)
    vader = VaderScorer()
    score_headlines(database, vader, asset="BTC")
    job = FeatureJob(
        asset="BTC",
        interval_us=HOUR_US,
        scorers={"vader": vader.info},
        source=Source.LIVE,
        recorded_us=to_us(END),
    )
    build_features(database, job, from_us=to_us(START), to_us=to_us(END) + 1)
    return LiveStore(Place(database, FolderModelStore(tmp_path / "registry"), "BTC", Source.LIVE, None))


def test_a_live_store_without_predictions_has_no_answer(live: LiveStore) -> None:
    assert read_today(live.place, Horizon.H1, now=SOON) is None


def test_a_live_answer_is_fresh_while_every_stream_is(live: LiveStore) -> None:
    live.predict(96)

    today = live.today()

    assert {stream.subject: stream.state for stream in today.streams} == {
        "prices": State.FRESH,
        "headlines": State.FRESH,
        "scores of VADER 3.3.2": State.FRESH,
        "predictions": State.FRESH,
    }
    assert today.tone is not None
    assert today.tone.leading.info.family == "vader"
    document = today_document(today)
    assert unreasoned(document) == []
    assert document["prediction"]["id"] == "btc-1h-20010105T0000Z-vader-1.2.0-live"
    assert document["prediction"]["p_up"] == 0.56


def test_a_live_answer_gets_late_and_then_stale(live: LiveStore) -> None:
    live.predict(96)

    states = [
        {stream.state for stream in live.today(END + timedelta(hours=hours)).streams} for hours in (1, 7)
    ]

    assert states == [{State.LATE}, {State.STALE}]


def test_a_stale_price_withholds_the_chance_and_nothing_else(live: LiveStore) -> None:
    live.predict(96)
    with live.place.database.session() as conn:
        conn.execute("DELETE FROM raw_candles WHERE open_time > %s", [END - timedelta(hours=5)])

    today = live.today()
    document = today_document(today)

    assert today.is_stale
    assert document["prediction"]["p_up"] is None
    assert "nothing new in prices" in document["prediction"]["reasons"]["p_up"]
    assert document["news"]["word"] is not None
    assert document["track_record"]["sentence"] is None
    assert unreasoned(document) == []


def test_stale_headlines_withhold_the_word_and_not_the_chance(live: LiveStore) -> None:
    live.predict(96)
    with live.place.database.session() as conn:
        conn.execute("DELETE FROM raw_headlines WHERE known_at > %s", [END - timedelta(hours=7)])

    document = today_document(live.today())

    assert document["news"]["word"] is None
    assert "Stale: nothing new in headlines since" in document["news"]["reasons"]["word"]
    assert document["prediction"]["p_up"] == 0.56


def test_late_predictions_are_marked_and_left_out_of_the_record(live: LiveStore) -> None:
    live.predict(*range(40, 96))
    live.predict(96, is_late=True)

    today = live.today()

    assert today.chance is not None
    assert today.chance.is_late
    assert today.record.n_pending == 0
    assert 0 < today.record.hit_rate.n <= 56


def test_without_a_served_version_the_chance_is_null_with_its_reason(live: LiveStore) -> None:
    live.predict(96, served=None)

    document = today_document(live.today())

    assert document["prediction"] is None
    assert document["reasons"]["prediction"] == "No version was served at 2001-01-05 00:00 UTC."
    assert len(document["predictions"]) == 2


def test_without_features_there_is_no_tone(live: LiveStore) -> None:
    live.predict(96 + 24)

    today = live.today()

    assert today.tone is None
    assert today_document(today)["reasons"]["news"] == "No reader has features of 2001-01-06 00:00 UTC."


def test_a_moment_without_headlines_has_no_word(live: LiveStore) -> None:
    live.predict(0)

    today = live.today()
    document = today_document(today)

    assert today.tone is not None
    assert today.tone.leading.index is None
    assert document["news"]["is_thin"] is True
    assert document["news"]["headlines"] == []
    assert unreasoned(document) == []


def test_the_readers_are_the_newest_of_each_family(live: LiveStore) -> None:
    live.predict(96)
    with live.place.database.session() as conn:
        [vader] = [scorer for scorer in list_scorers(conn) if scorer.info.family == "vader"]
    today = live.today()

    assert today.tone is not None
    assert [reading.info for reading in today.tone.readings] == [vader.info]
    assert today.tone.missing == ["finbert", "lite"]
    assert from_us(today.as_of_us) == END
