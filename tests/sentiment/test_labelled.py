from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bellwether.errors import InvalidSchema, UnreadableFile
from bellwether.sentiment.labelled import LabelledTexts, read_rows

CONTENT = 'text,label\n"Up, up",positive\nDown,negative\n'


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    return tmp_path / "labels.csv"


@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_texts_are_read_with_their_labels(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"labels{ending}"
    path.write_bytes(gzip.compress(CONTENT.encode()) if ending.endswith("gz") else CONTENT.encode())

    assert LabelledTexts.read(path) == LabelledTexts(("Up, up", "Down"), ("positive", "negative"))


def test_the_first_label_of_a_repeated_text_stands() -> None:
    repeated = LabelledTexts(("a", "b", "a"), ("positive", "neutral", "negative"))

    assert repeated.distinct() == LabelledTexts(("a", "b"), ("positive", "neutral"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "labels.csv has no column text and no column label"),
        (b"text,label\n", "holds no rows"),
        (b"text,tone\na,positive\n", "has no column label"),
        (b"text,label\na,bullish\n", "unknown labels 'bullish'"),
        (b"text,label\na\n", "line 2: the row has another number of fields"),
        (b"text,label\na,positive,b\n", "line 2: the row has another number of fields"),
        (b"text,label\n\xff,positive\n", "cannot be read"),
        (b'text,label\n"a,positive\n', "cannot be read"),
    ],
    ids=["empty", "head only", "missing column", "label", "short row", "long row", "encoding", "open quote"],
)
def test_a_broken_file_says_what_is_wrong(csv_file: Path, content: bytes, message: str) -> None:
    csv_file.write_bytes(content)

    with pytest.raises((UnreadableFile, InvalidSchema), match=message):
        LabelledTexts.read(csv_file)


def test_a_truncated_gzip_file_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv.gz"
    path.write_bytes(gzip.compress(CONTENT.encode() * 1_000)[:-20])

    with pytest.raises(UnreadableFile, match="cannot be read"):
        LabelledTexts.read(path)


def test_a_missing_file_is_unreadable(csv_file: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"labels\.csv cannot be read"):
        read_rows(csv_file, columns=("text",))
