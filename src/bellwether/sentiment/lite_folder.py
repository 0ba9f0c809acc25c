"""Write a fitted lite model: its files, and the card that says how well it reads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from bellwether.evidence.intervals import Interval
from bellwether.formatting import MISSING, count, number, number_interval
from bellwether.sentiment.benchmark import Benchmark, LabelFigures
from bellwether.sentiment.fit import LiteFit
from bellwether.sentiment.lite import READER
from bellwether.sentiment.model_files import CONFIG, MODEL

CARD = "CARD.md"

INTRODUCTION = (
    "A logistic regression on hashed words, pairs of words and pieces of words: a small reader of headlines "
    "that is there without weights to fetch. It knows words, not sentences."
)


@dataclass(frozen=True)
class TrainingFile:
    """A file a lite model learned from.

    Attributes
    ----------
    name : str
        Of the file, without its folder.
    sha256 : str
        Hex.
    n_rows : int
    """

    name: str
    sha256: str
    n_rows: int

    @classmethod
    def of(cls, path: Path, n_rows: int) -> TrainingFile:
        """Name and digest of a file that was read."""
        return cls(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), n_rows)


def write_lite_model(
    folder: Path, fit: LiteFit, *, name: str, seed: int, trained_on: Sequence[TrainingFile]
) -> None:
    """Write ``model.onnx`` and ``config.json``: all that `LiteScorer` needs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(fit.onnx)
    config = {
        "name": name,
        "reader": READER,
        "n_slots": fit.n_slots,
        "limit": fit.limit,
        "penalty": fit.penalty,
        "seed": seed,
        "trained_on": [asdict(file) for file in trained_on],
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    (folder / CONFIG).write_bytes(orjson.dumps(config, option=options))


def lite_card(
    fit: LiteFit,
    *,
    name: str,
    about: str | None,
    trained_on: Sequence[TrainingFile],
    benchmark: Benchmark | None,
) -> str:
    """The card of a lite model, Markdown.

    Parameters
    ----------
    fit : LiteFit
    name : str
    about : str or None
        What the training texts are and under which licence.
    trained_on : sequence of TrainingFile
    benchmark : Benchmark or None
        Figures of this model, and of others to compare with, on sets it did not learn from.
    """
    files = [f"- `{file.name}`: {count(file.n_rows)} rows, SHA-256 `{file.sha256}`" for file in trained_on]
    parts = [
        f"# {name}",
        INTRODUCTION,
        "## Trained on",
        *([about] if about else []),
        "\n".join(files),
        "## Held out from the fit",
        _held_out(fit),
    ]
    if benchmark is not None:
        parts += [
            "## Elsewhere",
            *_elsewhere(benchmark),
            "## Where it is bad",
            *_weak_points(benchmark, name),
        ]
    return "\n\n".join(parts) + "\n"


def _held_out(fit: LiteFit) -> str:
    return (
        f"Four folds, n = {count(fit.n_texts)}: accuracy on labels {_figure(fit.accuracy)}, "
        f"macro-F1 {_figure(fit.macro_f1)}. By the limits ±{fit.limit} on the score alone, which were "
        f"chosen on the same folds, macro-F1 {number(fit.macro_f1_by_limit)}."
    )


def _elsewhere(benchmark: Benchmark) -> list[str]:
    head = "| set | reader | n | accuracy on labels | macro-F1 | always the commonest label |"
    rule = "| --- | --- | ---: | --- | --- | ---: |"
    rows = [
        f"| {name} | {figures.scorer.name} | {count(figures.n)} | {_figure(figures.accuracy)} "
        f"| {_figure(figures.macro_f1)} | {number(figures.majority)} |"
        for name, column in benchmark.labelled.items()
        for figures in column
    ]
    return ["\n".join([head, rule, *rows]), *_agreement(benchmark)]


def _agreement(benchmark: Benchmark) -> list[str]:
    if not benchmark.agreement:
        return []
    head = "| set | reader | n | same class as FinBERT | always its commonest class | correlation |"
    rule = "| --- | --- | ---: | --- | ---: | ---: |"
    rows = [
        f"| {name} | {figures.scorer.name} | {count(figures.n)} | {_figure(figures.agreement)} "
        f"| {number(figures.majority)} | {number(figures.correlation, 2)} |"
        for name, column in benchmark.agreement.items()
        for figures in column
    ]
    return ["Against recorded outputs of ProsusAI/finbert:", "\n".join([head, rule, *rows])]


def _weak_points(benchmark: Benchmark, name: str) -> list[str]:
    """A sentence for each set on which the model is below the commonest label or below another reader."""
    points = [
        point
        for dataset, column in benchmark.labelled.items()
        for figures in column
        if figures.scorer.name == name
        for point in _weaknesses(dataset, figures, column)
    ]
    points += [
        f"- {dataset}: it agrees with FinBERT on {number(figures.agreement.value)} of the texts, no more "
        f"than always answering FinBERT's commonest class ({number(figures.majority)})."
        for dataset, column in benchmark.agreement.items()
        for figures in column
        if figures.scorer.name == name and _is_below(figures.agreement, figures.majority)
    ]
    return ["\n".join(points) if points else "On none of these sets below another reader."]


def _weaknesses(dataset: str, figures: LabelFigures, column: Sequence[LabelFigures]) -> list[str]:
    points = []
    if _is_below(figures.accuracy, figures.majority):
        points.append(
            f"- {dataset}: right on {number(figures.accuracy.value)} of the texts, no more than always "
            f"answering the commonest label ({number(figures.majority)})."
        )
    better = [
        f"{other.scorer.name} ({number(other.macro_f1.value)})"
        for other in column
        if (other.macro_f1.value or 0) > (figures.macro_f1.value or 0)
    ]
    if better:
        own = number(figures.macro_f1.value)
        points.append(f"- {dataset}: macro-F1 {own} is below that of {', '.join(better)}.")
    return points


def _is_below(figure: Interval, limit: float) -> bool:
    """Whether a figure has not been shown to be above a limit."""
    return figure.lo is None or figure.lo <= limit


def _figure(figure: Interval) -> str:
    if figure.value is None:
        return MISSING
    return f"{number(figure.value)} ({number_interval(figure.lo, figure.hi)})"
