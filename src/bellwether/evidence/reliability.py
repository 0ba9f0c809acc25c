"""Is 60 % really 60 %? Calibration of matured predictions in bins of equal count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.evidence.metrics import FloatArray, matured

N_BINS = 10
"""Bins of the calibration error; each holds a tenth of the predictions where ties allow."""


@dataclass(frozen=True)
class ReliabilityBins:
    """Matured predictions grouped by their probability.

    Attributes
    ----------
    bin : int64 array, shape (n,)
        Number of each prediction's bin, from 0 and without holes, ascending with the probability.
    p_up, label : float64 array, shape (n,)
        The predictions and their outcomes, in the order given.
    """

    bin: NDArray[np.int64]
    p_up: FloatArray
    label: FloatArray

    @property
    def count(self) -> NDArray[np.int64]:
        """Predictions per bin, shape (n_bins,)."""
        return np.bincount(self.bin).astype(np.int64)

    @property
    def mean_p_up(self) -> FloatArray:
        """Mean probability per bin."""
        return np.bincount(self.bin, self.p_up) / self.count

    @property
    def up_share(self) -> FloatArray:
        """Share of rises per bin."""
        return np.bincount(self.bin, self.label) / self.count

    def excess(self) -> FloatArray:
        """``p_up - label`` in the column of the prediction's bin, else 0; shape (n, n_bins).

        A column's mean is the bin's part of the calibration error, before its absolute value.
        """
        n = len(self.bin)
        table = np.zeros((n, len(self.count)))
        table[np.arange(n), self.bin] = self.p_up - self.label
        return table


def reliability_bins(p_up: FloatArray, label: FloatArray, *, n_bins: int = N_BINS) -> ReliabilityBins:
    """Group matured predictions into bins of equal count.

    Equal probabilities share a bin (that of their first rank), so neither the order of the
    predictions nor a constant probability can tear a bin apart; bins may then differ in count.
    """
    p, y = matured(p_up, label)
    first_rank = np.searchsorted(np.sort(p), p, side="left")
    _, number = np.unique(first_rank * n_bins // max(len(p), 1), return_inverse=True)
    return ReliabilityBins(bin=number.astype(np.int64), p_up=p, label=y)


def expected_calibration_error(p_up: FloatArray, label: FloatArray, *, n_bins: int = N_BINS) -> float:
    """Mean distance of probability and share of rises over bins of equal count, 0 to 1.

    NaN without a matured prediction. The estimate of a perfectly calibrated model is above 0 by
    chance alone, about ``0.8 * sqrt(n_bins * 0.25 / n)``; its interval says so.
    """
    bins = reliability_bins(p_up, label, n_bins=n_bins)
    if not len(bins.bin):
        return float("nan")
    return float(np.abs(bins.excess().mean(axis=0)).sum())


@dataclass(frozen=True)
class BrierParts:
    """The Brier score taken apart: ``brier = reliability - resolution + uncertainty + within_bins``.

    Attributes
    ----------
    reliability : float
        Squared distance of probability and share of rises, >= 0; 0 is perfectly calibrated.
    resolution : float
        How far the bins' shares of rises lie from the overall share, >= 0; higher is better.
    uncertainty : float
        Variance of the outcome itself; 0.25 where rises are as frequent as not.
    within_bins : float
        What the bins hide: variance of the probabilities inside bins less twice their covariance
        with the outcome. 0 when each bin holds one probability.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float


def brier_decomposition(p_up: FloatArray, label: FloatArray, *, n_bins: int = N_BINS) -> BrierParts:
    """Murphy's decomposition of the Brier score on bins of equal count [1]_.

    All parts are NaN without a matured prediction.

    References
    ----------
    .. [1] A. H. Murphy (1973), J. Appl. Meteorol. 12, 595-600; the remainder within bins after
       D. B. Stephenson, C. A. S. Coelho and I. T. Jolliffe (2008), Weather Forecast. 23, 752-757.
    """
    bins = reliability_bins(p_up, label, n_bins=n_bins)
    if not len(bins.bin):
        return BrierParts(*[float("nan")] * 4)
    share = bins.count / len(bins.bin)
    base_rate = float(bins.label.mean())
    reliability = float(np.sum(share * (bins.mean_p_up - bins.up_share) ** 2))
    resolution = float(np.sum(share * (bins.up_share - base_rate) ** 2))
    p_inside = bins.p_up - bins.mean_p_up[bins.bin]
    y_inside = bins.label - bins.up_share[bins.bin]
    return BrierParts(
        reliability=reliability,
        resolution=resolution,
        uncertainty=base_rate * (1 - base_rate),
        within_bins=float(np.mean(p_inside**2 - 2 * p_inside * y_inside)),
    )
