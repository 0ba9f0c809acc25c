"""Tuning inside a training part: which candidate, with which settings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import optuna

from bellwether.errors import InputError
from bellwether.evidence.metrics import log_loss
from bellwether.learning.calibration import sigmoid
from bellwether.learning.candidates import BoostingSettings, Learner, LogisticSettings, Settings
from bellwether.learning.frame import TrainingFrame
from bellwether.learning.splits import holdout_fold, n_independent

MIN_FIT_TICKS = 100
"""Training ticks below which nothing is fitted: with fewer, even two classes say little."""

_LOGISTIC = "logistic"
_BOOSTING = "boosting"

# Each candidate's defaults are tried first, so a short search is never worse informed than none.
_DEFAULTS: tuple[dict[str, object], ...] = (
    {"candidate": _LOGISTIC, "c": LogisticSettings.c},
    {
        "candidate": _BOOSTING,
        "n_trees": BoostingSettings.n_trees,
        "n_leaves": BoostingSettings.n_leaves,
        "learning_rate": BoostingSettings.learning_rate,
        "min_leaf_share": BoostingSettings.min_leaf_share,
        "feature_share": BoostingSettings.feature_share,
        "l2": BoostingSettings.l2,
    },
)

optuna.logging.set_verbosity(optuna.logging.WARNING)  # a line per trial is noise to our users


@dataclass(frozen=True)
class Tuned:
    """The settings that won, and how many were tried for them."""

    settings: Settings
    n_trials: int


def tune(frame: TrainingFrame, *, seed: int, n_trials: int) -> Tuned:
    """Choose candidate and settings by log loss on the purged last quarter of the frame.

    Parameters
    ----------
    frame : TrainingFrame
        Training ticks; what comes after them must not be in it.
    seed : int
        Seeds the sampler and the candidates.
    n_trials : int
        Settings to try, at least 1. The defaults of each candidate come first, then a seeded
        tree-structured Parzen estimator proposes. There is no time limit, which would make the
        result depend on the machine's load.

    Returns
    -------
    Tuned
        On equal loss the earlier trial wins. The default logistic regression with 0 trials where
        the frame is too short to judge on: fewer than 100 ticks, or one class, are left to fit.

    Raises
    ------
    InputError
        ``n_trials`` is below 1.
    """
    if n_trials < 1:
        raise InputError(f"Tuning needs at least one trial, not {n_trials}.")
    fold = holdout_fold(frame.as_of_us, frame.horizon)
    fitting, judging = frame.take(fold.train), frame.take(fold.test)
    if not is_learnable(fitting):
        return Tuned(LogisticSettings(), 0)
    learner = learner_of(fitting, seed=seed)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    for defaults in _DEFAULTS[:n_trials]:
        study.enqueue_trial(defaults)
    study.optimize(lambda trial: _loss(trial, learner, judging), n_trials=n_trials)
    best = min(study.trials, key=lambda trial: (trial.value, trial.number))
    return Tuned(_settings(optuna.trial.FixedTrial(best.params)), n_trials)


def learner_of(frame: TrainingFrame, *, seed: int) -> Learner:
    """What fits candidates to the ticks of a frame."""
    independent = n_independent(frame.as_of_us, frame.horizon)
    return Learner(frame.features, frame.label, n_independent=independent, seed=seed)


def is_learnable(frame: TrainingFrame) -> bool:
    """Whether there are enough ticks, of both outcomes, to fit anything."""
    return len(frame) >= MIN_FIT_TICKS and 0 < int(frame.label.sum()) < len(frame)


def _loss(trial: optuna.trial.BaseTrial, learner: Learner, judging: TrainingFrame) -> float:
    fitted = learner.fit(_settings(trial))
    return log_loss(sigmoid(fitted.logits(judging.features)), judging.label.astype(np.float64))


def _settings(trial: optuna.trial.BaseTrial) -> Settings:
    """The search space. Its limits keep every model small; see `BoostingSettings`."""
    if trial.suggest_categorical("candidate", [_LOGISTIC, _BOOSTING]) == _LOGISTIC:
        return LogisticSettings(c=trial.suggest_float("c", 1e-5, 1.0, log=True))
    return BoostingSettings(
        n_trees=trial.suggest_int("n_trees", 20, 100),
        n_leaves=trial.suggest_int("n_leaves", 2, 15),
        learning_rate=trial.suggest_float("learning_rate", 0.005, 0.1, log=True),
        min_leaf_share=trial.suggest_float("min_leaf_share", 0.005, 0.1, log=True),
        feature_share=trial.suggest_float("feature_share", 0.2, 1.0),
        l2=trial.suggest_float("l2", 0.1, 100.0, log=True),
    )
