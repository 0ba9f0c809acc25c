"""Does news lead the price or follow it? Correlation of tone with returns before and after."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from bellwether.clock import HOUR_US
from bellwether.errors import InvalidShape, InvalidTime
from bellwether.evidence.intervals import CONFIDENCE
from bellwether.evidence.metrics import FloatArray
from bellwether.evidence.wording import span
from bellwether.formatting import signed

MAX_LAG_H = 24
"""Hours looked at on each side."""

MIN_PAIRS = 100
"""Hours with tone and return below which a lag has no correlation."""


class Relation(StrEnum):
    """What tone does, judged from the hours before and after."""

    FOLLOWS = "follows"
    LEADS = "leads"
    BOTH = "both"
    SAME_HOUR = "same_hour"
    NEITHER = "neither"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LeadLag:
    """Correlation of the tone of an hour with the return of an hour before or after it.

    Arrays have shape (2 * 24 + 1,).

    Attributes
    ----------
    lag_h : int64 array
        -24 to 24; at lag k the return lies k hours after the tone. Negative: tone after return.
    correlation, lo, hi : float64 array
        Pearson correlation and its 95 % interval, lag by lag; NaN where there are too few hours.
    n : int64 array
        Hours with both.
    relation : Relation
    sentence : str
        What the picture says, by rule.
    """

    lag_h: NDArray[np.int64]
    correlation: FloatArray
    lo: FloatArray
    hi: FloatArray
    n: NDArray[np.int64]
    relation: Relation
    sentence: str

    def to_json(self) -> dict[str, object]:
        """The picture as a document; unknown correlations are null with their reason."""
        return {
            "relation": self.relation.value,
            "sentence": self.sentence,
            "lags": [self._lag(i) for i in range(len(self.lag_h))],
        }

    def _lag(self, i: int) -> dict[str, object]:
        row: dict[str, object] = {"lag_h": int(self.lag_h[i]), "n": int(self.n[i])}
        if math.isfinite(self.correlation[i]):
            bounds = {"lo": float(self.lo[i]), "hi": float(self.hi[i])}
            return {**row, "value": float(self.correlation[i]), **bounds}
        reason = f"{self.n[i]} hours with tone and return, {MIN_PAIRS} needed, and neither constant."
        names = ("value", "lo", "hi")
        return {**row, **dict.fromkeys(names), "reasons": dict.fromkeys(names, reason)}


def hourly_tone(moment_us: NDArray[np.int64], score: FloatArray, *, from_us: int, to_us: int) -> FloatArray:
    """Mean score of the headlines of each hour in [from, to); NaN where an hour has none.

    Parameters
    ----------
    moment_us : int64 array, shape (n,)
        When each headline was published or known, microseconds UTC, in any order.
    score : float64 array, shape (n,)
        Sentiment in [-1, 1]; NaN is left out.
    from_us, to_us : int
        Whole hours.

    Returns
    -------
    float64 array, shape (hours,)
        Element i covers the hour that starts at ``from_us + i * HOUR_US``.

    Raises
    ------
    InvalidTime
        The bounds are not whole hours in ascending order.
    """
    if from_us % HOUR_US or to_us % HOUR_US or to_us < from_us:
        raise InvalidTime("Hourly tone runs between whole hours, from the earlier to the later.")
    size = (to_us - from_us) // HOUR_US
    is_counted = np.isfinite(score) & (moment_us >= from_us) & (moment_us < to_us)
    hour = (moment_us[is_counted] - from_us) // HOUR_US
    count = np.bincount(hour, minlength=size)
    total = np.bincount(hour, score[is_counted], minlength=size)
    tone: FloatArray = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
    return tone


def lead_lag(tone: FloatArray, log_return: FloatArray) -> LeadLag:
    """Correlate tone with returns from 24 h before to 24 h after.

    Parameters
    ----------
    tone : float64 array, shape (n,)
        Mean tone of each hour, consecutive hours; NaN where an hour has no news.
    log_return : float64 array, shape (n,)
        Logarithmic return over the same hours; NaN where missing.

    Raises
    ------
    InvalidShape
        The arrays are not one-dimensional and equally long.

    Notes
    -----
    The interval of a lag comes from the influence function of the correlation with Newey and West's
    variance [1]_, so that autocorrelated tone and clustered volatility widen it, after Fisher's
    transformation. The sentence looks at all 24 hours of a side together: an hour stands out only
    when its interval at confidence ``1 - 0.05 / 24`` leaves out zero (Bonferroni), which happens by
    chance in at most 5 % of pictures per side. The hour itself tells no order and decides nothing.

    References
    ----------
    .. [1] W. K. Newey and K. D. West (1987), Econometrica 55, 703-708; bandwidth
       ``4 (n / 100)**(2 / 9)``, W. K. Newey and K. D. West (1994), Rev. Econ. Stud. 61, 631-653.
    """
    if tone.ndim != 1 or tone.shape != log_return.shape:
        raise InvalidShape(f"Tone has shape {tone.shape}, returns {log_return.shape}; both must be (n,).")
    lag_h = np.arange(-MAX_LAG_H, MAX_LAG_H + 1)
    rows = [_correlation(*_shifted(tone, log_return, int(lag))) for lag in lag_h]
    correlation, error, n = np.array(rows, dtype=np.float64).T
    relation = _relation(lag_h, correlation, error)
    lo, hi = _fisher_bounds(correlation, error, tail=(1 - CONFIDENCE) / 2)
    counts = n.astype(np.int64)
    picture = LeadLag(lag_h, correlation, lo, hi, counts, relation, "")
    return LeadLag(lag_h, correlation, lo, hi, counts, relation, _sentence(picture, error))


def _shifted(tone: FloatArray, log_return: FloatArray, lag: int) -> tuple[FloatArray, FloatArray]:
    """Tone beside the return ``lag`` hours later."""
    size = max(len(tone) - abs(lag), 0)
    first = max(-lag, 0)
    return tone[first : first + size], log_return[first + lag : first + lag + size]


def _correlation(x: FloatArray, y: FloatArray) -> tuple[float, float, int]:
    """Correlation, standard error of its Fisher transform, and pairs."""
    is_pair = np.isfinite(x) & np.isfinite(y)
    n = int(is_pair.sum())
    if n < MIN_PAIRS or np.ptp(x[is_pair]) == 0 or np.ptp(y[is_pair]) == 0:
        return float("nan"), float("nan"), n
    u, v = np.zeros(len(x)), np.zeros(len(y))
    u[is_pair], v[is_pair] = _standardised(x[is_pair]), _standardised(y[is_pair])
    rho = float(u @ v) / n
    # Missing hours stay as zeros on the time axis, so lags of the variance are lags of time.
    influence = u * v - rho / 2 * (u**2 + v**2)
    error = math.sqrt(_long_run_sum(influence, n)) / n
    return rho, error / max(1 - rho * rho, 1e-12), n


def _standardised(values: FloatArray) -> FloatArray:
    standardised: FloatArray = (values - values.mean()) / values.std()
    return standardised


def _long_run_sum(influence: FloatArray, n: int) -> float:
    """Variance of the sum by Newey and West; Bartlett weights keep it from falling below zero."""
    bandwidth = min(int(4 * (n / 100) ** (2 / 9)), len(influence) - 1)
    total = float(influence @ influence)
    for lag in range(1, bandwidth + 1):
        total += 2 * (1 - lag / (bandwidth + 1)) * float(influence[:-lag] @ influence[lag:])
    return max(total, 0.0)


def _fisher_bounds(
    correlation: FloatArray, error: FloatArray, *, tail: float
) -> tuple[FloatArray, FloatArray]:
    centre = np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12))
    reach = -float(ndtri(tail)) * error
    lo, hi = np.tanh(centre - reach), np.tanh(centre + reach)
    return np.fmin(lo, correlation), np.fmax(hi, correlation)


def _stands_out(correlation: FloatArray, error: FloatArray) -> NDArray[np.bool_]:
    """Hours whose interval leaves out zero although there are 24 of them on a side."""
    lo, hi = _fisher_bounds(correlation, error, tail=(1 - CONFIDENCE) / 2 / MAX_LAG_H)
    return (lo > 0) | (hi < 0)


def _relation(lag_h: NDArray[np.int64], correlation: FloatArray, error: FloatArray) -> Relation:
    if not np.isfinite(correlation).any():
        return Relation.UNKNOWN
    is_out = _stands_out(correlation, error)
    follows, leads = bool(is_out[lag_h < 0].any()), bool(is_out[lag_h > 0].any())
    if follows and leads:
        return Relation.BOTH
    if follows:
        return Relation.FOLLOWS
    if leads:
        return Relation.LEADS
    return Relation.SAME_HOUR if is_out[lag_h == 0].any() else Relation.NEITHER


def _sentence(picture: LeadLag, error: FloatArray) -> str:
    n = f"n = {int(picture.n.max()):,} hours."
    before = _strongest(picture, error, picture.lag_h < 0)
    after = _strongest(picture, error, picture.lag_h > 0)
    match picture.relation:
        case Relation.FOLLOWS:
            return f"Tone follows returns: {before}; no hour after stands out, {n}"
        case Relation.LEADS:
            return f"Tone leads returns: {after}; no hour before stands out, {n}"
        case Relation.BOTH:
            return f"Tone both follows and leads returns: {before}; {after}, {n}"
        case Relation.SAME_HOUR:
            same = _strongest(picture, error, picture.lag_h == 0)
            return f"Tone moves with returns: {same}; no hour before or after stands out, {n}"
        case Relation.NEITHER:
            return f"Tone neither follows nor leads returns: no hour within 24 h stands out, {n}"
        case Relation.UNKNOWN:
            return f"Too early: {int(picture.n.max())} of {MIN_PAIRS} hours with news and price."


def _strongest(picture: LeadLag, error: FloatArray, is_side: NDArray[np.bool_]) -> str:
    """The hour of a side that stands out most, in words; empty where none does."""
    is_out = is_side & _stands_out(picture.correlation, error)
    if not is_out.any():
        return ""
    i = int(np.argmax(np.where(is_out, np.abs(picture.correlation), -1)))
    lag = int(picture.lag_h[i])
    when = f"{-lag} h before" if lag < 0 else f"{lag} h after" if lag > 0 else "in the same hour"
    bounds = span(float(picture.lo[i]), float(picture.hi[i]), 2)
    return f"its correlation with the return {when} is {signed(float(picture.correlation[i]), 2)} ({bounds})"
