"""Progress is a bar in a terminal and a few lines elsewhere, timed by the clock that is passed in."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from rich.console import Console

from bellwether.cli.progress import progress
from bellwether.clock import SimulatedClock
from bellwether.progress import untracked


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def plain() -> Console:
    return Console(file=io.StringIO(), width=80, force_terminal=False)


def test_without_a_terminal_there_is_a_line_each_tenth(plain: Console, clock: SimulatedClock) -> None:
    with progress("Scoring", 2000, console=plain, clock=clock, is_quiet=False) as advance:
        for done in range(0, 2001, 50):
            advance(done)

    lines = written(plain).splitlines()
    assert lines[0] == "Scoring: 0 of 2,000"
    assert lines[1] == "Scoring: 200 of 2,000, 10%"
    assert lines[9] == "Scoring: 1,800 of 2,000, 90%"
    assert lines[10] == "Scoring: done, 2,000 of 2,000"
    assert len(lines) == 11


def test_slow_work_says_something_every_minute(plain: Console, clock: SimulatedClock) -> None:
    with progress("Scoring", 1000, console=plain, clock=clock, is_quiet=False) as advance:
        for done in range(1, 4):
            clock.advance_to(clock.now() + timedelta(seconds=31))
            advance(done, "2024-07-03")

    assert written(plain).splitlines()[1:] == [
        "Scoring: 2 of 1,000, 0%  2024-07-03",
        "Scoring: done, 3 of 1,000",
    ]


def test_nothing_to_do_is_a_start_and_an_end(plain: Console, clock: SimulatedClock) -> None:
    with progress("Scoring", 0, console=plain, clock=clock, is_quiet=False) as advance:
        advance(0)

    assert written(plain).splitlines() == ["Scoring: 0 of 0", "Scoring: done, 0 of 0"]


def test_work_that_breaks_off_is_not_called_done(plain: Console, clock: SimulatedClock) -> None:
    with (
        pytest.raises(ZeroDivisionError, match="division by zero"),
        progress("Scoring", 10, console=plain, clock=clock, is_quiet=False),
    ):
        1 / 0  # noqa: B018 - it is to fail

    assert written(plain).splitlines() == ["Scoring: 0 of 10"]


def test_quiet_shows_nothing(plain: Console, clock: SimulatedClock) -> None:
    with progress("Scoring", 10, console=plain, clock=clock, is_quiet=True) as advance:
        advance(10)

    assert written(plain) == ""


def test_a_terminal_gets_a_bar(clock: SimulatedClock) -> None:
    terminal = Console(file=io.StringIO(), width=100, force_terminal=True)

    with progress("Scoring", 10, console=terminal, clock=clock, is_quiet=False) as advance:
        advance(5, "half")

    assert "Scoring" in written(terminal)
    assert "━" in written(terminal)
    assert "5/10" in written(terminal)


def test_work_nobody_watches_goes_on_the_same() -> None:
    with untracked("Scoring", 10) as advance:
        assert advance(3, "somewhere") is None
