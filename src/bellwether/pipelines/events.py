"""What happened on the way, with moment and reason: trainings, deployments, drift alarms, rollbacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bellwether.clock import iso
from bellwether.identity import ModelVersion
from bellwether.monitoring.retraining import RetrainDecision
from bellwether.pipelines.deploy import DeployDecision


@dataclass(frozen=True)
class Event:
    """One line of the history.

    Attributes
    ----------
    at : datetime
    kind : str
        ``retrain``, ``deployment``, ``drift`` or ``rollback``.
    subject : str
        What it happened to: a version, or ``features``.
    why : str
        One sentence.
    details : dict
        More, by kind.
    """

    at: datetime
    kind: str
    subject: str
    why: str
    details: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The event as it is stored and shown."""
        head = {"at": iso(self.at), "kind": self.kind, "subject": self.subject, "why": self.why}
        return {**head, **self.details}


def drift(at: datetime, alarms: Sequence[str]) -> list[Event]:
    """One event for all features whose alarm was raised at the same check."""
    if not alarms:
        return []
    subject = "1 feature was" if len(alarms) == 1 else f"{len(alarms)} features were"
    why = f"{subject} outside the usual range at two checks in a row."
    return [Event(at, "drift", "features", why, {"features": list(alarms)})]


def retrain(
    at: datetime,
    due: RetrainDecision,
    *,
    versions: Mapping[str, ModelVersion],
    untrained: Mapping[str, str],
) -> Event:
    """A training of the lineup."""
    details = {
        "trigger": due.trigger,
        "versions": {name: str(version) for name, version in versions.items()},
        "untrained": dict(untrained),
    }
    return Event(at, "retrain", "lineup", due.why, details)


def deployment(at: datetime, before: ModelVersion | None, decision: DeployDecision) -> list[Event]:
    """The move of the champion channel, if there was one."""
    if decision.champion is None or decision.champion == before:
        return []
    kind = "rollback" if decision.action == "rollback" else "deployment"
    details = {
        "action": decision.action,
        "replaces": None if before is None else str(before),
        "is_unproven": decision.is_unproven,
    }
    return [Event(at, kind, str(decision.champion), decision.why, details)]
