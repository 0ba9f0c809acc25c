from collections.abc import Callable

import polars as pl
import pytest

from bellwether.quality.readers import ROW_NUMBER, FileRows


@pytest.fixture
def rows_of() -> Callable[..., FileRows]:
    """A file's rows: ``rows_of("a,b", "1,2")`` as of CSV (no quoting), or of a typed frame."""

    def build(*lines: str, file: str = "file.csv", frame: pl.DataFrame | None = None) -> FileRows:
        if frame is None:
            header, *records = [line.split(",") for line in lines]
            frame = pl.DataFrame(
                [dict(zip(header, record, strict=True)) for record in records],
                schema=dict.fromkeys(header, pl.String),
            ).with_columns(pl.all().replace("", None))
        return FileRows(file, frame.with_row_index(ROW_NUMBER, offset=1))

    return build
