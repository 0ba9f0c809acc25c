"""Feature values: rows are slots, columns are named by a feature set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FeatureMatrix:
    """Features of several slots.

    Attributes
    ----------
    as_of_us : int64 array, shape (n,)
        The slots, ascending, microseconds UTC.
    known_by_us : int64 array, shape (n,)
        The moment of knowledge each row was built with.
    names : tuple of str, length k
        Column names in order.
    values : float32 array, shape (n, k)
        Stored as they are; NaN where missing.
    """

    as_of_us: NDArray[np.int64]
    known_by_us: NDArray[np.int64]
    names: tuple[str, ...]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.as_of_us)
