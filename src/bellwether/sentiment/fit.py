"""Fit the lite reader on labelled texts.

Strength of the penalty and limits of the classes are chosen on texts the model was not fitted on
(stratified folds); the figures of the card come from there, too. Needs the extra ``train``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bellwether.errors import TooFewObservations
from bellwether.evidence.intervals import Interval
from bellwether.progress import Track, untracked
from bellwether.sentiment.agreement import accuracy_interval, confusion, macro_f1, macro_f1_interval
from bellwether.sentiment.classes import LABELS, Label
from bellwether.sentiment.labelled import LabelledTexts
from bellwether.sentiment.lite_graph import lite_graph
from bellwether.sentiment.ngrams import count_ngrams
from bellwether.sentiment.wording import readable

FloatArray = NDArray[np.float64]

N_SLOTS = 2**15
"""In cross-validation on the Twitter set macro-F1 is 0.733 with 2^14 slots, 0.741 with 2^15, 0.744
with 2^16; the file doubles each time."""

PENALTIES = (0.3, 1.0, 3.0, 10.0)
"""Inverse strengths of the ridge penalty that are tried, the strongest penalty first."""

LIMITS = tuple(round(0.05 * i, 2) for i in range(1, 13))
"""Limits of the classes on the score that are tried, 0.05 to 0.60."""

N_FOLDS = 4
MIN_PER_CLASS = 20


@dataclass(frozen=True)
class LiteFit:
    """A fitted lite model.

    Attributes
    ----------
    onnx : bytes
        The model, see `lite_graph`.
    n_slots, penalty, limit
        What was used and chosen.
    n_texts : int
        Texts it was fitted on, without repeats.
    accuracy, macro_f1 : Interval
        On texts held out from the fit, by the most probable class.
    macro_f1_by_limit : float
        Likewise, with classes by ``limit`` on the score alone, as features count them.
    """

    onnx: bytes
    n_slots: int
    penalty: float
    limit: float
    n_texts: int
    accuracy: Interval
    macro_f1: Interval
    macro_f1_by_limit: float


@dataclass(frozen=True)
class _Weights:
    """A fitted model before it is written: see `lite_graph` for shapes."""

    rarity: FloatArray
    weights: FloatArray
    bias: FloatArray

    def probabilities(self, counts: csr_array) -> FloatArray:
        """Class probabilities, shape (n, 3); the same arithmetic as the graph's."""
        logits = np.asarray(_rows(counts, self.rarity) @ self.weights) + self.bias
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def fit_lite(
    labelled: LabelledTexts, *, seed: int, n_slots: int = N_SLOTS, track: Track = untracked
) -> LiteFit:
    """Fit a lite model.

    Parameters
    ----------
    labelled : LabelledTexts
        Repeated texts count once.
    seed : int
        Of the folds and the intervals.
    n_slots : int
        Slots the n-grams are hashed into.
    track : Track
        Shown how far the folds are.

    Raises
    ------
    TooFewObservations
        A class has fewer than `MIN_PER_CLASS` texts.
    """
    texts = labelled.distinct()
    classes = _class_numbers(texts.labels)
    counts = _count_table(texts.texts, n_slots)
    held_out = _held_out(counts, classes, seed=seed, track=track)
    penalty = _simplest_penalty(classes, held_out, np.random.default_rng(seed))
    limit, by_limit = _best_limit(classes, held_out[penalty])
    final = _fit(counts, classes, penalty)
    agreement = confusion(texts.labels, _labels(held_out[penalty].argmax(axis=1)))
    generator = np.random.default_rng(seed)
    return LiteFit(
        onnx=lite_graph(
            final.rarity.astype(np.float32), final.weights.astype(np.float32), final.bias.astype(np.float32)
        ),
        n_slots=n_slots,
        penalty=penalty,
        limit=limit,
        n_texts=len(texts),
        accuracy=accuracy_interval(agreement, generator),
        macro_f1=macro_f1_interval(agreement, generator),
        macro_f1_by_limit=by_limit,
    )


def _held_out(
    counts: csr_array, classes: NDArray[np.intp], *, seed: int, track: Track
) -> dict[float, FloatArray]:
    """For each penalty the probabilities of every text by a model that was not fitted on it."""
    held_out = {penalty: np.empty((len(classes), len(LABELS))) for penalty in PENALTIES}
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=seed)
    with track("Fitting the lite reader", N_FOLDS * len(PENALTIES)) as advance:
        done = 0
        for fitted, judged in folds.split(classes, classes):
            for penalty in PENALTIES:
                model = _fit(counts[fitted], classes[fitted], penalty)
                held_out[penalty][judged] = model.probabilities(counts[judged])
                done += 1
                advance(done)
    return held_out


def _simplest_penalty(
    classes: NDArray[np.intp], held_out: dict[float, FloatArray], generator: np.random.Generator
) -> float:
    """The strongest penalty that has not been shown to be worse than the best one.

    The model will read other headlines than it learned from, where simpler is safer.
    """
    answers = {
        penalty: confusion(_labels(classes), _labels(held_out[penalty].argmax(axis=1)))
        for penalty in PENALTIES
    }
    figures = {penalty: float(macro_f1(answers[penalty])) for penalty in PENALTIES}
    best = max(figures, key=lambda penalty: figures[penalty])
    lower = macro_f1_interval(answers[best], generator).lo or 0.0
    return next(penalty for penalty in PENALTIES if figures[penalty] >= lower)


def _fit(counts: csr_array, classes: NDArray[np.intp], penalty: float) -> _Weights:
    """Ridge logistic regression, classes weighed alike: most headlines are neutral."""
    hit = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log((1 + counts.shape[0]) / (1 + hit)) + 1
    model = LogisticRegression(C=penalty, class_weight="balanced", max_iter=500, tol=1e-4)
    model.fit(_rows(counts, rarity), classes)
    return _Weights(rarity, model.coef_.T, model.intercept_)


def _rows(counts: csr_array, rarity: FloatArray) -> csr_array:
    """Texts as directions: damped counts times rarity, scaled to length 1."""
    weighed = counts.astype(np.float64)
    weighed.data = (1 + np.log(weighed.data)) * rarity[weighed.indices]
    lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1))
    weighed.data /= np.repeat(lengths, np.diff(weighed.indptr))
    return weighed


def _count_table(texts: Sequence[str], n_slots: int) -> csr_array:
    """Hits of each text (rows) in each slot (columns)."""
    hits = [count_ngrams(readable(text), n_slots) for text in texts]
    starts = np.cumsum([0, *map(len, hits)])
    slots = np.array([slot for text_hits in hits for slot in text_hits], dtype=np.int64)
    counts = np.array([count for text_hits in hits for count in text_hits.values()], dtype=np.float64)
    return csr_array((counts, slots, starts), shape=(len(texts), n_slots))


def _best_limit(classes: NDArray[np.intp], probabilities: FloatArray) -> tuple[float, float]:
    """The limit on the score with the best macro-F1, and that macro-F1."""
    score = probabilities[:, 0] - probabilities[:, 2]
    by_limit = {
        limit: _macro_f1(classes, np.where(score >= limit, 0, np.where(score <= -limit, 2, 1)))
        for limit in LIMITS
    }
    limit = max(by_limit, key=lambda tried: by_limit[tried])
    return limit, by_limit[limit]


def _macro_f1(classes: NDArray[np.intp], answers: NDArray[Any]) -> float:
    return float(macro_f1(confusion(_labels(classes), _labels(answers))))


def _labels(numbers: NDArray[Any]) -> list[Label]:
    return [LABELS[number] for number in numbers]


def _class_numbers(labels: Sequence[Label]) -> NDArray[np.intp]:
    classes = np.array([LABELS.index(label) for label in labels], dtype=np.intp)
    fewest = int(np.bincount(classes, minlength=len(LABELS)).min())
    if fewest < MIN_PER_CLASS:
        raise TooFewObservations(
            f"Each class needs {MIN_PER_CLASS} texts; one has {fewest}.", needed=MIN_PER_CLASS, found=fewest
        )
    return classes
