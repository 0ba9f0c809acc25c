"""Replay: the whole loop over recorded data on a simulated clock.

A replay walks through its range one UTC day at a time. At the start of a day it checks drift and
the served model, trains when the policy says so, and then predicts the day's ticks with the newest
version of every family. Each of these is one step: its rows and its mark of completion are one
transaction, so a killed replay goes on where it stood and ends with the same predictions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from bellwether.clock import SimulatedClock, iso, to_us
from bellwether.evidence.panel import PredictionPanel
from bellwether.identity import ModelVersion
from bellwether.learning.families import Family
from bellwether.monitoring.drift import DriftReading
from bellwether.monitoring.retraining import RetrainDecision, RetrainPolicy, retrain_decision
from bellwether.pipelines import events as named
from bellwether.pipelines.deploy import DeployDecision, after_check, after_training
from bellwether.pipelines.events import Event
from bellwether.pipelines.fingerprint import code_hash
from bellwether.pipelines.monitor import FeatureWatch
from bellwether.pipelines.prediction_book import PredictionBook
from bellwether.pipelines.prepare import PreparedTicks
from bellwether.pipelines.publish import publish_training
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.replay_state import ReplayState
from bellwether.pipelines.train import FamilyTraining, train_families
from bellwether.pipelines.workspace import Workspace
from bellwether.progress import Advance, silent
from bellwether.registry.packing import Provenance
from bellwether.store import runs
from bellwether.store.deployments import Deployment, insert_deployment
from bellwether.store.drift import DriftLook, insert_drift
from bellwether.store.predictions import PredictionRow, insert_predictions


@dataclass(frozen=True)
class StepEffects:
    """What a step leaves behind, written in one transaction with its completion."""

    payload: dict[str, Any]
    events: Sequence[Event] = ()
    predictions: Sequence[PredictionRow] = ()
    drift: Sequence[DriftLook] = ()
    moves: Sequence[Deployment] = ()


class Replay:
    """A replay in its workspace.

    Parameters
    ----------
    request : ReplayRequest
    workspace : Workspace
    prepared : PreparedTicks
        All ticks from the start of recorded news to the end of the range.
    families : sequence of Family
        Who predicts.
    pool : Executor
        Where trainings run.

    Attributes
    ----------
    state : ReplayState
        Where the replay stands.
    trained_here_s : float
        Seconds this process has spent on trainings.
    """

    def __init__(
        self,
        request: ReplayRequest,
        workspace: Workspace,
        *,
        prepared: PreparedTicks,
        families: Sequence[Family],
        pool: Executor,
    ) -> None:
        self._request = request
        self._workspace = workspace
        self._prepared = prepared
        self._families = tuple(families)
        self._pool = pool
        self._policy = RetrainPolicy.for_replay(request.train_every)
        self._clock = SimulatedClock(request.start)
        self._watch = FeatureWatch(prepared)
        self._book = PredictionBook(workspace, prepared=prepared, families=families, source=request.source)
        self.state = ReplayState()
        self.trained_here_s = 0.0
        with workspace.database.session() as conn:
            self._done = dict(runs.list_steps(conn, workspace.run_id))

    def run(self, advance: Advance = silent) -> PredictionPanel:
        """Walk through the range and return every prediction beside its outcome."""
        days = list(self._request.days())
        for number, (start, end) in enumerate(days):
            advance(number, f"{start:%Y-%m-%d}")
            self._clock.advance_to(start)
            self._run_day(start, end)
        advance(len(days))
        return self._book.panel(to_us(self._request.start), to_us(self._request.end))

    def events(self) -> list[dict[str, Any]]:
        """Everything that happened so far, by time."""
        with self._workspace.database.session() as conn:
            return [event.payload or {} for event in runs.list_events(conn, self._workspace.run_id)]

    def _run_day(self, start: datetime, end: datetime) -> None:
        self._step(f"check:{iso(start)}", lambda: self._check(start))
        due = retrain_decision(
            self._policy, at=start, trainings=self.state.trainings, drifted=sorted(self.state.drifted)
        )
        if due.is_due:
            self._step(f"train:{iso(start)}", lambda: self._train(start, due))
        self._step(f"day:{iso(start)}", lambda: self._predict(start, end))

    def _step(self, name: str, work: Callable[[], StepEffects]) -> None:
        payload = self._done.get(name)
        if payload is None:
            effects = work()
            self._commit(name, effects)
            payload = effects.payload
        self.state.apply(name, payload)

    def _commit(self, name: str, effects: StepEffects) -> None:
        run_id = self._workspace.run_id
        with self._workspace.database.session() as conn:
            insert_predictions(conn, effects.predictions)
            insert_drift(conn, effects.drift)
            for move in effects.moves:
                insert_deployment(conn, move)
            for event in effects.events:
                runs.insert_event(
                    conn, run_id, to_us(event.at), event.kind, event.to_json(), subject=event.subject
                )
            runs.complete_step(conn, run_id, name, at_us=to_us(self._clock.now()), payload=effects.payload)

    def _check(self, at: datetime) -> StepEffects:
        """Drift of the features, and whether the served model still deserves to serve."""
        trainings = self.state.trainings
        readings = self._watch.readings(at, trained_at=trainings[-1]) if trainings else []
        breaching = {reading.feature for reading in readings if reading.is_drift}
        alarms = sorted((breaching & self.state.breaching) - self.state.drifted)
        decision = after_check(self._so_far(at), champion=self.state.champion, versions=self.state.versions)
        return StepEffects(
            payload={
                "breaching": sorted(breaching),
                "alarms": alarms,
                "champion": _written(decision.champion),
            },
            events=[*named.drift(at, alarms), *named.deployment(at, self.state.champion, decision)],
            drift=self._drift_looks(at, readings),
            moves=self._move_channel(at, decision),
        )

    def _train(self, at: datetime, due: RetrainDecision) -> StepEffects:
        started = perf_counter()
        trainings = train_families(
            self._prepared,
            self._families,
            until_us=to_us(at),
            seed=self._request.seed,
            n_trials=self._request.trials,
            pool=self._pool,
        )
        versions = self._publish(at, trainings)
        seconds = perf_counter() - started
        self.trained_here_s += seconds
        decision = after_training(
            self._so_far(at), champion=self.state.champion, versions={**self.state.versions, **versions}
        )
        untrained = {t.family.name: t.reason for t in trainings if t.reason is not None}
        payload = {
            "at": iso(at),
            "seconds": seconds,
            "versions": {name: str(version) for name, version in versions.items()},
            "untrained": untrained,
            "champion": _written(decision.champion),
        }
        return StepEffects(
            payload=payload,
            events=[
                named.retrain(at, due, versions=versions, untrained=untrained),
                *named.deployment(at, self.state.champion, decision),
            ],
            moves=self._move_channel(at, decision),
        )

    def _predict(self, start: datetime, end: datetime) -> StepEffects:
        predictions = self._book.predict(
            to_us(start), to_us(end), versions=self.state.versions, champion=self.state.champion
        )
        return StepEffects(payload={"predictions": len(predictions)}, predictions=predictions)

    def _publish(self, at: datetime, trainings: Sequence[FamilyTraining]) -> dict[str, ModelVersion]:
        """Publish every trained model; its MINOR number is the number of the training."""
        return {
            training.family.name: publish_training(
                training.model,
                self._workspace.registry,
                version=ModelVersion(training.family.name, 1, len(self.state.trainings), 0),
                provenance=self._provenance(training.family, at),
            )
            for training in trainings
            if training.model is not None
        }

    def _provenance(self, family: Family, at: datetime) -> Provenance:
        sets = self._prepared.feature_sets(family)
        return Provenance(
            source=self._request.source,
            created_at=at,
            feature_sets=[(part.name, part.digest) for part in sets],
            scorer=self._prepared.scorers[family.scorer] if family.scorer else None,
            data_fingerprint=self._request.data_hash,
            config_hash=self._request.config_hash(),
            code_commit=code_hash(),
        )

    def _so_far(self, at: datetime) -> PredictionPanel:
        """What could be judged at ``at``: predictions whose outcome was known by then."""
        return self._book.panel(to_us(self._request.start), to_us(at), known_by_us=to_us(at))

    def _drift_looks(self, at: datetime, readings: Sequence[DriftReading]) -> list[DriftLook]:
        """The readings as the store keeps them."""
        if not readings:
            return []
        look = DriftLook(
            asset=self._request.asset,
            source=self._request.source,
            as_of_us=to_us(at),
            kind="feature",
            measure="psi",
            n=readings[0].n,
            subjects=tuple(reading.feature for reading in readings),
            distances=tuple(reading.distance for reading in readings),
            limits=tuple(reading.limit for reading in readings),
        )
        return [look]

    def _move_channel(self, at: datetime, decision: DeployDecision) -> list[Deployment]:
        """Let the decided version serve; returns the move for the store, if there was one."""
        request, before = self._request, self.state.champion
        if decision.champion is None or decision.champion == before:
            return []
        self._workspace.channels.move(
            request.asset,
            request.horizon,
            channel="champion",
            version=decision.champion,
            expected=before,
            at=at,
            reason=decision.why,
        )
        move = Deployment(
            asset=request.asset,
            horizon=request.horizon,
            source=request.source,
            channel="champion",
            at_us=to_us(at),
            model_id=self._book.model_id(decision.champion),
            previous_model_id=None if before is None else self._book.model_id(before),
            action=decision.action,
            reason=decision.why,
        )
        return [move]


def _written(version: ModelVersion | None) -> str | None:
    return None if version is None else str(version)
