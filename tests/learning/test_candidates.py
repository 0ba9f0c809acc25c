from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellwether.learning.candidates import BoostingSettings, Learner, LogisticSettings

NAN = np.float32("nan")
CANDIDATES = pytest.mark.parametrize(
    "candidate", [LogisticSettings(), BoostingSettings()], ids=["logistic", "boosting"]
)


def column(*values: float) -> np.ndarray:
    return np.array([values], dtype=np.float32).T


def test_scaling_is_by_median_and_interquartile_range(fit):
    fitted = fit(column(0, 1, 2, 3, 100), np.array([0, 1, 0, 1, 1]), LogisticSettings())

    assert fitted.center.tolist() == [2.0]
    assert fitted.scale.tolist() == pytest.approx([(3 - 1) / 1.34898], rel=1e-5)


def test_scaling_looks_past_missing_values(fit):
    fitted = fit(column(NAN, 1, 2, 3, NAN), np.array([0, 1, 0, 1, 1]), LogisticSettings())

    assert fitted.center.tolist() == [2.0]


def test_a_column_that_is_mostly_one_value_is_scaled_by_its_deviation(fit):
    fitted = fit(column(0, 0, 0, 0, 0, 0, 0, 0, 0, 10), np.array([0, 1] * 5), LogisticSettings())

    assert fitted.scale.tolist() == [3.0]  # variance (9 * 1 + 81) / 10


@pytest.mark.parametrize("value", [7.0, NAN], ids=["constant", "missing"])
def test_a_column_that_says_nothing_weighs_nothing(value, fit):
    features = np.hstack((column(-1, 1, -2, 2), column(value, value, value, value)))

    fitted = fit(features, np.array([0, 1, 0, 1]), LogisticSettings(c=1.0))

    assert fitted.coefficients[0] > 0
    assert fitted.coefficients[1] == 0


def test_a_missing_value_stands_at_the_median(frame_of, fit):
    frame = frame_of(effect=1.0)
    fitted = fit(frame.features, frame.label, LogisticSettings())
    row = frame.features[:1].copy()

    row[0, 0] = NAN
    missing = fitted.logits(row)
    row[0, 0] = fitted.center[0]

    assert missing == pytest.approx(fitted.logits(row), abs=1e-6)


def test_an_outlier_counts_as_five_deviations(frame_of, fit):
    frame = frame_of(effect=1.0)
    fitted = fit(frame.features, frame.label, LogisticSettings())
    crash, limit = frame.features[:1].copy(), frame.features[:1].copy()

    crash[0, 0] = -1e9
    limit[0, 0] = fitted.center[0] - 5.01 * fitted.scale[0]

    assert fitted.logits(crash) == fitted.logits(limit)


@settings(max_examples=20)
@given(factor=st.floats(1e-3, 1e3), shift=st.floats(-10, 10))
def test_the_unit_of_a_feature_does_not_matter(factor, shift, fit):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(200, 2)).astype(np.float32)
    label = (features[:, 0] + rng.normal(size=200) > 0).astype(np.int64)
    other = (features.astype(np.float64) * factor + shift).astype(np.float32)

    one = fit(features, label, LogisticSettings(c=0.1))
    two = fit(other, label, LogisticSettings(c=0.1))

    tolerance = 1e-5 * max(1.0, abs(shift) / factor)  # float32 rounds the shifted values
    assert one.logits(features) == pytest.approx(two.logits(other), abs=tolerance)


def test_boosting_learns_what_no_line_can(fit):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2_000, 2)).astype(np.float32)
    label = (features[:, 0] * features[:, 1] > 0).astype(np.int64)

    trees = fit(features, label, BoostingSettings(n_trees=100, learning_rate=0.1, feature_share=1.0))
    line = fit(features, label, LogisticSettings())

    assert np.mean((trees.logits(features) > 0) == label) > 0.9
    assert np.mean((line.logits(features) > 0) == label) < 0.65


def test_missing_values_can_carry_meaning_for_trees(fit):
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, size=2_000)
    features = rng.normal(size=(2_000, 1)).astype(np.float32)
    features[label == 1] = NAN

    trees = fit(features, label, BoostingSettings())

    assert trees.logits(column(NAN))[0] > trees.logits(column(0.0))[0] + 1


@CANDIDATES
def test_fitting_twice_gives_the_same_bits(frame_of, fit, candidate):
    frame = frame_of(effect=0.5)
    learner = Learner(frame.features, frame.label, n_independent=1_200, seed=3)

    learner.fit(BoostingSettings(n_leaves=3, min_leaf_share=0.1))  # an earlier trial leaves no trace
    again = learner.fit(candidate).logits(frame.features)

    fresh = fit(frame.features.copy(), frame.label.copy(), candidate, seed=3)
    assert again.tobytes() == fresh.logits(frame.features).tobytes()


@pytest.mark.parametrize(
    "candidate", [LogisticSettings(), BoostingSettings(min_leaf_share=0.1)], ids=["logistic", "boosting"]
)
def test_outcomes_that_repeat_each_other_are_learnt_from_once(frame_of, fit, candidate):
    """24 copies of a tick with one outcome in all weigh what the tick alone does."""
    frame = frame_of(n=300, effect=1.0)
    hourly = Learner(
        np.repeat(frame.features, 24, axis=0), np.repeat(frame.label, 24), n_independent=300, seed=0
    )

    daily = fit(frame.features, frame.label, candidate)

    assert hourly.fit(candidate).logits(frame.features) == pytest.approx(
        daily.logits(frame.features), abs=0.03
    )
