"""Predictions beside outcomes: the table every statistic of a comparison reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bellwether.identity import Horizon


@dataclass(frozen=True)
class PredictionPanel:
    """What each family said at each tick, and what happened.

    Attributes
    ----------
    asset : str
    horizon : Horizon
    tick_us : int
        Distance of two neighbouring ticks of the grid, microseconds.
    as_of_us : int64 array, shape (n,)
        Ticks, ascending, microseconds UTC; ticks may be missing.
    families : tuple of str, length m
        News families and baselines, in a fixed order.
    p_up : float64 array, shape (n, m)
        Probability of a rise in [0.01, 0.99]; NaN where the family made no prediction.
    label : float64 array, shape (n,)
        1 for a rise, 0 for none (a tie is not up), NaN where the outcome is missing or pending.
    log_return : float64 array, shape (n,)
        Logarithmic return from ``as_of`` to ``as_of + horizon``; NaN where missing.
    """

    asset: str
    horizon: Horizon
    tick_us: int
    as_of_us: NDArray[np.int64]
    families: tuple[str, ...]
    p_up: NDArray[np.float64]
    label: NDArray[np.float64]
    log_return: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.as_of_us)

    def known_by(self, moment_us: int) -> PredictionPanel:
        """The panel as it was known at a moment: outcomes that lie after it are left out (NaN)."""
        is_matured = self.as_of_us + self.horizon.us <= moment_us
        return replace(
            self,
            label=np.where(is_matured, self.label, np.nan),
            log_return=np.where(is_matured, self.log_return, np.nan),
        )

    @property
    def is_independent(self) -> NDArray[np.bool_]:
        """Ticks with ``as_of mod horizon = 0``: their outcomes do not overlap."""
        return np.equal(self.as_of_us % self.horizon.us, 0)
