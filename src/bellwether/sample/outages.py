"""Stretches in which nothing was recorded although the world went on."""

from __future__ import annotations

import numpy as np

from bellwether.clock import HOUR_US, SLOT_US
from bellwether.sample.records import BoolArray, IntArray, Outage

DAYS_PER_OUTAGE = 20


def draw_outages(
    rng: np.random.Generator, *, start_us: int, days: int, hours: tuple[float, float]
) -> tuple[Outage, ...]:
    """About one outage in 20 days, at least one, on the grid of 15 minutes.

    ``hours`` are the shortest and the longest; lengths are drawn evenly in the logarithm. An outage
    may run past the end, and two may overlap.
    """
    n = max(1, round(days / DAYS_PER_OUTAGE))
    slots = np.sort(rng.integers(0, days * 96, n))
    lengths = np.exp(rng.uniform(np.log(hours[0]), np.log(hours[1]), n))
    n_slots = np.ceil(lengths * HOUR_US / SLOT_US).astype(np.int64)
    return tuple(
        Outage(from_us=start_us + int(slot) * SLOT_US, to_us=start_us + int(slot + length) * SLOT_US)
        for slot, length in zip(slots, n_slots, strict=True)
    )


def is_out(moment_us: IntArray, outages: tuple[Outage, ...]) -> BoolArray:
    """Which moments lie in an outage, shape (n,)."""
    out = np.zeros(len(moment_us), dtype=np.bool_)
    for outage in outages:
        out |= (moment_us >= outage.from_us) & (moment_us < outage.to_us)
    return out
