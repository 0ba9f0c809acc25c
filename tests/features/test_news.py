from __future__ import annotations

import math

import numpy as np
import pytest

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US
from bellwether.errors import InvalidTime
from bellwether.features.builder import build_news, is_recorded
from bellwether.news.headlines import NewsEvents

T = 19_000 * DAY_US


def _values(events: NewsEvents, as_of_us: int = T, known_by_us: int | None = None) -> dict[str, float]:
    known_by = None if known_by_us is None else np.array([known_by_us])
    matrix = build_news(
        events, np.array([as_of_us]), positive_above=0.05, negative_below=-0.05, known_by_us=known_by
    )
    return dict(zip(matrix.names, matrix.values[0].tolist(), strict=True))


def _ago(*minutes: int) -> np.ndarray:
    return T - np.array(minutes, dtype=np.int64) * MINUTE_US


def test_mean_dispersion_and_shares_by_hand(events_of):
    events = events_of(_ago(40, 30, 20, 10), [0.6, -0.2, 0.0, 0.4])

    values = _values(events)

    assert values["news_count_1h"] == pytest.approx(math.log(5))
    assert values["tone_mean_1h"] == pytest.approx(0.2)
    # deviations 0.4, -0.4, -0.2, 0.2: variance 0.1
    assert values["tone_dispersion_1h"] == pytest.approx(math.sqrt(0.1))
    assert values["share_positive_1h"] == 0.5
    assert values["share_negative_1h"] == 0.25
    assert values["novelty_1h"] == 1.0


def test_a_score_at_the_limit_is_in_its_class(events_of):
    values = _values(events_of(_ago(20, 10), [0.05, -0.05]))

    assert values["share_positive_1h"] == 0.5
    assert values["share_negative_1h"] == 0.5


def test_a_window_is_open_at_its_start_and_closed_at_the_slot(events_of):
    events = events_of(_ago(60, 0), [1.0, 0.5])

    values = _values(events)

    assert values["tone_mean_1h"] == 0.5
    assert values["tone_mean_4h"] == 0.75


def test_a_headline_known_after_the_slot_is_invisible(events_of):
    values = _values(events_of(np.array([T + 1]), [1.0]))

    assert values["news_count_24h"] == 0.0
    assert math.isnan(values["tone_mean_24h"])


def test_an_empty_window_has_the_count_zero_and_no_tone(events_of):
    values = _values(events_of(_ago(), []))

    counts = {name for name in values if name.startswith("news_count")}
    assert all(values[name] == 0.0 for name in counts)
    assert all(math.isnan(value) for name, value in values.items() if name not in counts)


def test_a_thousand_copies_count_once(events_of):
    is_duplicate = np.arange(1_001) > 0
    score = np.where(is_duplicate, -1.0, 0.5)
    events = events_of(np.full(1_001, T - MINUTE_US), score, is_duplicate=is_duplicate)

    values = _values(events)

    assert values["news_count_1h"] == pytest.approx(math.log(2))
    assert values["tone_mean_1h"] == 0.5
    assert values["tone_capped_1h"] == 0.5
    assert values["tone_decayed_24h"] == 0.5
    assert values["novelty_1h"] == pytest.approx(1 / 1_001)


def test_old_news_is_not_counted(events_of):
    known = _ago(30, 20)
    events = events_of(known, [1.0, -0.5], event_us=known - np.array([DAY_US + 1, DAY_US]))

    values = _values(events)

    assert values["tone_mean_1h"] == -0.5
    assert values["news_count_1h"] == pytest.approx(math.log(2))
    assert values["novelty_1h"] == 1.0


def test_a_headline_without_a_score_counts_as_news_but_has_no_tone(events_of):
    values = _values(events_of(_ago(20, 10), [np.nan, 0.3]))

    assert values["news_count_1h"] == pytest.approx(math.log(3))
    assert values["tone_mean_1h"] == pytest.approx(0.3)


def test_the_dispersion_of_equal_scores_is_zero_and_of_one_score_missing(events_of):
    assert _values(events_of(_ago(30, 20, 10), [0.1, 0.1, 0.1]))["tone_dispersion_1h"] == 0.0
    assert math.isnan(_values(events_of(_ago(10), [0.1]))["tone_dispersion_1h"])


def test_an_edited_headline_counts_once_in_its_current_wording(events_of):
    """Known 50 minutes ago, edited 20 minutes ago."""
    events = events_of(
        _ago(50, 20), [-0.4, 0.4], headline=np.array([7, 7]), first_known_us=np.repeat(_ago(50), 2)
    )

    assert _values(events)["tone_mean_1h"] == pytest.approx(0.4)
    assert _values(events)["news_count_1h"] == pytest.approx(math.log(2))
    assert _values(events, T - 21 * MINUTE_US)["tone_mean_1h"] == pytest.approx(-0.4)


def test_an_edit_does_not_bring_a_headline_back_into_a_window(events_of):
    events = events_of(
        _ago(70, 20), [-0.4, 0.4], headline=np.array([7, 7]), first_known_us=np.repeat(_ago(70), 2)
    )

    assert _values(events)["news_count_1h"] == 0.0
    assert _values(events)["tone_mean_4h"] == pytest.approx(0.4)


def test_an_edit_to_a_text_without_a_score_takes_the_tone_away(events_of):
    events = events_of(
        _ago(50, 20), [0.4, np.nan], headline=np.array([7, 7]), first_known_us=np.repeat(_ago(50), 2)
    )

    assert math.isnan(_values(events)["tone_mean_1h"])
    assert _values(events)["news_count_1h"] == pytest.approx(math.log(2))


def test_earlier_knowledge_hides_later_news_and_later_knowledge_adds_none(events_of):
    events = events_of(np.array([T - 30 * MINUTE_US, T - 10 * MINUTE_US, T + 5 * MINUTE_US]), [0.1, 0.5, 0.9])

    assert _values(events, T, T - 20 * MINUTE_US)["tone_mean_1h"] == pytest.approx(0.1)
    assert _values(events, T, T + HOUR_US)["tone_mean_1h"] == pytest.approx(0.3)


def test_one_mass_publisher_cannot_dominate(events_of):
    """Six headlines of one publisher at -0.5 weigh like one in the hour; one of another is at +0.5."""
    events = events_of(
        _ago(6, 5, 4, 3, 2, 1, 0), [-0.5] * 6 + [0.5], publisher=np.array([3, 3, 3, 3, 3, 3, 8])
    )

    values = _values(events)

    assert values["tone_capped_1h"] == 0.0
    assert values["tone_capped_4h"] == pytest.approx((2 * -0.5 + 0.5) / 3)
    assert values["tone_capped_24h"] == pytest.approx((4 * -0.5 + 0.5) / 5)
    assert values["tone_mean_1h"] == pytest.approx(-2.5 / 7)


def test_a_headline_of_six_hours_weighs_half_of_a_new_one(events_of):
    values = _values(events_of(_ago(360, 0), [-0.3, 0.9]))

    assert values["tone_decayed_24h"] == pytest.approx((0.5 * -0.3 + 0.9) / 1.5)


def test_surprises_compare_a_day_with_the_six_days_before(events_of):
    """Twelve headlines in six days, scores 0.1 and -0.1 in turn; then five at 0.3 in a day."""
    week = T - 2 * DAY_US - np.arange(12)[::-1] * 8 * HOUR_US
    known = np.concatenate([week, _ago(50, 40, 30, 20, 10)])
    events = events_of(known, [0.1, -0.1] * 6 + [0.3] * 5)

    values = _values(events)

    assert values["tone_surprise_24h"] == pytest.approx(0.3 / 0.1)
    assert values["count_surprise_24h"] == pytest.approx(math.log(6) - math.log(1 + 12 / 6))


def test_a_week_with_fewer_than_ten_headlines_is_no_reference(events_of):
    week = T - 2 * DAY_US - np.arange(9)[::-1] * HOUR_US
    events = events_of(np.append(week, T), np.append(np.linspace(-0.5, 0.5, 9), 0.3))

    values = _values(events)

    assert math.isnan(values["tone_surprise_24h"])
    assert math.isnan(values["count_surprise_24h"])


def test_moments_of_knowledge_that_do_not_ascend_are_refused(events_of):
    with pytest.raises(InvalidTime, match="moments of knowledge"):
        build_news(
            events_of(_ago(), []),
            np.array([T, T + HOUR_US]),
            positive_above=0.05,
            negative_below=-0.05,
            known_by_us=np.array([T, T - HOUR_US]),
        )


def test_news_is_recorded_for_a_day_after_each_headline():
    recorded = is_recorded(np.array([T]), np.array([T - 1, T, T + DAY_US - 1, T + DAY_US]))

    assert recorded.tolist() == [False, True, True, False]


def test_without_headlines_nothing_is_recorded():
    assert is_recorded(np.array([], dtype=np.int64), np.array([T])).tolist() == [False]
