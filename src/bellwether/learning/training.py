"""Train a model: walk forward, calibrate on what was never fitted, then fit on everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bellwether.errors import InputError, TooFewObservations
from bellwether.identity import Horizon
from bellwether.learning.calibration import Calibration, fit_calibration
from bellwether.learning.candidates import Fitted
from bellwether.learning.export import export_model
from bellwether.learning.frame import TrainingFrame
from bellwether.learning.golden import golden_predictions
from bellwether.learning.splits import Fold, is_settled, n_independent, walk_forward_folds
from bellwether.learning.trained import OutOfFold, TrainedModel, TrainingWindow
from bellwether.learning.tuning import Tuned, is_learnable, learner_of, tune

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MIN_TICKS = 200
"""Labelled ticks below which no model is trained."""


@dataclass(frozen=True)
class _TestedFold:
    """What one fold's model said about its test block, before calibration."""

    as_of_us: IntArray
    logits: FloatArray
    label: IntArray
    n_trials: int


def train_model(frame: TrainingFrame, *, seed: int, n_trials: int) -> TrainedModel:
    """Train, calibrate and export the model of one family and horizon.

    Tuning, scaling and selection happen inside each fold of a purged walk-forward, so the
    out-of-fold predictions saw nothing of their future. The calibration of the final model is
    fitted on all of them. Those reported in ``out_of_fold`` are calibrated by earlier folds alone;
    the first fold, which has none before it, is therefore not among them.

    Parameters
    ----------
    frame : TrainingFrame
        Labelled ticks whose outcomes are known at the moment of training.
    seed : int
        Seeds tuning and boosting. The same frame, seed and number of trials give the same bytes.
    n_trials : int
        Settings tried in each fold and for the final model.

    Raises
    ------
    TooFewObservations
        Fewer than 200 ticks, only one outcome, or no fold with enough of both to learn from.
    InputError
        An infinite feature value, or fewer than one trial.
    InvalidTime
        The ticks do not ascend.
    """
    _require_trainable(frame)
    with threadpool_limits(1):  # several trainings share the cores; one thread also fixes the sums' order
        tested = _walk_forward(frame, seed=seed, n_trials=n_trials)
        tuned, fitted = _tune_and_fit(frame, seed=seed, n_trials=n_trials)
        calibration = _calibrate(tested, frame.horizon)
        onnx = export_model(fitted, calibration, n_features=len(frame.names))
        golden = golden_predictions(
            onnx, frame.features, reference=lambda rows: calibration.p_up(fitted.logits(rows))
        )
    return TrainedModel(
        asset=frame.asset,
        family=frame.family,
        horizon=frame.horizon,
        names=frame.names,
        onnx=onnx,
        candidate=fitted.name,
        parameters=asdict(tuned.settings),
        calibration=calibration,
        out_of_fold=_out_of_fold(tested, frame.horizon),
        n_trials=tuned.n_trials + sum(fold.n_trials for fold in tested),
        window=training_window(frame),
        golden=golden,
    )


def training_window(frame: TrainingFrame) -> TrainingWindow:
    """First and last tick of a frame that is not empty."""
    return TrainingWindow(int(frame.as_of_us[0]), int(frame.as_of_us[-1]), len(frame))


def _require_trainable(frame: TrainingFrame) -> None:
    if len(frame) < MIN_TICKS:
        raise TooFewObservations(
            f"{frame.family} has {len(frame)} labelled ticks; training needs {MIN_TICKS}.",
            needed=MIN_TICKS,
            found=len(frame),
        )
    if not is_learnable(frame):
        raise TooFewObservations(
            f"All {len(frame)} ticks of {frame.family} had the same outcome.", needed=2, found=1
        )
    if np.isinf(frame.features).any():
        raise InputError(f"The features of {frame.family} hold infinite values.")


def _walk_forward(frame: TrainingFrame, *, seed: int, n_trials: int) -> list[_TestedFold]:
    folds = walk_forward_folds(frame.as_of_us, frame.horizon)
    tested = [
        _test_fold(frame, fold, seed=seed, n_trials=n_trials)
        for fold in folds
        if is_learnable(frame.take(fold.train))
    ]
    if not tested:
        raise TooFewObservations(
            f"No fold of {frame.family} has enough settled ticks of both outcomes to learn from.",
            needed=1,
            found=0,
            hint="A longer history, or a shorter horizon, leaves more after purging.",
        )
    return tested


def _test_fold(frame: TrainingFrame, fold: Fold, *, seed: int, n_trials: int) -> _TestedFold:
    training, test = frame.take(fold.train), frame.take(fold.test)
    tuned, fitted = _tune_and_fit(training, seed=seed, n_trials=n_trials)
    return _TestedFold(test.as_of_us, fitted.logits(test.features), test.label, tuned.n_trials)


def _tune_and_fit(frame: TrainingFrame, *, seed: int, n_trials: int) -> tuple[Tuned, Fitted]:
    tuned = tune(frame, seed=seed, n_trials=n_trials)
    return tuned, learner_of(frame, seed=seed).fit(tuned.settings)


def _calibrate(
    tested: Sequence[_TestedFold], horizon: Horizon, *, before_us: int | None = None
) -> Calibration:
    """Calibration from tested folds; with ``before_us`` from outcomes settled by then only."""
    as_of_us = np.concatenate([fold.as_of_us for fold in tested])
    logits = np.concatenate([fold.logits for fold in tested])
    label = np.concatenate([fold.label for fold in tested])
    if before_us is not None:
        settled = is_settled(as_of_us, horizon, at_us=before_us)
        as_of_us, logits, label = as_of_us[settled], logits[settled], label[settled]
    return fit_calibration(logits, label, n_independent=n_independent(as_of_us, horizon))


def _out_of_fold(tested: Sequence[_TestedFold], horizon: Horizon) -> OutOfFold:
    later = tested[1:]
    p_up = [
        _calibrate(tested[:place], horizon, before_us=int(fold.as_of_us[0])).p_up(fold.logits)
        for place, fold in enumerate(later, start=1)
    ]
    return OutOfFold(
        as_of_us=np.concatenate([np.empty(0, np.int64), *(fold.as_of_us for fold in later)]),
        p_up=np.concatenate([np.empty(0), *p_up]),
        label=np.concatenate([np.empty(0, np.int64), *(fold.label for fold in later)]),
    )
