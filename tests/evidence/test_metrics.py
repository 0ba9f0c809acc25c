import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from bellwether.errors import InputError, InvalidShape
from bellwether.evidence.metrics import (
    auc_score,
    balanced_accuracy,
    brier_score,
    coverage_risk,
    hit_rate,
    hits,
    log_loss,
    log_losses,
    matthews_correlation,
    net_return,
    squared_errors,
    weighted_auc,
)

NAN = float("nan")
SCORES = [hit_rate, log_loss, brier_score, balanced_accuracy, matthews_correlation, auc_score]


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    p_up = np.round(rng.uniform(0.05, 0.95, 500), 2)  # rounded: many ties
    return p_up, (rng.random(500) < p_up).astype(float)


def test_one_half_is_not_a_call_for_a_rise():
    hit = hits(np.array([0.6, 0.4, 0.7, 0.5, 0.5]), np.array([1.0, 0, 0, 1, 0]))

    assert hit.tolist() == [1, 1, 0, 0, 1]


def test_scores_of_three_predictions_worked_by_hand():
    p_up, label = np.array([0.8, 0.3, 0.6]), np.array([1.0, 0, 0])

    assert hit_rate(p_up, label) == pytest.approx(2 / 3)
    assert log_loss(p_up, label) == pytest.approx((0.223143551 + 0.356674944 + 0.916290732) / 3)
    assert brier_score(p_up, label) == pytest.approx((0.04 + 0.09 + 0.36) / 3)


def test_balanced_accuracy_weighs_both_outcomes_alike():
    # Rises: 1 of 4 right. The rest: 2 of 2 right.
    p_up, label = np.array([0.9, 0.1, 0.1, 0.1, 0.2, 0.2]), np.array([1.0, 1, 1, 1, 0, 0])

    assert balanced_accuracy(p_up, label) == 0.625


def test_matthews_correlation_of_two_thirds_right_on_each_side():
    # 2 true positives, 1 false negative, 1 false positive, 2 true negatives: (4 - 1) / 9.
    p_up, label = np.array([0.9, 0.9, 0.1, 0.9, 0.1, 0.1]), np.array([1.0, 1, 1, 0, 0, 0])

    assert matthews_correlation(p_up, label) == pytest.approx(1 / 3)


def test_ties_count_half_in_the_area_under_the_curve():
    # Pairs of a rise and a non-rise: won, tied, won, won.
    assert auc_score(np.array([0.2, 0.5, 0.5, 0.8]), np.array([0.0, 0, 1, 1])) == 0.875


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (hit_rate, lambda p, y: reference.accuracy_score(y, p > 0.5)),
        (balanced_accuracy, lambda p, y: reference.balanced_accuracy_score(y, p > 0.5)),
        (matthews_correlation, lambda p, y: reference.matthews_corrcoef(y, p > 0.5)),
        (log_loss, lambda p, y: reference.log_loss(y, p)),
        (brier_score, lambda p, y: reference.brier_score_loss(y, p)),
        (auc_score, lambda p, y: reference.roc_auc_score(y, p)),
    ],
    ids=["hit_rate", "balanced_accuracy", "matthews", "log_loss", "brier", "auc"],
)
def test_scores_agree_with_scikit_learn(sample, ours, theirs):
    p_up, label = sample

    assert ours(p_up, label) == pytest.approx(theirs(p_up, label), abs=1e-12)


@pytest.mark.parametrize("score", SCORES)
def test_a_tick_without_prediction_or_outcome_does_not_count(sample, score):
    p_up, label = sample
    with_holes = np.insert(p_up, [0, 100], [NAN, 0.99]), np.insert(label, [0, 100], [1.0, NAN])

    assert score(*with_holes) == score(p_up, label)


@pytest.mark.parametrize("score", SCORES)
def test_a_score_of_nothing_is_undefined(score):
    assert math.isnan(score(np.array([NAN, 0.4]), np.array([1.0, NAN])))


@pytest.mark.parametrize("score", [balanced_accuracy, matthews_correlation, auc_score])
def test_scores_that_need_both_outcomes_are_undefined_with_one(score):
    assert math.isnan(score(np.array([0.4, 0.6]), np.array([1.0, 1.0])))


def test_values_per_tick_keep_their_place_and_are_missing_where_anything_is():
    p_up, label = np.array([0.8, NAN, 0.2]), np.array([1.0, 1, NAN])

    for values in (hits(p_up, label), log_losses(p_up, label), squared_errors(p_up, label)):
        assert np.isnan(values).tolist() == [False, True, True]


def test_a_certain_and_wrong_prediction_costs_as_much_as_one_percent():
    assert log_losses(np.array([0.0]), np.array([1.0]))[0] == pytest.approx(-math.log(0.01))


@pytest.mark.parametrize("score", SCORES)
def test_arrays_of_different_length_are_refused(score):
    with pytest.raises(InvalidShape, match=r"p_up has shape \(2,\), label \(1,\)"):
        score(np.array([0.4, 0.6]), np.array([1.0]))


def test_a_probability_above_one_is_refused():
    with pytest.raises(InputError, match="outside 0 to 1"):
        hit_rate(np.array([1.2]), np.array([1.0]))


def test_an_outcome_of_two_is_refused():
    with pytest.raises(InputError, match="neither 0 nor 1"):
        hit_rate(np.array([0.2]), np.array([2.0]))


@given(
    st.lists(
        st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7]), st.booleans(), st.integers(0, 3)),
        min_size=1,
        max_size=12,
    )
)
def test_a_weight_is_a_repetition(rows):
    p, y, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    count = w.astype(int)

    weighted = weighted_auc(p, y, w[None, :])[0]

    assert weighted == pytest.approx(auc_score(np.repeat(p, count), np.repeat(y, count)), nan_ok=True)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=30))
def test_turning_every_probability_turns_the_area_around(rows):
    p, y = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    turned = auc_score(np.round(1 - np.round(p, 3), 3), y)

    assert turned == pytest.approx(1 - auc_score(np.round(p, 3), y), nan_ok=True)


def test_coverage_risk_keeps_the_surest_first_and_ties_together():
    # Distances from one half: 0.4 (right), 0.2 (wrong) twice as a tie with one right, 0.1 (wrong).
    curve = coverage_risk(np.array([0.7, 0.9, 0.3, 0.6]), np.array([0.0, 1, 0, 0]))

    assert curve.confidence == pytest.approx([0.4, 0.2, 0.1])
    assert curve.coverage == pytest.approx([0.25, 0.75, 1.0])
    assert curve.risk == pytest.approx([0.0, 1 / 3, 0.5])
    assert curve.area == pytest.approx(0.5 / 3 + 0.25 * 0.5)


def test_coverage_risk_of_nothing_is_empty_and_its_area_undefined():
    curve = coverage_risk(np.array([NAN]), np.array([1.0]))

    assert len(curve.coverage) == 0
    assert math.isnan(curve.area)


def test_net_return_pays_for_each_unit_traded():
    log_return = np.log([1.01, 1.02, 0.99])

    result = net_return(np.array([0.6, 0.7, 0.4]), log_return)

    assert result.turnover == 4  # in, nothing, from long to short, out
    assert result.n_periods == 3
    assert result.gross_return == pytest.approx(1.01 * 1.02 * 1.01 - 1)
    assert result.net_return == pytest.approx(1.01 * 1.02 * 1.01 * 0.999 * 0.998 * 0.999 - 1)


def test_a_missing_period_is_spent_out_of_the_market():
    result = net_return(np.array([0.6, NAN, 0.6]), np.log([1.1, 5.0, 1.1]))

    assert result.turnover == 4
    assert result.gross_return == pytest.approx(0.21)
