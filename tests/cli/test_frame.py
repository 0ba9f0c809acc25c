"""What a command is handed: somebody to ask, times as wished, annotations that cannot be forged."""

from __future__ import annotations

import os
import pty
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import typer

from bellwether.cli.frame import Invocation
from bellwether.cli.options import Options
from bellwether.errors import InputError

Answering = Callable[[str], Invocation]


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answering]:
    """An invocation at a real terminal whose person types the given answer."""
    terminal, ours = pty.openpty()
    with os.fdopen(ours, "r") as stdin, os.fdopen(os.dup(ours), "w") as stderr:

        def answering(answer: str, **options: bool) -> Invocation:
            monkeypatch.setattr(sys, "stdin", stdin)  # pytest puts its own in place before the call
            monkeypatch.setattr(sys, "stderr", stderr)
            os.write(terminal, f"{answer}\n".encode())
            return Invocation(Options(**options))

        yield answering
    os.close(terminal)


@pytest.mark.parametrize("answer", ["y", "Y", "yes", " YES "])
def test_a_yes_goes_on(somebody: Answering, answer: str) -> None:
    assert somebody(answer).confirm("Remove 3 files?", yes=False) is None


@pytest.mark.parametrize("answer", ["", "n", "no", "yellow"])
def test_anything_else_is_a_no(somebody: Answering, answer: str) -> None:
    with pytest.raises(typer.Abort):
        somebody(answer).confirm("Remove 3 files?", yes=False)


def test_a_program_is_not_asked_even_at_a_terminal(somebody) -> None:
    with pytest.raises(InputError, match="Without a terminal nobody can say yes"):
        somebody("y", json=True).confirm("Remove 3 files?", yes=False)


def test_moments_are_utc_unless_the_machines_zone_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    local = datetime(2026, 7, 1, 12, 0, tzinfo=UTC).astimezone()

    assert Invocation(Options()).moment(noon) == "2026-07-01 12:00 UTC"
    assert Invocation(Options(local=True)).moment(noon) == f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
    assert Invocation(Options(local=True)).moment(None) == "—"


def test_words_after_a_bare_double_dash_are_no_options() -> None:
    assert Options.scan(["score", "--json", "--", "--quiet"]) == Options(json=True)


def test_no_color_is_an_option_or_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert not Options.scan([]).no_color
    assert Options.scan(["--no-color"]).no_color

    monkeypatch.setenv("NO_COLOR", "1")
    assert Options.scan([]).no_color


def test_a_text_cannot_start_an_annotation_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    Invocation(Options()).annotate("warning", "100% up\n::error::forged")

    assert capsys.readouterr().err == "::warning::100%25 up%0A::error::forged\n"
