"""Where a replay stands: rebuilt from its finished steps, so that a killed run goes on as if never killed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bellwether.clock import parse_moment
from bellwether.identity import ModelVersion


@dataclass
class ReplayState:
    """What later steps need to know of earlier ones.

    A step's payload is stored in the same transaction as its effects; `apply` is the only way the
    state changes, live and on resuming.

    Attributes
    ----------
    trainings : list of datetime
        Moments of the trainings so far.
    versions : dict
        Newest version of each trained family.
    untrained : dict
        Reason of each family that the last training left untrained.
    champion : ModelVersion | None
        The served version.
    breaching : set of str
        Features above their drift limit at the last check.
    drifted : set of str
        Features whose alarm was raised since the last training.
    training_seconds : float
        Wall time of all trainings.
    """

    trainings: list[datetime] = field(default_factory=list)
    versions: dict[str, ModelVersion] = field(default_factory=dict)
    untrained: dict[str, str] = field(default_factory=dict)
    champion: ModelVersion | None = None
    breaching: set[str] = field(default_factory=set)
    drifted: set[str] = field(default_factory=set)
    training_seconds: float = 0.0

    def apply(self, step: str, payload: dict[str, Any]) -> None:
        """Take in a finished step (``train:…``, ``check:…``; others carry no state)."""
        kind = step.partition(":")[0]
        if kind == "train":
            self._apply_training(payload)
        elif kind == "check":
            self._apply_check(payload)

    def _apply_training(self, payload: dict[str, Any]) -> None:
        self.trainings.append(parse_moment(payload["at"]))
        self.training_seconds += payload["seconds"]
        self.versions.update({name: ModelVersion.parse(text) for name, text in payload["versions"].items()})
        self.untrained = dict(payload["untrained"])
        self.drifted = set()
        self.breaching = set()
        self.champion = _version(payload["champion"])

    def _apply_check(self, payload: dict[str, Any]) -> None:
        self.breaching = set(payload["breaching"])
        self.drifted |= set(payload["alarms"])
        self.champion = _version(payload["champion"])


def _version(text: str | None) -> ModelVersion | None:
    return ModelVersion.parse(text) if text else None
