"""How work says how far it is, without knowing who watches.

A pipeline takes a `Track` and opens it around each long piece; the command line hands in one that
draws a bar, a test one that writes down, and `untracked` shows nothing.

Examples
--------
>>> def score(texts: list[str], *, track: Track = untracked) -> None:
...     with track("Scoring headlines", len(texts)) as advance:
...         for done, _ in enumerate(texts, start=1):
...             advance(done)
>>> score(["one", "two"])
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Something to be told how far the work is."""

    def __call__(self, done: int, note: str = "") -> None:
        """Say that ``done`` of the total are done, counted from the start; ``note`` says where it is."""
        ...


class Track(Protocol):
    """Something that opens progress for one piece of work."""

    def __call__(self, label: str, total: int) -> AbstractContextManager[Advance]:
        """Show ``label`` for the length of a ``with`` block over ``total`` items (0 is fine)."""
        ...


def silent(done: int, note: str = "") -> None:
    """Progress nobody looks at."""


@contextmanager
def untracked(label: str, total: int) -> Iterator[Advance]:  # noqa: ARG001 - the signature of Track
    """A `Track` that shows nothing."""
    yield silent
