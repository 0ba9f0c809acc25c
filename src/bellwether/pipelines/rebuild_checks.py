"""What has to be as it was when a prediction is built again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bellwether.features.matrix import FeatureMatrix
from bellwether.pipelines.fingerprint import arguments_hash


@dataclass(frozen=True)
class Check:
    """One comparison with what was stored.

    Attributes
    ----------
    name : str
        ``version``, ``configuration``, ``features`` or ``probability``.
    passed : bool or None
        None where it cannot be told.
    found : str
        What was found, or why nothing can be told.
    """

    name: str
    passed: bool | None
    found: str


def version_check(*, noted: str, loaded: str) -> Check:
    """The registry's bytes are those that the store knows by the version's name."""
    if noted == loaded:
        return Check("version", passed=True, found=f"digest {loaded[:12]}…")
    return Check("version", passed=False, found=f"digest {loaded[:12]}…, predicted with {noted[:12]}…")


def configuration_check(arguments: Mapping[str, object] | None, trained_with: str) -> Check:
    """The run's arguments are those the version was trained with; ``arguments`` is None without a run."""
    if arguments is None:
        return Check("configuration", passed=None, found="only a run keeps the arguments it was asked with")
    found = arguments_hash(arguments)
    if found == trained_with:
        return Check("configuration", passed=True, found=f"hash {found[:12]}…")
    return Check(
        "configuration", passed=False, found=f"hash {found[:12]}…, trained with {trained_with[:12]}…"
    )


def features_check(stored: Sequence[FeatureMatrix | None], built: Sequence[FeatureMatrix]) -> Check:
    """The one row of each feature set equals the stored one in every bit; None is a row that is gone."""
    different: list[str] = []
    for was, now in zip(stored, built, strict=True):
        if was is None:
            return Check("features", passed=None, found="the stored features are gone")
        different += _different(was, now)
    n = sum(len(part.names) for part in built)
    if not different:
        return Check("features", passed=True, found=f"all {n} in every bit")
    shown = ", ".join(different[:5]) + (" …" if len(different) > 5 else "")
    return Check("features", passed=False, found=f"{len(different)} of {n} differ: {shown}")


def probability_check(*, stored: float, built: float) -> Check:
    """The probabilities are one number: float64 in (0, 1) that are equal are equal in every bit."""
    if stored == built:
        return Check("probability", passed=True, found=repr(built))
    return Check("probability", passed=False, found=f"{built!r}, stored {stored!r}")


def _different(was: FeatureMatrix, now: FeatureMatrix) -> list[str]:
    """Columns whose float32 differ in any bit."""
    is_other = was.values[0].view(np.uint32) != now.values[0].view(np.uint32)
    return [now.names[column] for column in np.flatnonzero(is_other)]
