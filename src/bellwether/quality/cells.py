"""Cells of a file as typed values, each with the reason where it has none.

A column of the wrong type fails the whole file, because then the file is not what was meant; a
single cell that cannot be read costs its row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from bellwether.clock import parse_moment, to_us
from bellwether.errors import InvalidSchema, InvalidTime
from bellwether.news.texts import clean_text
from bellwether.quality.readers import FileRows, column_list

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How a time begins. Python also reads 1612010112 as a moment of the year 1612; here it is none."""


@dataclass(frozen=True)
class Times:
    """A column of moments, all series of the file's length.

    ``us``: microseconds since 1970-01-01 UTC, null where missing or wrong; ``is_date``: only a
    date is given; ``fault``: what is wrong with the cell, null where nothing is.
    """

    us: pl.Series
    is_date: pl.Series
    fault: pl.Series


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: ``values`` as float64 (NaN and infinities as found), and ``fault``."""

    values: pl.Series
    fault: pl.Series


def require_columns(rows: FileRows, *columns: str, kind: str) -> None:
    """Refuse a file that lacks one of ``columns``.

    Raises
    ------
    InvalidSchema
        The message names the column, what is there, and how to rename.
    """
    for column in columns:
        if column not in rows.frame.columns:
            raise missing_column(rows, column, kind=kind)


def missing_column(rows: FileRows, column: str, *, kind: str) -> InvalidSchema:
    """The error for a file without ``column`` (or with none of several, named in one text)."""
    found = column_list(rows.frame)
    first = column.split(" ", maxsplit=1)[0]
    hint = f"If it has another name there, add --map {first}=NAME."
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if separator in found:
            hint = f"Its fields seem to be separated by {name}; save it with commas."
    return InvalidSchema(f"{rows.file} has no column {column} for {kind}; it has: {found}.", hint=hint)


def times(rows: FileRows, column: str, *, is_required: bool = True) -> Times:
    """Read a column of times: RFC 3339 with a zone or bare dates in text; datetimes in Parquet.

    Raises
    ------
    InvalidSchema
        The column holds something else, or datetimes without a time zone.
    """
    cells = rows.frame[column]
    if isinstance(cells.dtype, pl.Datetime) and cells.dtype.time_zone is not None:
        us = cells.dt.cast_time_unit("us").to_physical()
        return Times(us, _all(cells, value=False), _missing(us, column, is_required=is_required))
    if cells.dtype == pl.Date:
        us = cells.cast(pl.Datetime("us")).to_physical()
        return Times(us, _all(cells, value=True), _missing(us, column, is_required=is_required))
    if cells.dtype not in (pl.String, pl.Null):
        raise _wrong_type(rows, column, "times in UTC (text such as 2025-07-05T14:15Z, or zoned datetimes)")
    read = [_moment(text) for text in cells.cast(pl.String)]
    us = pl.Series([us for us, _, _ in read], dtype=pl.Int64)
    fault = pl.Series([None if what is None else f"{column} {what}" for _, _, what in read], dtype=pl.String)
    is_date = pl.Series([is_date for _, is_date, _ in read], dtype=pl.Boolean)
    if is_required:
        fault = _first_of(fault, _missing(cells, column, is_required=True))
    return Times(us, is_date, fault)


def _moment(text: str | None) -> tuple[int | None, bool, str | None]:
    """Microseconds, whether only a date is given, and what is wrong."""
    if text is None:
        return None, False, None
    text = text.strip()
    if not _ISO_DATE.match(text):
        return None, False, "is not a time"
    try:
        return to_us(parse_moment(text)), len(text) == len("2025-07-05"), None
    except InvalidTime as exc:
        # parse_moment has a cause where the text is no time at all
        return None, False, "has no time zone" if exc.__cause__ is None else "is not a time"
    except OverflowError:  # year 1 with an offset
        return None, False, "is not a time"


def numbers(rows: FileRows, column: str) -> Numbers:
    """Read a column of numbers; a cell without one is a fault.

    Raises
    ------
    InvalidSchema
        The column holds something else.
    """
    cells = rows.frame[column]
    if not (cells.dtype.is_numeric() or cells.dtype in (pl.String, pl.Null)):
        raise _wrong_type(rows, column, "numbers")
    if cells.dtype == pl.String:
        cells = cells.str.strip_chars()
    values = cells.cast(pl.Float64, strict=False)
    is_wrong = values.is_null() & cells.is_not_null()
    fault = _first_of(
        _where(is_wrong, f"{column} is not a number"), _missing(cells, column, is_required=True)
    )
    return Numbers(values, fault)


def texts(rows: FileRows, column: str) -> pl.Series:
    """Read a column of texts, cleaned; null where missing, empty or not there at all.

    Raises
    ------
    InvalidSchema
        The column holds something else.
    """
    if column not in rows.frame.columns:
        return pl.Series(column, [None] * rows.frame.height, dtype=pl.String)
    cells = rows.frame[column]
    if cells.dtype not in (pl.String, pl.Null, pl.Categorical, pl.Enum):
        raise _wrong_type(rows, column, "text")
    cleaned = [None if text is None else clean_text(text) or None for text in cells.cast(pl.String)]
    return pl.Series(column, cleaned, dtype=pl.String)


_TRUTHS = {"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}
"""A column of 0 and 1 with holes is often written as 0.0 and 1.0."""


def flags(rows: FileRows, column: str, *, default: bool) -> tuple[pl.Series, pl.Series]:
    """Read a column of 0 and 1 (or false and true); empty cells and a missing column are ``default``.

    Returns
    -------
    tuple of pl.Series
        Values, and faults.
    """
    if column not in rows.frame.columns:
        return pl.Series([default] * rows.frame.height, dtype=pl.Boolean), no_faults(rows)
    cells = rows.frame[column].cast(pl.String, strict=False).str.strip_chars().str.to_lowercase()
    values = cells.replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean)
    fault = _where(values.is_null() & cells.is_not_null(), f"{column} is neither 0 nor 1")
    return values.fill_null(default), fault


def no_faults(rows: FileRows) -> pl.Series:
    """Nothing is wrong with any row."""
    return pl.Series([None] * rows.frame.height, dtype=pl.String)


def _first_of(*faults: pl.Series) -> pl.Series:
    """Of each row the first fault there is."""
    return pl.select(pl.coalesce(*faults)).to_series()


def _missing(cells: pl.Series, column: str, *, is_required: bool) -> pl.Series:
    return _where(cells.is_null() & is_required, f"{column} is missing")


def _where(is_so: pl.Series, fault: str) -> pl.Series:
    return pl.select(pl.when(is_so).then(pl.lit(fault))).to_series()


def _all(cells: pl.Series, *, value: bool) -> pl.Series:
    return pl.Series([value] * len(cells), dtype=pl.Boolean)


def _wrong_type(rows: FileRows, column: str, wanted: str) -> InvalidSchema:
    found = rows.frame[column].dtype
    return InvalidSchema(
        f"{rows.file}: column {column} holds {found}, not {wanted}.", hint="Convert it, then import again."
    )
