"""What every measured reader does: pin itself to cores, warm up, read, and say how long it took.

Only the standard library: it runs in the reference's interpreter, too.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time

WARM_UP = 10
"""Texts read before the clock starts."""

Read = Callable[[Sequence[str]], object]


def arguments() -> tuple[Path, int]:
    """Model folder and number of cores; this process is pinned to as many before anything is loaded."""
    folder, cores = Path(sys.argv[1]), int(sys.argv[2])
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    return folder, cores


def measure(read: Read) -> None:
    """Read the JSON list of texts on standard input; print wall and CPU milliseconds a text."""
    texts = json.load(sys.stdin)
    read(texts[:WARM_UP])
    cpu, wall = process_time(), perf_counter()
    read(texts[WARM_UP:])
    n = len(texts) - WARM_UP
    wall_ms, cpu_ms = (1000 * (perf_counter() - wall) / n, 1000 * (process_time() - cpu) / n)
    print(json.dumps({"wall_ms": wall_ms, "cpu_ms": cpu_ms}))
