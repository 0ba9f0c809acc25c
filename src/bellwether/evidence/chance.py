"""What chance alone gives where nothing can be predicted: how far hit rates may stray from one half.

On a random walk every call is right with probability one half, whatever it was based on, and calls
whose outcomes do not overlap are right independently of each other.
"""

from __future__ import annotations

import math

from scipy.special import bdtr, ndtri

from bellwether.errors import InputError
from bellwether.evidence.intervals import CONFIDENCE, Interval

MEAN_CONFIDENCE = 0.99
"""Of the interval around a mean over seeds: it is looked at often, so it may be wrong only rarely."""


def least_covering(n: int) -> int:
    """How many of n 95 % intervals must hold the truth: fewer happen in one of forty audits.

    >>> [least_covering(n) for n in (1, 5, 20)]
    [0, 4, 17]

    Raises
    ------
    InputError
        ``n`` is not positive.
    """
    if n < 1:
        raise InputError(f"{n} intervals cannot be judged.")
    tail = (1 - CONFIDENCE) / 2
    return next(k for k in range(n + 1) if bdtr(k, n, CONFIDENCE) > tail)


def mean_of_chance(n_hits: int, n: int) -> Interval:
    """The hit rate over n calls that do not overlap, with the 99 % interval that pure chance gives it.

    Raises
    ------
    InputError
        There are no calls, or more hits than calls.
    """
    if not 0 <= n_hits <= n or n == 0:
        raise InputError(f"{n_hits} of {n} calls cannot have been right.")
    mean = n_hits / n
    half = float(ndtri(0.5 + MEAN_CONFIDENCE / 2)) * 0.5 / math.sqrt(n)
    return Interval.around(mean, mean - half, mean + half, n=n)


def holds(interval: Interval, value: float) -> bool:
    """Whether a value lies inside an interval; an unknown bound holds nothing."""
    return interval.lo is not None and interval.hi is not None and interval.lo <= value <= interval.hi
