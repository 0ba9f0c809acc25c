"""What readers are measured on: label files and recorded outputs, known by their columns.

=================================================== ===========================================
columns                                             what the file is
=================================================== ===========================================
``text, label``                                     texts with a class given by people
``text, company, score``                            headlines with a score per company (SemEval)
``text, finbert_positive, _negative, _neutral``     recorded outputs of FinBERT
``text, finbert_score``                             likewise, the score alone
=================================================== ===========================================

A label file may also carry ``recorded_finbert_positive`` … columns: recorded outputs on its texts.
Files whose name ends in ``_train`` are left out: readers may have learned from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bellwether.errors import InvalidSchema, NotFound
from bellwether.sentiment.classes import Label
from bellwether.sentiment.labelled import LabelledTexts, read_columns, read_rows
from bellwether.sentiment.scorer import SentimentScore

NOTES: Mapping[str, str] = {
    "phrasebank": "FinBERT was tuned on Financial PhraseBank: its figures here flatter it.",
    "twitter_financial_news": "The shipped lite reader learned from the training part of this set.",
    "semeval2017_task5": "Labels are signs of scores per company; texts whose companies differ are left out.",
}
"""What a reader of the figures must know, by how a file's name begins."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class LabelledSet:
    """A label file.

    Attributes
    ----------
    name : str
        The file's name without its endings and ``_dev``.
    labelled : LabelledTexts
    note : str or None
        What must be known about it.
    """

    name: str
    labelled: LabelledTexts
    note: str | None


@dataclass(frozen=True)
class RecordedSet:
    """Recorded outputs of the real FinBERT.

    Attributes
    ----------
    name : str
        The file's name without its endings and ``_dev``.
    outputs : mapping of str to SentimentScore
        By text.
    """

    name: str
    outputs: Mapping[str, SentimentScore]


@dataclass(frozen=True)
class BenchmarkSets:
    """Everything in a data folder that readers can be measured on."""

    labelled: tuple[LabelledSet, ...]
    recorded: tuple[RecordedSet, ...]

    def recorded_outputs(self) -> dict[str, SentimentScore]:
        """All recorded outputs by text."""
        return {text: score for part in self.recorded for text, score in part.outputs.items()}

    def only(self, names: Sequence[str]) -> BenchmarkSets:
        """The sets with these names.

        Raises
        ------
        NotFound
            There is no set of that name.
        """
        known = {part.name for part in self.labelled} | {part.name for part in self.recorded}
        unknown = sorted(set(names) - known)
        if unknown:
            raise NotFound(f"No set {unknown[0]!r}.", hint=f"There are {', '.join(sorted(known))}.")
        return BenchmarkSets(
            tuple(part for part in self.labelled if part.name in names),
            tuple(part for part in self.recorded if part.name in names),
        )

    def without(self, names: Sequence[str]) -> BenchmarkSets:
        """The sets that have none of these names."""
        return BenchmarkSets(
            tuple(part for part in self.labelled if part.name not in names),
            tuple(part for part in self.recorded if part.name not in names),
        )

    @classmethod
    def read(cls, folder: Path) -> BenchmarkSets:
        """Read every file of ``folder/labels``, or of ``folder`` itself, that is of a known kind.

        Raises
        ------
        NotFound
            There is no such folder, or nothing of a known kind in it.
        UnreadableFile, InvalidSchema
            A file of a known kind is broken.
        """
        files = _files(folder)
        labelled = [_labelled_set(path) for path in files]
        recorded = [_recorded_set(path) for path in files]
        sets = cls(tuple(filter(None, labelled)), tuple(filter(None, recorded)))
        if not sets.labelled and not sets.recorded:
            raise NotFound(f"No label files in {folder}.", hint="Name the folder with --data.")
        return sets


def _files(folder: Path) -> list[Path]:
    inner = folder / "labels"
    place = inner if inner.is_dir() else folder
    paths = [*place.glob("*.csv"), *place.glob("*.csv.gz")]
    return sorted(path for path in paths if not set_name(path).endswith("_train"))


def set_name(path: Path) -> str:
    """Name of the set in a file: without endings and ``_dev``."""
    return path.name.partition(".")[0].removesuffix("_dev")


def _labelled_set(path: Path) -> LabelledSet | None:
    columns = set(read_columns(path))
    if columns >= {"text", "label"}:
        labelled = LabelledTexts.read(path)
    elif columns >= {"text", "company", "score"}:
        labelled = labels_of_signs(read_rows(path, columns=("text", "score")))
    else:
        return None
    return LabelledSet(set_name(path), labelled, _note(path))


def _note(path: Path) -> str | None:
    return next((note for prefix, note in NOTES.items() if path.name.startswith(prefix)), None)


def labels_of_signs(rows: Iterable[Row]) -> LabelledTexts:
    """Classes from scores given per company: the sign, where all companies of a text share it.

    Raises
    ------
    InvalidSchema
        A score is no number.
    """
    signs: dict[str, set[Label]] = {}
    for row in rows:
        signs.setdefault(row["text"], set()).add(_sign(_number(row, "score")))
    agreed = {text: next(iter(labels)) for text, labels in signs.items() if len(labels) == 1}
    return LabelledTexts(tuple(agreed), tuple(agreed.values()))


def _sign(score: float) -> Label:
    if score > 0:
        return "positive"
    return "negative" if score < 0 else "neutral"


def _recorded_set(path: Path) -> RecordedSet | None:
    columns = set(read_columns(path))
    for prefix in ("finbert_", "recorded_finbert_"):
        shares = [f"{prefix}{label}" for label in ("positive", "neutral", "negative")]
        if columns >= {"text", *shares}:
            rows = read_rows(path, columns=("text", *shares))
            return RecordedSet(set_name(path), {row["text"]: _shares(row, shares) for row in rows})
    if columns >= {"text", "finbert_score"}:
        rows = read_rows(path, columns=("text", "finbert_score"))
        return RecordedSet(
            set_name(path), {row["text"]: SentimentScore(_number(row, "finbert_score")) for row in rows}
        )
    return None


def _shares(row: Row, columns: Sequence[str]) -> SentimentScore:
    positive, neutral, negative = (_number(row, column) for column in columns)
    return SentimentScore(positive - negative, positive=positive, neutral=neutral, negative=negative)


def _number(row: Row, column: str) -> float:
    try:
        return float(row[column])
    except ValueError as exc:
        raise InvalidSchema(f"{row[column]!r} in column {column} is no number.") from exc
