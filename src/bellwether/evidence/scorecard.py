"""The figures of a replay or a monitoring window: each family's scores, each pair's difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.evidence.bootstrap import (
    BlockBootstrap,
    Statistic,
    block_length,
    named_generator,
    weighted_means,
)
from bellwether.evidence.intervals import CONFIDENCE, Interval, wilson_bounds
from bellwether.evidence.metrics import (
    FloatArray,
    auc_score,
    hits,
    log_losses,
    squared_errors,
    weighted_auc,
)
from bellwether.evidence.paired import PairComparison, compare_pair, family_p_up
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.reliability import ReliabilityBins, reliability_bins

NO_PREDICTION = "No prediction has matured."
ONE_OUTCOME = "All outcomes were the same, so there is nothing to rank."


@dataclass(frozen=True)
class FamilyScore:
    """How good one family was on the ticks it predicted.

    Attributes
    ----------
    family : str
    n, n_eff : int
        Matured predictions, and those among them whose outcomes do not overlap.
    hit_rate, brier, log_loss, auc, ece : Interval
        95 % intervals by block bootstrap.
    """

    family: str
    n: int
    n_eff: int
    hit_rate: Interval
    brier: Interval
    log_loss: Interval
    auc: Interval
    ece: Interval

    def to_json(self) -> dict[str, object]:
        """``{n, n_eff, hit_rate, brier, log_loss, auc, ece}``; no NaN."""
        return {
            "n": self.n,
            "n_eff": self.n_eff,
            "hit_rate": self.hit_rate.to_json(),
            "brier": self.brier.to_json(),
            "log_loss": self.log_loss.to_json(),
            "auc": self.auc.to_json(),
            "ece": self.ece.to_json(),
        }


def scorecard(panel: PredictionPanel, *, seed: int) -> dict[str, FamilyScore]:
    """Scores of every family of the panel, in its order.

    A family's figures depend on its own ticks, its name and the seed alone.
    """
    return {family: family_score(panel, family, seed=seed) for family in panel.families}


def comparisons(
    panel: PredictionPanel, pairs: Iterable[tuple[str, str]], *, seed: int
) -> tuple[PairComparison, ...]:
    """Each pair (a, b) on its common ticks; positive differences speak for ``a``."""
    return tuple(compare_pair(panel, a, b, seed=seed) for a, b in pairs)


def family_score(panel: PredictionPanel, family: str, *, seed: int) -> FamilyScore:
    """Scores of one family on all ticks where it made a prediction that has matured.

    Raises
    ------
    InputError
        The panel does not have the family.
    """
    p_up = family_p_up(panel, family)
    is_matured = np.isfinite(p_up) & np.isfinite(panel.label)
    n_eff = int((is_matured & panel.is_independent).sum())
    if not is_matured.any():
        missing = Interval.missing(NO_PREDICTION)
        return FamilyScore(family, 0, 0, missing, missing, missing, missing, missing)
    # In the order of probability, so that every resample's area under the curve is a running sum.
    order = np.argsort(p_up[is_matured], kind="stable")
    p, y = p_up[is_matured], panel.label[is_matured]
    sample = _Sample(reliability_bins(p[order], y[order]), n_eff)
    losses = [hits(p, y), log_losses(p, y)]
    blocks = _blocks(panel, is_matured, losses).reordered(order)
    if (reason := blocks.too_few) is not None:
        return sample.score_without_intervals(family, reason)
    rng = named_generator(seed, family)
    return sample.score(family, blocks, blocks.distribution(sample.statistic(), rng))


def _blocks(panel: PredictionPanel, is_chosen: NDArray[np.bool_], losses: list[FloatArray]) -> BlockBootstrap:
    as_of_us = panel.as_of_us[is_chosen]
    length = block_length(losses, as_of_us, tick_us=panel.tick_us, horizon_us=panel.horizon.us)
    return BlockBootstrap.over(as_of_us, tick_us=panel.tick_us, length=length)


@dataclass(frozen=True)
class _Sample:
    """Matured predictions of one family, ready to be scored and resampled."""

    bins: ReliabilityBins
    n_eff: int

    @property
    def values(self) -> FloatArray:
        """Hit, squared error, log loss, then the calibration excess of each bin, per tick."""
        p, y = self.bins.p_up, self.bins.label
        return np.column_stack([hits(p, y), squared_errors(p, y), log_losses(p, y), self.bins.excess()])

    def statistic(self) -> Statistic:
        """Area under the curve, then the means of `values`."""
        means = weighted_means(self.values)

        def statistic(weights: FloatArray) -> FloatArray:
            auc = weighted_auc(self.bins.p_up, self.bins.label, weights)
            return np.column_stack([auc, means(weights)])

        return statistic

    def score(self, family: str, blocks: BlockBootstrap, distribution: FloatArray) -> FamilyScore:
        n = len(self.bins.bin)
        means = self.values.mean(axis=0)
        lo, hi = blocks.bounds(distribution[:, 1:4])
        hit_rate, brier, log_loss = (Interval.around(means[i], lo[i], hi[i], n=n) for i in range(3))
        return FamilyScore(
            family=family,
            n=n,
            n_eff=self.n_eff,
            hit_rate=self._unanimous(n) or hit_rate,
            brier=brier,
            log_loss=log_loss,
            auc=self._auc(blocks, distribution[:, :1]),
            ece=_calibration_interval(means[3:], distribution[:, 4:], n=n),
        )

    def _unanimous(self, n: int) -> Interval | None:
        """Where every call was right or every call wrong, resamples cannot tell how sure that is."""
        hit = self.values[:, 0]
        if np.ptp(hit) > 0 or self.n_eff == 0:
            return None
        lo, hi = wilson_bounds(float(hit[0]), self.n_eff)
        return Interval.around(float(hit[0]), lo, hi, n=n)

    def _auc(self, blocks: BlockBootstrap, distribution: FloatArray) -> Interval:
        n = len(self.bins.bin)
        value = auc_score(self.bins.p_up, self.bins.label)
        if np.isnan(value):
            return Interval.missing(ONE_OUTCOME, n=n)
        lo, hi = blocks.bounds(distribution)
        return Interval.around(value, lo[0], hi[0], n=n)

    def score_without_intervals(self, family: str, reason: str) -> FamilyScore:
        n = len(self.bins.bin)
        means = self.values.mean(axis=0)
        hit_rate, brier, log_loss, ece = (
            Interval.unbounded(value, reason, n=n) for value in (*means[:3], np.abs(means[3:]).sum())
        )
        auc = auc_score(self.bins.p_up, self.bins.label)
        ranked = Interval.missing(ONE_OUTCOME, n=n) if np.isnan(auc) else Interval.unbounded(auc, reason, n=n)
        return FamilyScore(family, n, self.n_eff, hit_rate, brier, log_loss, ranked, ece)


def _calibration_interval(excess: FloatArray, resampled: FloatArray, *, n: int) -> Interval:
    """Interval of the expected calibration error from the bins' mean excesses.

    The error of the estimate is at most the sum of the bins' absolute errors (triangle inequality),
    whose 95 % quantile the resamples give. A percentile interval would fail here: the estimate lies
    above the truth where calibration is good, and each resample above the estimate.
    """
    value = float(np.abs(excess).sum())
    distance = np.abs(resampled - excess).sum(axis=1)
    reach = float(np.nanquantile(distance, CONFIDENCE))
    return Interval.around(value, max(0.0, value - reach), min(1.0, value + reach), n=n)
