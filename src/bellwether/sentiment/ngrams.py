"""What the lite reader sees of a text: hashed words, pairs of words and pieces of words.

Words are lower-cased; web addresses are left out, every number is ``0`` and every cash tag ``$``,
because which company or which price a headline names says nothing about the next one's tone.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

PIECE = 4
"""Length of the pieces of words; a word stands between ``<`` and ``>``."""

_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_TOKEN = re.compile(r"\$[a-z][a-z.]*|\d[\d,.]*|[^\W\d_]+(?:'[^\W\d_]+)?|[%!?]")


def words(text: str) -> list[str]:
    """Words of a text in order.

    Examples
    --------
    >>> words("$TSLA falls 5.2% - it\u2019s down again! https://t.co/x")
    ['$', 'falls', '0', '%', "it's", 'down', 'again', '!']
    """
    folded = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    return [_generalised(token) for token in _TOKEN.findall(_ADDRESS.sub(" ", folded))]


def count_ngrams(text: str, n_slots: int) -> dict[int, int]:
    """How often each slot is hit by a text's n-grams, by slot in ascending order.

    Parameters
    ----------
    text : str
    n_slots : int
        Slots to hash into. CRC-32, modulo: the same on every machine.
    """
    hits = Counter(zlib.crc32(ngram.encode()) % n_slots for ngram in _ngrams(words(text)))
    return dict(sorted(hits.items()))


def _generalised(token: str) -> str:
    if token[0] == "$":
        return "$"
    return "0" if token[0].isdecimal() else token


def _ngrams(text_words: list[str]) -> Iterator[str]:
    """Words (``w``), neighbours (``n``) and pieces (``p``), told apart by their first letter."""
    for word in text_words:
        yield f"w{word}"
        yield from _pieces(f"<{word}>")
    for left, right in pairwise(text_words):
        yield f"n{left} {right}"


def _pieces(fenced: str) -> Iterator[str]:
    for start in range(len(fenced) - PIECE + 1):
        yield f"p{fenced[start : start + PIECE]}"
