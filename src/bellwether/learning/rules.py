"""Baselines that are a rule with one or two frequencies.

=============  ==========================================================================
majority       always says how often the price rose in the training window
persistence    the last move goes on: how often it rose after a rise (or a fall) over the
               last horizon
momentum       the trend goes on: the same after a rise (or a fall) over a longer window,
               a day for horizons of 1h and 4h, a week for 24h
=============  ==========================================================================

A return that is missing tells such a rule nothing; it then says what majority says. A return of
exactly 0 counts as no rise, as it does in the label.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import FeatureSetMismatch, InputError, TooFewObservations
from bellwether.evidence.metrics import P_UP_MAX, P_UP_MIN
from bellwether.identity import RULE_FAMILIES, Horizon
from bellwether.learning.export import export_constant, export_sign_rule
from bellwether.learning.families import MIN_RULE_TICKS
from bellwether.learning.frame import TrainingFrame
from bellwether.learning.golden import golden_predictions
from bellwether.learning.splits import Fold, walk_forward_folds
from bellwether.learning.trained import OutOfFold, TrainedModel
from bellwether.learning.training import training_window

Features = NDArray[np.float32]
FloatArray = NDArray[np.float64]

PERSISTENCE_INPUT = {Horizon.H1: "return_1h", Horizon.H4: "return_4h", Horizon.H24: "return_24h"}
MOMENTUM_INPUT = {Horizon.H1: "return_24h", Horizon.H4: "return_24h", Horizon.H24: "return_7d"}


@dataclass(frozen=True)
class MajorityRule:
    """Always says how often the price rose."""

    p_any: float

    def p_up(self, features: Features) -> FloatArray:
        """Probability of a rise in [0.01, 0.99], shape (n,), for features of shape (n, k)."""
        return np.full(len(features), min(max(self.p_any, P_UP_MIN), P_UP_MAX))

    def export(self, *, n_features: int) -> bytes:
        """The rule as ONNX."""
        return export_constant(self.p_any, n_features=n_features)


@dataclass(frozen=True)
class SignRule:
    """Says how often the price rose after a return of the same sign.

    Attributes
    ----------
    column : int
        Position of the return it looks at.
    p_after_rise, p_after_fall : float
        Frequency of a rise after a return above 0, and after one that was not.
    p_any : float
        Frequency over all training ticks; the answer where the return is missing.
    """

    column: int
    p_after_rise: float
    p_after_fall: float
    p_any: float

    def p_up(self, features: Features) -> FloatArray:
        """Probability of a rise in [0.01, 0.99], shape (n,), for features of shape (n, k)."""
        seen = features[:, self.column]
        known = np.where(seen > 0, self.p_after_rise, self.p_after_fall)
        return np.clip(np.where(np.isnan(seen), self.p_any, known), P_UP_MIN, P_UP_MAX)

    def export(self, *, n_features: int) -> bytes:
        """The rule as ONNX."""
        return export_sign_rule(
            self.column,
            p_after_rise=self.p_after_rise,
            p_after_fall=self.p_after_fall,
            p_unknown=self.p_any,
            n_features=n_features,
        )


def fit_rule(family: str, frame: TrainingFrame) -> TrainedModel:
    """Take the frequencies of a rule baseline from a training frame.

    Parameters
    ----------
    family : str
        ``majority``, ``persistence`` or ``momentum``.
    frame : TrainingFrame
        Labelled ticks whose outcomes are known at the moment of training. Probabilities are
        frequencies with one rise and one fall added (Laplace), so that none is 0 or 1.

    Returns
    -------
    TrainedModel
        ``out_of_fold`` holds every test block of the walk-forward that has at least a day of
        training ticks before it.

    Raises
    ------
    InputError
        The family is no rule.
    FeatureSetMismatch
        The frame lacks the return the rule looks at.
    TooFewObservations
        Fewer than 24 ticks.
    """
    _require_fittable(family, frame)
    column = _column(family, frame)
    rule = _fit(column, frame)
    onnx = rule.export(n_features=len(frame.names))
    return TrainedModel(
        asset=frame.asset,
        family=family,
        horizon=frame.horizon,
        names=frame.names,
        onnx=onnx,
        candidate=family,
        parameters=asdict(rule),
        calibration=None,
        out_of_fold=_out_of_fold(column, frame),
        n_trials=0,
        window=training_window(frame),
        golden=golden_predictions(onnx, frame.features, reference=rule.p_up),
    )


def _require_fittable(family: str, frame: TrainingFrame) -> None:
    if family not in RULE_FAMILIES:
        raise InputError(f"{family!r} is not a rule.", hint=f"The rules are {', '.join(RULE_FAMILIES)}.")
    if len(frame) < MIN_RULE_TICKS:
        raise TooFewObservations(
            f"There are {len(frame)} labelled ticks; a frequency needs {MIN_RULE_TICKS}.",
            needed=MIN_RULE_TICKS,
            found=len(frame),
        )


def _column(family: str, frame: TrainingFrame) -> int | None:
    """Position of the return the rule looks at; None for majority, which looks at nothing."""
    if family == "majority":
        return None
    inputs = PERSISTENCE_INPUT if family == "persistence" else MOMENTUM_INPUT
    name = inputs[frame.horizon]
    if name not in frame.names:
        raise FeatureSetMismatch(f"The rule {family} looks at {name}, which the frame does not have.")
    return frame.names.index(name)


def _fit(column: int | None, frame: TrainingFrame) -> MajorityRule | SignRule:
    p_any = _frequency(frame.label)
    if column is None:
        return MajorityRule(p_any)
    seen = frame.features[:, column]
    return SignRule(
        column,
        p_after_rise=_frequency(frame.label[seen > 0]),
        p_after_fall=_frequency(frame.label[seen <= 0]),
        p_any=p_any,
    )


def _frequency(label: NDArray[np.int64]) -> float:
    """Share of rises with one rise and one fall added; 0.5 without any observation."""
    return (int(label.sum()) + 1) / (len(label) + 2)


def _out_of_fold(column: int | None, frame: TrainingFrame) -> OutOfFold:
    folds = [
        fold
        for fold in walk_forward_folds(frame.as_of_us, frame.horizon)
        if len(fold.train) >= MIN_RULE_TICKS
    ]
    tests = np.concatenate([np.empty(0, np.int64), *(fold.test for fold in folds)])
    p_up = [_predict_fold(column, frame, fold) for fold in folds]
    return OutOfFold(frame.as_of_us[tests], np.concatenate([np.empty(0), *p_up]), frame.label[tests])


def _predict_fold(column: int | None, frame: TrainingFrame, fold: Fold) -> FloatArray:
    return _fit(column, frame.take(fold.train)).p_up(frame.features[fold.test])
