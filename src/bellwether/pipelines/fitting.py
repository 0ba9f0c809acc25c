"""Fit a lite reader from files to a folder with its card."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from bellwether.progress import Track, untracked
from bellwether.sentiment.benchmark import Benchmark, n_readings, run_benchmark
from bellwether.sentiment.benchmark_sets import BenchmarkSets, set_name
from bellwether.sentiment.fit import N_SLOTS, LiteFit, fit_lite
from bellwether.sentiment.labelled import LabelledTexts
from bellwether.sentiment.lite import LiteScorer
from bellwether.sentiment.lite_folder import CARD, TrainingFile, lite_card, write_lite_model
from bellwether.sentiment.scorer import Scorer, ScorerInfo
from bellwether.sentiment.vader import VaderScorer


@dataclass(frozen=True)
class LiteRequest:
    """What a lite reader is to be made from.

    Attributes
    ----------
    files : tuple of Path
        Label files to learn from.
    name : str
        What the reader is shown as.
    about : str or None
        What the texts are and under which licence, for the card.
    seed : int
        Of folds and intervals.
    n_slots : int
        Slots the n-grams are hashed into.
    measure_on : Path or None
        Data folder with other label files, for the card.
    """

    files: tuple[Path, ...]
    name: str
    about: str | None = None
    seed: int = 0
    n_slots: int = N_SLOTS
    measure_on: Path | None = None


@dataclass(frozen=True)
class LiteResult:
    """A fitted lite reader: what it is, how it does, and its card (Markdown)."""

    info: ScorerInfo
    fit: LiteFit
    card: str
    folder: Path | None

    def to_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "scorer": asdict(self.info),
            "folder": self.folder,
            "n_texts": self.fit.n_texts,
            "n_slots": self.fit.n_slots,
            "penalty": self.fit.penalty,
            "limit": self.fit.limit,
            "size_bytes": len(self.fit.onnx),
            "held_out": {
                "accuracy": self.fit.accuracy.to_json(),
                "macro_f1": self.fit.macro_f1.to_json(),
                "macro_f1_by_limit": self.fit.macro_f1_by_limit,
            },
        }


def fit_lite_model(request: LiteRequest, folder: Path | None, *, track: Track = untracked) -> LiteResult:
    """Read label files, fit, measure, and write the model with its card.

    Parameters
    ----------
    request : LiteRequest
    folder : Path or None
        Where ``model.onnx``, ``config.json`` and ``CARD.md`` go; None writes nothing that stays.
    track : Track
        Shown how far the work is.

    Raises
    ------
    UnreadableFile, InvalidSchema, TooFewObservations
        The files cannot be learned from.
    NotFound
        There is nothing to measure on in the folder that was named for it.
    """
    parts = [LabelledTexts.read(path) for path in request.files]
    sets = None if request.measure_on is None else _foreign_sets(request.measure_on, request.files)
    trained_on = [TrainingFile.of(path, len(part)) for path, part in zip(request.files, parts, strict=True)]
    fit = fit_lite(_joined(parts), seed=request.seed, n_slots=request.n_slots, track=track)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) if folder is None else folder
        write_lite_model(place, fit, name=request.name, seed=request.seed, trained_on=trained_on)
        scorer = LiteScorer(place)
        benchmark = None if sets is None else _measured(sets, scorer, track)
        card = lite_card(
            fit, name=request.name, about=request.about, trained_on=trained_on, benchmark=benchmark
        )
        (place / CARD).write_text(card, encoding="utf-8")
    return LiteResult(scorer.info, fit, card, folder)


def _joined(parts: list[LabelledTexts]) -> LabelledTexts:
    return LabelledTexts(
        tuple(text for part in parts for text in part.texts),
        tuple(label for part in parts for label in part.labels),
    )


def _foreign_sets(folder: Path, files: tuple[Path, ...]) -> BenchmarkSets:
    """The sets of a data folder that are not learned from."""
    return BenchmarkSets.read(folder).without([set_name(path) for path in files])


def _measured(sets: BenchmarkSets, scorer: LiteScorer, track: Track) -> Benchmark:
    """Figures beside VADER's, which is there on every machine."""
    scorers: list[Scorer] = [VaderScorer(), scorer]
    with track("Measuring the lite reader", n_readings(sets, scorers)) as advance:
        return run_benchmark(sets, scorers, advance=advance)
