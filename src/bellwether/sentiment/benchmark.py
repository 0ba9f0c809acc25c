"""Measure readers of the news against people's labels and against recorded outputs of FinBERT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bellwether.evidence.intervals import Interval
from bellwether.news.keys import text_key
from bellwether.progress import Advance, silent
from bellwether.sentiment.agreement import (
    accuracy_interval,
    confusion,
    macro_f1_interval,
    majority_share,
)
from bellwether.sentiment.benchmark_sets import BenchmarkSets, LabelledSet, RecordedSet
from bellwether.sentiment.classes import Label, label_by_limits, label_of
from bellwether.sentiment.recorded import RecordedScorer, recorded_finbert_info
from bellwether.sentiment.reference import ParityReport
from bellwether.sentiment.scorer import Scorer, ScorerInfo, SentimentScore

SEED = 0
"""Of the bootstrap; figures of equal inputs are equal."""

CHUNK = 256
"""Texts between two reports of progress."""


@dataclass(frozen=True)
class LabelFigures:
    """One reader on one label file.

    Attributes
    ----------
    scorer : ScorerInfo
    n : int
        Texts it has a score for; the figures are of these.
    majority : float
        Accuracy of always answering their commonest label.
    accuracy, macro_f1 : Interval
        Label agreement and unweighted mean F1 of the three classes, with 95 % bootstrap intervals.
    """

    scorer: ScorerInfo
    n: int
    majority: float
    accuracy: Interval
    macro_f1: Interval


@dataclass(frozen=True)
class AgreementFigures:
    """One reader against recorded outputs of FinBERT.

    Attributes
    ----------
    scorer : ScorerInfo
    n : int
        Texts compared.
    majority : float
        Agreement of always answering FinBERT's commonest class.
    agreement : Interval
        Share of texts with the same class.
    correlation : float
        Pearson correlation of the scores; NaN where one of them does not vary.
    """

    scorer: ScorerInfo
    n: int
    majority: float
    agreement: Interval
    correlation: float


@dataclass(frozen=True)
class Benchmark:
    """All figures: for each set, in the order of the readers."""

    labelled: Mapping[str, tuple[LabelFigures, ...]]
    agreement: Mapping[str, tuple[AgreementFigures, ...]]


def run_benchmark(sets: BenchmarkSets, scorers: Sequence[Scorer], *, advance: Advance = silent) -> Benchmark:
    """Measure each reader on each set.

    Parameters
    ----------
    sets : BenchmarkSets
    scorers : sequence of Scorer
        Recorded outputs of FinBERT join them where they cover a label file.
    advance : Advance
        Told how many texts were read, of `n_readings`.
    """
    reading = _Reading(scorers, advance)
    recorded = _recorded_scorer(sets)
    labelled = {part.name: _on_labels(part, reading, recorded) for part in sets.labelled}
    agreement = {part.name: _with_recorded(part, reading) for part in sets.recorded}
    return Benchmark(labelled, agreement)


def finbert_parity(sets: BenchmarkSets, benchmark: Benchmark) -> ParityReport | None:
    """How well the FinBERT of a benchmark agrees with recorded outputs of the real one.

    Only sets with recorded probabilities count: a score alone does not say which class FinBERT gave.
    None where there is no FinBERT or no such set.
    """
    found = [
        figures
        for part in sets.recorded
        if all(score.positive is not None for score in part.outputs.values())
        for figures in benchmark.agreement[part.name]
        if figures.scorer.family == "finbert"
    ]
    n = sum(figures.n for figures in found)
    if not n:
        return None
    same = sum(figures.n * (figures.agreement.value or 0) for figures in found)
    return ParityReport(
        digest=found[0].scorer.digest, against="recorded_outputs", n=n, class_agreement=same / n
    )


def n_readings(sets: BenchmarkSets, scorers: Sequence[Scorer]) -> int:
    """How many texts `run_benchmark` will have read."""
    texts = sum(len(part.labelled) for part in sets.labelled) + sum(
        len(part.outputs) for part in sets.recorded
    )
    return texts * len(scorers)


class _Reading:
    """Reads sets of texts with each reader and says how far it is."""

    def __init__(self, scorers: Sequence[Scorer], advance: Advance) -> None:
        self.scorers = scorers
        self._advance = advance
        self._done = 0

    def scores(self, scorer: Scorer, texts: Sequence[str]) -> list[SentimentScore | None]:
        scores: list[SentimentScore | None] = []
        for start in range(0, len(texts), CHUNK):
            scores += scorer.score(texts[start : start + CHUNK])
            self._done += min(CHUNK, len(texts) - start)
            self._advance(self._done, scorer.info.name)
        return scores


def _recorded_scorer(sets: BenchmarkSets) -> RecordedScorer:
    outputs = {text_key(text): score for text, score in sets.recorded_outputs().items()}
    return RecordedScorer(recorded_finbert_info(), outputs)


def _on_labels(part: LabelledSet, reading: _Reading, recorded: Scorer) -> tuple[LabelFigures, ...]:
    labelled = part.labelled
    scored = [(scorer.info, reading.scores(scorer, labelled.texts)) for scorer in reading.scorers]
    scored.append((recorded.info, recorded.score(labelled.texts)))
    return tuple(
        label_figures(info, labelled.labels, scores) for info, scores in scored if any(map(_is_known, scores))
    )


def label_figures(
    info: ScorerInfo, labels: Sequence[Label], scores: Sequence[SentimentScore | None]
) -> LabelFigures:
    """Figures of one reader's scores against labels; texts without a score are left out."""
    pairs = [
        (label, label_of(score, info))
        for label, score in zip(labels, scores, strict=True)
        if score is not None
    ]
    counts = confusion([truth for truth, _ in pairs], [answer for _, answer in pairs])
    return LabelFigures(
        scorer=info,
        n=len(pairs),
        majority=majority_share(counts),
        accuracy=accuracy_interval(counts, np.random.default_rng(SEED)),
        macro_f1=macro_f1_interval(counts, np.random.default_rng(SEED)),
    )


def _with_recorded(part: RecordedSet, reading: _Reading) -> tuple[AgreementFigures, ...]:
    texts, recorded = tuple(part.outputs), tuple(part.outputs.values())
    scored = [(scorer.info, reading.scores(scorer, texts)) for scorer in reading.scorers]
    return tuple(
        agreement_figures(info, recorded, scores) for info, scores in scored if any(map(_is_known, scores))
    )


def agreement_figures(
    info: ScorerInfo, recorded: Sequence[SentimentScore], scores: Sequence[SentimentScore | None]
) -> AgreementFigures:
    """Figures of one reader's scores against recorded outputs of FinBERT.

    Classes are the most probable ones; where a score alone was recorded, both sides' classes follow
    from their limits.
    """
    finbert = recorded_finbert_info()
    pairs = [(theirs, ours) for theirs, ours in zip(recorded, scores, strict=True) if ours is not None]
    truth = [label_of(theirs, finbert) for theirs, _ in pairs]
    answer = [
        label_by_limits(ours.score, info) if theirs.positive is None else label_of(ours, info)
        for theirs, ours in pairs
    ]
    counts = confusion(truth, answer)
    return AgreementFigures(
        scorer=info,
        n=len(pairs),
        majority=majority_share(counts),
        agreement=accuracy_interval(counts, np.random.default_rng(SEED)),
        correlation=_correlation([t.score for t, _ in pairs], [o.score for _, o in pairs]),
    )


def _correlation(a: Sequence[float], b: Sequence[float]) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _is_known(score: SentimentScore | None) -> bool:
    return score is not None
