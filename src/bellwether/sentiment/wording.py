"""What a scorer reads of a text: the same for every spelling that shares a text key."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARS = 4_000
"""A text is cut here before it is read. Titles end long before; VADER's time grows with the square
of a text's length (0.7 s at 10,000 characters made for it), and FinBERT stops at 512 word pieces."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    r"""The form of a text that scorers read: NFC, no lone surrogates, at most `MAX_CHARS` characters.

    `bellwether.news.keys.text_key` gives all Unicode spellings of a text one key, so they must get
    one score, too. A lone surrogate has no UTF-8; it becomes U+FFFD.

    Examples
    --------
    >>> readable("Cafe\u0301") == "Caf\u00e9"
    True
    """
    return unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text[:MAX_CHARS]))
