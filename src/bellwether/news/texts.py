"""Wording: how a text is cleaned once, before it is stored, keyed and scored.

Every way in (headline files, score files, feeds) cleans with the same function; otherwise the key
of a text would depend on the way it came.
"""

from __future__ import annotations

import html
import re
import unicodedata

TEXT_CHARS = 1_000
"""A title longer than this is no title; such rows are refused, never cut."""

SUMMARY_CHARS = 1_000
"""Summaries are context, not scored where there is a title; longer ones are cut here."""


def clean_text(raw: str) -> str:
    r"""One line of plain text: entities resolved, controls removed, white space collapsed, NFC.

    Control, format, surrogate and unassigned characters (Unicode ``C*``: also zero-width spaces,
    bidirectional marks and the byte-order mark) carry no wording; those that separate words become
    a space.

    Examples
    --------
    >>> clean_text("  AT&amp;T\n buys\u200b Bitcoin ")
    'AT&T buys Bitcoin'
    """
    text = html.unescape(raw)
    if not text.isprintable():
        # Line breaks and tabs are controls too, but they separate words.
        text = "".join(
            " " if char.isspace() else char
            for char in text
            if char.isspace() or not unicodedata.category(char).startswith("C") or char in _JOINERS
        )
    return unicodedata.normalize("NFC", " ".join(text.split()))


_JOINERS = "\u200c\u200d"
"""Zero-width joiners: format characters, but part of emoji and of some scripts' spelling."""

_TOKEN = re.compile(r"(?<!\w)[-+]?\d+(?:[.,]\d+)*%?|\w+")
_MINUS = str.maketrans({"−": "-", "’": "'"})


def tokens(text: str) -> list[str]:
    """Words and numbers of a text for comparing it with others, in order.

    Case, punctuation and compatibility forms do not count; the sign and percent of a number do:
    ``-5%`` and ``+5%`` tell different stories.

    Examples
    --------
    >>> tokens("Bitcoin’s price: −5% to $117,000!")
    ['bitcoin', 's', 'price', '-5%', 'to', '117,000']
    """
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).translate(_MINUS).casefold())
