"""Numbers as people read them; the same forms as on the dashboard.

What is missing is an em dash, never a zero. A negative number carries a true minus.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from bellwether.clock import require_utc

MISSING = "—"
MINUS = "\N{MINUS SIGN}"

_KIB = 1024


def is_missing(value: float | None) -> bool:
    """Whether there is no number: None or not finite."""
    return value is None or not math.isfinite(value)


def count(n: int | None) -> str:
    """``1,204``."""
    return MISSING if n is None else f"{n:,}".replace("-", MINUS)


def sentiment(value: float | None) -> str:
    """Two decimals with a sign, ``+0.31``; what rounds to nothing is ``0.00``."""
    return _signed(value, decimals=2)


def probability(value: float | None) -> str:
    """Whole percent, ``58%``."""
    return MISSING if value is None or is_missing(value) else f"{round(value * 100)}%"


def rate(value: float | None) -> str:
    """A hit rate or another share, one decimal, ``54.2%``."""
    return MISSING if value is None or is_missing(value) else f"{value * 100:.1f}%"


def points(difference: float | None) -> str:
    """A difference of two rates in points, ``+3.1 pt``."""
    return MISSING if difference is None or is_missing(difference) else f"{_points(difference)} pt"


def points_interval(lo: float | None, hi: float | None) -> str:
    """The bounds of a difference of two rates, ``−0.4 to +6.1 pt``."""
    if lo is None or hi is None or is_missing(lo) or is_missing(hi):
        return MISSING
    return f"{_points(lo)} to {_points(hi)} pt"


def decimal(value: float | None, decimals: int = 3) -> str:
    """A loss or score without a sign of its own, ``0.247``."""
    if value is None or is_missing(value):
        return MISSING
    return f"{value:.{decimals}f}".replace("-", MINUS)


def interval(lo: float | None, hi: float | None, decimals: int = 3) -> str:
    """Two bounds, ``0.512 to 0.571``."""
    if is_missing(lo) or is_missing(hi):
        return MISSING
    return f"{decimal(lo, decimals)} to {decimal(hi, decimals)}"


def price(value: float | None) -> str:
    """A price in dollars: no decimals from 1,000, two from 1, four significant digits below."""
    if value is None or is_missing(value):
        return MISSING
    if value >= 1000:
        return f"${value:,.0f}"
    if value >= 1:
        return f"${value:.2f}"
    decimals = 3 - math.floor(math.log10(value)) if value > 0 else 2
    return f"${value:.{decimals}f}"


def duration(length: timedelta | None) -> str:
    """At most two units, ``2 h 14 min``, ``38 s``, ``0.4 s``."""
    if length is None:
        return MISSING
    seconds = length.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    units = [("d", whole // 86400), ("h", whole // 3600 % 24), ("min", whole // 60 % 60), ("s", whole % 60)]
    first = next(i for i, (_, n) in enumerate(units) if n)
    return " ".join(f"{n} {unit}" for unit, n in units[first : first + 2] if n)


def size(n_bytes: int | None) -> str:
    """Binary units with one decimal, ``212.4 MiB``."""
    if n_bytes is None:
        return MISSING
    value = float(n_bytes)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < _KIB:
            return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= _KIB
    return f"{value:.1f} TiB"


def moment(time: datetime | None, *, is_local: bool = False) -> str:
    """``2025-07-05 14:15 UTC``, or in the machine's zone with the zone's name."""
    if time is None:
        return MISSING
    if is_local:
        local = time.astimezone()
        return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
    return f"{require_utc(time):%Y-%m-%d %H:%M} UTC"


def _points(difference: float) -> str:
    return _signed(difference * 100, decimals=1)


def _signed(value: float | None, *, decimals: int) -> str:
    if value is None or is_missing(value):
        return MISSING
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0.0:
        return text
    return f"{MINUS if value < 0 else '+'}{text}"
