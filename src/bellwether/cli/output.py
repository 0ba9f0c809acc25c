"""What commands write: results to standard output, everything else to standard error.

With ``--json`` standard output is exactly one document: ``{"data", "meta"}`` when a command did its
work or a check said no, and a problem object when it failed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

import orjson

from bellwether.cli.exits import Exit, exit_code
from bellwether.cli.tables import Table
from bellwether.clock import Clock, iso
from bellwether.errors import BellwetherError, GateRefused

SCHEMA_VERSION = 1
"""Version of the documents; it changes when a field is removed or changes its meaning."""


@dataclass(frozen=True)
class Answer:
    """What a command found.

    Parameters
    ----------
    data : object
        For programs: mappings, sequences, dataclasses, numpy values, moments. NaN becomes null.
    show : sequence of str or Table
        For people, printed in order; a string may have several lines.
    as_of : datetime or None
        The moment the answer speaks of.
    source : str or None
        Where its numbers come from: ``live``, ``replay`` or ``sample``.
    meta : mapping
        What else belongs beside the data: ``asset``, ``horizon``, ``n`` and the like.
    next_step : str or None
        The obvious next command or action; printed as the last line, ``next: …``.
    is_refused : bool
        A check said no: the command ends with exit 3.
    summary : str or None
        Markdown for the job summary when run in GitHub Actions.
    """

    data: object
    show: Sequence[str | Table] = ()
    as_of: datetime | None = None
    source: str | None = None
    meta: Mapping[str, object] = field(default_factory=dict)
    next_step: str | None = None
    is_refused: bool = False
    summary: str | None = None

    @property
    def exit(self) -> Exit:
        """How the process ends."""
        return Exit.REFUSED if self.is_refused else Exit.DONE


def envelope(answer: Answer, clock: Clock) -> dict[str, object]:
    """The document for an answer."""
    meta = {
        "as_of": None if answer.as_of is None else iso(answer.as_of),
        "generated_at": iso(clock.now()),
        "source": answer.source,
        "schema_version": SCHEMA_VERSION,
    }
    return {"data": answer.data, "meta": meta | dict(answer.meta)}


def refusal(error: GateRefused) -> Answer:
    """The answer a refused gate amounts to: "no" is a result, with its evidence."""
    data = {"passed": False, "detail": error.message, "hint": error.hint, "evidence": error.evidence}
    return Answer(data, is_refused=True)


@dataclass(frozen=True)
class Problem:
    """A failure, for programs and for people.

    Parameters
    ----------
    kind : str
        Name of the kind of error in the documentation, ``store-unavailable``.
    title : str
        What that kind means.
    detail : str
        What happened this time.
    hint : str or None
        The next step.
    exit : Exit
        How the process ends.
    transient : bool
        Whether trying again can help.
    """

    kind: str
    title: str
    detail: str
    hint: str | None
    exit: Exit
    transient: bool = False

    @classmethod
    def of(cls, error: BaseException) -> Problem:
        """The problem behind an exception; what is none of ours is shown by its type and text."""
        if isinstance(error, BellwetherError):
            title = " ".join((type(error).__doc__ or "").split("\n", maxsplit=1)[0].split())
            return cls(
                kind=kind_of(type(error)),
                title=title,
                detail=error.message,
                hint=error.hint,
                exit=exit_code(error),
                transient=error.transient,
            )
        return cls(
            kind="unexpected",
            title="Something failed that should not.",
            detail=f"Unexpected {type(error).__name__}: {error}",
            hint="Run it again with --verbose and report what it prints.",
            exit=exit_code(error),
        )

    def document(self, clean: Callable[[str], str]) -> dict[str, object]:
        """The problem object of RFC 9457, with the process's exit code; ``clean`` hides secrets."""
        return {
            "type": f"docs/errors.md#{self.kind}",
            "title": self.title,
            "detail": clean(self.detail),
            "hint": None if self.hint is None else clean(self.hint),
            "exit_code": int(self.exit),
            "transient": self.transient,
            "schema_version": SCHEMA_VERSION,
        }

    def picture(self, width: int = 80) -> list[str]:
        """What, why and what next, as lines of at most ``width`` cells where words allow."""
        what, *why = self.detail.split("\n")
        lines = _wrapped(what, width, first="✕ ")
        for line in [*why, self.hint or ""]:
            lines += _wrapped(line, width, first="  ") if line else []
        details = f"  Details: --verbose · docs/errors.md#{self.kind}"
        ending = f"exit {int(self.exit)}"
        return [*lines, f"{details}{ending.rjust(max(width - len(details), len(ending) + 2))}"]


def kind_of(error: type[BellwetherError]) -> str:
    """``StoreUnavailable`` as the documentation's ``store-unavailable``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", error.__name__).lower()


def write_document(document: Mapping[str, object], stream: TextIO) -> None:
    """Write one JSON document and a line end. NaN and infinities become null, moments end in Z."""
    options = (
        orjson.OPT_APPEND_NEWLINE
        | orjson.OPT_INDENT_2
        | orjson.OPT_SERIALIZE_NUMPY
        | orjson.OPT_UTC_Z
        | orjson.OPT_NON_STR_KEYS
    )
    stream.write(orjson.dumps(document, default=_plain, option=options).decode())
    stream.flush()


def _plain(value: object) -> object:
    """What orjson does not know by itself."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _wrapped(text: str, width: int, *, first: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
