"""How scores and benchmark figures are shown, to programs and to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bellwether import formatting
from bellwether.cli.tables import Column, Table
from bellwether.errors import ScorerUnavailable
from bellwether.pipelines.documents import scorer_document
from bellwether.sentiment.classes import label_of
from bellwether.sentiment.scorer import Scorer, ScorerInfo, SentimentScore

if TYPE_CHECKING:
    from bellwether.evidence.intervals import Interval
    from bellwether.sentiment.benchmark import AgreementFigures, Benchmark, LabelFigures
    from bellwether.sentiment.benchmark_sets import BenchmarkSets

Scored = Mapping[str, ScorerUnavailable | tuple[ScorerInfo, Sequence[SentimentScore | None]]]
"""By family: who read and what came out, one score per text, or why nobody read."""

NOT_COVERED = "the reader has no score for this text"


def score_json(texts: Sequence[str], scored: Scored) -> list[dict[str, object]]:
    """One entry per text: ``{text, vader, finbert, lite}``, and ``reasons`` where one is null."""
    return [_entry(text, i, scored) for i, text in enumerate(texts)]


def _entry(text: str, position: int, scored: Scored) -> dict[str, object]:
    # A lone surrogate has no form in JSON.
    entry: dict[str, object] = {"text": text.encode("utf-8", "replace").decode()}
    reasons: dict[str, str] = {}
    for family, outcome in scored.items():
        if isinstance(outcome, ScorerUnavailable):
            entry[family], reasons[family] = None, outcome.reason
            continue
        info, scores = outcome
        score = scores[position]
        if score is None:
            entry[family], reasons[family] = None, NOT_COVERED
        else:
            entry[family] = _score_json(score, info)
    return {**entry, "reasons": reasons} if reasons else entry


def _score_json(score: SentimentScore, info: ScorerInfo) -> dict[str, object]:
    return {
        "label": label_of(score, info),
        "positive": score.positive,
        "neutral": score.neutral,
        "negative": score.negative,
        "score": score.score,
        "scorer": scorer_document(info),
    }


def score_parts(texts: Sequence[str], scored: Scored) -> list[str | Table]:
    """Scores for people: readers below each other for one text, beside each other for several."""
    read = [outcome for outcome in scored.values() if not isinstance(outcome, ScorerUnavailable)]
    names = [f" {info.family:<8} {info.name}" for info, _ in read]
    table = _one_text(read) if len(texts) == 1 else _many_texts(texts, read)
    return [table, "\n".join(["", *names])]


_Read = Sequence[tuple[ScorerInfo, Sequence[SentimentScore | None]]]


def _many_texts(texts: Sequence[str], read: _Read) -> Table:
    columns = [Column("text", importance=2), *(Column(info.family, is_number=True) for info, _ in read)]
    rows = [[text, *(_sentiment(scores[i]) for _, scores in read)] for i, text in enumerate(texts)]
    return Table(columns, rows)


def _one_text(read: _Read) -> Table:
    columns = [
        Column("reader", importance=3),
        Column("score", is_number=True, importance=3),
        Column("class", importance=2),
        *(Column(label, is_number=True, importance=1) for label in ("positive", "neutral", "negative")),
    ]
    return Table(columns, [_reader_row(info, scores[0]) for info, scores in read])


def _reader_row(info: ScorerInfo, score: SentimentScore | None) -> list[str]:
    if score is None:
        return [info.family, *[formatting.MISSING] * 5]
    shares = (score.positive, score.neutral, score.negative)
    return [
        info.family,
        formatting.sentiment(score.score),
        label_of(score, info),
        *map(formatting.probability, shares),
    ]


def _sentiment(score: SentimentScore | None) -> str:
    return formatting.sentiment(None if score is None else score.score)


def benchmark_json(
    sets: BenchmarkSets, benchmark: Benchmark, readers: Mapping[str, Scorer | ScorerUnavailable]
) -> dict[str, object]:
    """All figures, set by set."""
    notes = {part.name: part.note for part in sets.labelled}
    unavailable = {
        family: reader.reason for family, reader in readers.items() if isinstance(reader, ScorerUnavailable)
    }
    return {
        "labelled": [
            {
                "set": name,
                "note": notes[name],
                "scorers": [
                    {
                        "scorer": scorer_document(figures.scorer),
                        "family": figures.scorer.family,
                        "n": figures.n,
                        "majority": figures.majority,
                        "accuracy": figures.accuracy.to_json(),
                        "macro_f1": figures.macro_f1.to_json(),
                    }
                    for figures in column
                ],
            }
            for name, column in benchmark.labelled.items()
        ],
        "agreement": [
            {
                "set": name,
                "scorers": [
                    {
                        "scorer": scorer_document(figures.scorer),
                        "family": figures.scorer.family,
                        "n": figures.n,
                        "majority": figures.majority,
                        "agreement": figures.agreement.to_json(),
                        "correlation": figures.correlation,
                    }
                    for figures in column
                ],
            }
            for name, column in benchmark.agreement.items()
        ],
        "unavailable": unavailable,
    }


def benchmark_parts(benchmark: Benchmark) -> list[str | Table]:
    """A table for each set: accuracy on labels, or agreement with recorded outputs of FinBERT."""
    parts: list[str | Table] = []
    for name, column in benchmark.labelled.items():
        parts += ["", f"{name}, accuracy on labels; always the commonest label {_majority(column)}"]
        parts.append(_label_table(column))
    for name, agreements in benchmark.agreement.items():
        parts += ["", f"{name}, same class as FinBERT; always its commonest class {_majority(agreements)}"]
        parts.append(_agreement_table(agreements))
    return parts[1:]


def _majority(column: Sequence[LabelFigures] | Sequence[AgreementFigures]) -> str:
    return formatting.number(column[0].majority) if column else formatting.MISSING


def _label_table(column: Sequence[LabelFigures]) -> Table:
    cells = [
        [
            formatting.count(figures.n),
            _figure(figures.accuracy),
            formatting.number(figures.macro_f1.value),
            formatting.number_interval(figures.macro_f1.lo, figures.macro_f1.hi),
        ]
        for figures in column
    ]
    names = [figures.scorer.name for figures in column]
    return _table(names, cells, titles=("n", "accuracy (95%)", "macro-F1", "macro-F1 95%"))


def _agreement_table(column: Sequence[AgreementFigures]) -> Table:
    cells = [
        [
            formatting.count(figures.n),
            _figure(figures.agreement),
            formatting.number(figures.correlation, 2),
        ]
        for figures in column
    ]
    names = [figures.scorer.name for figures in column]
    return _table(names, cells, titles=("n", "agreement (95%)", "correlation"))


_IMPORTANCE = (1, 3, 2, 0)  # the share stays longest, then what stands right of it


def _table(names: Sequence[str], cells: Sequence[Sequence[str]], *, titles: Sequence[str]) -> Table:
    """Figures beside full names: what is not FinBERT says so at a name's end, so none may be cut."""
    width = max(map(len, names), default=0)
    columns = [Column("reader".ljust(width), is_number=True, importance=9)]
    columns += [
        Column(title, is_number=True, importance=importance)
        for title, importance in zip(titles, _IMPORTANCE, strict=False)
    ]
    return Table(columns, [[name.ljust(width), *row] for name, row in zip(names, cells, strict=True)])


def _figure(figure: Interval) -> str:
    span = formatting.number_interval(figure.lo, figure.hi)
    return f"{formatting.number(figure.value)} ({span})"
