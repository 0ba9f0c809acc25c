"""A replay through what records are really like: a day without bars, days without news, an absent reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellwether.clock import HOUR_US, SystemClock, iso, to_us
from bellwether.pipelines.replay_plan import plan_replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.sample import write_sample
from bellwether.sample.records import SampleMarket
from replay_homes import MakeReplays

NO_CANDLES = (datetime(2001, 1, 16, tzinfo=UTC), datetime(2001, 1, 17, tzinfo=UTC))
NO_NEWS = (datetime(2001, 1, 17, 12, tzinfo=UTC), datetime(2001, 1, 19, 18, tzinfo=UTC))


@dataclass(frozen=True)
class Gapped:
    """The replay: what was asked, its document, and its ticks by family."""

    request: ReplayRequest
    data: dict[str, Any]
    ticks: dict[str, set[str]]
    label: dict[tuple[str, str], str]

    @property
    def figures(self) -> dict[str, Any]:
        return {**self.data["families"], **self.data["baselines"]}


@pytest.fixture(scope="module")
def gapped(
    make_replays: MakeReplays, hourly_market: SampleMarket, tmp_path_factory: pytest.TempPathFactory
) -> Gapped:
    """From day 12, when there is too little to learn from, over eight days."""
    files = write_sample(with_gaps(hourly_market), tmp_path_factory.mktemp("gapped"))
    start = hourly_market.start + timedelta(days=12)
    replays = make_replays()
    request = replays.request(files, start=start, end=start + timedelta(days=8))
    data = replays.run(request)
    label = replays.reported(data["run_id"], "label")
    families = {family for _, family in label}
    return Gapped(
        request, data, {name: {at for at, said in label if said == name} for name in families}, label
    )


def with_gaps(market: SampleMarket) -> SampleMarket:
    (bars_from, bars_to), (news_from, news_to) = ([to_us(at) for at in gap] for gap in (NO_CANDLES, NO_NEWS))
    has_bar = (market.candles.open_us < bars_from) | (market.candles.open_us >= bars_to)
    news = [item for item in market.headlines if not news_from <= item.first_seen_us < news_to]
    return replace(market, candles=market.candles.take(has_bar), headlines=tuple(news))


def test_a_day_without_candles_is_predicted_by_nobody(gapped: Gapped) -> None:
    predicted = set.union(*gapped.ticks.values())

    assert not {at for at in predicted if "2001-01-16T00" < at[:13] <= "2001-01-17T00"}
    # the bar that closes at midnight was the last one, so that tick is predicted; its outcome is unknown
    assert gapped.label["2001-01-16T00:00:00Z", "majority"] == ""
    assert {"2001-01-15T23:00:00Z", "2001-01-17T01:00:00Z"} <= predicted


def test_days_without_news_silence_who_reads_it_and_nobody_else(
    gapped: Gapped, hourly_market: SampleMarket
) -> None:
    seen_us = [item.first_seen_us for item in with_gaps(hourly_market).headlines]
    last_us = max(us for us in seen_us if us < to_us(NO_NEWS[0]))
    next_us = min(us for us in seen_us if us >= to_us(NO_NEWS[1]))
    last_hour, next_hour = last_us // HOUR_US, next_us // HOUR_US  # of collecting, some minutes early

    def predicted(first: int, stop: int) -> set[str]:
        hours = {iso(datetime.fromtimestamp(hour * 3600, UTC)) for hour in range(first, stop)}
        return hours & gapped.ticks["majority"]

    heard, silent = predicted(last_hour + 1, last_hour + 25), predicted(last_hour + 26, next_hour)
    assert len(heard) > 12
    assert heard <= gapped.ticks["vader"]
    assert len(silent) > 24
    assert silent <= gapped.ticks["technicals"]
    assert not silent & (gapped.ticks["vader"] | gapped.ticks["shuffled_vader"])


def test_models_start_with_two_weeks_of_news_and_rules_before(gapped: Gapped) -> None:
    first = {family: min(found) for family, found in gapped.ticks.items()}

    assert first["majority"] == first["momentum"] == "2001-01-13T00:00:00Z"
    assert first["vader"] == first["technicals"] == first["shuffled_vader"] == "2001-01-16T00:00:00Z"
    (early, *_) = [event for event in gapped.data["events"] if event["kind"] == "retrain"]
    assert early["untrained"]["vader"] == "12 of 14 days with recorded news."


def test_a_family_is_measured_on_the_ticks_it_predicted(gapped: Gapped) -> None:
    for family, ticks in gapped.ticks.items():
        matured = [at for at in ticks if gapped.label[at, family] != ""]
        figure = gapped.figures[family]
        assert (figure["status"], figure["reason"], figure["n"]) == ("ok", None, len(matured))
    n = {family: gapped.figures[family]["n"] for family in gapped.ticks}
    assert 0 < n["vader"] < n["technicals"] < n["majority"]


def test_readers_that_are_not_there_say_why_and_the_others_go_on(gapped: Gapped) -> None:
    finbert, lite = gapped.data["families"]["finbert"], gapped.data["families"]["lite"]

    assert (finbert["status"], lite["status"]) == ("unavailable", "unavailable")
    assert finbert["reason"].startswith("FINBERT_MODEL is not set")
    assert "model.onnx cannot be read" in lite["reason"]
    assert gapped.data["verdict"]["family"] == "vader"


def test_the_dry_run_counted_these_ticks(gapped: Gapped) -> None:
    plan = plan_replay(gapped.request, clock=SystemClock())

    assert plan.n_ticks == gapped.data["window"]["ticks"] == 8 * 24
    assert plan.n_ticks_judged == gapped.figures["vader"]["n"]
    assert plan.n_eff == gapped.figures["vader"]["n_eff"]
