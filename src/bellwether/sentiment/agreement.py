"""How well two readers of the same texts agree: accuracy on labels, macro-F1, and their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import InvalidShape
from bellwether.evidence.intervals import CONFIDENCE, Interval
from bellwether.sentiment.classes import LABELS, Label

Counts = NDArray[np.int64]
"""Confusion counts, shape (…, 3, 3): first axis of the last two is the truth, second the answer."""

N_RESAMPLES = 2_000


def confusion(truth: Sequence[Label], answer: Sequence[Label]) -> Counts:
    """Count how often each class was answered with each class.

    Raises
    ------
    InvalidShape
        The sequences differ in length.
    """
    if len(truth) != len(answer):
        raise InvalidShape(f"{len(truth)} labels and {len(answer)} answers do not belong together.")
    counts = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    number = {label: i for i, label in enumerate(LABELS)}
    np.add.at(counts, ([number[label] for label in truth], [number[label] for label in answer]), 1)
    return counts


def accuracy(counts: Counts) -> NDArray[np.float64]:
    """Share of texts that got their true class; shape (…), NaN without texts."""
    right = np.trace(counts, axis1=-2, axis2=-1)
    return _ratio(right, counts.sum(axis=(-2, -1)), empty=np.nan)


def macro_f1(counts: Counts) -> NDArray[np.float64]:
    """Unweighted mean over classes of F1; shape (…).

    Classes that neither the truth nor the answer ever names do not count; one that is never
    answered rightly counts as 0.
    """
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    named = counts.sum(axis=-1) + counts.sum(axis=-2)
    f1 = _ratio(2 * right, named, empty=0.0)
    return _ratio(f1.sum(axis=-1), (named > 0).sum(axis=-1), empty=np.nan)


def majority_share(counts: Counts) -> float:
    """Accuracy of always answering the commonest true class."""
    return float(counts.sum(axis=1).max() / counts.sum())


def accuracy_interval(counts: Counts, generator: np.random.Generator) -> Interval:
    """Accuracy with its 95 % bootstrap interval over texts."""
    return _interval(float(accuracy(counts)), accuracy(_resampled(counts, generator)), counts)


def macro_f1_interval(counts: Counts, generator: np.random.Generator) -> Interval:
    """Macro-F1 with its 95 % bootstrap interval over texts."""
    return _interval(float(macro_f1(counts)), macro_f1(_resampled(counts, generator)), counts)


def _resampled(counts: Counts, generator: np.random.Generator) -> Counts:
    """Confusion counts of `N_RESAMPLES` samples of the texts, drawn with replacement.

    The counts are all that is left of a sample, and those of a bootstrap sample are multinomial: no
    text has to be drawn.
    """
    n = int(counts.sum())
    drawn: Counts = generator.multinomial(n, counts.ravel() / n, size=N_RESAMPLES)
    return drawn.reshape(-1, *counts.shape)


def _interval(value: float, resampled: NDArray[np.float64], counts: Counts) -> Interval:
    tail = (1 - CONFIDENCE) / 2
    lo, hi = np.quantile(resampled, [tail, 1 - tail])
    return Interval.around(value, lo, hi, n=int(counts.sum()))


def _ratio(part: NDArray[np.generic], whole: NDArray[np.generic], *, empty: float) -> NDArray[np.float64]:
    ratio = np.full(np.shape(whole), empty)
    np.divide(part, whole, out=ratio, where=np.asarray(whole) > 0)
    return ratio
