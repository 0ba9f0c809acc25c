"""A small command line to try the frame on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Annotated

import pytest
import typer

from bellwether.cli import main
from bellwether.cli.frame import Invocation, command, group, single
from bellwether.cli.output import Answer
from bellwether.cli.tables import Column, Table
from bellwether.clock import SimulatedClock
from bellwether.errors import DigestMismatch, GateRefused, NotFound, StoreUnavailable

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

RunLine = Callable[[str], tuple[int, str, str]]
"""Runs a line and gives back exit code, standard output and standard error."""


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def run_line(trial_commands: None, capsys: pytest.CaptureFixture[str], clock: SimulatedClock) -> RunLine:
    """Runs a command line of the trial commands ``answer``, ``fail`` and ``files remove``."""

    def run(line: str) -> tuple[int, str, str]:
        code = main.run(line.split(), clock=clock)
        written = capsys.readouterr()
        return code, written.out, written.err

    return run


@pytest.fixture
def trial_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that answer, refuse and fail on request."""
    for variable in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    module = ModuleType("bellwether.cli.trial")
    module.answer, module.fail, module.files = _answer(), _fail(), _files()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    entries = (
        main.Entry("answer", "trial", "answer", "Answer."),
        main.Entry("fail", "trial", "fail", "Fail."),
        main.Entry("files", "trial", "files", "Deal with files."),
    )
    monkeypatch.setattr(main, "COMMANDS", entries)


def _answer() -> typer.Typer:
    app = single()

    @command(app, "answer", examples=("bellwether answer", "bellwether answer --refuse"))
    def answer(
        cli: Invocation, *, refuse: Annotated[bool, typer.Option("--refuse", help="Say no.")] = False
    ) -> Answer:
        """Answer a question.

        Returns
        -------
        Answer
            Not for the help page.
        """
        with cli.track("Thinking", 2) as advance:
            advance(2)
        cli.note("a note")
        return Answer(
            {"value": 0.5, "unknown": float("nan"), "at": NOON},
            show=["Half.", Table([Column("name"), Column("n", is_number=True)], [("a", "1")])],
            as_of=NOON,
            source="sample",
            meta={"asset": "BTC"},
            next_step="bellwether answer --refuse",
            is_refused=refuse,
            summary="## Half",
        )

    return app


def _fail() -> typer.Typer:
    app = single()

    @command(app, "fail", examples=("bellwether fail gate", "bellwether fail store"))
    def fail(cli: Invocation, how: Annotated[str, typer.Argument(help="How.")]) -> Answer:
        """Fail in some way."""
        failures: dict[str, BaseException] = {
            "gate": GateRefused("1 of 5 checks.", evidence={"brier": 0.26}, hint="Wait for more data."),
            "store": StoreUnavailable(
                "Could not reach postgresql://me:hunter22@h/b.", hint="Try again in a minute."
            ),
            "missing": NotFound("There is no run 7."),
            "digest": DigestMismatch("model.onnx", expected="9c1e" * 16, found="77ab" * 16),
            "bug": ZeroDivisionError("division by zero"),
            "interrupt": KeyboardInterrupt(),
        }
        raise failures[how]

    return app


def _files() -> typer.Typer:
    app = group("Deal with files.")

    @command(app, "remove", examples=("bellwether files remove --yes", "bellwether files remove"))
    def remove(cli: Invocation, *, yes: Annotated[bool, typer.Option("--yes")] = False) -> Answer:
        """Remove the files."""
        cli.confirm("Remove 3 files?", yes=yes)
        return Answer({"removed": 3}, show=["Removed 3 files."])

    return app
