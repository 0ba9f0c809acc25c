"""The options that every command has."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

import typer

PANEL = "Everywhere"
"""Help panel of these options."""

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "json": "Write one JSON document to standard output and nothing else.",
        "quiet": "Show no progress and no notes.",
        "verbose": "Add detail; errors come with their traceback.",
        "no-color": "Use no colour; so does the variable NO_COLOR.",
        "wide": "Show every column, however wide.",
        "local": "Show times in this machine's zone instead of UTC.",
    }
)
"""What each of them does."""

_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_PREFIX = "everywhere_"
"""Keeps the options' parameters apart from a command's own."""

R = TypeVar("R")


@dataclass(frozen=True)
class Options:
    """The options as given.

    They are read from the words of the command line before these are parsed, so that a wrong usage
    is reported in the form that was asked for, too.
    """

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    wide: bool = False
    local: bool = False

    @classmethod
    def scan(cls, arguments: Sequence[str]) -> Options:
        """Find the options anywhere before a bare ``--``."""
        words = set(arguments[: arguments.index("--")] if "--" in arguments else arguments)
        return cls(
            json="--json" in words,
            quiet="--quiet" in words,
            verbose="--verbose" in words,
            no_color="--no-color" in words or bool(os.environ.get("NO_COLOR")),
            wide="--wide" in words,
            local="--local" in words,
        )


def accepting_options(
    function: Callable[..., R], own: Sequence[inspect.Parameter], *, is_shown: bool
) -> Callable[..., R]:
    """``function`` with the signature Typer reads: its own parameters, then these options.

    Parameters
    ----------
    function : callable
        Called with Typer's context and its own parameters by name. The options' values are left
        out: `Options.scan` has read them.
    own : sequence of Parameter
        Its own parameters, with resolved annotations.
    is_shown : bool
        Whether the options are in the help. A group of commands takes them without showing them.
    """

    def accepting(ctx: typer.Context, **values: Any) -> R:
        return function(ctx, **{name: value for name, value in values.items() if name not in _PARAMETERS})

    shared = _PARAMETERS.values() if is_shown else _HIDDEN_PARAMETERS.values()
    parameters = [_CONTEXT, *(parameter.replace(kind=_KEYWORD) for parameter in own), *shared]
    accepting.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    accepting.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return accepting


def _parameters(*, hidden: bool) -> dict[str, inspect.Parameter]:
    found = {}
    for name, text in TEXTS.items():
        option = typer.Option(f"--{name}", help=text, metavar="", rich_help_panel=PANEL, hidden=hidden)
        parameter = f"{_PREFIX}{name.replace('-', '_')}"
        found[parameter] = inspect.Parameter(
            parameter, _KEYWORD, default=False, annotation=Annotated[bool, option]
        )
    return found


_PARAMETERS = _parameters(hidden=False)
_HIDDEN_PARAMETERS = _parameters(hidden=True)
_CONTEXT = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
