"""The truncation law, with everything that makes it hard, and the check that would find a breach."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellwether.clock import HOUR_US, MINUTE_US
from bellwether.errors import InvalidTime
from bellwether.features.builder import build_base, build_news
from bellwether.features.lookahead import candles_known_at, events_known_at, find_lookahead
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import Horizon
from bellwether.market.candles import Candles, IntArray
from bellwether.market.labels import labels
from bellwether.news.headlines import NewsEvents

QUARTER_US = 15 * MINUTE_US


def _slots(candles: Candles) -> IntArray:
    first, last = int(candles.close_us[0]), int(candles.close_us[-1])
    return np.arange(first, last + 1, candles.interval_us)


def _knowledge(slots: IntArray, rng: np.random.Generator) -> IntArray:
    """Mostly within the grace, sometimes a rebuild with the knowledge of hours or days later."""
    later = rng.choice([0, 15, 15, 15, 90, 3_000], len(slots)) * MINUTE_US
    return slots + later


def _base_findings(candles: Candles, slots: IntArray, known_by_us: IntArray, rows: IntArray) -> tuple:
    def rebuild(as_of_us: int, known_by_us: int) -> FeatureMatrix:
        known = candles_known_at(candles, as_of_us, known_by_us)
        return build_base(known, np.array([as_of_us]), known_by_us=np.array([known_by_us]))

    return find_lookahead(build_base(candles, slots, known_by_us=known_by_us).take(rows), rebuild)


def _news(events: NewsEvents, slots: IntArray, known_by_us: IntArray) -> FeatureMatrix:
    return build_news(events, slots, positive_above=0.05, negative_below=-0.05, known_by_us=known_by_us)


def _news_findings(events: NewsEvents, slots: IntArray, known_by_us: IntArray, rows: IntArray) -> tuple:
    def rebuild(as_of_us: int, known_by_us: int) -> FeatureMatrix:
        known = events_known_at(events, as_of_us, known_by_us)
        return _news(known, np.array([as_of_us]), np.array([known_by_us]))

    return find_lookahead(_news(events, slots, known_by_us).take(rows), rebuild)


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), minutes=st.sampled_from([15, 30, 60]))
def test_price_and_calendar_features_from_the_look_back_alone_equal_the_batch_in_all_bits(
    eventful_candles, seed, minutes
):
    rng = np.random.default_rng(seed)
    candles = eventful_candles(seed, interval_us=minutes * MINUTE_US)
    slots = _slots(candles)
    rows = np.sort(rng.choice(len(slots), 15, replace=False))

    assert _base_findings(candles, slots, _knowledge(slots, rng), rows) == ()


def test_slots_around_every_late_bar_and_revision_equal_the_batch_in_all_bits(eventful_candles):
    candles = eventful_candles(1)
    slots = _slots(candles)
    is_hard = (candles.known_us > candles.close_us) | (candles.revision > 0)
    moments = np.concatenate([candles.close_us[is_hard], candles.known_us[is_hard]])
    near = np.searchsorted(slots, moments)
    rows = np.unique(np.concatenate([near - 1, near, near + 1]).clip(0, len(slots) - 1))

    assert _base_findings(candles, slots, slots + QUARTER_US, rows) == ()


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), n=st.integers(0, 600))
def test_news_features_from_the_look_back_alone_equal_the_batch_in_all_bits(eventful_events, seed, n):
    rng = np.random.default_rng(seed)
    events = eventful_events(seed, n=n)
    slots = 19_000 * 24 * HOUR_US + np.arange(14 * 96) * QUARTER_US
    delay_us = int(rng.choice([-HOUR_US, 0, HOUR_US]))
    rows = np.sort(rng.choice(len(slots), 30, replace=False))

    assert _news_findings(events, slots, slots + delay_us, rows) == ()


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_the_order_in_which_headlines_arrive_does_not_matter(eventful_events, seed):
    events = eventful_events(3)
    # two wordings that became known in one microsecond have no order but the store's
    events = replace(events, known_us=events.known_us + np.arange(len(events)))
    slots = 19_000 * 24 * HOUR_US + np.arange(0, 14 * 96, 7) * QUARTER_US
    shuffled = events.take(np.random.default_rng(seed).permutation(len(events)))

    first, second = _news(events, slots, slots), _news(shuffled, slots, slots)

    np.testing.assert_array_equal(first.values.view(np.uint32), second.values.view(np.uint32))


def test_which_other_slots_are_built_does_not_matter(eventful_candles, eventful_events):
    candles, events = eventful_candles(4), eventful_events(4)
    slots = _slots(candles)
    hourly = slots[slots % HOUR_US == 0]

    every, some = build_base(candles, slots), build_base(candles, hourly)
    all_news, some_news = _news(events, slots, slots), _news(events, hourly, hourly)

    is_hourly = slots % HOUR_US == 0
    np.testing.assert_array_equal(every.values[is_hourly].view(np.uint32), some.values.view(np.uint32))
    np.testing.assert_array_equal(
        all_news.values[is_hourly].view(np.uint32), some_news.values.view(np.uint32)
    )


def test_a_planted_column_that_peeks_is_found_and_no_other(eventful_candles):
    candles = eventful_candles(5)

    def build(known: Candles, slots: IntArray) -> FeatureMatrix:
        base = build_base(known, slots)
        next_return = labels(known, slots, Horizon.H1)[1].astype(np.float32)
        return FeatureMatrix(
            base.as_of_us,
            base.known_by_us,
            (*base.names, "next_return_1h"),
            np.column_stack([base.values, next_return]),
        )

    def rebuild(as_of_us: int, known_by_us: int) -> FeatureMatrix:
        return build(candles_known_at(candles, as_of_us, known_by_us), np.array([as_of_us]))

    slots = _slots(candles)
    found = find_lookahead(build(candles, slots).take(np.arange(900, 920)), rebuild)

    assert {finding.name for finding in found} == {"next_return_1h"}
    assert {finding.as_of_us for finding in found} <= set(slots[900:920].tolist())
    assert all(np.isnan(finding.without_future) for finding in found)


def test_a_column_that_depends_on_how_much_history_it_is_given_is_found(candles_of):
    """A mean over all history, which looks at no future but is not a function of the look-back."""
    candles = candles_of(np.linspace(100.0, 200.0, 3_000))

    def build(known: Candles, slots: IntArray) -> FeatureMatrix:
        seen = known.close_us <= slots[:, None]
        mean = np.where(seen, known.close, 0.0).sum(axis=1) / seen.sum(axis=1)
        return FeatureMatrix(slots, slots, ("mean",), mean.astype(np.float32)[:, None])

    found = find_lookahead(
        build(candles, candles.close_us[-3:]),
        lambda as_of_us, known_by_us: build(
            candles_known_at(candles, as_of_us, known_by_us), np.array([as_of_us])
        ),
    )

    assert [finding.name for finding in found] == ["mean"] * 3


def test_slots_that_do_not_ascend_are_refused(candles_of):
    with pytest.raises(InvalidTime, match="slots do not ascend"):
        build_base(candles_of(np.array([1.0])), np.array([QUARTER_US, QUARTER_US]))


@pytest.mark.parametrize(("file", "minutes"), [("btcusdt_15m.parquet", 15), ("btcusdt_1h.parquet", 60)])
def test_recorded_candles_truncated_at_random_slots_give_the_same_bits(recorded_data, file, minutes):
    candles = _recorded_candles(recorded_data / "prices" / file, minutes * MINUTE_US)
    slots = _slots(candles)
    rows = np.sort(np.random.default_rng(minutes).choice(len(slots), 40, replace=False))

    assert _base_findings(candles, slots, slots + QUARTER_US, rows) == ()


def _recorded_candles(path: Path, interval_us: int) -> Candles:
    frame = pl.read_parquet(path)
    open_us = frame["open_time"].cast(pl.Datetime("us")).dt.epoch("us").to_numpy().copy()
    prices = {
        name: frame[name].to_numpy().astype(np.float64) for name in ("open", "high", "low", "close", "volume")
    }
    return Candles(
        interval_us=interval_us,
        open_us=open_us,
        known_us=open_us + interval_us,
        revision=np.zeros(len(open_us), dtype=np.int64),
        **prices,
    )
