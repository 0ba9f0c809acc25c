from datetime import UTC, date, datetime

import polars as pl
import pytest

from bellwether.clock import to_us
from bellwether.errors import InvalidSchema
from bellwether.quality.cells import flags, numbers, require_columns, texts, times

NOON_US = to_us(datetime(2025, 7, 5, 12, tzinfo=UTC))
MIDNIGHT_US = to_us(datetime(2025, 7, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("cell", "us", "is_date"),
    [
        ("2025-07-05T12:00:00Z", NOON_US, False),
        ("2025-07-05T12:00Z", NOON_US, False),
        ("2025-07-05 12:00:00+00:00", NOON_US, False),
        ("2025-07-05T14:00:00+02:00", NOON_US, False),
        (" 2025-07-05T12:00:00.000001Z ", NOON_US + 1, False),
        ("2025-07-05", MIDNIGHT_US, True),
    ],
)
def test_a_time_is_read_with_its_zone_and_a_date_as_a_date(rows_of, cell, us, is_date):
    read = times(rows_of("at", cell), "at")

    assert (read.us[0], read.is_date[0], read.fault[0]) == (us, is_date, None)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("", "at is missing"),
        ("soon", "at is not a time"),
        ("2025-13-05T12:00Z", "at is not a time"),
        ("1751716800", "at is not a time"),
        ("1612010112", "at is not a time"),
        ("0001-01-01T00:00+23:00", "at is not a time"),
        ("2025-07-05T12:00:00", "at has no time zone"),
        ("2025-07-05 12:00", "at has no time zone"),
    ],
)
def test_what_is_no_moment_says_why(rows_of, cell, fault):
    read = times(rows_of("at,x", f"{cell},1"), "at")

    assert (read.us[0], read.fault[0]) == (None, fault)


def test_a_time_that_may_be_missing_is_no_fault_when_it_is(rows_of):
    read = times(rows_of("at,x", ",1", "soon,1"), "at", is_required=False)

    assert read.fault.to_list() == [None, "at is not a time"]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_zoned_datetimes_and_dates_of_parquet_are_moments(rows_of, unit):
    moments = pl.Series([datetime(2025, 7, 5, 12, tzinfo=UTC), None]).cast(pl.Datetime(unit, "UTC"))
    rows = rows_of(frame=pl.DataFrame({"at": moments, "day": [date(2025, 7, 5), None]}))

    assert times(rows, "at").us.to_list() == [NOON_US, None]
    assert times(rows, "at").fault.to_list() == [None, "at is missing"]
    assert times(rows, "day").us.to_list() == [MIDNIGHT_US, None]
    assert times(rows, "day").is_date.to_list() == [True, True]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(pl.Series([datetime(2025, 7, 5)]), id="datetimes without a zone"),  # noqa: DTZ001 - the point
        pytest.param(pl.Series([1751716800]), id="epoch seconds"),
    ],
)
def test_a_column_of_no_times_is_refused_whole(rows_of, cells):
    with pytest.raises(InvalidSchema, match=r"file.csv: column at holds .*, not times in UTC"):
        times(rows_of(frame=pl.DataFrame({"at": cells})), "at")


def test_numbers_are_read_as_they_stand_and_what_is_none_says_so(rows_of):
    read = numbers(rows_of("x,y", "1.5,a", " 2 ,a", "-1e3,a", "nan,a", "inf,a", ",a", "1 000,a"), "x")

    assert str(read.values.to_list()) == "[1.5, 2.0, -1000.0, nan, inf, None, None]"
    assert read.fault.to_list() == [None] * 5 + ["x is missing", "x is not a number"]


@pytest.mark.parametrize("cells", [[True], [date(2025, 7, 5)], [[1.0]]])
def test_a_column_of_no_numbers_is_refused_whole(rows_of, cells):
    with pytest.raises(InvalidSchema, match=r"column x holds .*, not numbers"):
        numbers(rows_of(frame=pl.DataFrame({"x": cells})), "x")


def test_whole_numbers_and_an_empty_column_of_parquet_are_numbers(rows_of):
    rows = rows_of(frame=pl.DataFrame({"x": [1, None], "empty": [None, None]}))

    assert numbers(rows, "x").values.to_list() == [1.0, None]
    assert numbers(rows, "empty").fault.to_list() == ["empty is missing"] * 2


def test_texts_are_cleaned_and_an_empty_or_absent_one_is_null(rows_of):
    rows = rows_of("title,x", " Bitcoin &amp; co ,1", "  ,1", ",1")

    assert texts(rows, "title").to_list() == ["Bitcoin & co", None, None]
    assert texts(rows, "summary").to_list() == [None, None, None]


def test_a_column_of_no_texts_is_refused_whole(rows_of):
    with pytest.raises(InvalidSchema, match="column title holds Int64, not text"):
        texts(rows_of(frame=pl.DataFrame({"title": [1]})), "title")


def test_flags_are_0_and_1_in_all_their_spellings(rows_of):
    values, faults = flags(
        rows_of("f,x", "1,a", "0,a", "TRUE,a", "false,a", "1.0,a", ",a", "2,a"), "f", default=True
    )

    assert values.to_list() == [True, False, True, False, True, True, True]
    assert faults.to_list() == [None] * 6 + ["f is neither 0 nor 1"]


@pytest.mark.parametrize("cells", [[1, 0], [True, False]])
def test_flags_of_parquet_may_be_numbers_or_truths(rows_of, cells):
    values, _ = flags(rows_of(frame=pl.DataFrame({"f": cells})), "f", default=False)

    assert values.to_list() == [True, False]


def test_a_missing_column_is_named_with_those_that_are_there(rows_of):
    with pytest.raises(
        InvalidSchema, match=r"file\.csv has no column open for candles; it has: time, x"
    ) as caught:
        require_columns(rows_of("time,x", "1,2"), "time", "open", kind="candles")
    assert caught.value.hint == "If it has another name there, add --map open=NAME."


def test_a_file_with_semicolons_is_recognised(rows_of):
    with pytest.raises(InvalidSchema) as caught:
        require_columns(rows_of("time;open", "1;2"), "open", kind="candles")
    assert caught.value.hint == "Its fields seem to be separated by semicolons; save it with commas."
