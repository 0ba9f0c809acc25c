from __future__ import annotations

import numpy as np
import pytest

from bellwether.errors import InvalidShape
from bellwether.sentiment.agreement import (
    accuracy,
    accuracy_interval,
    confusion,
    macro_f1,
    macro_f1_interval,
    majority_share,
)

TRUTH = ("positive", "positive", "neutral", "negative", "neutral", "positive")
ANSWER = ("positive", "neutral", "neutral", "positive", "neutral", "positive")


def test_confusion_counts_truth_by_answer() -> None:
    assert confusion(TRUTH, ANSWER).tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]


def test_accuracy_is_the_share_of_true_answers() -> None:
    assert accuracy(confusion(TRUTH, ANSWER)) == pytest.approx(4 / 6)


def test_macro_f1_is_the_mean_over_classes() -> None:
    """F1: positive 2*2/(3+3) = 2/3, neutral 2*2/(2+3) = 4/5, negative 0."""
    assert macro_f1(confusion(TRUTH, ANSWER)) == pytest.approx((2 / 3 + 4 / 5 + 0) / 3)


def test_a_class_nobody_names_does_not_count() -> None:
    assert macro_f1(confusion(("positive", "neutral"), ("positive", "neutral"))) == pytest.approx(1)


def test_majority_is_the_share_of_the_commonest_label() -> None:
    assert majority_share(confusion(TRUTH, ANSWER)) == pytest.approx(0.5)


def test_without_texts_nothing_is_known() -> None:
    assert np.isnan(accuracy(np.zeros((3, 3), dtype=np.int64)))


def test_labels_and_answers_must_belong_together() -> None:
    with pytest.raises(InvalidShape, match="2 labels and 1 answers"):
        confusion(("positive", "neutral"), ("positive",))


def test_the_interval_of_accuracy_is_as_wide_as_the_binomial() -> None:
    """n = 1,000 and 0.6: standard error 0.0155, so 0.570 to 0.630."""
    counts = np.array([[300, 100, 0], [100, 300, 100], [50, 50, 0]])

    interval = accuracy_interval(counts, np.random.default_rng(0))

    assert interval.value == pytest.approx(0.6)
    assert (interval.lo, interval.hi) == pytest.approx((0.570, 0.630), abs=0.003)
    assert interval.n == 1_000


def test_intervals_cover_as_often_as_they_say() -> None:
    """95 % of 400 is 380, standard deviation 4.4."""
    share = np.array([[0.3, 0.1, 0.05], [0.05, 0.25, 0.05], [0.05, 0.05, 0.1]])
    true = float(macro_f1(np.round(share * 100_000).astype(np.int64)))
    generator = np.random.default_rng(1)

    covered = 0
    for _ in range(400):
        counts = generator.multinomial(500, share.ravel()).reshape(3, 3)
        interval = macro_f1_interval(counts, generator)
        covered += (interval.lo or 0) <= true <= (interval.hi or 0)

    assert covered >= 366


def test_equal_seeds_give_equal_intervals() -> None:
    counts = confusion(TRUTH * 20, ANSWER * 20)

    first, second = (accuracy_interval(counts, np.random.default_rng(3)) for _ in range(2))

    assert first == second
