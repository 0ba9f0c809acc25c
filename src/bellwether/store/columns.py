"""Columns of numbers between numpy and Postgres, bit for bit.

The binary COPY format of a row of fixed-width values has a fixed layout, so a whole result is one
structured array: no Python object per value, and a NaN keeps its bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from bellwether.errors import StoreError
from bellwether.store.database import Connection

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_POSTGRES_EPOCH_US = 946_684_800_000_000
"""2000-01-01 UTC in microseconds since 1970."""

_REAL_OID = 700


@dataclass(frozen=True)
class Kind:
    """How one SQL type lies in the binary format, and its type in numpy.

    Attributes
    ----------
    wire : dtype
        Big-endian, as sent.
    native : dtype
        As given and taken here.
    offset : int
        Added to a value on reading, subtracted on writing.
    """

    wire: np.dtype[Any]
    native: np.dtype[Any]
    offset: int = 0


SMALLINT = Kind(np.dtype(">i2"), np.dtype(np.int64))
INTEGER = Kind(np.dtype(">i4"), np.dtype(np.int64))
DOUBLE = Kind(np.dtype(">f8"), np.dtype(np.float64))
BOOLEAN = Kind(np.dtype(np.bool_), np.dtype(np.bool_))
MOMENT = Kind(np.dtype(">i8"), np.dtype(np.int64), _POSTGRES_EPOCH_US)
"""``timestamptz``, in numpy microseconds since 1970-01-01 UTC."""

UUIDS = Kind(np.dtype("S16"), np.dtype("S16"))
"""``uuid``, in numpy its 16 bytes; they compare as the text form does."""


def reals(width: int) -> Kind:
    """``real[]`` of ``width`` elements in each row; in numpy shape (n, width), float32."""
    element = np.dtype([("size", ">i4"), ("value", ">f4")])
    dimensions = [(name, ">i4") for name in ("ndim", "has_null", "oid", "width", "lower_bound")]
    return Kind(np.dtype([*dimensions, ("elements", element, (width,))]), np.dtype(np.float32))


def read_columns(
    conn: Connection, query: LiteralString, params: Mapping[str, object], *, kinds: Mapping[str, Kind]
) -> dict[str, NDArray[Any]]:
    """Run a query and give its columns back.

    Parameters
    ----------
    conn : Connection
    query : str
        Its columns come in the order of ``kinds`` and hold no NULL.
    params : mapping
        Its parameters.
    kinds : mapping
        Name and kind of each column.

    Raises
    ------
    StoreError
        A value is NULL or has another width than its kind.
    """
    layout = _layout(kinds)
    with conn.cursor().copy("COPY (" + query + ") TO STDOUT (FORMAT BINARY)", params) as copy:
        data = b"".join(copy)
    n_rows, rest = divmod(len(data) - len(_HEADER) - len(_TRAILER), layout.itemsize)
    rows = np.frombuffer(data, layout, count=0 if rest else n_rows, offset=len(_HEADER))
    if rest or not all((rows[name]["size"] == kind.wire.itemsize).all() for name, kind in kinds.items()):
        raise StoreError(f"A value of {', '.join(kinds)} is missing or has another width than expected.")
    return {name: _native(rows[name]["value"], kind) for name, kind in kinds.items()}


def write_columns(
    conn: Connection, table: LiteralString, columns: Mapping[str, tuple[Kind, NDArray[Any]]]
) -> None:
    """Copy columns of one length into a table.

    Parameters
    ----------
    conn : Connection
    table : str
    columns : mapping
        Kind and values of each column, by the column's name in the table.
    """
    kinds = {name: kind for name, (kind, _) in columns.items()}
    rows = np.zeros(len(next(iter(columns.values()))[1]), _layout(kinds))
    rows["n_fields"] = len(columns)
    for name, (kind, values) in columns.items():
        rows[name]["size"] = kind.wire.itemsize
        _fill(rows[name]["value"], kind, values)
    target = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with conn.cursor().copy(target) as copy:
        copy.write(_HEADER)
        copy.write(rows.tobytes())
        copy.write(_TRAILER)


def write_rows(
    conn: Connection, table: LiteralString, rows: Iterable[Sequence[object]], *, types: Mapping[str, str]
) -> None:
    """Copy rows of Python values into a table; ``types`` names each column's type in order."""
    target = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, types))
    )
    with conn.cursor().copy(target) as copy:
        copy.set_types(list(types.values()))
        for row in rows:
            copy.write_row(row)


@contextmanager
def incoming(conn: Connection, columns: LiteralString) -> Iterator[None]:
    """A table ``incoming`` for the length of the block, to copy rows into before they are stored.

    It goes with the transaction at the latest, so a pooler's connection is left clean.
    """
    conn.execute(sql.SQL("CREATE TEMPORARY TABLE incoming ({}) ON COMMIT DROP").format(sql.SQL(columns)))
    yield
    conn.execute("DROP TABLE incoming")


def _layout(kinds: Mapping[str, Kind]) -> np.dtype[Any]:
    fields = [(name, np.dtype([("size", ">i4"), ("value", kind.wire)])) for name, kind in kinds.items()]
    return np.dtype([("n_fields", ">i2"), *fields])


def _native(wire: NDArray[Any], kind: Kind) -> NDArray[Any]:
    values = wire["elements"]["value"] if kind.wire.names else wire
    native: NDArray[Any] = values.astype(kind.native)
    if kind.offset:
        native += kind.offset
    return native


def _fill(wire: NDArray[Any], kind: Kind, values: NDArray[Any]) -> None:
    if not kind.wire.names:
        wire[...] = values - kind.offset if kind.offset else values
        return
    for name, value in (("ndim", 1), ("oid", _REAL_OID), ("width", values.shape[1]), ("lower_bound", 1)):
        wire[name] = value
    wire["elements"]["size"] = 4
    wire["elements"]["value"] = values
