from __future__ import annotations

import numpy as np

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US, SLOT_US
from bellwether.sample.newsflow import (
    arrivals,
    first_seen,
    hourly_tone,
    report_tones,
    rhythm,
    story_tones,
)


def test_the_rhythm_averages_to_one_over_a_week_with_a_quiet_weekend() -> None:
    # 1970-01-05 was a Monday
    week = 4 * DAY_US + np.arange(7 * 96, dtype=np.int64) * SLOT_US

    weights = rhythm(week)

    assert np.isclose(weights.mean(), 1.0)
    by_day = weights.reshape(7, 96).mean(axis=1)
    assert by_day[5:].max() < 0.7 * by_day[:5].min()
    by_hour = weights.reshape(7, 24, 4).mean(axis=(0, 2))
    assert by_hour.argmax() in {14, 15}


def test_headlines_arrive_inside_their_slots_as_often_as_expected() -> None:
    slots = np.arange(4000, dtype=np.int64) * SLOT_US

    published_us = arrivals(np.random.default_rng(0), slots, expected=np.where(slots < slots[2000], 3.0, 0.0))

    assert (np.diff(published_us) >= 0).all()
    assert published_us.max() < slots[2000]
    assert abs(len(published_us) / 6000 - 1) < 0.05


def test_a_headline_is_seen_by_the_next_run_after_it_appeared() -> None:
    rng = np.random.default_rng(1)
    published_us = np.sort(rng.integers(0, 30 * DAY_US, 20_000))

    seen_us = first_seen(rng, published_us)

    assert (seen_us >= published_us).all()
    assert np.unique(seen_us % SLOT_US).tolist() == [5 * MINUTE_US]
    is_late = seen_us - published_us > 3 * HOUR_US
    assert 0.02 < is_late.mean() < 0.04
    assert (seen_us - published_us).max() < 22 * HOUR_US
    assert np.median(seen_us - published_us) < 20 * MINUTE_US


def test_stories_share_a_mood_that_fades_within_hours() -> None:
    hours = np.repeat(np.arange(3000), 20)

    tones = story_tones(np.random.default_rng(2), hours, n_hours=3000)

    assert np.abs(tones).max() <= 1.0
    by_hour = tones.reshape(3000, 20).mean(axis=1)
    assert np.corrcoef(by_hour[:-1], by_hour[1:])[0, 1] > 0.5
    assert abs(np.corrcoef(by_hour[:-24], by_hour[24:])[0, 1]) < 0.15
    assert abs(tones.mean()) < 0.1


def test_a_report_has_the_sign_of_what_it_tells() -> None:
    moves = np.array([-3.0, -0.2, 0.0, 0.2, 3.0])

    tones = report_tones(np.random.default_rng(0), moves)

    assert np.sign(tones).tolist() == [-1.0, -1.0, 0.0, 1.0, 1.0]
    assert np.abs(tones).max() <= 1.0


def test_an_hours_tone_is_the_mean_over_the_four_hours_to_it() -> None:
    seen_us = np.array([1 * HOUR_US, 3 * HOUR_US, 5 * HOUR_US, 5 * HOUR_US + 1])
    tone = np.array([1.0, -0.5, 0.25, 0.9])

    hourly = hourly_tone(np.array([0, 3, 5, 12]) * HOUR_US, first_seen_us=seen_us, tone=tone)

    # at 5h the headline of 1h has just left the window, that of 5h has just entered
    np.testing.assert_allclose(hourly, [0.0, 0.25, -0.125, 0.0])


def test_the_order_of_stories_does_not_matter_for_the_tone() -> None:
    rng = np.random.default_rng(3)
    seen_us = rng.integers(0, DAY_US, 200)
    tone = rng.normal(size=200)
    mixed = rng.permutation(200)
    hours = np.arange(24, dtype=np.int64) * HOUR_US

    np.testing.assert_allclose(
        hourly_tone(hours, first_seen_us=seen_us, tone=tone),
        hourly_tone(hours, first_seen_us=seen_us[mixed], tone=tone[mixed]),
    )
