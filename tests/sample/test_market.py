from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bellwether.clock import DAY_US, HOUR_US, SLOT_US, to_us
from bellwether.errors import InputError, InvalidTime
from bellwether.news.duplicates import mark_duplicates
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.sample.market import random_walk_market, sample_market
from bellwether.sample.names import PUBLISHERS
from bellwether.sample.newsflow import hourly_tone
from bellwether.sample.records import SampleMarket

START = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def market() -> SampleMarket:
    return sample_market(seed=11, start=START, days=150)


def _hour_returns(market: SampleMarket) -> NDArray[np.float64]:
    """Log return of the hour from each whole hour, NaN where a bar is missing."""
    hour_us = market.truth.hour_us
    bars = market.candles
    closes = np.full(market.days * 96 + 1, np.nan)
    closes[(bars.close_us - hour_us[0]) // SLOT_US] = np.log(bars.close)
    at = (hour_us - hour_us[0]) // SLOT_US
    return closes[at + 4] - closes[at]


def _slope_with_interval(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float, float]:
    """Least squares of y on x: slope and its 95 % interval, robust to unequal variances (HC0)."""
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known] - x[known].mean(), y[known] - y[known].mean()
    slope = float((x @ y) / (x @ x))
    error = float(np.sqrt(((x * (y - slope * x)) ** 2).sum()) / (x @ x))
    return slope, slope - 1.96 * error, slope + 1.96 * error


def test_the_same_seed_gives_the_same_market_and_another_seed_another() -> None:
    first, again, other = (sample_market(seed=seed, start=START, days=12) for seed in (1, 1, 2))

    assert first.headlines == again.headlines
    assert first.revisions == again.revisions
    assert first.candles.close.tobytes() == again.candles.close.tobytes()
    assert first.truth.tone.tobytes() == again.truth.tone.tobytes()
    assert first.headlines != other.headlines
    assert first.candles.close[:50].tolist() != other.candles.close[:50].tolist()


def test_the_news_effect_changes_prices_and_not_the_stories_tone() -> None:
    with_effect = sample_market(seed=4, start=START, days=10)
    without = sample_market(seed=4, start=START, days=10, news_effect_bp=0.0)

    assert with_effect.truth.tone.tolist() == without.truth.tone.tolist()
    assert with_effect.candles.close.tolist() != without.candles.close.tolist()


def test_a_regression_of_the_next_hour_on_the_tone_recovers_the_stated_effect(market: SampleMarket) -> None:
    slope, lo, hi = _slope_with_interval(market.truth.tone, _hour_returns(market) * 1e4)

    assert lo <= market.truth.news_effect_bp <= hi
    assert lo > 0
    assert hi - lo < 30, slope


def test_without_an_effect_the_next_hour_does_not_follow_the_tone() -> None:
    intervals = [
        _slope_with_interval(market.truth.tone, _hour_returns(market) * 1e4)
        for market in (
            random_walk_market(seed=seed, start=START, days=60, headlines_per_day=100) for seed in range(5)
        )
    ]

    assert sum(lo <= 0 <= hi for _, lo, hi in intervals) >= 4
    assert all(hi < 60 for _, _, hi in intervals)


def test_a_report_tells_nothing_of_the_hour_after_it() -> None:
    market = random_walk_market(seed=8, start=START, days=90)
    is_report = market.truth.is_report
    seen_us = np.array([headline.first_seen_us for headline in market.headlines])
    tone = hourly_tone(
        market.truth.hour_us,
        first_seen_us=seen_us[is_report],
        tone=market.truth.headline_tone[is_report],
    )

    _, lo, hi = _slope_with_interval(tone, _hour_returns(market) * 1e4)

    assert lo <= 0 <= hi


def test_most_news_follows_the_price(market: SampleMarket) -> None:
    returns = _hour_returns(market)
    seen_us = np.array([headline.first_seen_us for headline in market.headlines])
    tone = hourly_tone(market.truth.hour_us, first_seen_us=seen_us, tone=market.truth.headline_tone)

    def correlation(lag: int) -> float:
        """Of the tone at an hour with the return ``lag`` hours later."""
        shifted = np.full(len(returns), np.nan)
        if lag >= 0:
            shifted[: len(returns) - lag] = returns[lag:]
        else:
            shifted[-lag:] = returns[:lag]
        known = np.isfinite(shifted)
        return float(np.corrcoef(tone[known], shifted[known])[0, 1])

    before = [correlation(lag) for lag in range(-4, 0)]
    after = [correlation(lag) for lag in range(4)]

    assert market.truth.is_report.mean() > 0.5
    assert sum(before) > sum(after) > 0


def test_what_is_recorded_is_in_order_and_inside_the_span(market: SampleMarket) -> None:
    start_us, end_us = to_us(START), to_us(START + timedelta(days=150))
    seen = [(headline.first_seen_us, headline.published_us) for headline in market.headlines]

    assert seen == sorted(seen)
    assert all(start_us <= published_us <= seen_us < end_us for seen_us, published_us in seen)
    assert market.candles.open_us[0] >= start_us
    assert market.candles.close_us[-1] <= end_us
    assert (np.diff(market.candles.open_us) > 0).all()
    assert len({headline.url for headline in market.headlines}) == len(market.headlines)
    assert all(".example/sample/" in headline.url for headline in market.headlines)


def test_outages_leave_gaps(market: SampleMarket) -> None:
    outages = market.truth.candle_outages
    missing = set(range(to_us(START), to_us(START) + 150 * DAY_US, SLOT_US)) - set(
        market.candles.open_us.tolist()
    )
    seen_us = np.array([headline.first_seen_us for headline in market.headlines])

    assert len(outages) == 8
    assert missing == {
        moment for outage in outages for moment in range(outage.from_us, outage.to_us, SLOT_US)
    }
    for outage in market.truth.news_outages:
        assert not ((seen_us >= outage.from_us) & (seen_us < outage.to_us)).any()


def test_the_regime_change_brings_more_volatility_and_more_news(market: SampleMarket) -> None:
    changed_us = market.truth.regime_change_us
    assert changed_us == to_us(START) + 75 * DAY_US
    moves = np.abs(np.log(market.candles.close / market.candles.open))
    is_later = market.candles.open_us >= changed_us
    n_later = sum(headline.first_seen_us >= changed_us for headline in market.headlines)

    assert np.median(moves[is_later]) > 1.3 * np.median(moves[~is_later])
    assert 1.2 < n_later / (len(market.headlines) - n_later) < 1.8


def test_the_number_of_headlines_is_about_the_one_asked_for() -> None:
    market = random_walk_market(seed=3, start=START, days=56, headlines_per_day=100)

    # outages and headlines still unseen at the end cost a little
    assert 0.85 < len(market.headlines) / 5600 < 1.05


def test_about_one_headline_in_eight_repeats_another_and_the_importer_finds_most(
    market: SampleMarket,
) -> None:
    rows = [
        HeadlineRow(
            key=text_key(headline.url),
            revision=0,
            asset="BTC",
            publisher=headline.publisher,
            url=headline.url,
            title=headline.title,
            text=headline.title,
            summary=None,
            event_us=headline.published_us,
            known_us=headline.first_seen_us,
            is_known_assumed=False,
        )
        for headline in market.headlines[:6000]
    ]
    is_repeat = market.truth.is_repeat[:6000]

    found = mark_duplicates(rows)

    is_found = np.array([row.key in found for row in rows])
    assert 0.10 < is_repeat.mean() < 0.16
    assert is_found[is_repeat].mean() > 0.8
    assert is_found[~is_repeat].mean() < 0.05


def test_some_headlines_come_hours_late_and_some_are_edited(market: SampleMarket) -> None:
    delays_us = np.array([h.first_seen_us - h.published_us for h in market.headlines])
    by_id = {headline.news_id: headline for headline in market.headlines}
    first, second = market.revisions[0::2], market.revisions[1::2]

    assert 0.02 < (delays_us > 3 * HOUR_US).mean() < 0.05
    assert 0.01 < len(first) / len(market.headlines) < 0.03
    for before, after in zip(first, second, strict=True):
        assert before.news_id == after.news_id
        assert before.title == by_id[before.news_id].title != after.title
        assert before.seen_us == by_id[before.news_id].first_seen_us < after.seen_us


def test_one_publisher_writes_far_more_than_the_others(market: SampleMarket) -> None:
    counts = sorted(
        (sum(h.publisher == publisher.name for h in market.headlines) for publisher in PUBLISHERS),
        reverse=True,
    )

    assert counts[0] > 1.5 * counts[1]
    assert counts[-1] > 100


def test_prices_start_where_bitcoin_is_not(market: SampleMarket) -> None:
    assert market.candles.open[0] == 1000.0


@pytest.mark.parametrize(("interval", "minutes"), [("30m", 30), ("1h", 60)])
def test_longer_candles_are_those_of_the_same_market(interval: str, minutes: int) -> None:
    quarter_hours = sample_market(seed=2, start=START, days=8)
    longer = sample_market(seed=2, start=START, days=8, interval=interval)

    known = dict(zip(quarter_hours.candles.close_us.tolist(), quarter_hours.candles.close, strict=True))
    assert longer.headlines == quarter_hours.headlines
    assert longer.candles.interval_us == minutes * 60_000_000
    assert [known[at] for at in longer.candles.close_us.tolist()] == longer.candles.close.tolist()


def test_a_market_of_one_day_is_possible() -> None:
    market = sample_market(seed=0, start=START, days=1, headlines_per_day=1, regime_change_at=None)

    assert market.truth.regime_change_us is None
    assert 0 < len(market.candles) <= 96
    assert len(market.truth.hour_us) == 24


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"days": 0}, "has no day"),
        ({"seed": -1}, "must not be negative"),
        ({"headlines_per_day": 0.0}, "headlines a day"),
        ({"headlines_per_day": float("nan")}, "headlines a day"),
        ({"regime_change_at": 1.0}, "cannot change at 1.0"),
        ({"interval": "5m"}, "'5m' is not supported"),
    ],
)
def test_an_impossible_market_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        sample_market(**({"seed": 0, "start": START, "days": 5} | arguments))  # type: ignore[arg-type]


def test_a_market_starts_on_a_whole_hour_with_a_zone() -> None:
    with pytest.raises(InvalidTime, match="whole hour, not at 2001-01-01T00:15:00Z"):
        sample_market(seed=0, start=START + timedelta(minutes=15), days=1)
    with pytest.raises(InvalidTime, match="no time zone"):
        sample_market(seed=0, start=datetime(2001, 1, 1), days=1)  # noqa: DTZ001 - that is the mistake


def test_nothing_of_the_recorded_news_occurs(market: SampleMarket, recorded_data: Path) -> None:
    titles, publishers = set(), set()
    for path in (
        (recorded_data / "news").glob("*titles.csv.gz"),
        (recorded_data / "news").glob("*dense.csv.gz"),
    ):
        for file in path:
            with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
                for row in csv.DictReader(rows):
                    titles.add(" ".join(row["title"].casefold().split()))
                    publishers.add("".join(filter(str.isalnum, row["source"].casefold())))

    assert len(titles) > 10_000
    assert titles.isdisjoint(" ".join(headline.title.casefold().split()) for headline in market.headlines)
    assert publishers.isdisjoint(
        "".join(filter(str.isalnum, publisher.name.casefold())) for publisher in PUBLISHERS
    )
