"""Walk-forward splits: learn from the past, predict what came next, never touch a label too early.

Time runs left to right; ``h`` is the horizon. The label of a tick looks ``h`` ahead, so the last
training ticks before a test block are dropped::

    |-------- training --------|  purge: h  | embargo: h |---- test ----|
                               ^ last training tick      ^ first test tick

The training part expands from fold to fold; the test blocks follow each other without overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import InputError, InvalidTime
from bellwether.identity import Horizon

IntArray = NDArray[np.int64]

N_FOLDS = 4
FIRST_SHARE = 0.4
"""Share of the ticks that only ever train."""

HOLDOUT_SHARE = 0.25
"""Share of a training part that tuning holds back at its end."""

_EMBARGO_HORIZONS = 1


@dataclass(frozen=True)
class Fold:
    """Positions into one array of ticks.

    Attributes
    ----------
    train : int64 array, shape (n_train,)
        Ascending; every label was known, and one more horizon had passed, at the first test tick.
    test : int64 array, shape (n_test,)
        Ascending and contiguous.
    """

    train: IntArray
    test: IntArray


def is_settled(as_of_us: IntArray, horizon: Horizon, *, at_us: int) -> NDArray[np.bool_]:
    """Whether a tick may be learnt from when the next prediction is made for ``at_us``.

    Parameters
    ----------
    as_of_us : int64 array, shape (n,)
        Ticks, microseconds UTC.
    horizon : Horizon
    at_us : int
        First tick that is predicted.

    Returns
    -------
    bool array, shape (n,)
        True where ``as_of + 2 horizons <= at``.

    Notes
    -----
    The first horizon is the *purge*: it is not a number of rows but the answer to "was this outcome
    known when somebody had to act on the prediction?". With h = 24 h and hourly ticks the last 23
    ticks before the test are still open bets; training on them would hand the model part of the
    test's own return. The second horizon is the *embargo*: returns are weakly autocorrelated, and a
    price path that has just ended still shapes the features of the first test ticks [1]_.

    References
    ----------
    .. [1] M. Lopez de Prado (2018), Advances in Financial Machine Learning, chapter 7.
    """
    settled: NDArray[np.bool_] = as_of_us + (1 + _EMBARGO_HORIZONS) * horizon.us <= at_us
    return settled


def walk_forward_folds(
    as_of_us: IntArray,
    horizon: Horizon,
    *,
    n_folds: int = N_FOLDS,
    first_share: float = FIRST_SHARE,
) -> list[Fold]:
    """Purged, embargoed, expanding walk-forward.

    Parameters
    ----------
    as_of_us : int64 array, shape (n,)
        Ticks, strictly ascending, microseconds UTC; gaps are allowed.
    horizon : Horizon
        How far the labels look ahead.
    n_folds : int
        Number of test blocks; they share the ticks after the first part evenly by count.
    first_share : float
        Share of the ticks before the first test block, in (0, 1).

    Returns
    -------
    list of Fold
        In time order. A training part is empty where the ticks before its test block are too few
        to leave any after purging.

    Raises
    ------
    InvalidTime
        The ticks do not ascend.
    InputError
        There is not at least one tick for each test block.

    Examples
    --------
    Ten hourly ticks, labels one hour ahead: two ticks fall out before each test block.

    >>> ticks = np.arange(10) * 3_600_000_000
    >>> for fold in walk_forward_folds(ticks, Horizon.H1, n_folds=2, first_share=0.4):
    ...     print(fold.train, fold.test)
    [0 1 2] [4 5 6]
    [0 1 2 3 4 5] [7 8 9]
    """
    _require_ascending(as_of_us)
    n_ticks = len(as_of_us)
    first = round(n_ticks * first_share)
    if n_folds < 1 or n_ticks - first < n_folds:
        raise InputError(f"{n_ticks} ticks cannot be split into {n_folds} test blocks.")
    edges = [first + (n_ticks - first) * block // n_folds for block in range(n_folds + 1)]
    return [
        Fold(
            train=np.flatnonzero(is_settled(as_of_us, horizon, at_us=int(as_of_us[start]))),
            test=np.arange(start, stop),
        )
        for start, stop in pairwise(edges)
    ]


def n_independent(as_of_us: IntArray, horizon: Horizon) -> int:
    """How many outcomes that do not overlap the ticks amount to: windows of one horizon that hold any.

    >>> n_independent(np.arange(48) * 3_600_000_000, Horizon.H24)
    2
    """
    return len(np.unique(as_of_us // horizon.us))


def holdout_fold(as_of_us: IntArray, horizon: Horizon) -> Fold:
    """One split for tuning: the last quarter of the ticks judges what was fitted before it."""
    return walk_forward_folds(as_of_us, horizon, n_folds=1, first_share=1 - HOLDOUT_SHARE)[0]


def _require_ascending(as_of_us: IntArray) -> None:
    if np.any(np.diff(as_of_us) <= 0):
        raise InvalidTime("The ticks of a training frame must ascend.")
