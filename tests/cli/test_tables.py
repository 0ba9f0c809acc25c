"""A table fits where it is shown; what matters least goes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bellwether.cli.tables import Column, Table


def test_numbers_stand_to_the_right_under_their_titles() -> None:
    table = Table([Column("name"), Column("n", is_number=True)], [("vader", "7"), ("lite", "1,204")])

    assert table.lines(80) == [
        " name       n",
        " vader      7",
        " lite   1,204",
    ]


def test_the_least_important_column_goes_first() -> None:
    columns = [Column("a", importance=2), Column("b", importance=0), Column("c", importance=1)]
    table = Table(columns, [("x" * 20, "y" * 20, "z" * 20)])

    assert table.lines(50) == [" a                     c", f" {'x' * 20}  {'z' * 20}"]


def test_among_equals_the_rightmost_goes_first() -> None:
    table = Table([Column("a", is_number=True), Column("b", is_number=True)], [("1" * 30, "2" * 30)])

    assert table.lines(40) == [f" {'a'.rjust(30)}", f" {'1' * 30}"]


def test_a_long_text_is_cut_before_a_column_is_given_up() -> None:
    table = Table([Column("headline"), Column("n", is_number=True)], [("w" * 60, "12")])

    assert table.lines(40)[1] == f" {'w' * 34}…  12"


def test_wide_means_everything_uncut() -> None:
    table = Table([Column("headline"), Column("n", is_number=True)], [("w" * 200, "12")])

    assert table.lines(None)[1] == f" {'w' * 200}  12"


def test_a_table_without_rows_is_its_head() -> None:
    assert Table([Column("name")], []).lines(80) == [" name"]


_CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), max_size=60)


@given(rows=st.lists(st.tuples(_CELLS, _CELLS, _CELLS, _CELLS), max_size=5), width=st.integers(30, 200))
def test_no_line_is_wider_than_it_may_be(rows: list[tuple[str, ...]], width: int) -> None:
    columns = [Column(title, importance=i) for i, title in enumerate(("one", "two", "three", "four"))]

    assert all(cell_len(line) <= width for line in Table(columns, rows).lines(width))
