"""``bellwether doctor``: what is well, what is worth knowing and what is wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from bellwether.cli.frame import Invocation, command, single
from bellwether.cli.output import Answer
from bellwether.errors import ConfigurationError, InputError
from bellwether.pipelines.doctor import AREAS, Finding, Status, examine

app = single()

_MARKS = MappingProxyType({Status.OK: "✓", Status.NOTE: "▲", Status.PROBLEM: "✕"})


@command(app, "doctor", examples=("bellwether doctor", "bellwether doctor --only database --json"))
def doctor(
    cli: Invocation,
    *,
    only: Annotated[list[str] | None, typer.Option(help=f"Look at {', '.join(AREAS)} alone.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder of recorded data; the setting is BELLWETHER_DATA.")
    ] = None,
) -> Answer:
    """Look this installation over: Python, settings, database, disk, readers of the news.

    Ends with 3 when there is a problem. A note is no problem: everything works without it.
    """
    areas = _known_areas(only or [])
    try:
        settings = cli.settings if data is None else cli.settings.model_copy(update={"data": data})
    except ConfigurationError as error:
        return _answer([Finding.of("configuration", error)], cli)
    return _answer(examine(settings, os.environ, areas), cli)


def _known_areas(names: Sequence[str]) -> Sequence[str]:
    unknown = sorted(set(names) - set(AREAS))
    if unknown:
        raise InputError(f"There is nothing called {unknown[0]!r}.", hint=f"Choose from {', '.join(AREAS)}.")
    return names


def _answer(findings: Sequence[Finding], cli: Invocation) -> Answer:
    problems = sum(finding.status is Status.PROBLEM for finding in findings)
    notes = sum(finding.status is Status.NOTE for finding in findings)
    return Answer(
        {"problems": problems, "notes": notes, "findings": findings},
        show=[
            *(line for finding in findings for line in _lines(finding)),
            "",
            _sum(findings, problems, notes),
        ],
        as_of=cli.clock.now(),
        is_refused=problems > 0,
    )


def _lines(finding: Finding) -> list[str]:
    fix = [] if finding.fix is None else [f"fix: {finding.fix}"]
    return [
        f" {_MARKS[finding.status]} {finding.text}",
        *(f"     {line}" for line in (*finding.why, *fix)),
    ]


def _sum(findings: Sequence[Finding], problems: int, notes: int) -> str:
    if not findings:
        return "Nothing to look at."
    if not problems and not notes:
        return "All well."
    text = f"{_counted(problems, 'problem')}, {_counted(notes, 'note')}."
    return f"{text:<72}exit 3" if problems else text


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
