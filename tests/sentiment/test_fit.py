"""Learned on an invented tongue: what is good and bad is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bellwether.errors import TooFewObservations
from bellwether.sentiment.classes import LABELS, Label
from bellwether.sentiment.fit import LiteFit, _count_table, _fit, fit_lite
from bellwether.sentiment.labelled import LabelledTexts
from bellwether.sentiment.lite import LiteScorer
from bellwether.sentiment.lite_folder import CARD, TrainingFile, lite_card, write_lite_model
from bellwether.sentiment.lite_graph import lite_graph

WORDS: dict[Label, tuple[str, ...]] = {
    "positive": ("soars", "gains", "wins", "climbs"),
    "neutral": ("meets", "files", "lists", "moves"),
    "negative": ("sinks", "loses", "fails", "drops"),
}
NAMES = ("Acme", "Borealis", "Cobalt", "Dune", "Ember")


def invented(n: int, *, seed: int = 0, noise: float = 0.0) -> LabelledTexts:
    """``n`` texts, mostly neutral; a share ``noise`` of the labels is drawn at random."""
    generator = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(n):
        label = LABELS[generator.choice(3, p=[0.25, 0.5, 0.25])]
        texts.append(
            f"{generator.choice(NAMES)} {generator.choice(WORDS[label])} in round {'x' * (number % 97)}"
        )
        labels.append(LABELS[generator.integers(3)] if generator.random() < noise else label)
    return LabelledTexts(tuple(texts), tuple(labels))


@pytest.fixture(scope="module")
def fit() -> LiteFit:
    return fit_lite(invented(1_200, noise=0.1), seed=0, n_slots=4_096)


@pytest.fixture
def folder(fit: LiteFit, tmp_path: Path) -> Path:
    write_lite_model(tmp_path, fit, name="lite test", seed=0, trained_on=())
    return tmp_path


def test_what_can_be_learned_is_learned(folder: Path) -> None:
    scores = LiteScorer(folder).score(["Dune soars", "Dune files", "Dune sinks"])

    rising, flat, falling = (score.score for score in scores if score is not None)
    assert rising > 0.3 > abs(flat)
    assert falling < -0.3


def test_held_out_figures_know_about_the_noise(fit: LiteFit) -> None:
    """A tenth of the labels is random, two thirds of those wrong: at best 0.933 are right."""
    assert fit.n_texts == len(set(invented(1_200, noise=0.1).texts))
    assert fit.accuracy.value is not None
    assert 0.85 < fit.accuracy.value < 0.96


def test_figures_on_random_labels_are_those_of_chance() -> None:
    fit = fit_lite(invented(600, noise=1.0), seed=0, n_slots=1_024)

    assert fit.accuracy.lo is not None
    assert fit.accuracy.lo < 0.40


def test_the_written_model_says_what_the_fitted_one_says(tmp_path: Path) -> None:
    labelled = invented(300, noise=0.2).distinct()
    counts = _count_table(labelled.texts, 2_048)
    fitted = _fit(counts, np.array([LABELS.index(label) for label in labelled.labels]), 3.0)
    expected = fitted.probabilities(counts)
    onnx = lite_graph(*(part.astype(np.float32) for part in (fitted.rarity, fitted.weights, fitted.bias)))
    written = replace(fit_lite(invented(300), seed=0, n_slots=256), onnx=onnx, n_slots=2_048)
    write_lite_model(tmp_path, written, name="lite", seed=0, trained_on=())

    scores = LiteScorer(tmp_path).score(labelled.texts)

    found = np.array([(s.positive, s.neutral, s.negative) for s in scores if s is not None])
    assert np.abs(found - expected).max() < 1e-6


def test_fitting_twice_gives_the_same_bytes() -> None:
    first, second = (fit_lite(invented(300), seed=5, n_slots=512) for _ in range(2))

    assert first == second


def test_too_few_texts_of_a_class_are_refused() -> None:
    labelled = LabelledTexts(tuple(f"text {i}" for i in range(60)), ("positive",) * 30 + ("neutral",) * 30)

    with pytest.raises(TooFewObservations, match="Each class needs 20 texts; one has 0"):
        fit_lite(labelled, seed=0)


def test_the_card_says_what_it_was_made_from_and_how_it_does(fit: LiteFit) -> None:
    file = TrainingFile("own.csv", "ab" * 32, 1_200)

    card = lite_card(fit, name="lite test", about="Invented.", trained_on=[file], benchmark=None)

    assert card.startswith("# lite test\n")
    assert "- `own.csv`: 1,200 rows, SHA-256 `abab" in card
    assert f"accuracy on labels {fit.accuracy.value:.3f}" in card
    assert CARD == "CARD.md"
