"""Files in: CSV, CSV.gz and Parquet as frames, or one sentence saying why not.

The name of a file says what it is, and content that contradicts its name is refused: a guess that
goes wrong would import something else than what was meant.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bellwether.errors import InvalidSchema, UnreadableFile

FILE_BYTES = 2 * 1024**3
"""Larger content, after unpacking, is refused before it fills the memory."""

ROW_NUMBER = "_row"
"""Column that readers add: 1 for the first row below the header."""

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class RaggedRow:
    """A row whose fields do not fit the header, so that nothing in it can be trusted."""

    row_number: int
    fields: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class FileRows:
    """The rows of one file.

    Attributes
    ----------
    file : str
        The file's name, for people.
    frame : pl.DataFrame
        Columns as in the file, renamed, and `ROW_NUMBER`. Of CSV all are text, null where empty; of
        Parquet they have the types of the file.
    ragged : tuple of RaggedRow
        Rows of a CSV with more or fewer fields than the header; not in ``frame``.
    """

    file: str
    frame: pl.DataFrame
    ragged: tuple[RaggedRow, ...] = ()


def read_rows(path: Path, *, renames: Mapping[str, str] | None = None) -> FileRows:
    """Read one file.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.csv.gz`` (UTF-8, with a header line) or ``.parquet``.
    renames : mapping, optional
        Our column name to the file's: ``{"open_time": "time"}``.

    Raises
    ------
    UnreadableFile
        The file is missing, a folder, empty, cut off, wrongly encoded or not what its name says.
    InvalidSchema
        A column to be renamed is not there, or two columns have one name.
    """
    reader = _reader(path)
    with _translated(path):
        rows = reader(path)
    # a name that is not UTF-8 has characters that cannot be stored
    name = path.name.encode("utf-8", "replace").decode()
    return FileRows(name, _renamed(rows, renames or {}), rows.ragged)


def _reader(path: Path) -> Callable[[Path], FileRows]:
    for suffix, reader in _READERS.items():
        if path.name.lower().endswith(suffix):
            return reader
    raise UnreadableFile(
        f"{path.name} is of an unknown kind.",
        hint="Files are .csv, .csv.gz or .parquet; convert or rename it.",
    )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """What the operating system and the decoders raise, as our error with the next step."""
    try:
        yield
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, pl.exceptions.PolarsError) as exc:
        message, hint = _explained(path, exc)
        raise UnreadableFile(message, hint=hint) from exc


def _explained(path: Path, error: Exception) -> tuple[str, str | None]:
    """What an error means for the file, and the next step; the most specific case first."""
    hint: str | None = "Copy or download it again."
    match error:
        case FileNotFoundError():
            return f"There is no file {path}.", "Check the path."
        case IsADirectoryError():
            return f"{path} is a folder.", "Name the files inside it."
        case EOFError() | zlib.error():
            what = "is cut off or damaged: its gzip data end too early or are corrupt."
        case gzip.BadGzipFile():
            what, hint = "is no gzip file.", "Name it .csv if it is not compressed, else copy it again."
        case UnicodeDecodeError():
            what = f"is not UTF-8: byte 0x{error.object[error.start]:02x} at position {error.start:,}."
            hint = "Save it as UTF-8; iconv -f LATIN1 -t UTF-8 does it."
        case pl.exceptions.PolarsError():
            what = f"is damaged: {_first_line(error)}"
        case _:
            what, hint = f"cannot be read: {_first_line(error)}", None
    return f"{path.name} {what}", hint


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _read_csv(path: Path) -> FileRows:
    return _parse_csv(path.name, path.read_bytes())


def _read_csv_gz(path: Path) -> FileRows:
    with gzip.open(path) as stream:
        return _parse_csv(path.name, stream.read(FILE_BYTES + 1))


def _read_parquet(path: Path) -> FileRows:
    content = path.read_bytes()
    _refuse_size(path.name, content)
    if not content.startswith(_PARQUET):
        raise UnreadableFile(f"{path.name} is no Parquet file.", hint="Name it .csv if that is what it is.")
    if not content.endswith(_PARQUET):
        raise UnreadableFile(
            f"{path.name} is cut off: the end of the Parquet file is missing.",
            hint="Copy or download it again.",
        )
    frame = pl.read_parquet(io.BytesIO(content))
    if frame.is_empty():
        raise UnreadableFile(f"{path.name} has no rows.", hint="Check how it was written.")
    return FileRows(path.name, frame.drop(ROW_NUMBER, strict=False).with_row_index(ROW_NUMBER, offset=1))


_READERS: Mapping[str, Callable[[Path], FileRows]] = {
    ".csv": _read_csv,
    ".csv.gz": _read_csv_gz,
    ".parquet": _read_parquet,
}


def _refuse_size(name: str, content: bytes) -> None:
    if not content.strip() or content == codecs.BOM_UTF8:
        raise UnreadableFile(f"{name} is empty.", hint="Check how it was written or downloaded.")
    if len(content) > FILE_BYTES:
        raise UnreadableFile(
            f"{name} holds more than {FILE_BYTES // 1024**3} GiB.", hint="Import it in several smaller files."
        )


def _parse_csv(name: str, content: bytes) -> FileRows:
    _refuse_size(name, content)
    if content.startswith(_GZIP):
        raise UnreadableFile(f"{name} is compressed.", hint="Name it .csv.gz.")
    if content.startswith(_PARQUET):
        raise UnreadableFile(f"{name} is a Parquet file.", hint="Name it .parquet.")
    if content.startswith(_UTF16):
        raise UnreadableFile(
            f"{name} is UTF-16, not UTF-8.", hint="Save it as UTF-8; iconv -f UTF-16 -t UTF-8 does it."
        )
    header, *records = _records(name, content.decode("utf-8-sig"))
    if not records:
        raise UnreadableFile(f"{name} has a header and no rows.", hint="Check how it was written.")
    return _frame(name, [column.strip() for column in header], records)


def _records(name: str, text: str) -> list[list[str]]:
    """The lines' fields, blank lines left out."""
    # Strict: a quote that is never closed would swallow the good rows after it into one field.
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [fields for fields in lines if fields]
    except csv.Error as exc:
        raise UnreadableFile(
            f"{name} is not well-formed CSV near line {lines.line_num:,}: {exc}.",
            hint="A quote is open or out of place there, or the file is cut off.",
        ) from exc


def _frame(name: str, header: Sequence[str], records: Sequence[Sequence[str]]) -> FileRows:
    if twice := sorted({column for column in header if header.count(column) > 1}):
        raise InvalidSchema(
            f"{name} has two columns named {twice[0]!r}.", hint="Rename one of them in the file."
        )
    width = len(header)
    numbered = list(enumerate(records, start=1))
    whole = [(number, fields) for number, fields in numbered if len(fields) == width]
    columns = zip(*(fields for _, fields in whole), strict=True) if whole else [()] * width
    frame = pl.DataFrame(
        {column: pl.Series(values, dtype=pl.String) for column, values in zip(header, columns, strict=True)}
    ).with_columns(pl.all().replace("", None), pl.Series(ROW_NUMBER, [n for n, _ in whole], dtype=pl.UInt32))
    ragged = [
        RaggedRow(
            number, tuple(fields), f"{'more' if len(fields) > width else 'fewer'} fields than the header"
        )
        for number, fields in numbered
        if len(fields) != width
    ]
    return FileRows(name, frame, tuple(ragged))


def _renamed(rows: FileRows, renames: Mapping[str, str]) -> pl.DataFrame:
    frame = rows.frame
    for new, old in renames.items():
        if old not in frame.columns:
            raise InvalidSchema(
                f"{rows.file} has no column {old!r} to read as {new!r}; it has: {column_list(frame)}.",
                hint=f"Mend --map {new}={old}.",
            )
        if new != old and new in frame.columns:
            frame = frame.drop(new)
        frame = frame.rename({old: new})
    return frame


def column_list(frame: pl.DataFrame) -> str:
    """The columns of the file itself, for messages."""
    return ", ".join(column for column in frame.columns if column != ROW_NUMBER)
