"""Feature values: rows are slots, columns are named by a feature set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import InvalidShape


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

    def take(self, index: NDArray[np.bool_] | NDArray[np.intp] | slice) -> FeatureMatrix:
        """The rows that ``index`` selects, in its order."""
        return FeatureMatrix(self.as_of_us[index], self.known_by_us[index], self.names, self.values[index])


def side_by_side(matrices: Sequence[FeatureMatrix]) -> FeatureMatrix:
    """Matrices of the same slots as one; a row counts as known when its last part was.

    Raises
    ------
    InvalidShape
        The matrices are of different slots, or there is none.
    """
    if not matrices or any(not np.array_equal(m.as_of_us, matrices[0].as_of_us) for m in matrices):
        raise InvalidShape("Features of different slots cannot stand side by side.")
    return FeatureMatrix(
        as_of_us=matrices[0].as_of_us,
        known_by_us=np.maximum.reduce([matrix.known_by_us for matrix in matrices]),
        names=tuple(name for matrix in matrices for name in matrix.names),
        values=np.hstack([matrix.values for matrix in matrices]),
    )
