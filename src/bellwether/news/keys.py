"""Keys of texts and headlines: equal content, equal key, on every machine."""

from __future__ import annotations

import hashlib
import unicodedata
from uuid import UUID

_SEPARATOR = "\x1f"


def text_key(text: str) -> UUID:
    """128-bit key of a text, the same for every Unicode spelling of it.

    BLAKE2b over the UTF-8 of the NFC form; scores are stored under it, so that one text is scored
    once per scorer version.
    """
    normal = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
    return UUID(bytes=hashlib.blake2b(normal, digest_size=16).digest())


def headline_key(canonical_url: str | None, *, publisher: str, text: str, event_us: int) -> UUID:
    """Identity of a headline.

    Parameters
    ----------
    canonical_url : str or None
        Address after `bellwether.news.urls.canonical_url`; decides alone where there is one.
    publisher, text : str
    event_us : int
        Published, microseconds UTC.
    """
    if canonical_url:
        return text_key(canonical_url)
    return text_key(_SEPARATOR.join((publisher, text, str(event_us))))
