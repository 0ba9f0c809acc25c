"""Summaries that stand for an article which is there under its title.

Some records hold an article twice: its title in one file, and its one-sentence summary, without
title and address, in another. The second would count the same news again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bellwether.news.headlines import HeadlineRow


@dataclass(frozen=True)
class FoundHeadline:
    """A headline as a file has it.

    Attributes
    ----------
    row : HeadlineRow
        Not yet numbered: ``revision`` is 0.
    is_in_titles : bool
        The file says that the article is also in its titles file.
    """

    row: HeadlineRow
    is_in_titles: bool = False


def without_told_summaries(
    found: Iterable[FoundHeadline], articles: Iterable[HeadlineRow]
) -> tuple[list[HeadlineRow], int]:
    """Drop the summaries whose article is there.

    Parameters
    ----------
    found : iterable of FoundHeadline
        What is imported; titles and summaries in any order.
    articles : iterable of HeadlineRow
        What the store has. Only titles with a summary matter.

    Returns
    -------
    tuple of list and int
        The rows that stay, in their order, and how many were dropped. A row is dropped when its
        file says that the article is in the titles, it has no title itself, and its text is the
        summary of an article in ``found`` or ``articles``. A summary that was stored before its
        article is not dropped (nothing stored ever is); `bellwether.news.duplicates` marks it as
        repeating the article, so that features count the news once either way.
    """
    found = list(found)
    told = {row.summary for row in articles if row.title and row.summary}
    told |= {each.row.summary for each in found if each.row.title and each.row.summary}
    kept = [
        each.row
        for each in found
        if not (each.is_in_titles and each.row.title is None and each.row.text in told)
    ]
    return kept, len(found) - len(kept)
