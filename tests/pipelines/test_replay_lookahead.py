"""Nothing that a replay says before a moment depends on anything that became known after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bellwether.clock import iso, to_us
from bellwether.pipelines.sample import write_sample
from bellwether.sample.records import SampleMarket
from replay_homes import ReplayHome, ToldReplay

CUT = datetime(2001, 1, 18, 12, tzinfo=UTC)
"""Between the two trainings, in the middle of a day."""


def until(market: SampleMarket, cut_us: int) -> SampleMarket:
    """What was recorded of a market by a moment."""
    return replace(
        market,
        headlines=tuple(item for item in market.headlines if item.first_seen_us <= cut_us),
        revisions=tuple(item for item in market.revisions if item.seen_us <= cut_us),
        candles=market.candles.take(market.candles.close_us <= cut_us),
    )


def test_without_the_future_every_earlier_prediction_is_the_same(
    replays: ReplayHome, hourly_market: SampleMarket, told_replay: ToldReplay, tmp_path: Path
) -> None:
    known = until(hourly_market, to_us(CUT))
    assert len(known.headlines) < len(hourly_market.headlines) - 100
    assert len(known.candles) < len(hourly_market.candles) - 50
    request = replays.request(write_sample(known, tmp_path / "known"))

    data = replays.run(request)

    said, whole = replays.reported(data["run_id"], "p_up"), told_replay.reported("p_up")
    before = {place: p_up for place, p_up in whole.items() if place[0] <= iso(CUT)}
    assert {place: p_up for place, p_up in said.items() if place[0] <= iso(CUT)} == before
    assert len({as_of for as_of, _ in before}) > 50
    assert max(as_of for as_of, _ in said) == iso(CUT)
