"""Feature drift: this week against the training reference, judged by the feature's own past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from bellwether.evidence.distances import bin_shares, population_stability_index, quantile_edges
from bellwether.evidence.metrics import FloatArray
from bellwether.features.matrix import FeatureMatrix

N_BINS = 10
FALSE_ALARMS_PER_LOOK = 0.01
"""Share of looks that may raise an alarm without drift, over the whole set of features."""

MIN_WINDOWS = 3
"""Whole windows a reference needs before a limit can be learnt from it."""

MIN_LIMIT = 0.1
"""No limit lies below this: so small a PSI is commonly read as no shift, whatever the past says."""

_FLOOR = 1e-4  # an empty bin's share, so that PSI stays finite on small windows


@dataclass(frozen=True)
class DriftReading:
    """Drift of one feature.

    ``distance`` and ``limit`` are PSI in nats; the limit is what weeks of the reference itself
    reach against the rest of it.
    """

    feature: str
    distance: float
    limit: float
    n: int

    @property
    def is_drift(self) -> bool:
        """The distance is above what the feature's own past explains."""
        return self.distance > self.limit


@dataclass(frozen=True)
class _FeatureReference:
    feature: str
    column: int
    edges: FloatArray
    shares: FloatArray
    limit: float


@dataclass(frozen=True)
class DriftReference:
    """What the features looked like when the model was trained, and how far their weeks stray.

    Build it with `fit`; it is fitted once per training and read at every check.
    """

    features: tuple[_FeatureReference, ...]

    @classmethod
    def fit(cls, reference: FeatureMatrix, *, rows_per_window: int) -> DriftReference:
        """Learn bins and limits from the rows a model was trained on.

        Parameters
        ----------
        reference : FeatureMatrix
            Rows in time order.
        rows_per_window : int
            Length of a later window in rows. The reference is cut into consecutive windows of this
            length (blocks, so that autocorrelation is kept) to learn each feature's limit. Features
            with fewer than three whole windows are left out: their limit is unknown.
        """
        n_windows = len(reference) // rows_per_window
        if n_windows < MIN_WINDOWS:
            return cls(())
        share = FALSE_ALARMS_PER_LOOK / max(len(reference.names), 1)
        fitted = (
            _fit_feature(reference, column, rows_per_window=rows_per_window, share=share)
            for column in range(len(reference.names))
        )
        return cls(tuple(feature for feature in fitted if feature is not None))

    def readings(self, recent: FeatureMatrix) -> list[DriftReading]:
        """Distance of a recent window from the reference, one reading per feature."""
        if len(recent) == 0:
            return []
        return [
            DriftReading(
                feature=known.feature,
                distance=population_stability_index(
                    known.shares, _shares(recent.values[:, known.column], known.edges)
                ),
                limit=known.limit,
                n=len(recent),
            )
            for known in self.features
        ]


def _fit_feature(
    reference: FeatureMatrix, column: int, *, rows_per_window: int, share: float
) -> _FeatureReference | None:
    values = reference.values[:, column]
    edges = _edges(values)
    if edges is None:
        return None
    base = _shares(values, edges)
    n_windows = len(values) // rows_per_window
    windows = values[: n_windows * rows_per_window].reshape(n_windows, rows_per_window)
    own = np.array([population_stability_index(base, _shares(window, edges)) for window in windows])
    return _FeatureReference(reference.names[column], column, edges, base, _upper_limit(own, share))


def _edges(values: NDArray[np.float32]) -> FloatArray | None:
    """Bins of equal count on the reference; None where there is too little to cut."""
    if np.isfinite(values).sum() < N_BINS:
        return None
    return quantile_edges(values.astype(np.float64), n_bins=N_BINS)


def _shares(values: NDArray[np.float32], edges: FloatArray) -> FloatArray:
    """Share per bin, the last one for missing values: that a feature goes missing is drift too."""
    is_present = np.isfinite(values)
    present = float(is_present.mean()) if len(values) else 0.0
    known = bin_shares(values.astype(np.float64), edges) if present else np.zeros(len(edges) + 1)
    shares = np.maximum(np.append(known * present, 1 - present), _FLOOR)
    return np.asarray(shares / shares.sum())


def _upper_limit(own: FloatArray, share: float) -> float:
    """Upper limit of the distance without drift.

    The tail probabilities asked for are far beyond the few windows there are, so the tail above
    the 75 % quantile is continued as an exponential one (peaks over threshold with shape 0). Its
    scale is taken at the upper end of its 95 % interval, which a chi-squared law with two degrees
    of freedom per excess gives: few windows must not mean many alarms.
    """
    threshold = float(np.quantile(own, 0.75))
    excess = own[own > threshold] - threshold
    if len(excess) == 0:
        return max(MIN_LIMIT, float(own.max()))
    chi_squared = 2 * float(gammaincinv(len(excess), 0.05))  # its 5 % quantile; scipy.stats loads slowly
    scale = 2 * float(excess.sum()) / chi_squared
    return max(MIN_LIMIT, float(own.max()), threshold + scale * float(np.log(0.25 / share)))
