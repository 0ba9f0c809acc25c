"""Marks are coloured in a terminal and nowhere else."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bellwether.cli.colours import painted


def shown(line: str, *, is_terminal: bool, no_color: bool = False) -> str:
    stream = io.StringIO()
    colours = "standard" if is_terminal else "auto"
    console = Console(
        file=stream, force_terminal=is_terminal, no_color=no_color, color_system=colours, width=80
    )
    console.print(painted(line), end="")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("line", "colours"),
    [
        (" ✓ well", " \x1b[32m✓\x1b[0m well"),
        ("▲ a note", "\x1b[33m▲\x1b[0m a note"),
        ("✕ wrong", "\x1b[1;31m✕\x1b[0m wrong"),
        ("a ✓ further on", "a ✓ further on"),
    ],
)
def test_a_mark_has_its_colour_where_a_line_begins_with_it(line: str, colours: str) -> None:
    assert shown(line, is_terminal=True) == colours
    assert shown(line, is_terminal=False) == line


def test_no_color_leaves_no_colour() -> None:
    assert "[31m" not in shown("✕ wrong", is_terminal=True, no_color=True)
