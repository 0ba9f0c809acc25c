"""Candle files: ``open_time, open, high, low, close, volume`` to checked bars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.errors import InvalidSchema, TooFewObservations
from bellwether.market.candles import INTERVALS, Candles
from bellwether.market.candles import interval_us as interval_length
from bellwether.market.grid import interval_name, repeats, spacing_us
from bellwether.quality.cells import numbers, require_columns, times
from bellwether.quality.quarantine import QuarantineRow
from bellwether.quality.readers import ROW_NUMBER, FileRows
from bellwether.quality.schemas import PRICES, candle_schema, refuse, sift

KIND = "candles"

_VALUES = (*PRICES, "volume")


@dataclass(frozen=True)
class CandleFiles:
    """The bars of one or several files.

    Attributes
    ----------
    candles : Candles
        One row per bar, sorted, revision 0, known at its close.
    refused : tuple of QuarantineRow
        Rows that are no such bar, and rows that contradict each other.
    n_copies : int
        Rows that repeat another in every value; files may overlap.
    """

    candles: Candles
    refused: tuple[QuarantineRow, ...]
    n_copies: int


def candle_interval_us(files: Sequence[FileRows], *, interval: str | None = None) -> int:
    """The interval of the bars, as given or as the files' own spacing says.

    Raises
    ------
    InvalidSchema
        The files hold bars of another interval than given, of several, or of one that is not
        supported.
    """
    lengths = {name: interval_length(name) for name in INTERVALS}
    if interval is not None and interval not in lengths:
        raise InvalidSchema(f"Interval {interval!r} is not supported.", hint=f"Use {_choice(lengths)}.")
    found = {file.file: _spacing_us(file, interval) for file in files}
    wanted_us = lengths[interval] if interval is not None else next(iter(found.values()))
    for file, length_us in found.items():
        if length_us != wanted_us:
            raise InvalidSchema(
                f"{file} holds {interval_name(length_us)} bars, not {interval_name(wanted_us)}.",
                hint="Import files of different intervals one at a time, with the --interval of each.",
            )
    if wanted_us not in lengths.values():
        raise InvalidSchema(
            f"{next(iter(found))} holds {interval_name(wanted_us)} bars, which are not supported.",
            hint=f"Import bars of {_choice(lengths)}.",
        )
    return wanted_us


def _spacing_us(file: FileRows, interval: str | None) -> int:
    require_columns(file, "open_time", kind=KIND)
    try:
        return spacing_us(times(file, "open_time").us.drop_nulls().to_numpy())
    except TooFewObservations:
        if interval is None:
            raise
        return interval_length(interval)


def _choice(names: dict[str, int]) -> str:
    return ", ".join(names)


def read_candles(files: Sequence[FileRows], *, interval_us: int, now_us: int) -> CandleFiles:
    """Check the rows of all files together.

    Parameters
    ----------
    files : sequence of FileRows
        In any order; the result does not depend on it.
    interval_us : int
        Length of a bar.
    now_us : int
        The present moment: a bar that closes later is refused.

    Returns
    -------
    CandleFiles
        Rows that repeat a bar with equal values count once. Where rows give one bar different
        values, none is taken: nothing says which is right.

    Raises
    ------
    InvalidSchema
        A column is missing or of the wrong type.
    """
    typed: list[pl.DataFrame] = []
    refused: list[QuarantineRow] = []
    for number, file in enumerate(files):
        sifted = sift(file, _typed(file), candle_schema(interval_us, now_us=now_us), kind=KIND, now_us=now_us)
        typed.append(sifted.good.with_columns(pl.lit(number).alias("file")))
        refused += sifted.refused
    bars = pl.concat(typed)
    found = repeats(bars["open_us"].to_numpy(), bars.select(_VALUES).to_numpy())
    refused += _conflicts(files, bars.filter(pl.Series(found.is_conflict)), now_us=now_us)
    good = bars.filter(pl.Series(~found.is_conflict & ~found.is_copy)).sort("open_us")
    return CandleFiles(_candles(good, interval_us), tuple(refused), int(found.is_copy.sum()))


def _typed(file: FileRows) -> pl.DataFrame:
    require_columns(file, "open_time", *_VALUES, kind=KIND)
    opens = times(file, "open_time")
    cells = {name: numbers(file, name) for name in _VALUES}
    return pl.DataFrame(
        {
            ROW_NUMBER: file.frame[ROW_NUMBER],
            "open_us": opens.us,
            **{name: cell.values for name, cell in cells.items()},
            "fault": pl.select(
                pl.coalesce(opens.fault, *(cell.fault for cell in cells.values()))
            ).to_series(),
        }
    )


def _conflicts(files: Sequence[FileRows], rows: pl.DataFrame, *, now_us: int) -> list[QuarantineRow]:
    faults: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for file, number in rows.select("file", ROW_NUMBER).iter_rows():
        faults[file][number] = "other values than another row for the same bar"
    return [
        row
        for file, by_number in sorted(faults.items())
        for row in refuse(files[file], by_number, kind=KIND, now_us=now_us)
    ]


def _candles(bars: pl.DataFrame, interval_us: int) -> Candles:
    open_us = bars["open_us"].to_numpy()
    return Candles(
        interval_us=interval_us,
        open_us=open_us,
        **{name: bars[name].to_numpy() for name in _VALUES},
        known_us=open_us + interval_us,
        revision=np.zeros(len(open_us), dtype=np.int64),
    )
