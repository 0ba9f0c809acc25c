"""Revisions: the versions of one headline, in the order they were known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from bellwether.news.headlines import HeadlineRow


class Wording(Protocol):
    """What a version says, since when, and its place in the list."""

    @property
    def revision(self) -> int:
        """0 for the first that was stored."""
        ...

    @property
    def text(self) -> str:
        """What scorers read."""
        ...

    @property
    def known_us(self) -> int:
        """When it was known, microseconds UTC."""
        ...


def in_force(versions: Iterable[Wording], at_us: int) -> Wording | None:
    """The wording of a headline as it was known at ``at_us``, or None before it was known at all.

    Of versions known at the same moment the one that was stored last counts.
    """
    known = [version for version in versions if version.known_us <= at_us]
    return max(known, key=lambda version: (version.known_us, version.revision), default=None)


def new_revisions(stored: Sequence[Wording], found: Iterable[HeadlineRow]) -> list[HeadlineRow]:
    """What is new in ``found``, numbered after ``stored``.

    Parameters
    ----------
    stored : sequence
        Versions of one headline that the store has.
    found : iterable of HeadlineRow
        Versions of the same headline, as read; of those known at one moment the later in this
        order was the wording that stayed.

    Returns
    -------
    list of HeadlineRow
        Rows to append, with their revision numbers. A version is new when the wording in force at
        its moment differs from it. So an import repeated adds nothing; a recorded history of edits
        overrides a title that was already stored in its last wording (that title was later
        knowledge); and files may come in any order: a version that is known earlier than a stored
        one gets a higher number, and what was in force when is decided by ``known_us``. (One order
        loses something: a wording that was taken back, imported before the edit it took back.)

    Examples
    --------
    See ``tests/news/test_revisions.py``; each case there is one sentence.
    """
    versions: list[Wording] = list(stored)
    new: list[HeadlineRow] = []
    for row in _last_of_each_moment(found):
        if not _is_told(versions, row):
            numbered = replace(row, revision=max((v.revision for v in versions), default=-1) + 1)
            versions.append(numbered)
            new.append(numbered)
    return new


def _is_told(versions: list[Wording], row: HeadlineRow) -> bool:
    if any(v.known_us == row.known_us and v.text == row.text for v in versions):
        return True  # even if another wording of that moment overrode it since
    current = in_force(versions, row.known_us)
    return current is not None and current.text == row.text


def _last_of_each_moment(found: Iterable[HeadlineRow]) -> list[HeadlineRow]:
    by_moment = {row.known_us: row for row in found}
    return [by_moment[known_us] for known_us in sorted(by_moment)]
