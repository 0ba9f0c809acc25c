import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellwether.clock import HOUR_US, MINUTE_US, parse_moment, to_us
from bellwether.errors import InvalidSchema, TooFewObservations
from bellwether.quality.candle_files import candle_interval_us, read_candles
from bellwether.quality.readers import ROW_NUMBER, FileRows
from bellwether.quality.schemas import count_reasons

HEADER = "open_time,open,high,low,close,volume"
QUARTER_US = 15 * MINUTE_US
NOW_US = to_us(parse_moment("2025-07-05T12:00Z"))


def bar(time: str, values: str = "10,12,9,11,5") -> str:
    return f"2025-07-05T{time}Z,{values}"


def read(*files, now_us: int = NOW_US):
    return read_candles(files, interval_us=QUARTER_US, now_us=now_us)


def test_bars_are_sorted_and_known_at_their_close(rows_of):
    found = read(rows_of(HEADER, bar("10:15", "2,3,1,2.5,7"), bar("10:00")))

    ten_us = to_us(parse_moment("2025-07-05T10:00Z"))
    candles = found.candles
    assert candles.open_us.tolist() == [ten_us, ten_us + QUARTER_US]
    assert candles.known_us.tolist() == [ten_us + QUARTER_US, ten_us + 2 * QUARTER_US]
    assert candles.close.tolist() == [11, 2.5]
    assert candles.volume.tolist() == [5, 7]
    assert candles.revision.tolist() == [0, 0]
    assert found.refused == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(bar("10:07"), "off the grid of 15m bars", id="off the grid"),
        pytest.param(bar("10:15:01"), "off the grid of 15m bars", id="a second off"),
        pytest.param(bar("11:46"), "off the grid of 15m bars", id="two faults: the first"),
        pytest.param(bar("12:00"), "in the future: the bar has not closed", id="future"),
        pytest.param("2025-07-05T10:15,1,1,1,1,1", "open_time has no time zone", id="no zone"),
        pytest.param("yesterday,1,1,1,1,1", "open_time is not a time", id="no time"),
        pytest.param(",1,1,1,1,1", "open_time is missing", id="time missing"),
        pytest.param(bar("10:15", "-1,12,9,11,5"), "a price is not above zero", id="negative price"),
        pytest.param(bar("10:15", "10,12,0,11,5"), "a price is not above zero", id="price of zero"),
        pytest.param(bar("10:15", "10,inf,9,11,5"), "a price is not finite", id="infinite price"),
        pytest.param(bar("10:15", "10,12,9,NaN,5"), "a price is not finite", id="NaN price"),
        pytest.param(bar("10:15", "10,12,9,,5"), "close is missing", id="price missing"),
        pytest.param(bar("10:15", "10,12,9,about 11,5"), "close is not a number", id="price in words"),
        pytest.param(bar("10:15", "10,12,9,11,-5"), "the volume is negative", id="negative volume"),
        pytest.param(bar("10:15", "10,12,9,11,inf"), "the volume is not finite", id="infinite volume"),
        pytest.param(bar("10:15", "10,12,9,11,"), "volume is missing", id="volume missing"),
        pytest.param(bar("10:15", "10,10.5,9,11,5"), "high is below another price", id="high below close"),
        pytest.param(bar("10:15", "10,12,10.5,11,5"), "low is above another price", id="low above open"),
        pytest.param(bar("10:15", "10,8,9,8,5"), "high is below another price", id="low above high"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_bar_is_refused_and_the_good_rows_stay(rows_of, row, reason):
    found = read(rows_of(HEADER, bar("10:00"), row, bar("10:30")))

    assert len(found.candles) == 2
    assert [(r.file, r.row_number, r.kind, r.reason) for r in found.refused] == [
        ("file.csv", 2, "candles", reason)
    ]
    assert found.refused[0].seen_us == NOW_US


def test_a_refused_row_is_kept_as_it_stood(rows_of):
    found = read(rows_of(HEADER, bar("10:00", "-1,12,9,11,5"), bar("10:15")))

    assert found.refused[0].payload == (
        '{"open_time":"2025-07-05T10:00Z","open":"-1","high":"12","low":"9","close":"11","volume":"5"}'
    )


def test_a_bar_without_trades_is_a_bar(rows_of):
    assert len(read(rows_of(HEADER, bar("10:00", "10,10,10,10,0"))).candles) == 1


def test_a_bar_that_closes_at_this_moment_is_known(rows_of):
    assert len(read(rows_of(HEADER, bar("11:45"))).candles) == 1


def test_equal_rows_are_one_bar_within_a_file_and_across_files(rows_of):
    found = read(rows_of(HEADER, bar("10:00"), bar("10:00")), rows_of(HEADER, bar("10:00"), bar("10:15")))

    assert (len(found.candles), found.n_copies, found.refused) == (2, 2, ())


def test_rows_that_contradict_each_other_are_all_refused(rows_of):
    a = rows_of(HEADER, bar("10:00"), bar("10:15"), file="a.csv")
    b = rows_of(HEADER, bar("10:15", "10,12,9,11,6"), bar("10:30"), file="b.csv")

    found = read(a, b)

    assert len(found.candles) == 2
    assert [(r.file, r.row_number) for r in found.refused] == [("a.csv", 2), ("b.csv", 1)]
    assert count_reasons(found.refused) == {"other values than another row for the same bar": 2}


def test_parquet_rows_are_checked_alike(rows_of):
    frame = pl.DataFrame(
        {
            "open_time": [parse_moment("2025-07-05T10:00Z"), parse_moment("2025-07-05T10:15Z")],
            "open": [10, -1], "high": [12, 12], "low": [9, 9], "close": [11, 11], "volume": [5, 5],
        }
    )  # fmt: skip

    found = read(rows_of(frame=frame))

    assert len(found.candles) == 1
    assert '"open_time":"2025-07-05T10:15:00Z"' in found.refused[0].payload


def test_a_missing_column_fails_the_file(rows_of):
    with pytest.raises(
        InvalidSchema, match=r"file\.csv has no column volume for candles; it has: open_time, open"
    ):
        read(rows_of("open_time,open,high,low,close", bar("10:00", "1,1,1,1")))


class TestInterval:
    def test_the_spacing_of_the_bars_tells_it(self, rows_of):
        file = rows_of(HEADER, bar("10:00"), bar("10:15"), bar("10:30"), bar("11:45"))

        assert candle_interval_us([file]) == QUARTER_US

    def test_one_bar_needs_the_option(self, rows_of):
        file = rows_of(HEADER, bar("10:00"))

        assert candle_interval_us([file], interval="1h") == HOUR_US
        with pytest.raises(TooFewObservations, match="does not tell its interval"):
            candle_interval_us([file])

    def test_another_than_the_option_is_refused(self, rows_of):
        file = rows_of(HEADER, bar("10:00"), bar("10:15"))

        with pytest.raises(InvalidSchema, match=r"file\.csv holds 15m bars, not 1h"):
            candle_interval_us([file], interval="1h")

    def test_files_of_two_intervals_are_refused(self, rows_of):
        quarters = rows_of(HEADER, bar("10:00"), bar("10:15"))
        hours = rows_of(HEADER, bar("10:00"), bar("11:00"), file="hours.csv")

        with pytest.raises(InvalidSchema, match=r"hours\.csv holds 1h bars, not 15m"):
            candle_interval_us([quarters, hours])

    def test_an_interval_that_no_grid_has_is_refused(self, rows_of):
        with pytest.raises(InvalidSchema, match="holds 5m bars, which are not supported"):
            candle_interval_us([rows_of(HEADER, bar("10:00"), bar("10:05"))])
        with pytest.raises(InvalidSchema, match="Interval '5m' is not supported") as caught:
            candle_interval_us([rows_of(HEADER, bar("10:00"))], interval="5m")
        assert caught.value.hint == "Use 15m, 30m, 1h."


_BARS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["10,12,9,11,5", "10,12,9,11,6", "10,8,9,8,5"])), min_size=1
)


def as_file(name: str, bars) -> FileRows:
    records = [bar(f"1{n // 4}:{n % 4 * 15:02}", values).split(",") for n, values in bars]
    frame = pl.DataFrame(records, schema=HEADER.split(","), orient="row")
    return FileRows(name, frame.with_row_index(ROW_NUMBER, offset=1))


@settings(max_examples=30)
@given(_BARS, st.data())
def test_how_rows_are_spread_over_files_does_not_matter(bars, data):
    shuffled = data.draw(st.permutations(bars))
    split = data.draw(st.integers(0, len(bars)))
    parts = [part for part in (shuffled[:split], shuffled[split:]) if part]

    one = read(as_file("one.csv", bars))
    several = read(*(as_file(f"{n}.csv", part) for n, part in enumerate(parts)))

    assert several.candles.open_us.tolist() == one.candles.open_us.tolist()
    assert several.candles.volume.tolist() == one.candles.volume.tolist()
    assert count_reasons(several.refused) == count_reasons(one.refused)
    assert several.n_copies == one.n_copies
    assert len(one.candles) + len(one.refused) + one.n_copies == len(bars)
