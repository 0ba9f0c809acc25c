"""Structured logs on standard error, with secrets taken out before anything is written.

Development logs in lines for people, production one JSON object a line. Both pass through the same
`Redactor`, and so do the errors the command line prints.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
"""What stands where a secret stood."""

_SHORTEST_SECRET = 4
"""Shorter values are not searched for: hiding every "a" would hide the message and no secret."""

_SECRET_KEY = re.compile(
    r"(?i)(?:^|[_\-. ])(?:pass(?:word|wd|phrase)?|secret|token|credentials?|authorization|cookie"
    r"|dsn|(?:api|private|access|signing)[_\-]?key)(?:$|[_\-. ])"
)
_PATTERNS = (
    # the password of a URL: scheme://user:password@host
    (re.compile(r"(?P<keep>\b[a-z][a-z0-9+.\-]*://[^\s/@:]*:)[^\s/]+(?=@)", re.IGNORECASE), r"\g<keep>"),
    # bearer and API-key headers
    (
        re.compile(r"(?P<keep>\b(?:Bearer|Basic|Apikey|token)\s+)[A-Za-z0-9._~+/=\-]{6,}", re.IGNORECASE),
        r"\g<keep>",
    ),
    # name=value pairs in query strings, connection strings and messages
    (
        re.compile(
            r"(?P<keep>\b[\w\-]*(?:password|passwd|secret|token|api[_\-]?key|access[_\-]?key)\s*[=:]\s*)"
            r"(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)",
            re.IGNORECASE,
        ),
        r"\g<keep>",
    ),
    # tokens that name themselves
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|xox[abprs]-)[A-Za-z0-9_\-]{10,}"), ""),
)


class Redactor:
    """Takes secrets out of texts and values.

    Hides the secret values it was given, passwords in URLs, bearer tokens, ``password=…`` pairs and
    every value whose key is named like a secret.

    Parameters
    ----------
    secrets : iterable of str
        Values to hide wherever they occur. Longer ones go first, so that a URL vanishes as a whole
        before its password does.

    Examples
    --------
    >>> Redactor(["hunter22"])("login hunter22 at postgresql://me:pw@host/db")
    'login [hidden] at postgresql://me:[hidden]@host/db'
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted((s for s in secrets if len(s) >= _SHORTEST_SECRET), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """``text`` without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern, keep in _PATTERNS:
            text = pattern.sub(keep + HIDDEN, text)
        return text

    def value(self, value: object, *, key: str = "") -> object:
        """``value`` without secrets, looked into as deep as mappings and sequences go.

        Parameters
        ----------
        value : object
            Numbers, booleans and None stay what they are, except under a secret's name; anything
            else that is no text, mapping or sequence is redacted as its ``str``.
        key : str
            The name the value goes by.
        """
        if value is not None and _SECRET_KEY.search(_words(key)):
            return HIDDEN
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(name): self.value(inner, key=str(name)) for name, inner in value.items()}
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
            return [self.value(inner) for inner in value]
        return self(value if isinstance(value, str) else str(value))


def _words(key: str) -> str:
    """``accessToken`` as ``access_Token``, so that one pattern reads both ways of writing names."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)


def configure_logging(
    *,
    level: str,
    as_json: bool,
    redactor: Redactor,
    stream: TextIO | None = None,
) -> None:
    """Set up logging for this process; a second call replaces the first.

    Parameters
    ----------
    level : str
        Least severe level written: ``debug``, ``info``, ``warning`` or ``error``.
    as_json : bool
        One JSON object a line instead of lines for people.
    redactor : Redactor
        Applied to every event after its exception was formatted.
    stream : text stream or None
        Where to write; None means standard error. Standard output belongs to results.
    """
    output = sys.stderr if stream is None else stream
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_common(), _redaction(redactor), _renderer(output, as_json=as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    _adopt_standard_logging(threshold, redactor, output, as_json=as_json)


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose events carry ``part=name``."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(part=name)
    return logger


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def _redaction(redactor: Redactor) -> Processor:
    def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {name: redactor.value(value, key=name) for name, value in event.items()}

    return redact


def _renderer(output: TextIO, *, as_json: bool) -> Processor:
    if as_json:
        return structlog.processors.JSONRenderer(sort_keys=True)
    return structlog.dev.ConsoleRenderer(colors=output.isatty())


def _adopt_standard_logging(threshold: int, redactor: Redactor, output: TextIO, *, as_json: bool) -> None:
    """Send what libraries log through ``logging`` the same way; theirs only from warnings up."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_common(), structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _redaction(redactor),
            _renderer(output, as_json=as_json),
        ],
    )
    handler: logging.Handler = logging.StreamHandler(output)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(threshold, logging.WARNING))


def log_level(*, configured: str | None, is_production: bool, is_verbose: bool) -> str:
    """The level to log at: what was configured, else quiet unless asked, and debug only at a desk.

    Examples
    --------
    >>> log_level(configured=None, is_production=False, is_verbose=True)
    'debug'
    >>> log_level(configured=None, is_production=True, is_verbose=False)
    'info'
    """
    if configured is not None:
        return configured
    if is_production:
        return "info"
    return "debug" if is_verbose else "warning"
