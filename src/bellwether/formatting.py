"""How numbers and moments are written for people, the same in every table, chart and sentence.

Pure functions from values to text. What is unknown (None or NaN) is `MISSING`, never a zero. Minus
signs are the typographic minus, as wide as a plus. Intervals read "a to b".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from bellwether.clock import require_utc

MISSING = "—"
"""What stands where a number is unknown."""

JUDGED_FROM = 30
"""Fewest observations at which a rate is judged; below, it is shown as too few."""

_MINUS = "−"
_BINARY_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_DURATION_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def price(value_usd: float | None) -> str:
    """A price: ``$96,412``, ``$3.42``, ``$0.06120``.

    No decimals from 1,000 up, two below, four significant digits below 1; each limit is applied to
    the rounded price, so that 999.999 reads ``$1,000``.
    """
    return _written(value_usd, _price)


def sentiment(score: float | None) -> str:
    """A sentiment in [-1, 1]: ``+0.31``, ``−0.08``, ``0.00``."""
    return signed(score, 2)


def probability(p: float | None) -> str:
    """A probability in whole percent: ``58%``."""
    return _written(p, lambda known: f"{100 * known:.0f}%")


def rate(share: float | None) -> str:
    """A rate, such as a hit rate, in percent with one decimal: ``54.2%``."""
    return _written(share, lambda known: f"{100 * known:.1f}%")


def judged_rate(share: float | None, n: int) -> str:
    """A rate with the count behind it: ``54.2%, n = 412``; below 30, ``n = 12, too few to judge``."""
    if n < JUDGED_FROM:
        return f"n = {count(n)}, too few to judge"
    return f"{rate(share)}, n = {count(n)}"


def points(difference: float | None) -> str:
    """A difference of two rates in percentage points: ``+3.1 pt``."""
    return _written(difference, lambda known: f"{_signed(100 * known, 1)} pt")


def number(value: float | None, decimals: int = 3) -> str:
    """A dimensionless figure such as a loss: ``0.693``."""
    return _written(value, lambda known: _signed(known, decimals).removeprefix("+"))


def signed(difference: float | None, decimals: int = 3) -> str:
    """A difference of dimensionless figures: ``+0.004``, ``−0.002``, ``0.000``."""
    return _written(difference, lambda known: _signed(known, decimals))


def move(return_: float | None) -> str:
    """How far a price moved, from a simple return: ``−2.4%``."""
    return _written(return_, lambda known: f"{_signed(100 * known, 1)}%")


def rate_interval(lo: float | None, hi: float | None) -> str:
    """An interval of a rate: ``50.9 to 54.3%``."""
    return _interval(lo, hi, lambda bound: f"{100 * bound:.1f}", unit="%")


def points_interval(lo: float | None, hi: float | None) -> str:
    """An interval of a difference of rates: ``−0.4 to +6.1 pt``."""
    return _interval(lo, hi, lambda bound: _signed(100 * bound, 1), unit=" pt")


def number_interval(lo: float | None, hi: float | None, decimals: int = 3) -> str:
    """An interval of a dimensionless figure: ``0.691 to 0.695``."""
    return _interval(lo, hi, lambda bound: number(bound, decimals))


def signed_interval(lo: float | None, hi: float | None, decimals: int = 3) -> str:
    """An interval of a difference of such figures: ``−0.002 to +0.004``."""
    return _interval(lo, hi, lambda bound: _signed(bound, decimals))


def count(n: int | None) -> str:
    """A count with thousands separators: ``1,204``."""
    return MISSING if n is None else f"{n:,d}"


def duration(length: timedelta | None) -> str:
    """A duration in two neighbouring units at most, cut, not rounded: ``2 h 14 min``, ``38 s``."""
    if length is None:
        return MISSING
    rest = int(abs(length).total_seconds())
    if rest == 0:
        return "0 s"
    amounts: list[tuple[int, str]] = []
    for unit, seconds in _DURATION_UNITS:
        amount, rest = divmod(rest, seconds)
        if amounts or amount:
            amounts.append((amount, unit))
    text = " ".join(f"{amount} {unit}" for amount, unit in amounts[:2] if amount)
    return text if length > timedelta(0) else f"{_MINUS}{text}"


def latency(milliseconds: float | None) -> str:
    """A latency: ``84 ms``, from one second up ``1.7 s``."""
    return _written(
        milliseconds,
        lambda known: f"{known:.0f} ms" if round(known) < 1000 else f"{known / 1000:,.1f} s",
    )


def storage(size_bytes: int | None) -> str:
    """A size in binary units, one decimal unless whole: ``212.4 MiB``, ``512 MiB``."""
    if size_bytes is None:
        return MISSING
    step = 0
    while step < len(_BINARY_UNITS) - 1 and round(size_bytes / 1024**step, 1) >= 1024:
        step += 1
    return f"{size_bytes / 1024**step:,.1f}".removesuffix(".0") + f" {_BINARY_UNITS[step]}"


def moment(at: datetime | None) -> str:
    """A moment, cut to the minute: ``2026-11-24 14:45 UTC``."""
    return MISSING if at is None else f"{require_utc(at):%Y-%m-%d %H:%M} UTC"


def day(at: datetime | None) -> str:
    """The UTC day of a moment: ``2026-11-24``."""
    return MISSING if at is None else f"{require_utc(at):%Y-%m-%d}"


def _written(value: float | None, write: Callable[[float], str]) -> str:
    return MISSING if value is None or math.isnan(value) else write(value)


def _interval(
    lo: float | None,
    hi: float | None,
    write: Callable[[float], str],
    *,
    unit: str = "",
) -> str:
    if lo is None or hi is None or math.isnan(lo) or math.isnan(hi):
        return MISSING
    return f"{write(lo)} to {write(hi)}{unit}"


def _signed(value: float, decimals: int) -> str:
    """``value`` with its sign; what rounds to zero has none."""
    text = f"{abs(value):,.{decimals}f}"
    if not text.strip("0.,"):
        return text
    return f"{'+' if value > 0 else _MINUS}{text}"


def _price(value_usd: float) -> str:
    sign, size = (_MINUS if value_usd < 0 else ""), abs(value_usd)
    four_digits = float(f"{size:.3e}")
    if round(size, 2) >= 1000:
        return f"{sign}${size:,.0f}"
    if four_digits >= 1 or size == 0:
        return f"{sign}${size:.2f}"
    return f"{sign}${size:.{3 - math.floor(math.log10(four_digits))}f}"
