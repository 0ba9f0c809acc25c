from collections.abc import Callable

import numpy as np
import pytest

from bellwether.clock import HOUR_US
from bellwether.evidence.panel import PredictionPanel
from bellwether.identity import Horizon

START_US = 1_640_995_200_000_000  # 2022-01-01T00:00Z


@pytest.fixture
def make_panel() -> Callable[..., PredictionPanel]:
    """Builds a panel of hourly ticks from columns of probabilities and a label."""

    def build(
        columns: dict[str, list[float] | np.ndarray],
        label: list[float] | np.ndarray,
        *,
        horizon: Horizon = Horizon.H1,
        tick_us: int = HOUR_US,
        log_return: np.ndarray | None = None,
    ) -> PredictionPanel:
        outcome = np.asarray(label, dtype=np.float64)
        return PredictionPanel(
            asset="BTC",
            horizon=horizon,
            tick_us=tick_us,
            as_of_us=START_US + tick_us * np.arange(len(outcome)),
            families=tuple(columns),
            p_up=np.column_stack([np.asarray(p, dtype=np.float64) for p in columns.values()]),
            label=outcome,
            log_return=np.where(outcome == 1, 0.01, -0.01) if log_return is None else log_return,
        )

    return build
