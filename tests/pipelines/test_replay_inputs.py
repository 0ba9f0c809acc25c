from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bellwether.clock import HOUR_US, SystemClock, iso, to_us
from bellwether.errors import TooFewObservations
from bellwether.identity import Horizon
from bellwether.pipelines.replay_inputs import ReplayInputs, collect_inputs
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.workspace import begin_run, work_on_run
from bellwether.progress import untracked
from bellwether.sentiment.vader import VaderScorer
from replay_homes import ReplayHome

START = datetime(2001, 1, 1, tzinfo=UTC)
GOOD, BAD, CALM = (
    "Bitcoin soars on great demand",
    "Exchange hacked, horrible losses for users",
    "Regulator approves fund",
)


@pytest.fixture
def request_(tmp_path: Path) -> ReplayRequest:
    """Two days of bars, three headlines on the first morning, and FinBERT's reading of two of them."""
    hours = [START + timedelta(hours=hour) for hour in range(48)]
    files = {
        "bars.csv": ["open_time,open,high,low,close,volume", *(f"{iso(at)},9,11,8,10,1" for at in hours)],
        "news.csv": [
            "published_at,first_seen_at,title,source",
            f'2001-01-01T10:05:00Z,2001-01-01T10:10:00Z,"{GOOD}",alpha',
            f'2001-01-01T10:15:00Z,2001-01-01T10:20:00Z,"{BAD}",beta',
            f'2001-01-01T10:25:00Z,2001-01-01T10:30:00Z,"{CALM}",gamma',
        ],
        "scores.csv": ["text,finbert_score", f'"{GOOD}",0.9', f'"{CALM}",0.3'],
    }
    for name, lines in files.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return ReplayRequest(
        headlines=(tmp_path / "news.csv",),
        candles=(tmp_path / "bars.csv",),
        scores=(tmp_path / "scores.csv",),
        revisions=(),
        start=START + timedelta(hours=10),
        end=START + timedelta(hours=36),
        horizon=Horizon.H1,
    )


def collect(replays: ReplayHome, request: ReplayRequest) -> ReplayInputs:
    with work_on_run(replays.settings, request.run_id()) as workspace:
        begin_run(workspace, kind="replay", arguments=request.arguments(), started_us=to_us(START))
        return collect_inputs(
            request, workspace, settings=replays.settings, clock=SystemClock(), track=untracked
        )


def read(inputs: ReplayInputs, scorer: str, name: str, hour: int) -> float:
    """A news feature of a scorer at an hour of the first day."""
    matrix = inputs.prepared.news[scorer]
    row = matrix.as_of_us.tolist().index(to_us(START) + hour * HOUR_US)
    return float(matrix.values[row, matrix.names.index(name)])


def test_every_family_takes_its_tone_from_the_texts_that_all_have_read(
    replays: ReplayHome, request_: ReplayRequest
) -> None:
    inputs = collect(replays, request_)
    good, calm = (score.score for score in VaderScorer().score([GOOD, CALM]))

    assert read(inputs, "vader", "tone_mean_1h", 11) == np.float32((good + calm) / 2)
    assert read(inputs, "finbert", "tone_mean_1h", 11) == np.float32(0.6)
    assert read(inputs, "vader", "share_negative_1h", 11) == 0  # the hacked exchange is not in it
    for scorer in ("vader", "finbert", "shuffled_vader", "shuffled_finbert"):
        assert read(inputs, scorer, "news_count_1h", 11) == np.float32(np.log1p(3))
        assert np.isfinite(read(inputs, scorer, "tone_dispersion_1h", 11))


def test_the_coverage_says_who_has_read_how_much(replays: ReplayHome, request_: ReplayRequest) -> None:
    coverage = collect(replays, request_).coverage

    assert {name: (found["scored"], found["of"]) for name, found in coverage.items()} == {
        "vader": (3, 3),
        "finbert": (2, 3),
        "common": (2, 3),
    }


def test_recorded_scores_make_finbert_the_real_one(replays: ReplayHome, request_: ReplayRequest) -> None:
    inputs = collect(replays, request_)

    assert inputs.news_families == ("vader", "finbert")
    assert set(inputs.unavailable) == {"lite"}
    assert inputs.scorer_document("finbert")["is_reference"] is True
    assert inputs.scorer_document(None) is None


def test_news_counts_as_recorded_for_a_day_after_the_last_headline(
    replays: ReplayHome, request_: ReplayRequest
) -> None:
    prepared = collect(replays, request_).prepared
    hours = (prepared.as_of_us - to_us(START)) // HOUR_US

    assert hours[prepared.is_recorded].tolist() == list(range(11, 35))  # from 10:10 to 10:30 the next day
    assert hours[-1] == 35


def test_files_without_a_headline_before_the_end_cannot_be_replayed(
    replays: ReplayHome, request_: ReplayRequest, tmp_path: Path
) -> None:
    (tmp_path / "news.csv").write_text("published_at,title\n2001-02-01T10:05:00Z,Much later\n")

    with pytest.raises(TooFewObservations, match="no headline known before --to"):
        collect(replays, request_)
