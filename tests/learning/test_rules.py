from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bellwether.errors import FeatureSetMismatch, InputError, TooFewObservations
from bellwether.identity import Horizon
from bellwether.learning.inference import DirectionModel
from bellwether.learning.rules import fit_rule

RULES = ["majority", "persistence", "momentum"]


@pytest.fixture
def forty_ticks(frame_of):
    """return_1h rose on 20 ticks (15 rises after it), fell on 16 (4 rises), was missing on 4 (2)."""
    frame = frame_of(n=40, k=5, missing=0.0)
    features = frame.features.copy()
    features[:, 0] = np.repeat([0.01, -0.01, np.nan], [20, 16, 4])
    label = np.repeat([1, 0, 1, 0, 1, 0], [15, 5, 4, 12, 2, 2])
    return dataclasses.replace(frame, features=features, label=label)


def answers(model, *values, column=0, width=5):
    rows = np.zeros((len(values), width), dtype=np.float32)
    rows[:, column] = values
    return DirectionModel(model.onnx).predict(rows).tolist()


def test_majority_says_how_often_it_rose(forty_ticks):
    model = fit_rule("majority", forty_ticks)

    assert answers(model, 1, -1, np.nan) == [22 / 42] * 3  # 21 rises of 40, one of each added


def test_persistence_says_how_often_it_rose_after_the_same_move(forty_ticks):
    model = fit_rule("persistence", forty_ticks)

    assert answers(model, 0.5, -0.5) == [16 / 22, 5 / 18]


def test_a_rule_whose_return_is_missing_says_what_majority_says(forty_ticks):
    assert answers(fit_rule("persistence", forty_ticks), np.nan) == [22 / 42]


def test_no_move_is_not_a_rise(forty_ticks):
    model = fit_rule("persistence", forty_ticks)

    assert answers(model, 0.0) == answers(model, -1.0)


@pytest.mark.parametrize(
    ("family", "horizon", "looks_at"),
    [
        ("persistence", Horizon.H1, "return_1h"),
        ("persistence", Horizon.H4, "return_4h"),
        ("persistence", Horizon.H24, "return_24h"),
        ("momentum", Horizon.H1, "return_24h"),
        ("momentum", Horizon.H4, "return_24h"),
        ("momentum", Horizon.H24, "return_7d"),
    ],
)
def test_each_rule_looks_at_its_return(frame_of, family, horizon, looks_at):
    frame = frame_of(n=400, k=5, horizon=horizon, missing=0.0)
    column = frame.names.index(looks_at)
    label = (frame.features[:, column] > 0).astype(np.int64)

    model = fit_rule(family, dataclasses.replace(frame, label=label))

    rise, fall = answers(model, 1, -1, column=column)
    assert (rise, fall) == (0.99, 0.01)  # always right in training, clipped


@pytest.mark.parametrize("family", RULES)
def test_out_of_fold_frequencies_come_from_the_past(frame_of, family):
    frame = frame_of(n=400)
    label = frame.label.copy()
    label[-60:] = 1 - label[-60:]  # the last test block

    one = fit_rule(family, frame).out_of_fold
    two = fit_rule(family, dataclasses.replace(frame, label=label)).out_of_fold

    assert one.p_up.tolist() == two.p_up.tolist()
    assert len(one) == 240


@pytest.mark.parametrize("family", RULES)
def test_fitting_twice_gives_the_same_bytes(frame_of, family):
    assert fit_rule(family, frame_of()).onnx == fit_rule(family, frame_of()).onnx


def test_a_rule_counts_no_trials(forty_ticks):
    model = fit_rule("majority", forty_ticks)

    assert (model.n_trials, model.calibration, model.candidate) == (0, None, "majority")
    assert model.parameters == {"p_any": 22 / 42}


def test_a_day_of_ticks_is_needed(frame_of):
    with pytest.raises(TooFewObservations, match="23 labelled ticks; a frequency needs 24"):
        fit_rule("majority", frame_of(n=23))


def test_a_rule_fitted_on_a_day_has_no_out_of_fold_yet(frame_of):
    assert len(fit_rule("majority", frame_of(n=24)).out_of_fold) == 0


def test_a_family_that_learns_is_no_rule(forty_ticks):
    with pytest.raises(InputError, match="'technicals' is not a rule"):
        fit_rule("technicals", forty_ticks)


def test_a_frame_without_the_return_is_refused(frame_of):
    frame = dataclasses.replace(frame_of(k=4), names=("a", "b", "c", "d"))

    with pytest.raises(FeatureSetMismatch, match="momentum looks at return_24h"):
        fit_rule("momentum", frame)
