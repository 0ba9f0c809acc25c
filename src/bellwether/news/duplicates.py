"""Duplicates: headlines that repeat an earlier one, word for word or nearly.

A headline is judged once, when it is first known, against what was known by then and at most
`WINDOW` before. Nothing that comes later can change the judgement, and no chain of repeats reaches
further back than the window: the verdict on a headline is a function of the 48 hours before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bellwether.clock import HOUR_US
from bellwether.news.headlines import HeadlineRow
from bellwether.news.texts import tokens

WINDOW_US = 48 * HOUR_US
"""How far back a repeat is looked for. A story is copied within a day or two; a title that comes
again next week is news again."""

NEAR_SCORE = 90.0
"""Least similarity (0-100, ratio of the sorted words) of two near duplicates.

Measured on the recorded month of July 2025 by reading every pair within 48 hours whose numbers
agree: of the 22 pairs from 90 up, 21 tell the same story (the other names another exchange); of the
31 pairs from 85 to 90, 22 do. Without asking for equal numbers, three of four pairs from 90 up are
the daily "price prediction for July 15", "for July 16".
"""

NEAR_WORDS = 5
"""Shorter titles must be equal: one letter decides there (falls, calls)."""

_CHUNK = 256
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class _Form:
    """What of a text is compared: its words in order, sorted, and its numbers."""

    words: str
    sorted_words: str
    numbers: tuple[str, ...]
    n_words: int


def mark_duplicates(rows: Sequence[HeadlineRow]) -> dict[UUID, UUID]:
    """Which headlines repeat which.

    Parameters
    ----------
    rows : sequence of HeadlineRow
        Versions of headlines of one asset, in any order. They are judged in the order
        (``known_us``, ``key``): of each headline its first version, against every version of the
        others that was known before it and within `WINDOW_US`.

    Returns
    -------
    dict of UUID to UUID
        Duplicate to original: the earliest headline of the window that it repeats (which may
        repeat an older one itself). Headlines that repeat nothing are absent.

    Notes
    -----
    A headline repeats another when their words are equal in order, case and punctuation aside, or,
    from `NEAR_WORDS` words on, when their numbers are equal and their sorted words agree to
    `NEAR_SCORE`. A text without a title also repeats an article known by the same moment whose
    summary it is; so it does not matter which of the two was imported first.
    """
    ordered = _in_order(rows)
    known_us = np.array([row.known_us for row in ordered], dtype=np.int64)
    is_first = _is_first([row.key for row in ordered])
    forms = [_form(row.text) for row in ordered]
    originals: dict[int, int] = {}
    for matches in (
        _equal(forms, known_us, is_first),
        _near(forms, known_us, is_first),
        _summaries(ordered, forms, known_us, is_first),
    ):
        for repeat, original in matches:
            originals[repeat] = min(original, originals.get(repeat, original))
    return {ordered[repeat].key: ordered[original].key for repeat, original in sorted(originals.items())}


def _in_order(rows: Sequence[HeadlineRow]) -> list[HeadlineRow]:
    """By (``known_us``, ``key``); of versions known at one moment only the last was ever in force."""
    in_force = {(row.known_us, row.key): row for row in sorted(rows, key=lambda row: row.revision)}
    return [in_force[moment_and_key] for moment_and_key in sorted(in_force)]


def _is_first(keys: list[UUID]) -> NDArray[np.bool_]:
    seen: set[UUID] = set()
    is_first = np.zeros(len(keys), dtype=np.bool_)
    for position, key in enumerate(keys):
        is_first[position] = key not in seen
        seen.add(key)
    return is_first


def _form(text: str) -> _Form:
    words = tokens(text)
    return _Form(
        words=_joined(words, text),
        sorted_words=" ".join(sorted(words)),
        numbers=tuple(sorted(word for word in words if not word.isalpha() and _DIGIT.search(word))),
        n_words=len(words),
    )


def _joined(words: list[str], text: str) -> str:
    """The words in order; a text of signs alone (emoji, dots) has none, then its signs count."""
    return " ".join(words) or text.casefold()


def _groups(keys: Sequence[object], among: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    """Positions with equal keys, ascending, for keys that occur more than once."""
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for position in among:
        groups[keys[position]].append(position)
    return (np.array(group, dtype=np.int64) for group in groups.values() if len(group) > 1)


def _equal(
    forms: list[_Form], known_us: NDArray[np.int64], is_first: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    for group in _groups([form.words for form in forms], range(len(forms))):
        starts = np.searchsorted(known_us[group], known_us[group] - WINDOW_US)
        for repeat, original in zip(group, group[starts], strict=True):
            if original < repeat and is_first[repeat]:
                yield int(repeat), int(original)


def _near(
    forms: list[_Form], known_us: NDArray[np.int64], is_first: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    long_enough = [position for position, form in enumerate(forms) if form.n_words >= NEAR_WORDS]
    for group in _groups([form.numbers for form in forms], long_enough):
        texts = [forms[position].sorted_words for position in group]
        judged = np.flatnonzero(is_first[group])
        for start in range(0, len(judged), _CHUNK):
            yield from _near_chunk(group, texts, known_us[group], judged[start : start + _CHUNK])


def _near_chunk(
    group: NDArray[np.int64], texts: list[str], known_us: NDArray[np.int64], judged: NDArray[np.int64]
) -> Iterator[tuple[int, int]]:
    """Matches of the members ``judged`` of one group; ``known_us`` and ``texts`` are the group's."""
    start_us = known_us[judged] - WINDOW_US
    begin, end = int(np.searchsorted(known_us, start_us[0])), int(judged[-1])
    scores = process.cdist(
        [texts[member] for member in judged],
        texts[begin:end],
        scorer=fuzz.ratio,
        score_cutoff=NEAR_SCORE,
        dtype=np.float32,
        workers=1,
    )
    earlier = np.arange(begin, end)
    is_match = (scores >= NEAR_SCORE) & (earlier < judged[:, None]) & (known_us[earlier] >= start_us[:, None])
    for row in np.flatnonzero(is_match.any(axis=1)):
        yield int(group[judged[row]]), int(group[begin + is_match[row].argmax()])


def _summaries(
    ordered: list[HeadlineRow], forms: list[_Form], known_us: NDArray[np.int64], is_first: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    untitled = [position for position in np.flatnonzero(is_first).tolist() if ordered[position].title is None]
    if not untitled:
        return
    articles: defaultdict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(ordered):
        if row.title is not None and row.summary:
            articles[_joined(tokens(row.summary), row.summary)].append(position)
    for text in untitled:
        for article in articles.get(forms[text].words, ()):
            if known_us[text] - WINDOW_US <= known_us[article] <= known_us[text]:
                yield text, article
                break
