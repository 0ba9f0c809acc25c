"""Score files: texts with the sentiment that some model gave them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import polars as pl

from bellwether.errors import InvalidSchema
from bellwether.news.keys import text_key
from bellwether.quality.cells import Numbers, missing_column, numbers, require_columns, texts
from bellwether.quality.quarantine import QuarantineRow
from bellwether.quality.readers import ROW_NUMBER, FileRows
from bellwether.quality.schemas import PROBABILITIES, refuse, score_schema, sift
from bellwether.sentiment.recorded import PROSUS_FINBERT, recorded_finbert_info, recorded_info
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore

KIND = "scores"

FINBERT_PROBABILITIES = tuple(f"finbert_{name}" for name in PROBABILITIES)
FINBERT_SCORE = "finbert_score"

_SCORER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")

CONTRADICTION = "another score than another row for the same text"

SAME_SCORE = 1e-4
"""Records of one output differ by rounding, not by more than this."""


@dataclass(frozen=True)
class Place:
    """Where a row is: position of its file among the files read, and its number in it."""

    file: int
    row_number: int


@dataclass(frozen=True)
class ScoreFiles:
    """The scores of one or several files.

    Attributes
    ----------
    files : tuple of FileRows
        As read.
    info : ScorerInfo
        Whose outputs they are, as the columns declare.
    origin : str
        The same in a word: the published model's name, or the name given.
    scores : dict of UUID to SentimentScore
        By the key of the text.
    places : dict of UUID to tuple of Place
        The rows that say each score; more than one where rows repeat it.
    refused : tuple of QuarantineRow
        Rows without a usable score, and rows that contradict another of the same text.
    """

    files: tuple[FileRows, ...]
    info: ScorerInfo
    origin: str
    scores: dict[UUID, SentimentScore]
    places: dict[UUID, tuple[Place, ...]]
    refused: tuple[QuarantineRow, ...]

    @property
    def n_rows(self) -> int:
        """Rows that say a usable score, repeats included."""
        return sum(map(len, self.places.values()))

    def refuse(self, keys: Iterable[UUID], reason: str, *, now_us: int) -> list[QuarantineRow]:
        """The quarantine's entries for the rows of these texts."""
        return _refuse_places(
            self.files, (place for key in keys for place in self.places[key]), reason, now_us=now_us
        )


def read_scores(files: Sequence[FileRows], *, scorer: str | None, now_us: int) -> ScoreFiles:
    """Check the rows of all files together.

    Parameters
    ----------
    files : sequence of FileRows
        Each with ``text`` and one of: ``finbert_positive, finbert_negative, finbert_neutral``;
        ``finbert_score``; ``score``. The result does not depend on their order.
    scorer : str or None
        Who computed ``score``. The ``finbert_`` columns declare it themselves: outputs of
        ProsusAI/finbert.
    now_us : int
        The present moment.

    Raises
    ------
    InvalidSchema
        Columns are missing, or the files and ``scorer`` contradict each other.
    """
    info, origin = _scorer_info(files, scorer)
    rows = pl.DataFrame()
    refused: list[QuarantineRow] = []
    for number, file in enumerate(files):
        typed, has_probabilities = _typed(file)
        schema = score_schema(has_probabilities=has_probabilities)
        sifted = sift(file, typed, schema, kind=KIND, now_us=now_us)
        rows = pl.concat([rows, sifted.good.with_columns(pl.lit(number).alias("file"))], how="diagonal")
        refused += sifted.refused
    merged = _merge(rows)
    refused += _refuse_places(files, merged.contradicting, CONTRADICTION, now_us=now_us)
    return ScoreFiles(tuple(files), info, origin, merged.scores, merged.places, tuple(refused))


def _scorer_info(files: Sequence[FileRows], scorer: str | None) -> tuple[ScorerInfo, str]:
    declared = [file for file in files if _is_finbert(file)]
    if declared and scorer is not None:
        raise InvalidSchema(
            f"{declared[0].file} declares outputs of ProsusAI/finbert; --scorer {scorer} contradicts it.",
            hint="Leave --scorer out, or rename the column with --map score=finbert_score.",
        )
    if declared and len(declared) < len(files):
        raise InvalidSchema(
            "Some files declare outputs of ProsusAI/finbert and others do not.",
            hint="Import the scores of each scorer by themselves.",
        )
    if declared:
        return recorded_finbert_info(), PROSUS_FINBERT
    for file in files:
        if "score" not in file.frame.columns:
            raise missing_column(
                file,
                "score (or finbert_score, or finbert_positive, finbert_negative, finbert_neutral)",
                kind=KIND,
            )
    if scorer is None:
        raise InvalidSchema(
            f"{files[0].file} does not say who computed its score.", hint="Name the scorer: --scorer NAME."
        )
    return _named_info(scorer), scorer


def _named_info(scorer: str) -> ScorerInfo:
    family = scorer.lower()
    if family == "finbert":
        raise InvalidSchema(
            "Scores are called FinBERT only where their column declares it.",
            hint="If ProsusAI/finbert computed them, say --map finbert_score=score; else name their model.",
        )
    if not _SCORER_NAME.fullmatch(family):
        raise InvalidSchema(
            f"{scorer!r} is no name for a scorer.",
            hint="Use up to 40 letters, digits, and . _ - between them.",
        )
    return recorded_info(family, scorer)


def _is_finbert(file: FileRows) -> bool:
    columns = set(file.frame.columns)
    return FINBERT_SCORE in columns or columns.issuperset(FINBERT_PROBABILITIES)


def _typed(file: FileRows) -> tuple[pl.DataFrame, bool]:
    require_columns(file, "text", kind=KIND)
    has_probabilities = set(file.frame.columns).issuperset(FINBERT_PROBABILITIES)
    cells: dict[str, Numbers]
    if has_probabilities:
        cells = {name: numbers(file, f"finbert_{name}") for name in PROBABILITIES}
    else:
        cells = {"score": numbers(file, FINBERT_SCORE if _is_finbert(file) else "score")}
    typed = pl.DataFrame(
        {
            ROW_NUMBER: file.frame[ROW_NUMBER],
            "text": texts(file, "text").fill_null(""),
            **{name: cell.values for name, cell in cells.items()},
            "fault": pl.select(pl.coalesce(*(cell.fault for cell in cells.values()))).to_series(),
        }
    )
    return typed, has_probabilities


@dataclass(frozen=True)
class _Merged:
    """Scores by text, where each is said, and the places that contradict each other."""

    scores: dict[UUID, SentimentScore]
    places: dict[UUID, tuple[Place, ...]]
    contradicting: tuple[Place, ...]


def _merge(rows: pl.DataFrame) -> _Merged:
    found: defaultdict[UUID, list[SentimentScore]] = defaultdict(list)
    places: defaultdict[UUID, list[Place]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        key = text_key(row["text"])
        found[key].append(_score(row))
        places[key].append(Place(row["file"], row[ROW_NUMBER]))
    agreed = [key for key, scores in found.items() if not _contradict(scores)]
    contradicting = tuple(place for key in found.keys() - set(agreed) for place in places[key])
    return _Merged(
        scores={key: _fullest(found[key]) for key in agreed},
        places={key: tuple(places[key]) for key in agreed},
        contradicting=contradicting,
    )


def _refuse_places(
    files: Sequence[FileRows], places: Iterable[Place], reason: str, *, now_us: int
) -> list[QuarantineRow]:
    faults: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for place in places:
        faults[place.file][place.row_number] = reason
    return [
        row
        for file, by_number in sorted(faults.items())
        for row in refuse(files[file], by_number, kind=KIND, now_us=now_us)
    ]


def _contradict(scores: list[SentimentScore]) -> bool:
    values = [score.score for score in scores]
    return max(values) - min(values) > SAME_SCORE


def _fullest(scores: list[SentimentScore]) -> SentimentScore:
    """The one with probabilities where there is one; of several the smallest, for a choice."""
    return min(scores, key=lambda score: (score.positive is None, score.score))


def _score(row: dict[str, float | None]) -> SentimentScore:
    if row.get("positive") is None:
        score = row["score"]
        assert score is not None
        return SentimentScore(score)
    positive, neutral, negative = (row[name] or 0.0 for name in ("positive", "neutral", "negative"))
    return SentimentScore(positive - negative, positive=positive, neutral=neutral, negative=negative)
