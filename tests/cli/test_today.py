from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from bellwether.cli.main import run
from bellwether.cli.tables import Table
from bellwether.cli.today_view import today_lines
from bellwether.clock import GRACE_US, HOUR_US, SimulatedClock, to_us
from bellwether.evidence.intervals import Interval
from bellwether.evidence.paired import PairComparison, compare_pair
from bellwether.evidence.panel import PredictionPanel
from bellwether.formatting import moment
from bellwether.identity import Horizon, ModelVersion, PredictionId, Source
from bellwether.monitoring.freshness import freshness
from bellwether.news.headlines import HeadlineRow
from bellwether.pipelines.today import Chance, Today
from bellwether.pipelines.tone import NewsTone, Reading, TopHeadline
from bellwether.pipelines.track_record import TrackRecord
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.database import Database
from bellwether.store.predictions import PredictionRow, ensure_model, insert_predictions
from null_reasons import unreasoned
from replay_fixtures import SampleReplay, database_url

GOLDEN = Path(__file__).parent / "golden"
AS_OF = datetime(2026, 11, 24, 14, 45, tzinfo=UTC)


def reader(family: str, name: str) -> ScorerInfo:
    return ScorerInfo(family, name, "d" * 64, is_reference=True, positive_above=0.2, negative_below=-0.2)


def headline(text: str, publisher: str) -> HeadlineRow:
    return HeadlineRow(
        key=UUID(int=1),
        revision=0,
        asset="BTC",
        publisher=publisher,
        url=None,
        title=text,
        text=text,
        summary=None,
        event_us=to_us(AS_OF) - HOUR_US,
        known_us=to_us(AS_OF) - HOUR_US,
        is_known_assumed=False,
    )


def pair() -> PairComparison:
    """The served versions against the baseline over 412 hours in which neither leads by much."""
    tick = np.arange(412)
    label = (tick * 7 % 10 < 5).astype(np.float64)
    panel = PredictionPanel(
        asset="BTC",
        horizon=Horizon.H24,
        tick_us=HOUR_US,
        as_of_us=tick * Horizon.H24.us,
        families=("served", "majority"),
        p_up=np.column_stack([0.5 + 0.06 * np.sin(tick), np.full(412, 0.52)]),
        label=label,
        log_return=0.01 * (2 * label - 1),
    )
    return compare_pair(panel, "served", "majority", seed=0)


@pytest.fixture(scope="module")
def answer() -> Today:
    """The picture of the design, with VADER served."""
    chances = tuple(
        Chance(
            id=PredictionId("BTC", Horizon.H24, AS_OF, ModelVersion(family, 1, 4, 0), Source.LIVE),
            issued_us=to_us(AS_OF),
            p_up=p_up,
            is_late=False,
            is_served=family == "vader",
        )
        for family, p_up in (("vader", 0.56), ("finbert", 0.53), ("majority", 0.518))
    )
    tone = NewsTone(
        as_of_us=to_us(AS_OF),
        readings=(
            Reading(reader("vader", "VADER 3.3.2"), n=84, index=0.24, day_before=0.09, agreement=None),
            Reading(
                reader("finbert", "FinBERT"),
                n=84,
                index=0.15,
                day_before=0.03,
                agreement=Interval.around(0.71, 0.61, 0.8, n=84),
            ),
        ),
        n_headlines=84,
        top=(
            TopHeadline(
                headline("Fund inflows reach a record as large holders return to the market", "The Paper"),
                weight=0.09,
                scores={"vader": 0.61, "finbert": 0.4},
            ),
            TopHeadline(
                headline("Exchange halts withdrawals", "Wire"),
                weight=0.07,
                scores={"vader": -0.44, "finbert": None},
            ),
        ),
    )
    record = TrackRecord(
        from_us=to_us(AS_OF - timedelta(days=30)),
        to_us=to_us(AS_OF),
        n_eff=412,
        n_pending=1,
        hit_rate=Interval.around(0.538, 0.489, 0.586, n=412),
        baseline=Interval.around(0.519, 0.47, 0.567, n=412),
        pair=pair(),
        is_baseline=False,
    )
    return Today("BTC", Horizon.H24, Source.LIVE, to_us(AS_OF), chances, tone, record, streams=())


def shown(today: Today) -> str:
    lines: list[str] = []
    for part in today_lines(today, moment):
        lines += part.lines(80) if isinstance(part, Table) else [part]
    return "\n".join([*lines, ""])


def test_the_answer_reads_as_agreed(answer: Today) -> None:
    assert shown(answer) == (GOLDEN / "today.txt").read_text(encoding="utf-8")


def test_a_stale_answer_reads_as_agreed(answer: Today) -> None:
    now = AS_OF + timedelta(hours=7)
    names = {"price": "prices", "headlines": "headlines", "predictions": "predictions"}
    streams = [freshness(stream, AS_OF, now=now, subject=subject) for stream, subject in names.items()]
    late = freshness("scores", now - timedelta(minutes=50), now=now, subject="scores of FinBERT")

    stale = replace(answer, streams=(*streams, late))

    assert shown(stale) == (GOLDEN / "today_stale.txt").read_text(encoding="utf-8")


def test_a_replay_says_that_it_is_not_current(answer: Today) -> None:
    lines = shown(replace(answer, source=Source.REPLAY)).splitlines()

    assert lines[:2] == [
        "BTC · 2026-11-24 14:45 UTC · replay",
        "Replay of recorded data, ends 2026-11-24. Not current.",
    ]


def test_little_news_and_little_record_are_said(answer: Today) -> None:
    assert answer.tone is not None
    leading, other = answer.tone.readings
    readings = (
        replace(leading, n=9),
        replace(other, n=9, agreement=Interval.around(1.0, 0.7, 1.0, n=9)),
    )
    record = replace(answer.record, hit_rate=Interval.around(0.5, 0.2, 0.8, n=12), n_eff=12)
    few = replace(answer, tone=replace(answer.tone, readings=readings), record=record)

    lines = shown(few).splitlines()

    assert lines[2] == "News is positive: +0.24, yesterday +0.09   thin news: 9 headlines, VADER 3.3.2"
    assert lines[4] == "Track record 30 d: n = 12, too few to judge"
    assert lines[9].split() == ["FinBERT", "+0.15", "+0.12", "too", "few", "53%", "9"]


def test_what_is_not_there_is_said(answer: Today) -> None:
    assert answer.tone is not None
    silent = replace(answer.tone.leading, n=0, index=None, day_before=None)
    without_news = replace(answer, tone=replace(answer.tone, readings=(silent,), top=()), chances=())
    without_readers = replace(answer, tone=None)

    assert "No news with a score in the last 24 h   VADER 3.3.2" in shown(without_news)
    assert "Chance of a rise in 24 h: —, no version was served" in shown(without_news)
    assert "No reader of the news has features of this moment." in shown(without_readers)


def test_a_run_is_answered_for_people(replay_environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["today", "--run", replay_environment]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "BTC · 2001-02-07 23:00 UTC · sample",
        "Sample data, ends 2001-02-07. Not current, and no record of any market.",
    ]
    assert lines[3].startswith("News is ")
    assert lines[4].startswith("Chance of a rise in 1 h: ")
    assert lines[5].startswith("Track record 30 d: ")
    assert "finbert: not here; bellwether doctor --only scorers says why." in lines
    assert lines[-1].startswith("next: bellwether explain btc-1h-20010207T2300Z-majority-")
    assert all(len(line) <= 80 for line in lines[:-1])


def test_a_run_is_answered_for_programs(
    replay_environment: str, sample_replay: SampleReplay, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["today", "--run", replay_environment, "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["meta"] | {"generated_at": None} == {
        "as_of": "2001-02-07T23:00:00Z",
        "generated_at": None,
        "source": "sample",
        "schema_version": 1,
        "asset": "BTC",
        "horizon": "1h",
        "served_from": "database",
    }
    assert unreasoned(document["data"]) == []
    served = [event["subject"] for event in sample_replay.data["events"] if event["kind"] == "deployment"]
    assert document["data"]["prediction"]["version"] == served[-1]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--run", "RUN", "--horizon", "4h"], 4, "predicts 1h ahead, not 4h"),
        (["--run", "nothing"], 4, "There is no run nothing."),
        (["--horizon", "2h"], 2, "Horizon '2h' is not supported."),
    ],
)
def test_what_cannot_be_answered_is_said(
    replay_environment: str, capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    assert run(["today", *(replay_environment if word == "RUN" else word for word in words)]) == code

    assert message in capsys.readouterr().err


@pytest.fixture
def live_home(database_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an empty live store."""
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url(database_dsn))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_empty_live_store_says_where_to_begin(live_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["today"]) == 0

    assert capsys.readouterr().out == "No predictions yet.\nnext: bellwether demo\n"


def test_an_empty_live_store_points_to_the_last_run(
    live_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (live_home / "runs" / "sample_2001").mkdir(parents=True)

    assert run(["today", "--horizon", "24h"]) == 0

    written = capsys.readouterr().out
    assert written == "No predictions 24h ahead yet.\nnext: bellwether today --run sample_2001\n"


def test_an_empty_live_store_is_null_with_reasons(
    live_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["today", "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["data"]["prediction"] is None
    assert unreasoned(document["data"]) == []
    assert document["meta"]["source"] == "live"


def test_a_stale_live_answer_ends_with_exit_3_and_its_data(
    live_home: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.session() as conn:
        number = ensure_model(conn, "BTC", ModelVersion("majority", 1, 0, 0), "d")
        row = PredictionRow(
            asset="BTC",
            horizon=Horizon.H1,
            as_of_us=to_us(AS_OF),
            source=Source.LIVE,
            issued_us=to_us(AS_OF),
            known_by_us=to_us(AS_OF) + GRACE_US,
            model_ids=(number,),
            p_up=(0.52,),
            served_model_id=number,
            is_late=False,
        )
        insert_predictions(conn, [row])

    code = run(["today", "--json"], clock=SimulatedClock(AS_OF + timedelta(minutes=10)))

    document = json.loads(capsys.readouterr().out)
    assert code == 3
    assert document["data"]["is_stale"] is True
    assert document["data"]["prediction"]["p_up"] is None
    assert document["data"]["prediction"]["reasons"] == {"p_up": "Stale: there are no prices."}
    assert unreasoned(document["data"]) == []
