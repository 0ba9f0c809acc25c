from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bellwether.errors import InputError
from bellwether.identity import Horizon
from bellwether.learning.candidates import BoostingSettings, LogisticSettings
from bellwether.learning.tuning import Tuned, is_learnable, tune


def test_the_first_trial_is_the_default_logistic_regression(frame_of):
    assert tune(frame_of(), seed=0, n_trials=1) == Tuned(LogisticSettings(), 1)


def test_a_linear_truth_is_given_to_the_logistic_regression(frame_of):
    tuned = tune(frame_of(effect=0.4), seed=0, n_trials=2)

    assert tuned == Tuned(LogisticSettings(), 2)


def test_a_truth_with_an_interaction_is_given_to_boosting(frame_of):
    frame = frame_of(n=3_000, missing=0.0)
    label = (frame.features[:, 0] * frame.features[:, 1] > 0).astype(np.int64)

    tuned = tune(dataclasses.replace(frame, label=label), seed=0, n_trials=2)

    assert tuned == Tuned(BoostingSettings(), 2)


def test_the_same_seed_finds_the_same_settings(frame_of):
    assert tune(frame_of(), seed=5, n_trials=6) == tune(frame_of(), seed=5, n_trials=6)


def test_another_seed_proposes_other_settings(frame_of):
    frame = frame_of(effect=0.4)

    assert len({str(tune(frame, seed=seed, n_trials=6)) for seed in range(4)}) > 1


def test_a_frame_too_short_to_judge_on_takes_the_default_untried(frame_of):
    frame = frame_of(n=180, horizon=Horizon.H24)  # 135 before the holdout, 47 of them unsettled

    assert tune(frame, seed=0, n_trials=5) == Tuned(LogisticSettings(), 0)


def test_no_trial_at_all_is_refused(frame_of):
    with pytest.raises(InputError, match="at least one trial, not 0"):
        tune(frame_of(), seed=0, n_trials=0)


@pytest.mark.parametrize(
    ("n", "rises", "expected"), [(100, 1, True), (99, 50, False), (100, 0, False), (100, 100, False)]
)
def test_learning_takes_a_hundred_ticks_and_both_outcomes(frame_of, n, rises, expected):
    frame = dataclasses.replace(frame_of(n=n), label=(np.arange(n) < rises).astype(np.int64))

    assert is_learnable(frame) is expected
