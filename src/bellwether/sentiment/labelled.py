"""Texts people have judged, read from the label files of the data folder."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

from bellwether.errors import InvalidSchema, UnreadableFile
from bellwether.sentiment.classes import LABELS, Label

MAX_ROWS = 1_000_000
"""A label file is a few thousand rows; a longer one is something else."""


@dataclass(frozen=True)
class LabelledTexts:
    """Texts with the class people gave them.

    Attributes
    ----------
    texts : tuple of str
    labels : tuple of Label
        One per text.
    """

    texts: tuple[str, ...]
    labels: tuple[Label, ...]

    def __len__(self) -> int:
        return len(self.texts)

    @classmethod
    def read(cls, path: Path) -> LabelledTexts:
        """Read a file with the columns ``text`` and ``label``.

        Raises
        ------
        UnreadableFile
            The file is missing, truncated, not text, or empty.
        InvalidSchema
            A column is missing, or a label is none of positive, neutral and negative.
        """
        rows = read_rows(path, columns=("text", "label"))
        labels = tuple(row["label"] for row in rows)
        unknown = sorted(set(labels) - set(LABELS))
        if unknown:
            raise InvalidSchema(
                f"{path.name}: unknown labels {', '.join(map(repr, unknown[:3]))}.",
                hint=f"Labels are {', '.join(LABELS)}.",
            )
        return cls(tuple(row["text"] for row in rows), cast("tuple[Label, ...]", labels))

    def distinct(self) -> LabelledTexts:
        """Without repeated texts; the first label stands."""
        first: dict[str, Label] = {}
        for text, label in zip(self.texts, self.labels, strict=True):
            first.setdefault(text, label)
        return LabelledTexts(tuple(first), tuple(first.values()))


def read_rows(path: Path, *, columns: Sequence[str]) -> list[Mapping[str, str]]:
    """Rows of a CSV file, gzip-compressed where its name ends in ``.gz``.

    Raises
    ------
    UnreadableFile
        The file is missing, truncated, not UTF-8, or has no rows.
    InvalidSchema
        One of ``columns`` is missing, or a row has another number of fields.
    """
    with _reader(path) as reader:
        return _rows(reader, path, columns)


def read_columns(path: Path) -> tuple[str, ...]:
    """Names of the columns of a CSV file; none where it is empty.

    Raises
    ------
    UnreadableFile
        The file is missing, truncated or not UTF-8.
    """
    with _reader(path) as reader:
        return tuple(reader.fieldnames or ())


@contextmanager
def _reader(path: Path) -> Iterator[csv.DictReader[str]]:
    """Open a file for reading rows; what goes wrong meanwhile becomes our error."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with cast("TextIO", opened(path, "rt", encoding="utf-8", newline="")) as stream:
            yield csv.DictReader(stream, strict=True)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as exc:
        raise UnreadableFile(f"{path} cannot be read: {exc}") from exc


def _rows(reader: csv.DictReader[str], path: Path, columns: Sequence[str]) -> list[Mapping[str, str]]:
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise InvalidSchema(f"{path.name} has no column {' and no column '.join(missing)}.")
    rows: list[Mapping[str, str]] = []
    for row in reader:
        if len(rows) == MAX_ROWS:
            raise InvalidSchema(f"{path.name} has more than {MAX_ROWS:,} rows.")
        if None in row or None in row.values():
            raise InvalidSchema(f"{path.name}, line {reader.line_num}: the row has another number of fields.")
        rows.append(row)
    if not rows:
        raise UnreadableFile(f"{path} holds no rows.")
    return rows
