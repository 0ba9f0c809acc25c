"""Leak audit of one seed: the whole pipeline on a market whose direction nothing predicts."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bellwether.clock import Clock, to_us
from bellwether.evidence.intervals import Interval
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.scorecard import FamilyScore, scorecard
from bellwether.identity import NEWS_FAMILIES, Horizon, Source
from bellwether.learning.families import Family, lineup
from bellwether.market.candles import IntArray
from bellwether.pipelines.lookahead_audit import PLANTED, find_in_rows, planted_hit_rate, stored_history
from bellwether.pipelines.prepare import PreparedTicks
from bellwether.pipelines.replay_inputs import ReplayInputs, collect_inputs
from bellwether.pipelines.replay_loop import Replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.sample import SampleFiles, write_sample
from bellwether.pipelines.workspace import Workspace, begin_run, remove_run, work_on_run
from bellwether.progress import untracked
from bellwether.sample.market import random_walk_market
from bellwether.sentiment.opening import finbert_digest, lite_digest
from bellwether.settings import Settings

START = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LeakPlan:
    """What each seed of an audit does.

    Attributes
    ----------
    days : int
        Length of the random walk.
    history_days : int
        How many of them come before the first prediction.
    train_every_days : int
    trials : int
        Tuning trials per fold.
    headlines_per_day : float
    checked_rows : int
        Ticks whose features are built again from truncated history.
    """

    days: int = 60
    history_days: int = 20
    train_every_days: int = 14
    trials: int = 2
    headlines_per_day: float = 40.0
    checked_rows: int = 100


@dataclass(frozen=True)
class SeedFinding:
    """What one seed showed.

    Attributes
    ----------
    seed : int
    scores : mapping of family to FamilyScore
        Families that predicted.
    n_rows : int
        Ticks whose features were built again.
    lookahead : tuple of str
        Honest columns that differ when the future is taken away; none when all is well.
    n_planted, n_planted_found : int
        Values of the planted column in these ticks, and how many the check found.
    planted_hit_rate : Interval
        Of a model that was given the planted column.
    """

    seed: int
    scores: Mapping[str, FamilyScore]
    n_rows: int
    lookahead: tuple[str, ...]
    n_planted: int
    n_planted_found: int
    planted_hit_rate: Interval

    @property
    def news(self) -> tuple[str, ...]:
        """Families that read the news and predicted."""
        return tuple(family for family in self.scores if family in NEWS_FAMILIES)


def audit_seed(plan: LeakPlan, seed: int, *, settings: Settings, clock: Clock) -> SeedFinding:
    """Run the pipeline on the random walk of a seed, in a workspace that is removed afterwards.

    An audit that was killed leaves its workspace behind; the next one with the same plan resumes it.
    """
    market = random_walk_market(
        seed=seed,
        start=START,
        days=plan.days,
        headlines_per_day=plan.headlines_per_day,
        interval="1h",
    )
    with TemporaryDirectory(prefix="bellwether-audit-") as folder:
        request = _request(plan, seed, write_sample(market, Path(folder)), settings)
        run_id = f"audit_{request.run_id()}"
        with work_on_run(settings, run_id) as workspace:
            begin_run(workspace, kind="audit", arguments=request.arguments(), started_us=to_us(clock.now()))
            inputs = collect_inputs(request, workspace, settings=settings, clock=clock, track=untracked)
            found = _finding(plan, request, workspace, inputs)
        remove_run(settings, run_id)
    return found


def _request(plan: LeakPlan, seed: int, files: SampleFiles, settings: Settings) -> ReplayRequest:
    return ReplayRequest(
        headlines=(files.headlines,),
        candles=(files.candles,),
        scores=(),
        revisions=(files.revisions,),
        start=START + timedelta(days=plan.history_days),
        end=START + timedelta(days=plan.days),
        horizon=Horizon.H1,
        train_every=timedelta(days=plan.train_every_days),
        trials=plan.trials,
        seed=seed,
        source=Source.SAMPLE,
        finbert_digest=finbert_digest(settings),
        lite_digest=lite_digest(settings),
    )


def _finding(
    plan: LeakPlan, request: ReplayRequest, workspace: Workspace, inputs: ReplayInputs
) -> SeedFinding:
    families, prepared = lineup(inputs.news_families), inputs.prepared
    scores = scorecard(_predicted(request, workspace, prepared, families), seed=request.seed)
    rows = _drawn_rows(prepared, plan.checked_rows, request.seed)
    with workspace.database.session() as conn:
        history = stored_history(conn, workspace.run_id, prepared)
    names = [each.name for each in find_in_rows(prepared, history, rows)]
    return SeedFinding(
        seed=request.seed,
        scores={family: score for family, score in scores.items() if score.n},
        n_rows=len(rows),
        lookahead=tuple(sorted(set(names) - {PLANTED})),
        n_planted=int(np.isfinite(prepared.log_return[rows]).sum()),
        n_planted_found=names.count(PLANTED),
        planted_hit_rate=planted_hit_rate(prepared, families[0], seed=request.seed, n_trials=plan.trials),
    )


def _predicted(
    request: ReplayRequest, workspace: Workspace, prepared: PreparedTicks, families: tuple[Family, ...]
) -> PredictionPanel:
    """The replay itself. Seeds run side by side, so that each trains in its own process."""
    with ThreadPoolExecutor(1) as pool:
        return Replay(request, workspace, prepared=prepared, families=families, pool=pool).run()


def _drawn_rows(prepared: PreparedTicks, n: int, seed: int) -> IntArray:
    """Positions of ticks with their own bar, drawn without repetition, ascending."""
    with_bar = np.flatnonzero(prepared.has_bar)
    chosen = np.random.default_rng(seed).choice(with_bar, size=min(n, len(with_bar)), replace=False)
    return np.sort(chosen)
