"""Sentences and numbers of comparisons, written by rule."""

from __future__ import annotations

from bellwether.evidence.sequential import SequentialEvidence
from bellwether.formatting import number_interval, signed_interval

MIN_N_EFF = 30
"""Independent matured predictions below which nothing is judged."""

PRACTICALLY_EQUAL = 0.01
"""Two hit rates that differ by less than one point are called practically equal."""


def span(lo: float, hi: float, decimals: int) -> str:
    """``0.4 to 5.8``; with signs from below zero, ``−0.8 to +4.6``."""
    write = signed_interval if lo < 0 else number_interval
    return write(lo, hi, decimals)


def too_early(n_eff: int, *, needed: int = MIN_N_EFF) -> str:
    """What is said instead of a judgement while there are too few predictions."""
    return f"Too early: {n_eff} of {needed} independent matured predictions."


def pair_sentence(a: str, b: str, lead: SequentialEvidence) -> str:
    """One sentence on two models.

    Parameters
    ----------
    a, b : str
        Their names.
    lead : SequentialEvidence
        Of the hit rate of ``b`` less that of ``a``, as a fraction.
    """
    if lead.n_eff < MIN_N_EFF or lead.value is None or lead.lo is None or lead.hi is None:
        return too_early(lead.n_eff)
    points, lo, hi = 100 * lead.value, 100 * lead.lo, 100 * lead.hi
    if lo > 0:
        return f"{b} is better than {a} by {points:.1f} pt ({span(lo, hi, 1)}), n = {lead.n_eff:,}."
    if hi < 0:
        return f"{b} is worse than {a} by {-points:.1f} pt ({span(-hi, -lo, 1)}), n = {lead.n_eff:,}."
    if lead.lo > -PRACTICALLY_EQUAL and lead.hi < PRACTICALLY_EQUAL:
        return f"{a} and {b} are practically equal ({span(lo, hi, 1)} pt), n = {lead.n_eff:,}."
    if points < 0:
        a, b, points, lo, hi = b, a, -points, -hi, -lo
    return f"Not settled. {b} leads by {points:.1f} pt ({span(lo, hi, 1)}), n = {lead.n_eff:,}."
