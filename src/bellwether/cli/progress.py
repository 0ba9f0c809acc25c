"""Progress on standard error: a bar in a terminal, a few plain lines anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from bellwether.clock import Clock
from bellwether.progress import Advance, silent

STEP_PERCENT = 10
"""Without a terminal a line is written each time another tenth is done …"""

STEP_TIME = timedelta(seconds=60)
"""… or this long after the last line, whichever comes first."""


@contextmanager
def progress(label: str, total: int, *, console: Console, clock: Clock, is_quiet: bool) -> Iterator[Advance]:
    """Show progress for the length of a ``with`` block and hand out the function that moves it.

    Parameters
    ----------
    label : str
        What is being done, in a few words: ``Scoring headlines``.
    total : int
        How many there are to do; 0 is fine.
    console : Console
        Standard error.
    clock : Clock
        Tells when the last line is a minute old.
    is_quiet : bool
        Show nothing.
    """
    if is_quiet:
        yield silent
    elif console.is_terminal:
        with _bar(console) as bar:
            yield _BarAdvance(bar, bar.add_task(label, total=total, note=""))
    else:
        lines = _LineAdvance(label, total, console=console, clock=clock)
        lines.start()
        yield lines
        lines.finish()


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        transient=True,
    )


class _BarAdvance:
    """Moves a bar."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def __call__(self, done: int, note: str = "") -> None:
        self._bar.update(self._task, completed=done, note=note)


class _LineAdvance:
    """Writes a line at the start, now and then, and at the end."""

    def __init__(self, label: str, total: int, *, console: Console, clock: Clock) -> None:
        self._label = label
        self._total = total
        self._console = console
        self._clock = clock
        self._done = 0
        self._tenths_said = 0
        self._said_at: datetime = clock.now()

    def start(self) -> None:
        self._say(f"{self._label}: 0 of {self._total:,}")

    def __call__(self, done: int, note: str = "") -> None:
        self._done = done
        tenths = done * 100 // (self._total * STEP_PERCENT) if self._total else 0
        is_due = tenths > self._tenths_said or self._clock.now() - self._said_at >= STEP_TIME
        if is_due and done < self._total:
            self._tenths_said = tenths
            self._say(f"{self._label}: {done:,} of {self._total:,}, {done * 100 // self._total}%", note)

    def finish(self) -> None:
        self._say(f"{self._label}: done, {self._done:,} of {self._total:,}")

    def _say(self, text: str, note: str = "") -> None:
        self._said_at = self._clock.now()
        line = f"{text}  {note}" if note else text
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
