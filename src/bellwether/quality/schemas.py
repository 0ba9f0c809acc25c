"""Contracts of what may enter: Pandera schemas over typed frames, and the sieve that holds them.

A check's ``error`` is the reason people read and rows are counted by, so it names no values. The
schemas judge single rows; what concerns several rows (repeats, conflicts) is judged where the rows
of all files are together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from bellwether.market.grid import interval_name
from bellwether.news.texts import TEXT_CHARS
from bellwether.quality.quarantine import PAYLOAD_CHARS, QuarantineRow
from bellwether.quality.readers import ROW_NUMBER, FileRows

PRICES = ("open", "high", "low", "close")

PUBLISHER_CHARS = 200
"""A publisher's name is shorter; a longer one is another column's content."""

SUM_TOLERANCE = 0.01 + 1e-9
"""Probabilities rounded to two places still sum to 1 within 0.01 (and the rounding of floats)."""


def candle_schema(interval_us: int, *, now_us: int) -> pa.DataFrameSchema:
    """Bars of one interval that have closed by ``now_us``.

    Columns: ``open_us`` int64, prices and ``volume`` float64.
    """
    name = interval_name(interval_us)
    price = [
        pa.Check(lambda d: _select(d, pl.col(d.key).is_finite()), error="a price is not finite"),
        pa.Check(lambda d: _select(d, pl.col(d.key) > 0), error="a price is not above zero"),
    ]
    volume = [
        pa.Check(lambda d: _select(d, pl.col(d.key).is_finite()), error="the volume is not finite"),
        pa.Check(lambda d: _select(d, pl.col(d.key) >= 0), error="the volume is negative"),
    ]
    start = [
        pa.Check(
            lambda d: _select(d, pl.col(d.key) % interval_us == 0), error=f"off the grid of {name} bars"
        ),
        pa.Check(
            lambda d: _select(d, pl.col(d.key) + interval_us <= now_us),
            error="in the future: the bar has not closed",
        ),
    ]
    whole = [
        pa.Check(
            lambda d: _select(d, pl.col("high") >= pl.max_horizontal("open", "close", "low")),
            error="high is below another price",
        ),
        pa.Check(
            lambda d: _select(d, pl.col("low") <= pl.min_horizontal("open", "close")),
            error="low is above another price",
        ),
    ]
    columns = {name: pa.Column(pl.Float64, price, nullable=True) for name in PRICES}
    return pa.DataFrameSchema(
        {
            "open_us": pa.Column(pl.Int64, start),
            **columns,
            "volume": pa.Column(pl.Float64, volume, nullable=True),
        },
        checks=whole,
    )


def headline_schema() -> pa.DataFrameSchema:
    """Headlines with a text that can be a title. Columns: ``text``, empty where missing, ``publisher``."""
    is_name = pa.Check(
        lambda d: _select(d, pl.col(d.key).str.len_chars() <= PUBLISHER_CHARS),
        error=f"a source of more than {PUBLISHER_CHARS} characters",
    )
    return pa.DataFrameSchema(
        {"text": _text_column("no title and no text"), "publisher": pa.Column(pl.String, is_name)}
    )


def revision_schema() -> pa.DataFrameSchema:
    """Versions of headlines. Columns: ``text``, empty where missing, and the canonical ``url``."""
    return pa.DataFrameSchema({"text": _text_column("no title"), "url": pa.Column(pl.String)})


def score_schema(*, has_probabilities: bool) -> pa.DataFrameSchema:
    """Sentiment of texts. Columns: ``text``, empty where missing, and ``score`` or `PROBABILITIES`."""
    columns = {"text": _text_column("no text")}
    if not has_probabilities:
        in_range = pa.Check(
            lambda d: _select(d, pl.col(d.key).is_between(-1, 1)), error="a score outside -1 to 1"
        )
        return pa.DataFrameSchema(columns | {"score": pa.Column(pl.Float64, in_range, nullable=True)})
    is_probability = pa.Check(
        lambda d: _select(d, pl.col(d.key).is_between(0, 1)), error="a probability outside 0 to 1"
    )
    sums_to_one = pa.Check(
        lambda d: _select(d, (pl.sum_horizontal(*PROBABILITIES) - 1).abs() <= SUM_TOLERANCE),
        error="probabilities that do not sum to 1",
    )
    shares = {name: pa.Column(pl.Float64, is_probability, nullable=True) for name in PROBABILITIES}
    return pa.DataFrameSchema(columns | shares, checks=sums_to_one)


PROBABILITIES = ("positive", "negative", "neutral")


def _text_column(missing: str) -> pa.Column:
    is_there = pa.Check(lambda d: _select(d, pl.col(d.key).str.len_chars() > 0), error=missing)
    is_short = pa.Check(
        lambda d: _select(d, pl.col(d.key).str.len_chars() <= TEXT_CHARS),
        error=f"a text of more than {TEXT_CHARS:,} characters",
    )
    return pa.Column(pl.String, [is_there, is_short])


def _select(data: pa.PolarsData, is_good: pl.Expr) -> pl.LazyFrame:
    return data.lazyframe.select(is_good)


@dataclass(frozen=True)
class Sifted:
    """What came through and what did not.

    Attributes
    ----------
    good : pl.DataFrame
        Rows that hold the contract, typed.
    refused : tuple of QuarantineRow
        The others, each with its first fault.
    """

    good: pl.DataFrame
    refused: tuple[QuarantineRow, ...]


def sift(
    rows: FileRows, typed: pl.DataFrame, schema: pa.DataFrameSchema, *, kind: str, now_us: int
) -> Sifted:
    """Part the rows of a file into good ones and refused ones.

    Parameters
    ----------
    rows : FileRows
        As read; refused rows are kept as they stood here.
    typed : pl.DataFrame
        The same rows, typed as ``schema`` wants them, with `ROW_NUMBER` and ``fault`` (text): what
        was found wrong while reading the cells, null where nothing was.
    schema : DataFrameSchema
        Judges the rows that could be read.
    kind, now_us
        For the quarantine: what the rows are, and the present moment.
    """
    faults = dict(typed.filter(pl.col("fault").is_not_null()).select(ROW_NUMBER, "fault").iter_rows())
    readable = typed.filter(pl.col("fault").is_null()).drop("fault")
    faults |= _broken_contracts(readable, schema)
    ragged = [
        QuarantineRow(rows.file, row.row_number, kind, row.reason, _payload(row.fields), now_us)
        for row in rows.ragged
    ]
    good = readable.filter(~pl.col(ROW_NUMBER).is_in(list(faults)))
    return Sifted(good, (*ragged, *refuse(rows, faults, kind=kind, now_us=now_us)))


def _broken_contracts(frame: pl.DataFrame, schema: pa.DataFrameSchema) -> dict[int, str]:
    """Row number to the first check it fails."""
    if frame.is_empty():
        return {}
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as exc:
        cases = exc.failure_cases
    else:
        return {}
    numbers = frame[ROW_NUMBER]
    faults: dict[int, str] = {}
    for index, check in cases.select("index", "check").iter_rows():
        faults.setdefault(int(numbers[index]), str(check))
    return faults


def refuse(rows: FileRows, faults: Mapping[int, str], *, kind: str, now_us: int) -> list[QuarantineRow]:
    """The quarantine's entries for rows of a file, by row number."""
    found = rows.frame.filter(pl.col(ROW_NUMBER).is_in(list(faults)))
    return [
        QuarantineRow(rows.file, number, kind, faults[number], _payload(row), now_us)
        for row in found.iter_rows(named=True)
        for number in [row.pop(ROW_NUMBER)]
    ]


def _payload(row: object) -> str:
    return orjson.dumps(row, default=str, option=orjson.OPT_UTC_Z).decode()[:PAYLOAD_CHARS]


def count_reasons(refused: Iterable[QuarantineRow]) -> dict[str, int]:
    """How many rows were refused for which reason, the commonest first."""
    counts = Counter(row.reason for row in refused)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
