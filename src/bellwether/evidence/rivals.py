"""The baseline a family finds hardest to beat, on the ticks the family itself predicted.

A family may predict fewer ticks than the baselines: it was trained later, or its scorer missed news.
A baseline's rate over all its own ticks says nothing about the family's calls then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bellwether.evidence.metrics import hits
from bellwether.evidence.paired import family_p_up
from bellwether.evidence.panel import PredictionPanel
from bellwether.formatting import JUDGED_FROM


@dataclass(frozen=True)
class Rival:
    """A family beside a baseline, on the matured ticks that both predicted.

    Attributes
    ----------
    baseline : str
    hit_rate, family_hit_rate : float
        Share of hits of the baseline, and of the family.
    n : int
        How many ticks that are.
    """

    baseline: str
    hit_rate: float
    family_hit_rate: float
    n: int


def hardest_baseline(panel: PredictionPanel, family: str, baselines: Iterable[str]) -> Rival | None:
    """The baseline that the family leads by the least; the first of equals.

    Where all baselines predicted the family's ticks, it is the one with the highest hit rate on them.
    One with fewer than `JUDGED_FROM` common ticks is no measure; None where there is no other.

    Raises
    ------
    InputError
        The panel lacks one of them.
    """
    rivals = [
        rival
        for baseline in baselines
        if (rival := _on_common_ticks(panel, family, baseline)) is not None and rival.n >= JUDGED_FROM
    ]
    return min(rivals, key=lambda rival: rival.family_hit_rate - rival.hit_rate, default=None)


def common_part(panel: PredictionPanel, a: str, b: str) -> PredictionPanel:
    """The matured ticks that two families predicted both.

    Raises
    ------
    InputError
        The panel lacks one of them.
    """
    is_common = _is_common(panel, a, b)
    return replace(
        panel,
        as_of_us=panel.as_of_us[is_common],
        p_up=panel.p_up[is_common],
        label=panel.label[is_common],
        log_return=panel.log_return[is_common],
    )


def _on_common_ticks(panel: PredictionPanel, family: str, baseline: str) -> Rival | None:
    part = common_part(panel, family, baseline)
    if not len(part):
        return None
    rate, own = (float(hits(family_p_up(part, name), part.label).mean()) for name in (baseline, family))
    return Rival(baseline, hit_rate=rate, family_hit_rate=own, n=len(part))


def _is_common(panel: PredictionPanel, a: str, b: str) -> NDArray[np.bool_]:
    return np.isfinite(family_p_up(panel, a)) & np.isfinite(family_p_up(panel, b)) & np.isfinite(panel.label)
