import gzip
import os
from datetime import UTC, datetime

import polars as pl
import pytest

from bellwether.errors import InvalidSchema, UnreadableFile
from bellwether.quality.readers import ROW_NUMBER, read_rows

CSV = 'published_at,title\n2025-07-05T09:12:00Z,"Bitcoin rises, again"\n2025-07-05T10:00:00Z,Bitcoin falls\n'


def rows_of(path, **options):
    return read_rows(path, **options).frame.rows()


@pytest.fixture
def csv_file(tmp_path):
    path = tmp_path / "news.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_a_csv_file_gives_its_fields_as_text_with_row_numbers(csv_file):
    assert rows_of(csv_file) == [
        ("2025-07-05T09:12:00Z", "Bitcoin rises, again", 1),
        ("2025-07-05T10:00:00Z", "Bitcoin falls", 2),
    ]


def test_a_file_name_that_is_not_utf8_is_made_storable(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_text(CSV)

    assert read_rows(path).file == "caf?.csv"


def test_gzip_changes_nothing(csv_file, tmp_path):
    packed = tmp_path / "news.csv.gz"
    packed.write_bytes(gzip.compress(CSV.encode()))

    assert rows_of(packed) == rows_of(csv_file)


def test_a_parquet_file_keeps_its_types(tmp_path):
    path = tmp_path / "candles.parquet"
    moment = datetime(2025, 7, 5, tzinfo=UTC)
    pl.DataFrame({"open_time": [moment], "open": [1.5]}).write_parquet(path)

    assert read_rows(path).frame.select("open_time", "open", ROW_NUMBER).rows() == [(moment, 1.5, 1)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("\ufeffa,b\n1,2\n", [("1", "2", 1)], id="byte-order mark"),
        pytest.param("a,b\r\n1,2\r\n", [("1", "2", 1)], id="Windows line ends"),
        pytest.param("a,b\n\n1,2\n\n", [("1", "2", 1)], id="blank lines"),
        pytest.param(" a , b \n1,2", [("1", "2", 1)], id="no line end, spaces in the header"),
        pytest.param("a,b\n1,\n", [("1", None, 1)], id="an empty field is null"),
        pytest.param('a,b\n"x\ny",2\n', [("x\ny", "2", 1)], id="a line break in quotes"),
    ],
)
def test_csv_as_programs_write_it(tmp_path, text, rows):
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode())

    assert rows_of(path) == rows


def test_a_row_that_does_not_fit_the_header_is_set_aside_and_the_others_stay(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("a,b\n1,2\n3\n4,5,6\n7,8\n")

    rows = read_rows(path)

    assert rows.frame.rows() == [("1", "2", 1), ("7", "8", 4)]
    assert [(r.row_number, r.fields, r.reason) for r in rows.ragged] == [
        (2, ("3",), "fewer fields than the header"),
        (3, ("4", "5", "6"), "more fields than the header"),
    ]


def test_columns_are_renamed_and_an_older_column_of_that_name_gives_way(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("time,title,text\n1,old,new\n")

    frame = read_rows(path, renames={"open_time": "time", "title": "text"}).frame

    assert frame.select("open_time", "title").rows() == [("1", "new")]
    assert set(frame.columns) == {"open_time", "title", ROW_NUMBER}


PACKED = gzip.compress(CSV.encode() * 50)
PARQUET = b"PAR1" + b"\x00" * 40 + b"PAR1"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.csv", b"", "a.csv is empty", id="nothing"),
        pytest.param("a.csv", b"\n\n", "a.csv is empty", id="blank lines alone"),
        pytest.param("a.csv", b"\xef\xbb\xbf", "a.csv is empty", id="a byte-order mark alone"),
        pytest.param("a.csv.gz", gzip.compress(b""), "a.csv.gz is empty", id="nothing, packed"),
        pytest.param("a.csv.gz", b"", "a.csv.gz is empty", id="not even gzip"),
        pytest.param("a.parquet", b"", "a.parquet is empty", id="no Parquet"),
        pytest.param("a.csv", b"a,b\n", "a header and no rows", id="a header alone"),
        pytest.param("a.csv.gz", PACKED[:-20], "cut off or damaged", id="truncated gzip"),
        pytest.param("a.csv.gz", PACKED[:12], "cut off or damaged", id="truncated gzip header"),
        pytest.param("a.csv.gz", PACKED[:30] + b"\xff\x00\xff" + PACKED[33:], "cut off or damaged",
                     id="corrupt gzip"),
        pytest.param("a.csv.gz", CSV.encode(), "is no gzip file", id="gzip by name only"),
        pytest.param("a.csv", PACKED, "is compressed", id="gzip without saying so"),
        pytest.param("a.csv", PARQUET, "is a Parquet file", id="Parquet without saying so"),
        pytest.param("a.parquet", CSV.encode(), "is no Parquet file", id="Parquet by name only"),
        pytest.param("a.parquet", PARQUET[:-4], "the end of the Parquet file is missing",
                     id="truncated Parquet"),
        pytest.param("a.parquet", PARQUET, "is damaged", id="corrupt Parquet"),
        pytest.param("a.csv", "a\nCafé\n".encode("latin-1"), "not UTF-8: byte 0xe9 at position 5",
                     id="Latin-1"),
        pytest.param("a.csv", CSV.encode("utf-16"), "UTF-16, not UTF-8", id="UTF-16"),
        pytest.param("a.csv", b'a,b\n1,"open\n2,3\n', "not well-formed CSV near line 3", id="an open quote"),
        pytest.param("a.csv", b'a,b\n1,"x"y\n', "not well-formed CSV near line 2", id="a quote out of place"),
        pytest.param("a.csv", b"a\n" + b"x" * 200_000, "field larger than field limit", id="a huge field"),
        pytest.param("a.json", b"{}", "a.json is of an unknown kind", id="another format"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match=message) as caught:
        read_rows(path)
    assert caught.value.hint


def test_a_parquet_file_without_rows_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"open": pl.Series([], dtype=pl.Float64)}).write_parquet(path)

    with pytest.raises(UnreadableFile, match="has no rows"):
        read_rows(path)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet"])
def test_a_folder_is_refused(tmp_path, name):
    (tmp_path / name).mkdir()

    with pytest.raises(UnreadableFile, match="is a folder"):
        read_rows(tmp_path / name)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet"])
def test_a_missing_file_is_refused_with_its_path(tmp_path, name):
    with pytest.raises(UnreadableFile, match=f"There is no file .*{name}"):
        read_rows(tmp_path / name)


def test_a_rename_of_a_column_that_is_not_there_names_those_that_are(csv_file):
    with pytest.raises(
        InvalidSchema, match="no column 'time' to read as 'open_time'; it has: published_at, title"
    ):
        read_rows(csv_file, renames={"open_time": "time"})


def test_two_columns_of_one_name_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,a\n1,2\n")

    with pytest.raises(InvalidSchema, match="two columns named 'a'"):
        read_rows(path)
