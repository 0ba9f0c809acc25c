"""What may be said about a family, and whether a model may take over: decisions with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from bellwether.errors import InputError
from bellwether.evidence.paired import panel_gain
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.sequential import E_NEEDED, SequentialEvidence
from bellwether.evidence.wording import MIN_N_EFF, span, too_early
from bellwether.formatting import signed

NON_INFERIORITY_MARGIN = 0.001
"""Nats of log loss that a simpler model may be behind: what a model right in 52.2 % of the ticks
gains over a coin."""


class Finding(StrEnum):
    """The three things that can be said of a family against the baselines."""

    EDGE = "edge"
    WORSE = "worse"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True)
class Verdict:
    """What the evidence says of one family.

    Attributes
    ----------
    value : Finding
    family : str
    against : str | None
        The baseline that decided: the one against which the family's case is weakest; for ``worse``
        the one that is most clearly better.
    why : str
        One sentence.
    e_value : float
        For ``worse`` the e-value that the baseline is better, else that the family is.
    lo, hi : float | None
        95 % confidence sequence of the family's gain in log loss over ``against``, nats.
    n_eff : int
        Non-overlapping ticks common to both.
    """

    value: Finding
    family: str
    against: str | None
    why: str
    e_value: float
    lo: float | None
    hi: float | None
    n_eff: int

    @property
    def is_judged(self) -> bool:
        """There are ticks enough to say anything."""
        return self.n_eff >= MIN_N_EFF

    def to_json(self) -> dict[str, object]:
        """The verdict as a document without NaN."""
        document = asdict(self)
        document["value"] = self.value.value
        if missing := [name for name in ("against", "lo", "hi") if document[name] is None]:
            document["reasons"] = dict.fromkeys(missing, self.why)
        return document


def verdict(panel: PredictionPanel, family: str, baselines: Sequence[str]) -> Verdict:
    """Judge a family against every baseline.

    Parameters
    ----------
    panel : PredictionPanel
        Predictions and outcomes.
    family : str
        The family to judge.
    baselines : sequence of str
        Every baseline it must beat; their order does not matter.

    Returns
    -------
    Verdict
        ``edge`` when against each baseline the confidence sequence of the gain lies above 0 and
        e >= 20; ``worse`` when against the best baseline it lies below 0 and the mirrored e >= 20;
        else ``no_evidence``, always so with fewer than 30 independent ticks in common with any.

    Raises
    ------
    InputError
        No baseline is given, or the panel lacks a family.

    Notes
    -----
    ``edge`` has to hold against each baseline, the smallest e-value counts, so it needs no correction
    for their number. ``worse`` speaks of one baseline, the one most clearly better: a statement about
    one given baseline is wrong with chance 2.5 % at most, about the clearest of k at most k times that.
    """
    if not baselines:
        raise InputError("A verdict needs a baseline.")
    cases = {name: panel_gain(panel, family, name).final for name in baselines}
    return judge(family, cases)


def judge(family: str, cases: Mapping[str, SequentialEvidence]) -> Verdict:
    """The verdict from the evidence of the family's gain over each baseline."""
    fewest = min(cases, key=lambda name: (cases[name].n_eff, name))
    if cases[fewest].n_eff < MIN_N_EFF:
        return _verdict(Finding.NO_EVIDENCE, family, fewest, cases[fewest])
    weakest = min(cases, key=lambda name: (cases[name].e_above, name))
    if all(_is_shown(case) for case in cases.values()):
        return _verdict(Finding.EDGE, family, weakest, cases[weakest])
    strongest = max(cases, key=lambda name: (cases[name].e_below, name))
    if _is_shown(cases[strongest].mirrored()):
        return _verdict(Finding.WORSE, family, strongest, cases[strongest])
    return _verdict(Finding.NO_EVIDENCE, family, weakest, cases[weakest])


def _is_shown(case: SequentialEvidence) -> bool:
    return case.lo is not None and case.lo > 0 and case.e_above >= E_NEEDED


def _verdict(value: Finding, family: str, against: str, case: SequentialEvidence) -> Verdict:
    return Verdict(
        value=value,
        family=family,
        against=against,
        why=_why(value, family, against, case),
        e_value=case.e_below if value is Finding.WORSE else case.e_above,
        lo=case.lo,
        hi=case.hi,
        n_eff=case.n_eff,
    )


def _why(value: Finding, family: str, against: str, case: SequentialEvidence) -> str:
    if case.n_eff < MIN_N_EFF or case.value is None or case.lo is None or case.hi is None:
        return too_early(case.n_eff)
    n = f"n = {case.n_eff:,}"
    if value is Finding.EDGE:
        gain = f"{case.value:.4f} ({span(case.lo, case.hi, 4)}) lower log loss"
        return f"{family} is better than every baseline: {gain} than {against}, {n}, {_e(case.e_above)}."
    if value is Finding.WORSE:
        loss = f"{-case.value:.4f} ({span(-case.hi, -case.lo, 4)}) higher log loss"
        return f"{family} is worse than the baseline ({against}): {loss}, {n}, {_e(case.e_below)}."
    gain = f"gain in log loss {signed(case.value, 4)} ({span(case.lo, case.hi, 4)})"
    return f"{family} has not been shown to beat the baseline ({against}): {gain}, {n}, {_e(case.e_above)}."


def _e(e_value: float) -> str:
    if e_value >= 10_000:
        return "e above 10,000"
    return (
        f"e = {e_value:,.0f}" if e_value >= 100 else f"e = {e_value:.1f}" if e_value >= 0.1 else "e below 0.1"
    )


def leading_verdict(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The verdict a reader is told first.

    A family that could be judged before one that is too early to judge, whose e-value still stands
    near the 1 where all begin; then an edge before no evidence before worse, then the larger e.
    ``worse`` leads only where every judged family is worse, and then with the smallest e-value.
    """
    rank = {Finding.EDGE: 0, Finding.NO_EVIDENCE: 1, Finding.WORSE: 2}

    def key(v: Verdict) -> tuple[bool, int, float, str]:
        e = v.e_value if v.value is Finding.WORSE else -v.e_value
        return not v.is_judged, rank[v.value], e, v.family

    return min(verdicts, key=key, default=None)


@dataclass(frozen=True)
class PromotionEvidence:
    """What is known when a challenger asks to take over.

    Attributes
    ----------
    challenger : str
    champion : str | None
        None when nothing is deployed yet.
    gain : SequentialEvidence | None
        Gain in log loss of the challenger over the champion; None without a champion.
    is_simpler : bool
        The challenger needs less than the champion: a baseline against a news family, fewer inputs.
    has_edge : bool
        The challenger's own verdict is ``edge``.
    """

    challenger: str
    champion: str | None
    gain: SequentialEvidence | None
    is_simpler: bool
    has_edge: bool


@dataclass(frozen=True)
class PromotionPolicy:
    """When a challenger replaces a champion.

    Attributes
    ----------
    e_needed : float
        e-value of the gain.
    min_n_eff : int
        Non-overlapping common ticks.
    margin : float
        Nats by which a simpler model may be behind.
    """

    e_needed: float = E_NEEDED
    min_n_eff: int = MIN_N_EFF
    margin: float = NON_INFERIORITY_MARGIN


@dataclass(frozen=True)
class Decision:
    """Whether to promote, why, and whether the promoted model lacks a demonstrated edge."""

    promote: bool
    why: str
    is_unproven: bool


def promotion(evidence: PromotionEvidence, policy: PromotionPolicy) -> Decision:
    """Decide whether the challenger becomes champion; ties keep the champion.

    Raises
    ------
    InputError
        There is a champion but no comparison with it.
    """
    promote, why = _weighed(evidence, policy)
    return Decision(promote=promote, why=why, is_unproven=not evidence.has_edge)


def _weighed(evidence: PromotionEvidence, policy: PromotionPolicy) -> tuple[bool, str]:
    challenger, champion, gain = evidence.challenger, evidence.champion, evidence.gain
    if champion is None:
        mark = "" if evidence.has_edge else ", unproven: no edge over the baselines has been shown"
        return True, f"First deployment: {challenger}{mark}."
    if gain is None:
        raise InputError(f"{challenger} was not compared with {champion}.")
    if gain.n_eff < policy.min_n_eff:
        return False, f"{too_early(gain.n_eff, needed=policy.min_n_eff)} {champion} stays."
    found = f"{_e(gain.e_above)} of {policy.e_needed:g} needed"
    if gain.e_above >= policy.e_needed:
        return True, f"{challenger} is better than {champion}: {found}."
    if evidence.is_simpler and gain.lo is not None and gain.lo > -policy.margin:
        behind = f"at most {max(-gain.lo, 0.0):.4f} behind in log loss ({policy.margin:.4f} allowed)"
        return True, f"{challenger} is simpler than {champion} and {behind}."
    return False, f"{challenger} has not been shown to beat {champion}, which stays: {found}."
