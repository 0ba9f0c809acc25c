"""Deploy: which version serves, decided by evidence and written down with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bellwether.evidence.paired import panel_gain
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.sequential import E_NEEDED
from bellwether.identity import NEWS_FAMILIES, PLACEBO_PREFIX, ModelVersion
from bellwether.learning.verdict import (
    Decision,
    Finding,
    PromotionEvidence,
    PromotionPolicy,
    promotion,
    verdict,
)

FIRST_CHAMPION = "majority"
"""The simplest baseline: it serves until something is shown to be better."""


@dataclass(frozen=True)
class DeployDecision:
    """Which version should serve now.

    Attributes
    ----------
    action : str
        ``first``, ``promote``, ``refresh``, ``rollback``, ``keep`` or ``none``.
    champion : ModelVersion | None
        The version that serves after the decision; None while nothing is trained.
    why : str
        One sentence.
    is_unproven : bool
        It serves without evidence that it beats anything.
    """

    action: str
    champion: ModelVersion | None
    why: str
    is_unproven: bool = False


def after_training(
    panel: PredictionPanel, *, champion: ModelVersion | None, versions: Mapping[str, ModelVersion]
) -> DeployDecision:
    """Decide after a training: promote on evidence, else refresh what serves.

    Parameters
    ----------
    panel : PredictionPanel
        Predictions whose outcomes are known by now.
    champion : ModelVersion | None
        What serves.
    versions : mapping of family to ModelVersion
        The newest version of every trained family.
    """
    if champion is None:
        return _first(versions)
    promoted = _promoted(panel, champion.family, versions)
    if promoted is not None:
        family, decision = promoted
        return DeployDecision("promote", versions[family], decision.why, is_unproven=decision.is_unproven)
    newest = versions[champion.family]
    if newest != champion:
        why = f"No other family has been shown to be better; {champion.family} goes on, newly trained."
        is_unproven = not _has_edge(panel, champion.family)
        return DeployDecision("refresh", newest, why, is_unproven=is_unproven)
    return _keep(champion)


def after_check(
    panel: PredictionPanel, *, champion: ModelVersion | None, versions: Mapping[str, ModelVersion]
) -> DeployDecision:
    """Decide between trainings: a served model shown to be worse than the simplest baseline goes back."""
    if champion is None:
        return DeployDecision("none", None, "Nothing is trained yet.")
    if champion.family == FIRST_CHAMPION or FIRST_CHAMPION not in versions:
        return _keep(champion)
    evidence = panel_gain(panel, champion.family, FIRST_CHAMPION).final
    if evidence.e_below < E_NEEDED:
        return _keep(champion)
    why = (
        f"{champion.family} is worse than {FIRST_CHAMPION} by {-(evidence.value or 0.0):.4f} nats a tick "
        f"(e-value {evidence.e_below:.0f}, n = {evidence.n_eff:,})."
    )
    return DeployDecision("rollback", versions[FIRST_CHAMPION], why)


def _first(versions: Mapping[str, ModelVersion]) -> DeployDecision:
    if FIRST_CHAMPION not in versions:
        return DeployDecision("none", None, "Nothing could be trained yet.")
    why = f"First deployment: {FIRST_CHAMPION}, the simplest baseline, until something is shown to be better."
    return DeployDecision("first", versions[FIRST_CHAMPION], why, is_unproven=True)


def _keep(champion: ModelVersion) -> DeployDecision:
    return DeployDecision("keep", champion, "No evidence asks for a change; ties keep the champion.")


def _promoted(
    panel: PredictionPanel, champion: str, versions: Mapping[str, ModelVersion]
) -> tuple[str, Decision] | None:
    """The family that may take over, by the largest e-value against the champion; None if none may."""
    allowed: list[tuple[float, str, Decision]] = []
    for family in _candidates(versions, champion):
        gain = panel_gain(panel, family, champion).final
        evidence = PromotionEvidence(
            challenger=family,
            champion=champion,
            gain=gain,
            is_simpler=family not in NEWS_FAMILIES and champion in NEWS_FAMILIES,
            has_edge=_has_edge(panel, family),
        )
        decision = promotion(evidence, PromotionPolicy())
        if decision.promote:
            allowed.append((gain.e_above, family, decision))
    if not allowed:
        return None
    _, family, decision = max(allowed, key=lambda item: item[:2])
    return family, decision


def _candidates(versions: Mapping[str, ModelVersion], champion: str) -> Iterable[str]:
    """Every other family but the placebos, which exist to be beaten."""
    return (name for name in versions if name != champion and not name.startswith(PLACEBO_PREFIX))


def _has_edge(panel: PredictionPanel, family: str) -> bool:
    """Whether a news family beats every baseline; a baseline never has an edge over itself."""
    baselines = [name for name in panel.families if name not in NEWS_FAMILIES]
    return family in NEWS_FAMILIES and verdict(panel, family, baselines).value is Finding.EDGE
