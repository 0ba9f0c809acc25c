"""Canonical addresses: one article, one address, however it was shared."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from bellwether.errors import InputError

URL_CHARS = 2_000
"""Longer addresses are refused; browsers and servers stop not far above."""

_TRACKING_PREFIXES = ("utm_", "mc_", "pk_", "hsa_", "at_")

_TRACKING = frozenset(
    {
        # advertising click ids
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid",
        "li_fat_id", "igshid", "igsh", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "oly_enc_id", "vero_id",
        # where the reader came from
        "ref", "ref_src", "ref_url", "referrer", "referer", "cmpid", "ncid", "sr_share", "smid", "spm",
        # feeds that count their readers (Cointelegraph marks its items so)
        "feed_item_type",
    }
)  # fmt: skip

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]+")
"""A name, international ones in their ASCII form, or an IP address of either version."""

_PLAIN = re.compile(r"[A-Za-z0-9_:/.?=&~-]+")

_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """The address under which an article is known, equal for all ways of sharing it.

    Scheme ``https`` (``http`` is taken for the same article), host in lower case without default
    port and credentials, no fragment, no tracking parameters (``utm_*``, ``fbclid``, ``ref`` …),
    the other parameters sorted, no slash at the end. Percent-encoding, dot segments and
    international hosts as ``w3lib`` canonicalises them for crawlers. The result is a fixed point:
    its canonical address is itself.

    Raises
    ------
    InputError
        The text is not an absolute http or https address; the message says what is wrong.

    Examples
    --------
    >>> canonical_url("http://News.example:80/a/?utm_source=rss&id=7#top")
    'https://news.example/a?id=7'
    """
    _refuse_length(url)
    address = _canonical_once(url.strip())
    # One pass can decode what the next would decode again (%2541 to %41 to A); each such pass
    # shortens the text, so this ends. For most addresses one pass is enough, and costs half.
    while not _PLAIN.fullmatch(address) and (again := _canonical_once(address)) != address:
        address = again
    _refuse_length(address)  # percent-encoding lengthens
    return address


def _refuse_length(address: str) -> None:
    if len(address) > URL_CHARS:
        raise InputError(f"The address has more than {URL_CHARS:,} characters.")


def _canonical_once(url: str) -> str:
    try:
        parts = urlsplit(canonicalize_url(url))
        host, port = parts.hostname, parts.port
    except ValueError as exc:  # a port that is no number, broken brackets, an impossible host
        raise InputError(f"The address is malformed ({exc}).") from exc
    if parts.scheme not in _DEFAULT_PORTS:
        raise InputError("The address is not http or https.")
    if not host or not (host := host.rstrip(".")):
        raise InputError("The address has no host.")
    if not _HOST.fullmatch(host):
        raise InputError("The address is malformed (no host is written like this).")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{port}"
    return urlunsplit(("https", netloc, parts.path.rstrip("/"), _without_tracking(parts.query), ""))


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
