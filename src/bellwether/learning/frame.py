"""What a model learns from: labelled ticks of one family and horizon."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bellwether.identity import Horizon


@dataclass(frozen=True)
class TrainingFrame:
    """Labelled ticks, ascending in time.

    Attributes
    ----------
    asset, family : str
    horizon : Horizon
    names : tuple of str, length k
        Feature names, in the order models will receive them.
    as_of_us : int64 array, shape (n,)
        Ticks, hourly, microseconds UTC. The label of a tick is known at ``as_of_us + horizon.us``.
    features : float32 array, shape (n, k)
        NaN where missing.
    label : int64 array, shape (n,)
        1 when the close after the horizon is higher, else 0 (a tie is not up).
    """

    asset: str
    family: str
    horizon: Horizon
    names: tuple[str, ...]
    as_of_us: NDArray[np.int64]
    features: NDArray[np.float32]
    label: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.as_of_us)

    def take(self, index: NDArray[np.int64]) -> TrainingFrame:
        """The ticks at the positions ``index``, which ascend."""
        return replace(
            self, as_of_us=self.as_of_us[index], features=self.features[index], label=self.label[index]
        )
