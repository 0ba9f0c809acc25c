from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.clock import HOUR_US
from bellwether.errors import InputError, InvalidTime
from bellwether.identity import Horizon
from bellwether.learning.splits import holdout_fold, is_settled, walk_forward_folds

gappy_ticks = st.lists(st.integers(1, 60), min_size=8, max_size=120).map(
    lambda steps: np.cumsum(steps) * HOUR_US
)


def test_a_day_of_open_bets_and_a_day_of_embargo_are_left_out_before_the_test():
    ticks = np.arange(100) * HOUR_US

    (fold,) = walk_forward_folds(ticks, Horizon.H24, n_folds=1, first_share=0.8)

    assert fold.test.tolist() == list(range(80, 100))
    assert fold.train.tolist() == list(range(33))  # 32 + 24 + 24 = 80


def test_test_blocks_share_what_follows_the_first_part():
    ticks = np.arange(20) * HOUR_US

    folds = walk_forward_folds(ticks, Horizon.H1, n_folds=3, first_share=0.5)

    assert [fold.test.tolist() for fold in folds] == [[10, 11, 12], [13, 14, 15], [16, 17, 18, 19]]
    assert [len(fold.train) for fold in folds] == [9, 12, 15]


def test_a_gap_counts_as_time_not_as_rows():
    ticks = np.array([0, 1, 2, 3, 50, 51, 52, 53]) * HOUR_US

    (fold,) = walk_forward_folds(ticks, Horizon.H24, n_folds=1, first_share=0.5)

    assert fold.train.tolist() == [0, 1, 2]  # 2 + 48 = 50
    assert fold.test.tolist() == [4, 5, 6, 7]


def test_the_holdout_is_the_last_quarter():
    fold = holdout_fold(np.arange(40) * HOUR_US, Horizon.H4)

    assert fold.test.tolist() == list(range(30, 40))
    assert fold.train[-1] == 22


def test_a_training_part_may_be_purged_away():
    folds = walk_forward_folds(np.arange(20) * HOUR_US, Horizon.H24)

    assert [len(fold.train) for fold in folds] == [0, 0, 0, 0]


@given(gappy_ticks, st.sampled_from(Horizon), st.integers(1, 4))
def test_no_training_label_reaches_into_the_test(ticks, horizon, n_folds):
    for fold in walk_forward_folds(ticks, horizon, n_folds=n_folds):
        assert np.all(ticks[fold.train] + 2 * horizon.us <= ticks[fold.test[0]])


@given(gappy_ticks, st.sampled_from(Horizon), st.integers(1, 4))
def test_test_blocks_cover_the_rest_once_and_in_order(ticks, horizon, n_folds):
    folds = walk_forward_folds(ticks, horizon, n_folds=n_folds, first_share=0.4)

    tested = np.concatenate([fold.test for fold in folds])
    assert tested.tolist() == list(range(round(0.4 * len(ticks)), len(ticks)))
    assert all(len(fold.test) for fold in folds)


@given(gappy_ticks, st.sampled_from(Horizon))
def test_every_settled_tick_trains(ticks, horizon):
    for fold in walk_forward_folds(ticks, horizon):
        left_out = np.setdiff1d(np.arange(fold.test[0]), fold.train)
        assert not is_settled(ticks[left_out], horizon, at_us=ticks[fold.test[0]]).any()


@given(gappy_ticks, st.sampled_from(Horizon))
def test_training_only_grows(ticks, horizon):
    folds = walk_forward_folds(ticks, horizon)

    for earlier, later in pairwise(folds):
        assert set(earlier.train) <= set(later.train)


@given(gappy_ticks, st.sampled_from(Horizon), st.integers(0, 1_000))
def test_adding_later_ticks_does_not_change_who_is_settled(ticks, horizon, hours):
    moment = hours * HOUR_US
    some = len(ticks) // 2

    whole = is_settled(ticks, horizon, at_us=moment)

    assert whole[:some].tolist() == is_settled(ticks[:some], horizon, at_us=moment).tolist()


def test_ticks_that_do_not_ascend_are_refused():
    with pytest.raises(InvalidTime, match="must ascend"):
        walk_forward_folds(np.array([0, 2, 2, 3, 4, 5, 6, 7]) * HOUR_US, Horizon.H1)


@pytest.mark.parametrize("n_folds", [0, 7])
def test_more_blocks_than_ticks_are_refused(n_folds):
    with pytest.raises(InputError, match=f"10 ticks cannot be split into {n_folds}"):
        walk_forward_folds(np.arange(10) * HOUR_US, Horizon.H1, n_folds=n_folds)
