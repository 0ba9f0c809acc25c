"""Train: every family of a lineup on what was known at one moment, published to the registry."""

from __future__ import annotations

import multiprocessing
import os
import threading
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from bellwether.errors import TooFewObservations
from bellwether.learning.families import MIN_NEWS_DAYS, MIN_RULE_TICKS, Family, FamilyKind
from bellwether.learning.frame import TrainingFrame
from bellwether.learning.trained import TrainedModel
from bellwether.pipelines.prepare import PreparedTicks


@dataclass(frozen=True)
class FamilyTraining:
    """What one training of one family came to.

    ``model`` is None when the family stays untrained; ``reason`` says why. ``seconds`` is wall time
    of the training alone.
    """

    family: Family
    model: TrainedModel | None
    reason: str | None
    seconds: float = 0.0


def training_pool(workers: int) -> ProcessPoolExecutor:
    """A pool of training processes that never outlive their parent, even when it is killed."""
    return ProcessPoolExecutor(
        max_workers=workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_follow_parent,
    )


@contextmanager
def lazy_training_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A `training_pool` for the length of a block; workers start at the first training."""
    pool = training_pool(workers)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def train_families(
    prepared: PreparedTicks,
    families: Sequence[Family],
    *,
    until_us: int,
    seed: int,
    n_trials: int,
    pool: Executor,
) -> list[FamilyTraining]:
    """Train each family on the ticks whose outcome was known at ``until_us``.

    Parameters
    ----------
    prepared : PreparedTicks
    families : sequence of Family
    until_us : int
        Moment of the training, microseconds UTC.
    seed : int
        Each family draws its own stream from it, so that one more family changes no other.
    n_trials : int
        Tuning trials per fold.
    pool : Executor
        Where the trainings run; several workers train side by side.

    Returns
    -------
    list of FamilyTraining
        In the order of ``families``; a family with too little news is there with its reason.
    """
    reasons = {family.name: untrained_reason(prepared, family, until_us) for family in families}
    jobs = {
        family.name: pool.submit(
            _timed_training,
            family,
            prepared.frame(family, until_us=until_us),
            seed=family_seed(seed, family.name),
            n_trials=n_trials,
        )
        for family in families
        if reasons[family.name] is None
    }
    return [
        jobs[family.name].result()
        if family.name in jobs
        else FamilyTraining(family, None, reasons[family.name])
        for family in families
    ]


def family_seed(seed: int, family: str) -> int:
    """Seed of a family's own random stream."""
    return (seed * 1_000_003 + zlib.crc32(family.encode())) % 2**31


def untrained_reason(prepared: PreparedTicks, family: Family, until_us: int) -> str | None:
    """Why a family cannot be trained at ``until_us``, or None when it can."""
    if family.kind is FamilyKind.RULE:
        n_ticks = int(prepared.is_trainable(until_us).sum())
        if n_ticks < MIN_RULE_TICKS:
            return f"{n_ticks} of {MIN_RULE_TICKS} labelled ticks with recorded news."
        return None
    n_days = prepared.news_days(until_us)
    if n_days < MIN_NEWS_DAYS:
        return f"{n_days} of {MIN_NEWS_DAYS} days with recorded news."
    return None


def _timed_training(family: Family, frame: TrainingFrame, *, seed: int, n_trials: int) -> FamilyTraining:
    started = perf_counter()
    try:
        model = _trained(family, frame, seed=seed, n_trials=n_trials)
    except TooFewObservations as exc:
        return FamilyTraining(family, None, exc.message, perf_counter() - started)
    return FamilyTraining(family, model, None, perf_counter() - started)


def _trained(family: Family, frame: TrainingFrame, *, seed: int, n_trials: int) -> TrainedModel:
    if family.kind is FamilyKind.RULE:
        from bellwether.learning.rules import fit_rule  # noqa: PLC0415 - heavy, and needed by workers alone

        return fit_rule(family.name, frame)
    from bellwether.learning.training import train_model  # noqa: PLC0415 - likewise

    return train_model(frame, seed=seed, n_trials=n_trials)


def _follow_parent() -> None:
    """End this worker as soon as its parent is gone; a killed run leaves no process behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
