"""Colour of the marks that lines begin with. A mark says the same without its colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from rich.text import Text

MARKS: Mapping[str, str] = MappingProxyType({"✓": "green", "▲": "yellow", "✕": "bold red", "next:": "bold"})
"""Rich style by mark."""

_MARK = re.compile(rf"\s*(?P<mark>{'|'.join(map(re.escape, MARKS))})")


def painted(line: str) -> Text:
    """``line`` with its mark coloured, where it begins with one."""
    text = Text(line)
    if found := _MARK.match(line):
        text.stylize(MARKS[found["mark"]], *found.span("mark"))
    return text
