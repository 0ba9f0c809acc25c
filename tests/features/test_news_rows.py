from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US
from bellwether.features.builder import build_news
from bellwether.features.news_rows import rows_in_window, tone_weights

T = 19_000 * DAY_US


def _ago(*minutes: int) -> np.ndarray:
    return T - np.array(minutes, dtype=np.int64) * MINUTE_US


def _feature(events, name: str, as_of_us: int) -> float:
    matrix = build_news(events, np.array([as_of_us]), positive_above=0.05, negative_below=-0.05)
    return float(matrix.values[0, matrix.names.index(name)])


def test_a_publisher_shares_its_cap_of_four_among_its_headlines(events_of):
    events = events_of(_ago(6, 5, 4, 3, 2, 1), np.zeros(6), publisher=np.array([7, 7, 7, 7, 7, 9]))

    weights = tone_weights(events, T)

    # five headlines of one publisher weigh 4, the one of the other 1
    assert weights == pytest.approx([0.16] * 5 + [0.2])


def test_repetitions_and_unscored_headlines_are_in_the_window_without_weight(events_of):
    events = events_of(_ago(3, 2, 1), [0.5, 0.5, np.nan], is_duplicate=np.array([False, True, False]))

    assert rows_in_window(events, T).tolist() == [0, 1, 2]
    assert tone_weights(events, T).tolist() == [1.0, 0.0, 0.0]


def test_only_the_wording_in_force_is_in_the_window(events_of):
    edited = events_of(
        _ago(30, 20, 10), [0.1, 0.2, 0.3], headline=np.zeros(3), first_known_us=np.repeat(_ago(30), 3)
    )

    assert rows_in_window(edited, T).tolist() == [2]
    assert rows_in_window(edited, T, known_by_us=T - 15 * MINUTE_US).tolist() == [1]
    assert tone_weights(edited, T, known_by_us=T - 15 * MINUTE_US).tolist() == [0.0, 1.0, 0.0]


def test_old_news_and_other_windows_are_left_out(events_of):
    known = _ago(24 * 60, 90, 30)
    events = events_of(known, np.ones(3), event_us=known - np.array([0, 0, 25 * HOUR_US]))

    assert rows_in_window(events, T).tolist() == [1]


def test_without_headlines_nothing_weighs(events_of):
    events = events_of(np.zeros(0, dtype=np.int64), np.zeros(0))

    assert rows_in_window(events, T).tolist() == []
    assert tone_weights(events, T).tolist() == []


@given(seed=st.integers(0, 10_000), slot=st.integers(96, 11 * 96))
def test_weights_and_scores_make_the_capped_tone(eventful_events, seed, slot):
    events = eventful_events(seed)
    as_of_us = int(events.event_us.min()) + slot * 15 * MINUTE_US

    weights = tone_weights(events, as_of_us)

    tone = _feature(events, "tone_capped_24h", as_of_us)
    if np.isnan(tone):
        assert weights.sum() == 0
    else:
        # the feature sums whole millionths, at most one lost for each of nine publishers
        assert weights @ np.nan_to_num(events.score) == pytest.approx(tone, abs=1e-5)
        assert weights.sum() == pytest.approx(1.0)


@given(seed=st.integers(0, 10_000), slot=st.integers(96, 11 * 96))
def test_the_window_holds_as_many_headlines_as_the_features_count(eventful_events, seed, slot):
    events = eventful_events(seed)
    as_of_us = int(events.event_us.min()) + slot * 15 * MINUTE_US

    rows = rows_in_window(events, as_of_us)

    n_new = np.count_nonzero(~events.is_duplicate[rows])
    assert np.log1p(n_new) == pytest.approx(_feature(events, "news_count_24h", as_of_us), rel=1e-6)
