"""Tables that fit: less important columns drop first, then the widest text is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

GAP = 2
"""Spaces between columns."""

MARGIN = 1
"""Spaces before the first column."""

_SHORTEST_CUT = 24
"""A text that is cut keeps at least this many cells; shorter, it says nothing."""


@dataclass(frozen=True)
class Column:
    """How one column looks.

    Parameters
    ----------
    title : str
        Head of the column.
    is_number : bool
        Set to the right, and never cut.
    importance : int
        Columns with the lowest importance drop first; among equals the rightmost.
    """

    title: str
    is_number: bool = False
    importance: int = 1


@dataclass(frozen=True)
class Table:
    """Rows of cells under titled columns.

    Parameters
    ----------
    columns : sequence of Column
        From left to right.
    rows : sequence of sequences of str
        One cell per column.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]

    def lines(self, width: int | None) -> list[str]:
        """The table as lines of at most ``width`` cells, head first; None means as wide as it is."""
        widths = self._natural_widths()
        kept = list(range(len(self.columns)))
        if width is not None:
            kept = self._fitting(widths, width)
            self._cut_widest(widths, kept, width)
        head = self._line([column.title for column in self.columns], widths, kept)
        return [head, *(self._line(row, widths, kept) for row in self.rows)]

    def _natural_widths(self) -> list[int]:
        cells = [[column.title, *(row[i] for row in self.rows)] for i, column in enumerate(self.columns)]
        return [max(map(cell_len, column)) for column in cells]

    def _fitting(self, widths: list[int], width: int) -> list[int]:
        """Indices of the columns that stay, in order."""
        kept = list(range(len(self.columns)))
        least = [self._least_width(i, widths[i]) for i in range(len(widths))]
        while len(kept) > 1 and _total(least, kept) > width:
            kept.remove(min(kept, key=lambda i: (self.columns[i].importance, -i)))
        return kept

    def _least_width(self, index: int, natural: int) -> int:
        return natural if self.columns[index].is_number else min(natural, _SHORTEST_CUT)

    def _cut_widest(self, widths: list[int], kept: list[int], width: int) -> None:
        """Take what is too much from the texts, the widest first."""
        texts = [i for i in kept if not self.columns[i].is_number]
        excess = _total(widths, kept) - width
        while excess > 0 and texts:
            widest = max(texts, key=lambda i: widths[i])
            if widths[widest] <= _SHORTEST_CUT:
                break
            widths[widest] -= 1
            excess -= 1

    def _line(self, cells: Sequence[str], widths: list[int], kept: list[int]) -> str:
        pieces = [_cell(cells[i], widths[i], is_number=self.columns[i].is_number) for i in kept]
        return (" " * MARGIN + (" " * GAP).join(pieces)).rstrip()


def _total(widths: Sequence[int], kept: Sequence[int]) -> int:
    return MARGIN + sum(widths[i] for i in kept) + GAP * (len(kept) - 1)


def _cell(text: str, width: int, *, is_number: bool) -> str:
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    padding = " " * (width - cell_len(text))
    return padding + text if is_number else text + padding
