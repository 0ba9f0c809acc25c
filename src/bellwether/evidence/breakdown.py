"""Where and when a family was right: over time, by quarter, by volatility, by probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import InvalidShape
from bellwether.evidence.bootstrap import BlockBootstrap, block_length, named_generator, weighted_means
from bellwether.evidence.intervals import Interval, wilson_bounds
from bellwether.evidence.metrics import (
    FloatArray,
    TradingResult,
    balanced_accuracy,
    hits,
    matthews_correlation,
    net_return,
    squared_errors,
)
from bellwether.evidence.paired import family_p_up
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.reliability import BrierParts, brier_decomposition, reliability_bins
from bellwether.evidence.scorecard import NO_PREDICTION
from bellwether.evidence.sequential import hit_rate_sequence

VOLATILITY_GROUPS = ("calm", "usual", "wild")
"""Thirds of the ticks by volatility, ascending."""


@dataclass(frozen=True)
class CumulativeHitRate:
    """Hit rate up to each tick without overlap; arrays of shape (m,).

    Attributes
    ----------
    family : str
    as_of_us : int64 array
        Ticks with a matured prediction and ``as_of mod horizon = 0``.
    hit_rate, lo, hi : float64 array
        Share of hits so far and its band, which holds at all ticks at once with chance 95 %.
    """

    family: str
    as_of_us: NDArray[np.int64]
    hit_rate: FloatArray
    lo: FloatArray
    hi: FloatArray


def cumulative_hit_rate(panel: PredictionPanel, family: str) -> CumulativeHitRate:
    """How the hit rate of a family settled, with a band valid at every look."""
    chosen = panel.is_independent
    sequence = hit_rate_sequence(family_p_up(panel, family)[chosen], panel.label[chosen])
    as_of_us = panel.as_of_us[chosen][sequence.index]
    return CumulativeHitRate(family, as_of_us, sequence.mean, sequence.lo, sequence.hi)


@dataclass(frozen=True)
class GroupScore:
    """One family in one group of ticks.

    Attributes
    ----------
    group, family : str
    n, n_eff : int
        Matured predictions in the group, and those whose outcomes do not overlap.
    hit_rate, brier : Interval
    """

    group: str
    family: str
    n: int
    n_eff: int
    hit_rate: Interval
    brier: Interval

    def to_json(self) -> dict[str, object]:
        """The row as a document without NaN."""
        return {
            "group": self.group,
            "family": self.family,
            "n": self.n,
            "n_eff": self.n_eff,
            "hit_rate": self.hit_rate.to_json(),
            "brier": self.brier.to_json(),
        }


def by_quarter(panel: PredictionPanel, families: Sequence[str], *, seed: int) -> tuple[GroupScore, ...]:
    """Scores per calendar quarter in UTC (``2024 Q1``), in the order of time, then of ``families``."""
    months = panel.as_of_us.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    names = [f"{1970 + month // 12} Q{month % 12 // 3 + 1}" for month in months.tolist()]
    return by_group(panel, families, np.array(names, dtype=np.str_), order=None, seed=seed)


def by_volatility(
    panel: PredictionPanel, families: Sequence[str], volatility: FloatArray, *, seed: int
) -> tuple[GroupScore, ...]:
    """Scores in thirds of the ticks by volatility.

    Parameters
    ----------
    panel, families
        What to score.
    volatility : float64 array, shape (n,)
        Volatility known at each tick, in any unit; NaN ticks are left out.
    seed : int
        Of the resampling.

    Raises
    ------
    InvalidShape
        There is not one volatility per tick.
    """
    if volatility.shape != panel.as_of_us.shape:
        raise InvalidShape(f"{volatility.shape} volatilities for {len(panel)} ticks.")
    is_known = np.isfinite(volatility)
    if not is_known.any():
        return ()
    cuts = np.quantile(volatility[is_known], [1 / 3, 2 / 3])
    third = np.searchsorted(cuts, volatility, side="right")
    names = np.where(is_known, np.array(VOLATILITY_GROUPS)[np.minimum(third, 2)], "")
    return by_group(panel, families, names, order=VOLATILITY_GROUPS, seed=seed)


def by_group(
    panel: PredictionPanel,
    families: Sequence[str],
    group: NDArray[np.str_],
    *,
    order: Sequence[str] | None,
    seed: int,
) -> tuple[GroupScore, ...]:
    """Scores of each family in each group of ticks.

    Parameters
    ----------
    panel, families
        What to score.
    group : str array, shape (n,)
        Name of each tick's group; ticks named otherwise than ``order`` are left out.
    order : sequence of str or None
        Groups to score and their order; None for all of them, sorted by name.
    seed : int
        Of the resampling.
    """
    names = sorted(set(group.tolist())) if order is None else order
    return tuple(
        _group_score(_part(panel, group == name), name, family, seed=seed)
        for name in names
        for family in families
    )


def _part(panel: PredictionPanel, is_chosen: NDArray[np.bool_]) -> PredictionPanel:
    return replace(
        panel,
        as_of_us=panel.as_of_us[is_chosen],
        p_up=panel.p_up[is_chosen],
        label=panel.label[is_chosen],
        log_return=panel.log_return[is_chosen],
    )


def _group_score(part: PredictionPanel, group: str, family: str, *, seed: int) -> GroupScore:
    p_up = family_p_up(part, family)
    is_matured = np.isfinite(p_up) & np.isfinite(part.label)
    n, n_eff = int(is_matured.sum()), int((is_matured & part.is_independent).sum())
    if n == 0:
        missing = Interval.missing(NO_PREDICTION)
        return GroupScore(group, family, 0, 0, missing, missing)
    p, y = p_up[is_matured], part.label[is_matured]
    values = np.column_stack([hits(p, y), squared_errors(p, y)])
    rng = named_generator(seed, group, family)
    hit_rate, brier = _mean_intervals(part, is_matured, values, rng)
    return GroupScore(group, family, n, n_eff, hit_rate, brier)


def _mean_intervals(
    panel: PredictionPanel,
    is_chosen: NDArray[np.bool_],
    values: FloatArray,
    rng: np.random.Generator,
) -> list[Interval]:
    as_of_us, n = panel.as_of_us[is_chosen], len(values)
    length = block_length(list(values.T), as_of_us, tick_us=panel.tick_us, horizon_us=panel.horizon.us)
    blocks = BlockBootstrap.over(as_of_us, tick_us=panel.tick_us, length=length)
    means = values.mean(axis=0)
    if (reason := blocks.too_few) is not None:
        return [Interval.unbounded(mean, reason, n=n) for mean in means]
    lo, hi = blocks.bounds(blocks.distribution(weighted_means(values), rng))
    return [Interval.around(*row, n=n) for row in zip(means, lo, hi, strict=True)]


@dataclass(frozen=True)
class CalibrationBin:
    """Predictions of similar probability.

    Attributes
    ----------
    p_up : float
        Their mean probability.
    up_share : Interval
        Share of rises, Wilson's interval for the number of predictions that do not overlap.
    """

    p_up: float
    up_share: Interval

    def to_json(self) -> dict[str, object]:
        """``{p_up, up_share}``."""
        return {"p_up": self.p_up, "up_share": self.up_share.to_json()}


def calibration_bins(panel: PredictionPanel, family: str) -> tuple[CalibrationBin, ...]:
    """What happened after predictions of each size: the calibration picture, ascending.

    Where outcomes overlap, a bin of n predictions is as sure as ``n * n_eff / n_total`` of them.
    """
    p_up = family_p_up(panel, family)
    is_matured = np.isfinite(p_up) & np.isfinite(panel.label)
    if not is_matured.any():
        return ()
    bins = reliability_bins(p_up, panel.label)
    independent = max(int((is_matured & panel.is_independent).sum()), 1) / int(is_matured.sum())
    rows = zip(bins.mean_p_up.tolist(), bins.up_share.tolist(), bins.count.tolist(), strict=True)
    return tuple(
        CalibrationBin(mean, Interval.around(share, *wilson_bounds(share, count * independent), n=count))
        for mean, share, count in rows
    )


@dataclass(frozen=True)
class FamilyDetails:
    """Further figures of a family for the report; NaN where undefined.

    Attributes
    ----------
    balanced_accuracy, matthews_correlation : float
        Over all matured predictions.
    brier : BrierParts
        The Brier score taken apart.
    trading : TradingResult
        Following the calls on ticks without overlap, at 0.1 % per unit traded.
    """

    balanced_accuracy: float
    matthews_correlation: float
    brier: BrierParts
    trading: TradingResult


def family_details(panel: PredictionPanel, family: str) -> FamilyDetails:
    """Further figures of one family over the whole panel."""
    p_up = family_p_up(panel, family)
    return FamilyDetails(
        balanced_accuracy=balanced_accuracy(p_up, panel.label),
        matthews_correlation=matthews_correlation(p_up, panel.label),
        brier=brier_decomposition(p_up, panel.label),
        trading=_followed(panel, p_up),
    )


def _followed(panel: PredictionPanel, p_up: FloatArray) -> TradingResult:
    """The calls on non-overlapping ticks, with a period out of the market for each missing tick."""
    chosen = panel.is_independent
    as_of_us = panel.as_of_us[chosen]
    if not len(as_of_us):
        return net_return(np.empty(0), np.empty(0))
    period = (as_of_us - as_of_us[0]) // panel.horizon.us
    calls, returns = np.full((2, int(period[-1]) + 1), np.nan)
    calls[period], returns[period] = p_up[chosen], panel.log_return[chosen]
    return net_return(calls, returns)
