"""How far two samples lie apart."""

from __future__ import annotations

import numpy as np

from bellwether.errors import InputError, InvalidShape
from bellwether.evidence.metrics import FloatArray


def population_stability_index(reference: FloatArray, current: FloatArray) -> float:
    """Population stability index between two binned samples.

    Parameters
    ----------
    reference, current : float64 array, shape (n_bins,)
        Share of observations per bin, summing to 1; bins are cut on the reference window only
        (`quantile_edges`, `bin_shares`).

    Returns
    -------
    float
        PSI in nats, >= 0; 0 for equal shares, infinite when a bin is empty on one side only.
        A bin empty on both sides adds nothing.

    Raises
    ------
    InvalidShape
        The arrays differ in length.

    Notes
    -----
    Symmetric Kullback-Leibler divergence, ``sum((c - r) * log(c / r))`` [1]_. Thresholds come from
    the feature's own past, not from the 0.1/0.25 rule of thumb.

    References
    ----------
    .. [1] H. Jeffreys (1946), Proc. R. Soc. Lond. A 186, 453-461.

    Examples
    --------
    >>> population_stability_index(np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    0.0
    """
    if reference.ndim != 1 or reference.shape != current.shape:
        raise InvalidShape(
            f"Shares have shapes {reference.shape} and {current.shape}; both must be (n_bins,)."
        )
    if ((reference == 0) != (current == 0)).any():
        return float("inf")
    is_filled = reference > 0
    r, c = reference[is_filled], current[is_filled]
    return float(np.sum((c - r) * np.log(c / r)))


def quantile_edges(reference: FloatArray, *, n_bins: int = 10) -> FloatArray:
    """Inner edges of bins of equal count on the reference, ascending, repeated values merged.

    NaN is left out. The outer bins are open, so no later value falls outside.

    Raises
    ------
    InputError
        The reference holds no number.
    """
    values = _numbers(reference, "reference")
    return np.unique(np.quantile(values, np.arange(1, n_bins) / n_bins))


def bin_shares(sample: FloatArray, edges: FloatArray) -> FloatArray:
    """Share of the sample in each bin, shape (len(edges) + 1,); NaN is left out.

    A value equal to an edge belongs to the bin above it.

    Raises
    ------
    InputError
        The sample holds no number.
    """
    values = _numbers(sample, "sample")
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return counts / len(values)


def ks_statistic(reference: FloatArray, current: FloatArray) -> float:
    """Kolmogorov-Smirnov statistic: largest distance of the distribution functions, 0 to 1.

    NaN is left out.

    Raises
    ------
    InputError
        A sample holds no number.
    """
    _, below_reference, below_current = _distribution_functions(reference, current)
    return float(np.max(np.abs(below_reference - below_current)))


def wasserstein_distance(reference: FloatArray, current: FloatArray) -> float:
    """Area between the distribution functions, in the unit of the samples.

    The mean distance that probability must be moved to turn one sample into the other. NaN is
    left out.

    Raises
    ------
    InputError
        A sample holds no number.
    """
    points, below_reference, below_current = _distribution_functions(reference, current)
    gaps = np.abs(below_reference - below_current)[:-1]
    return float(np.sum(gaps * np.diff(points)))


def _distribution_functions(
    reference: FloatArray, current: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Pooled points, ascending, and the share of each sample at or below each of them."""
    r, c = np.sort(_numbers(reference, "reference")), np.sort(_numbers(current, "current sample"))
    points = np.sort(np.concatenate([r, c]))
    return (
        points,
        np.searchsorted(r, points, side="right") / len(r),
        np.searchsorted(c, points, side="right") / len(c),
    )


def _numbers(sample: FloatArray, name: str) -> FloatArray:
    values = sample[np.isfinite(sample)]
    if not len(values):
        raise InputError(f"The {name} holds no number.")
    return values
