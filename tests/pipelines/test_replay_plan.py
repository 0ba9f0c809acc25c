from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bellwether.clock import SimulatedClock, iso
from bellwether.identity import Horizon
from bellwether.pipelines.replay_plan import plan_replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.sample import SampleFiles
from bellwether.sample.records import SampleMarket
from replay_homes import ReplayHome, ToldReplay, typed_replay


@pytest.fixture
def steady(replays: ReplayHome, tmp_path: Path, hourly_market: SampleMarket) -> Callable[..., ReplayRequest]:
    """Makes requests over three weeks with a bar every hour and a headline every three."""
    hours = [hourly_market.start + timedelta(hours=hour) for hour in range(21 * 24)]
    bars = [f"{iso(at)},100,102,98,{100 + at.hour % 3 - 1},1" for at in hours]
    news = [f"{iso(at + timedelta(minutes=10))},Story number {at:%d%H}" for at in hours[::3]]
    candles, headlines = tmp_path / "bars.csv", tmp_path / "news.csv"
    candles.write_text("\n".join(["open_time,open,high,low,close,volume", *bars]) + "\n")
    headlines.write_text("\n".join(["published_at,title", *news]) + "\n")

    def request(*, start_day: float = 15, end_day: float = 20, every: int = 3, **more: Any) -> ReplayRequest:
        return ReplayRequest(
            headlines=(headlines,),
            candles=(candles,),
            scores=(),
            revisions=(),
            start=hourly_market.start + timedelta(days=start_day),
            end=hourly_market.start + timedelta(days=end_day),
            train_every=timedelta(days=every),
            **{"horizon": Horizon.H1, **more},
        )

    return request


@pytest.fixture
def clock(hourly_market: SampleMarket) -> SimulatedClock:
    return SimulatedClock(hourly_market.start + timedelta(days=365))


def test_a_plan_counts_what_the_replay_then_judges(
    replays: ReplayHome, market_files: SampleFiles, told_replay: ToldReplay, clock: SimulatedClock
) -> None:
    plan = plan_replay(replays.request(market_files), clock=clock)
    vader, window = told_replay.data["families"]["vader"], told_replay.data["window"]

    assert (plan.n_ticks, plan.n_ticks_judged, plan.n_eff) == (window["ticks"], vader["n"], vader["n_eff"])
    assert plan.n_headlines == told_replay.data["imported"][0]["new"]
    assert plan.n_news_days_before == 15
    assert plan.n_news_days == 20


def test_files_given_twice_count_once(
    replays: ReplayHome, market_files: SampleFiles, clock: SimulatedClock
) -> None:
    once = replays.request(market_files)
    twice = replays.request(
        market_files, headlines=(market_files.headlines,) * 2, candles=(market_files.candles,) * 2
    )

    assert plan_replay(twice, clock=clock) == plan_replay(once, clock=clock)


@pytest.mark.parametrize(
    ("changes", "n_ticks", "n_ticks_judged"),
    [
        # 13 whole days of news lie before the first training, 15 before the second
        ({"start_day": 13, "every": 2}, 7 * 24, 5 * 24),
        # two days after the evening of day 12, at the next start of a day
        ({"start_day": 12.75, "every": 2}, 7 * 24 + 6, 5 * 24),
        ({"start_day": 5, "end_day": 12, "every": 1}, 7 * 24, 0),
    ],
    ids=["second training", "start in the evening", "too little history"],
)
def test_ticks_before_the_first_training_with_two_weeks_of_news_are_not_judged(
    steady: Any, clock: SimulatedClock, changes: dict[str, float], n_ticks: int, n_ticks_judged: int
) -> None:
    plan = plan_replay(steady(**changes), clock=clock)

    assert (plan.n_ticks, plan.n_ticks_judged) == (n_ticks, n_ticks_judged)


def test_the_width_of_the_interval_follows_from_the_ticks_that_do_not_overlap(
    steady: Any, clock: SimulatedClock
) -> None:
    hourly = plan_replay(steady(), clock=clock)
    daily = plan_replay(steady(horizon=Horizon.H24), clock=clock)

    assert (hourly.n_eff, daily.n_eff) == (120, 5)
    assert hourly.width_sentence.endswith("of about ± 8.9 pt, n_eff = 120.")  # 1.96 * 0.5 / sqrt(120)
    assert daily.width_sentence.endswith("of about ± 43.8 pt, n_eff = 5.")


def test_with_nothing_to_judge_there_is_no_interval(steady: Any, clock: SimulatedClock) -> None:
    plan = plan_replay(steady(start_day=5, end_day=6), clock=clock)

    assert plan.half_width is None
    assert plan.width_sentence == "No tick can be judged, so there will be no interval."


def test_a_dry_run_writes_nothing_and_prints_one_document(
    market_files: SampleFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told_replay: ToldReplay,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BELLWETHER_WORKSPACE_DATABASE_URL", "postgresql://nobody@localhost:1/none")
    before = listing(tmp_path, market_files.headlines.parent)

    code, printed = typed_replay(market_files, "--dry-run", "--json")

    assert code == 0
    assert listing(tmp_path, market_files.headlines.parent) == before
    vader = told_replay.data["families"]["vader"]
    plan = json.loads(printed)["data"]
    assert (plan["n_ticks_judged"], plan["n_eff"]) == (vader["n"], vader["n_eff"])


def listing(*folders: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_mtime_ns) for folder in folders for path in folder.rglob("*"))
