"""The frame every command hangs in: its options, its streams and its settings."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, get_type_hints

import typer
from rich.console import Console
from rich.text import Text

from bellwether.cli.colours import painted
from bellwether.cli.options import Options, accepting_options
from bellwether.cli.output import Answer
from bellwether.clock import Clock, SystemClock, require_utc
from bellwether.errors import InputError
from bellwether.formatting import moment

if TYPE_CHECKING:
    from bellwether.progress import Advance
    from bellwether.settings import Settings
    from bellwether.telemetry import Redactor

PLAIN_WIDTH = 80
"""Columns where there is no terminal to ask."""


class Invocation:
    """One run of one command: what it may read and where it may write.

    Attributes
    ----------
    options : Options
        The options every command has.
    clock : Clock
        The clock of this run.
    out, err : Console
        Standard output, for results, and standard error, for everything else.
    """

    def __init__(self, options: Options, clock: Clock | None = None) -> None:
        self.options = options
        self.clock = SystemClock() if clock is None else clock
        self.out = _console(sys.stdout, options)
        self.err = _console(sys.stderr, options)

    @cached_property
    def settings(self) -> Settings:
        """The settings; logging is set up as they say when they are first asked for.

        Raises
        ------
        ConfigurationError
            A setting is malformed, contradictory or unsafe.
        """
        from bellwether.settings import load_settings  # noqa: PLC0415 - 0.5 s that --help does not need

        settings = load_settings()
        self._configure_logging(settings)
        return settings

    @property
    def redactor(self) -> Redactor:
        """Takes secrets out of what is printed: the settings' own once they are loaded."""
        from bellwether.telemetry import Redactor  # noqa: PLC0415 - needed when something is wrong

        loaded: Settings | None = self.__dict__.get("settings")
        return Redactor(loaded.secrets() if loaded is not None else ())

    @property
    def is_interactive(self) -> bool:
        """Whether there is somebody to ask."""
        return sys.stdin.isatty() and sys.stderr.isatty() and not self.options.json

    def track(self, label: str, total: int) -> AbstractContextManager[Advance]:
        """Show progress on standard error; a `bellwether.progress.Track` for pipelines."""
        from bellwether.cli.progress import progress  # noqa: PLC0415 - not every command takes long

        return progress(label, total, console=self.err, clock=self.clock, is_quiet=self.options.quiet)

    def moment(self, at: datetime | None) -> str:
        """A moment for people, in UTC or, with ``--local``, in this machine's zone."""
        if at is None or not self.options.local:
            return moment(at)
        local = require_utc(at).astimezone()
        return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"

    def note(self, text: str) -> None:
        """Say something beside the result, unless ``--quiet``."""
        if not self.options.quiet:
            self._say(text)

    def warn(self, text: str) -> None:
        """Say something that should not be missed; in GitHub Actions also as an annotation."""
        self._say(painted(f"▲ {text}"))
        self.annotate("warning", text)

    def annotate(self, level: str, text: str) -> None:
        """Write a workflow annotation when run in GitHub Actions."""
        if os.environ.get("GITHUB_ACTIONS") == "true":
            self._say(f"::{level}::{_escaped(self.redactor(text))}")

    def confirm(self, question: str, *, yes: bool) -> None:
        """Go on only with a yes, from ``--yes`` or from the person at the terminal.

        Raises
        ------
        InputError
            There is no terminal to ask at, and no ``--yes``.
        typer.Abort
            The answer was no.
        """
        if yes:
            return
        if not self.is_interactive:
            raise InputError(f"{question} Without a terminal nobody can say yes.", hint="Add --yes to go on.")
        self.err.print(f"{question} [y/N] ", end="")
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise typer.Abort

    def _say(self, text: str | Text) -> None:
        self.err.print(text, soft_wrap=True)

    def _configure_logging(self, settings: Settings) -> None:
        from bellwether.settings import Environment  # noqa: PLC0415 - loaded with the settings
        from bellwether.telemetry import configure_logging, log_level  # noqa: PLC0415

        is_production = settings.env is Environment.PRODUCTION
        level = log_level(
            configured=settings.log.level, is_production=is_production, is_verbose=self.options.verbose
        )
        configure_logging(level=level, as_json=is_production, redactor=self.redactor)


P = ParamSpec("P")
Body = Callable[Concatenate[Invocation, P], Answer]
"""What an author writes for a command."""


def group(text: str) -> typer.Typer:
    """A command with sub-commands, ``import headlines``; ``text`` is its help."""
    app = typer.Typer(help=text, no_args_is_help=True, add_completion=False)
    app.callback()(accepting_options(lambda _: None, (), is_shown=False))
    return app


def single() -> typer.Typer:
    """A command without sub-commands, ``today``: the one `command` that is hung into it."""
    return typer.Typer(add_completion=False)


def command(app: typer.Typer, name: str, *, examples: Iterable[str]) -> Callable[[Body[P]], Body[P]]:
    """Hang a function into ``app`` as the command ``name``.

    The function takes the `Invocation` first, then its own arguments and options as Typer reads
    them, and returns an `Answer`. Its docstring up to the first underlined section is the help.

    Parameters
    ----------
    app : Typer
        From `group` or `single`.
    name : str
        As typed.
    examples : iterable of str
        Two command lines that work, shown below the help.
    """

    def hang(body: Body[P]) -> Body[P]:
        shown = "\n\n".join(f"$ {example}" for example in examples)
        app.command(name, help=_help_of(body), epilog=f"Examples:\n\n{shown}")(_adapted(body))
        return body

    return hang


def _adapted(body: Callable[..., Answer]) -> Callable[..., Answer]:
    """``body`` as Typer wants it: with the options of every command, called with the invocation."""
    hints = get_type_hints(body, include_extras=True)
    own = [
        parameter.replace(annotation=hints[parameter.name])
        for parameter in list(inspect.signature(body).parameters.values())[1:]
    ]
    return accepting_options(lambda ctx, **values: body(ctx.obj, **values), own, is_shown=True)


def _help_of(function: Callable[..., Answer]) -> str:
    """The docstring up to its first section, a section being underlined."""
    lines = inspect.cleandoc(function.__doc__ or "").split("\n")
    ends = [i - 1 for i, line in enumerate(lines) if line.startswith("---")]
    return "\n".join(lines[: ends[0]] if ends else lines).strip()


def _console(stream: Any, options: Options) -> Console:
    return Console(
        file=stream,
        width=None if stream.isatty() else PLAIN_WIDTH,
        no_color=options.no_color,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _escaped(text: str) -> str:
    """``text`` as the data of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
