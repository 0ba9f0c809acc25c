"""Markdown that reports are made of: tables, images, notes."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, n_text: int = 1) -> str:
    """A table with its caption below.

    Parameters
    ----------
    head : sequence of str
        Titles of the columns.
    rows : sequence of sequences of str
        One cell per column.
    caption : str
        What the figures speak of; no number stands without it.
    n_text : int
        The first so many columns are text and set to the left; the others are figures.
    """
    rule = ["---" if column < n_text else "---:" for column in range(len(head))]
    lines = [_row(head), _row(rule), *(_row(row) for row in rows)]
    return "\n".join([*lines, "", f"<sub>{caption}</sub>"])


def image(name: str, alternative: str) -> str:
    """A picture beside the document, with the sentence that stands for it."""
    return f"![{alternative.replace('[', '(').replace(']', ')')}]({name})"


def bullets(items: Sequence[str]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items)


def _row(cells: Sequence[str]) -> str:
    # A pipe inside a cell would open another one, a line end would end the table.
    escaped = (" ".join(cell.replace("|", "\\|").split()) for cell in cells)
    return f"| {' | '.join(escaped)} |"
