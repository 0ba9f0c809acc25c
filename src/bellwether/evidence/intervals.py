"""A number never stands alone: its interval and its count."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from scipy.special import ndtr, ndtri, stdtrit

from bellwether.errors import InputError

CONFIDENCE = 0.95
"""Every interval of the system is a 95 % interval."""


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval.

    Attributes
    ----------
    value, lo, hi : float | None
        The estimate and its bounds, ``lo <= value <= hi``; never NaN. None is unknown.
    n : int
        Observations behind the value.
    reason : str | None
        Why something is None; None exactly when nothing is.

    Raises
    ------
    InputError
        A number is NaN or infinite, the bounds do not hold the value, or a reason is missing.
    """

    value: float | None
    lo: float | None
    hi: float | None
    n: int
    reason: str | None = None

    def __post_init__(self) -> None:
        numbers = [x for x in (self.value, self.lo, self.hi) if x is not None]
        if not all(math.isfinite(x) for x in numbers):
            raise InputError(f"An interval holds a number that is not finite: {self}.")
        if not self._is_ordered:
            raise InputError(f"An interval does not hold its value: {self}.")
        if (len(numbers) < 3) != (self.reason is not None):
            raise InputError(f"An interval gives a reason exactly when something is unknown: {self}.")

    @property
    def _is_ordered(self) -> bool:
        lo = -math.inf if self.lo is None else self.lo
        hi = math.inf if self.hi is None else self.hi
        return self.value is None or lo <= self.value <= hi

    @classmethod
    def around(cls, value: float, lo: float, hi: float, *, n: int) -> Self:
        """An interval widened, where rounding or chance asks for it, to hold its value."""
        return cls(float(value), float(min(lo, value)), float(max(hi, value)), n)

    @classmethod
    def missing(cls, reason: str, *, n: int = 0) -> Self:
        """Nothing is known, and why."""
        return cls(None, None, None, n, reason)

    @classmethod
    def unbounded(cls, value: float, reason: str, *, n: int) -> Self:
        """A value whose interval is unknown, and why."""
        return cls(float(value), None, None, n, reason)

    def to_json(self) -> dict[str, object]:
        """``{value, lo, hi, n}``; the reason of each null in a sibling ``reasons``."""
        fields: dict[str, object] = {"value": self.value, "lo": self.lo, "hi": self.hi, "n": self.n}
        if self.reason is not None:
            fields["reasons"] = {name: self.reason for name in ("value", "lo", "hi") if fields[name] is None}
        return fields


def wilson_bounds(share: float, trials: float) -> tuple[float, float]:
    """Bounds of the 95 % interval of a proportion by Wilson's score method [1]_.

    Parameters
    ----------
    share : float
        Observed proportion, 0 to 1.
    trials : float
        Independent trials behind it, > 0; an effective number need not be whole.

    Raises
    ------
    InputError
        The share or the number of trials is out of range.

    References
    ----------
    .. [1] E. B. Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    if not (0 <= share <= 1 and trials > 0):
        raise InputError(f"A share of {share} of {trials} trials is impossible.")
    z = float(ndtri(0.5 + CONFIDENCE / 2))
    shrink = 1 / (1 + z * z / trials)
    centre = shrink * (share + z * z / (2 * trials))
    half = shrink * z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    # At 0 and 1 the bound is exact in real numbers; rounding must not move it inside.
    return (0.0 if share == 0 else max(0.0, centre - half)), (1.0 if share == 1 else min(1.0, centre + half))


def expanded_tail(n_blocks: float, *, tail: float = (1 - CONFIDENCE) / 2) -> float:
    """The tail of a bootstrap distribution that stands for ``tail`` when blocks are few.

    Parameters
    ----------
    n_blocks : float
        Independent pieces the resamples are made of, > 1.
    tail : float
        Probability to leave out on one side.

    Notes
    -----
    A percentile interval is too narrow by ``sqrt((n - 1) / n)`` and by the normal in place of
    Student's quantile; reading it further out mends both [1]_.

    References
    ----------
    .. [1] T. C. Hesterberg (2015), Am. Stat. 69, 371-386, section 3.3 (expanded percentile interval).
    """
    quantile = float(stdtrit(n_blocks - 1, 1 - tail)) * math.sqrt(n_blocks / (n_blocks - 1))
    return float(ndtr(-quantile))
