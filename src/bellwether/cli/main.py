"""The entry point: finds the command, runs it and ends the process as `bellwether.cli.exits` says.

Command modules are imported when their command runs, so that ``bellwether --help`` and completion
stay quick; `COMMANDS` holds what the overview needs to know about them.
"""

from __future__ import annotations

import inspect
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from bellwether import __version__
from bellwether.cli.colours import painted
from bellwether.cli.exits import Exit
from bellwether.cli.frame import Invocation
from bellwether.cli.options import Options, accepting_options
from bellwether.cli.output import Answer, Problem, envelope, refusal, write_document
from bellwether.clock import Clock
from bellwether.errors import GateRefused


class Entry(NamedTuple):
    """A command of the overview: its name, where it lives and what it does."""

    name: str
    module: str
    app: str
    text: str


COMMANDS: tuple[Entry, ...] = (
    Entry("demo", "demo", "app", "Run the whole loop once on invented data."),
    Entry("replay", "replay", "app", "Replay the whole loop over recorded data."),
    Entry("today", "today", "app", "Say what the news says now, and how far to trust it."),
    Entry("explain", "explain", "app", "Rebuild a prediction and show what moved it."),
    Entry("leadlag", "leadlag", "app", "Show whether the news leads the price or follows it."),
    Entry("runs", "runs", "app", "List, show and remove replays and demos."),
    Entry("score", "sentiment", "score_app", "Read headlines with every reader, side by side."),
    Entry("benchmark", "sentiment", "benchmark_app", "Measure readers on labelled headlines."),
    Entry("fit-lite", "sentiment", "fit_lite_app", "Fit the lite reader on labelled headlines."),
    Entry("import", "imports", "app", "Read recorded headlines, candles, scores and edits into the store."),
    Entry("features", "features", "app", "Print every feature with its meaning."),
    Entry("models", "models", "app", "List and show model versions."),
    Entry("sample", "sample", "app", "Write the sample market as files: invented, with a known truth."),
    Entry("audit", "audit", "app", "Search the pipeline for leaks, on random walks."),
    Entry("doctor", "doctor", "app", "Look this installation over and say what to do."),
)
"""In the order of the overview. A module has one line per name: ``Entry("today", "today", "app", "…")``."""


class _Overview(TyperGroup):
    """The commands of `COMMANDS`, known by name and text until one of them is asked for."""

    def __init__(self, **attributes: Any) -> None:  # Typer's own keywords, handed on
        super().__init__(**attributes)
        for entry in COMMANDS:
            self.add_command(TyperCommand(entry.name, help=entry.text, callback=None), entry.name)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Find the command and import its module."""
        name, placeholder, rest = super().resolve_command(ctx, args)
        entry = next((entry for entry in COMMANDS if entry.name == name), None)
        return name, placeholder if entry is None else _load(entry), rest


def _load(entry: Entry) -> Any:
    """The real command behind an entry."""
    app = getattr(import_module(f"bellwether.cli.{entry.module}"), entry.app)
    command = typer.main.get_command(app)
    command.name = entry.name
    return command


app = typer.Typer(
    cls=_Overview,
    no_args_is_help=True,
    help="Does the news say where Bitcoin goes next, and which reader of the news is better?",
    epilog="Exit codes: 0 done, 1 failed, 2 usage, 3 a check said no, 4 not found, 5 unreachable.",
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it with the flag
    if asked:
        sys.stdout.write(f"bellwether {__version__}\n")
        raise typer.Exit


_VERSION = inspect.Parameter(
    "version",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, metavar="", help="Show the version."
        ),
    ],
)
app.callback()(accepting_options(lambda _, **__: None, [_VERSION], is_shown=False))


def run(arguments: Sequence[str], *, clock: Clock | None = None) -> Exit:
    """Run one command line and say how the process should end.

    Parameters
    ----------
    arguments : sequence of str
        The words after the program's name.
    clock : Clock or None
        The clock commands see; None means the machine's.
    """
    invocation = Invocation(Options.scan(arguments), clock)
    try:
        return _ended(arguments, invocation)
    except BrokenPipeError:
        return _stop_writing()


def _ended(arguments: Sequence[str], invocation: Invocation) -> Exit:
    """Run one command line, and show its answer or what went wrong."""
    try:
        outcome = typer.main.get_command(app).main(
            args=list(arguments), prog_name="bellwether", standalone_mode=False, obj=invocation
        )
        return _finish(outcome, invocation)
    except GateRefused as refused:
        return _refuse(refused, invocation)
    except typer.Abort:
        return _fail(_INTERRUPTED, invocation)
    except typer.TyperException as misuse:
        return _misused(misuse, invocation)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost loop: whatever it is, people get a sentence
        return _fail(Problem.of(error), invocation)


def main() -> None:
    """Run the process's own command line and end the process."""
    if "--no-color" in sys.argv:
        os.environ["NO_COLOR"] = "1"  # the help pages, drawn by Typer, know only the variable
    is_json = Options.scan(sys.argv[1:]).json
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a document is UTF-8 wherever it is written; a terminal gets what it can show
            stream.reconfigure(encoding="utf-8" if is_json else None, errors="replace")
    sys.exit(run(sys.argv[1:]))


def _finish(outcome: object, invocation: Invocation) -> Exit:
    """Publish what a command returned; help and version return the code they ended with."""
    if isinstance(outcome, Answer):
        _publish(outcome, invocation)
        return outcome.exit
    if outcome == Exit.INTERRUPTED:  # Typer's own answer to Ctrl-C
        return _fail(_INTERRUPTED, invocation)
    return Exit(outcome) if isinstance(outcome, int) else Exit.DONE


def _refuse(refused: GateRefused, invocation: Invocation) -> Exit:
    """For programs a "no" is a result with its evidence; people see it as they see an error."""
    if invocation.options.json:
        return _finish(refusal(refused), invocation)
    return _fail(Problem.of(refused), invocation)


_INTERRUPTED = Problem(
    kind="interrupted",
    title="The command was interrupted.",
    detail="Interrupted.",
    hint="What was done so far is kept and safe to repeat.",
    exit=Exit.INTERRUPTED,
    transient=True,
)


def _publish(answer: Answer, invocation: Invocation) -> None:
    if invocation.options.json:
        write_document(envelope(answer, invocation.clock), sys.stdout)
    else:
        _show(answer, invocation)
    summary_file = os.environ.get("GITHUB_STEP_SUMMARY")
    if answer.summary is not None and summary_file:
        with Path(summary_file).open("a", encoding="utf-8") as summary:
            summary.write(f"{answer.summary}\n")


def _show(answer: Answer, invocation: Invocation) -> None:
    width = None if invocation.options.wide else invocation.out.width
    for part in answer.show:
        lines = part.split("\n") if isinstance(part, str) else part.lines(width)
        for line in lines:
            invocation.out.print(painted(line), soft_wrap=True)
    if answer.next_step is not None:
        invocation.out.print(painted(f"next: {answer.next_step}"), soft_wrap=True)


def _fail(problem: Problem, invocation: Invocation) -> Exit:
    """Tell people, and programs where they asked, what went wrong."""
    redact = invocation.redactor
    if invocation.options.verbose and sys.exc_info()[1] is not None:
        invocation.err.print(redact(traceback.format_exc()), soft_wrap=True)
    if invocation.options.json:
        write_document(problem.document(redact), sys.stdout)
    for line in problem.picture(invocation.err.width):
        invocation.err.print(painted(redact(line)), soft_wrap=True)
    invocation.annotate("error", problem.detail)
    return problem.exit


def _misused(misuse: typer.TyperException, invocation: Invocation) -> Exit:
    """Answer a command line that cannot be understood."""
    detail = misuse.format_message()
    if not detail:  # no command at all: Typer has shown the help instead
        return Exit.USAGE
    problem = Problem(
        kind="usage",
        title="The command line cannot be understood.",
        detail=detail,
        hint="Add --help to see how the command is used.",
        exit=Exit.USAGE,
    )
    return _fail(problem, invocation)


def _stop_writing() -> Exit:
    """Whoever read our output has closed it, ``head`` for example; nobody is left to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.FAILED
