"""The document of a replay: figures, comparison, verdict, events, and the digest of its predictions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from bellwether.clock import from_us, iso
from bellwether.evidence.breakdown import by_quarter, calibration_bins
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.scorecard import comparisons, scorecard
from bellwether.identity import NEWS_FAMILIES
from bellwether.learning.families import Family
from bellwether.learning.verdict import Verdict, leading_verdict, verdict
from bellwether.pipelines.replay_inputs import ReplayInputs
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.replay_state import ReplayState

NEVER_PREDICTED = "It made no prediction in the range."


def predictions_digest(panel: PredictionPanel) -> str:
    """SHA-256 over the sorted lines ``asset,horizon,as_of,family,p_up`` with nine decimals."""
    lines = sorted(
        f"{panel.asset},{panel.horizon.value},{iso(from_us(as_of_us))},{family},{p_up:.9f}\n"
        for as_of_us, row in zip(panel.as_of_us.tolist(), panel.p_up.tolist(), strict=True)
        for family, p_up in zip(panel.families, row, strict=True)
        if np.isfinite(p_up)
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def replay_document(
    request: ReplayRequest,
    *,
    run_id: str,
    kind: str,
    inputs: ReplayInputs,
    families: Sequence[Family],
    panel: PredictionPanel,
    state: ReplayState,
    events: Sequence[Mapping[str, Any]],
    other_s: float,
) -> dict[str, Any]:
    """Everything a replay found, as its ``--json`` shows it under ``data``.

    ``kind`` is ``replay`` or ``demo``. ``other_s`` is the wall time this process spent on anything
    but training; a resumed replay counts the trainings of all its processes and the rest of the last
    one.
    """
    news = [family.name for family in families if not family.is_baseline]
    baselines = [family.name for family in families if family.is_baseline]
    figures = _figures(request, inputs, families, panel=panel, state=state)
    judged = _predicting(panel, baselines)
    verdicts = [verdict(panel, family, judged) for family in _predicting(panel, news) if judged]
    pairs = comparisons(panel, _pairs(_predicting(panel, news), judged), seed=request.seed)
    return {
        "run_id": run_id,
        "kind": kind,
        "digest": predictions_digest(panel),
        "data_hash": request.data_hash,
        "arguments": request.arguments(),
        "inputs": request.n_files(),
        "window": {
            "from": iso(request.start),
            "to": iso(request.end),
            "ticks": len(panel),
            "matured": int(np.isfinite(panel.label).sum()),
        },
        "verdict": _leading(verdicts, figures),
        "verdicts": [found.to_json() for found in verdicts],
        "families": {name: figures[name] for name in figures if name in NEWS_FAMILIES},
        "baselines": {name: figures[name] for name in baselines},
        "comparison": [pair.to_json() for pair in pairs],
        "leadlag": {name: picture.to_json() for name, picture in inputs.leadlag.items()},
        "quarters": [
            row.to_json()
            for row in by_quarter(panel, _predicting(panel, [*news, *baselines]), seed=request.seed)
        ],
        "calibration": {
            name: [part.to_json() for part in calibration_bins(panel, name)]
            for name in _predicting(panel, news)
        },
        "events": list(events),
        "coverage": inputs.coverage,
        "imported": inputs.imported,
        "assumed": list(inputs.assumed),
        "timing": {
            "total_s": state.training_seconds + other_s,
            "training_s": state.training_seconds,
            "trainings": len(state.trainings),
        },
    }


def _figures(
    request: ReplayRequest,
    inputs: ReplayInputs,
    families: Sequence[Family],
    *,
    panel: PredictionPanel,
    state: ReplayState,
) -> dict[str, dict[str, Any]]:
    """Status, scorer and scores of every family, the unavailable ones included."""
    scores = scorecard(panel, seed=request.seed)
    found: dict[str, dict[str, Any]] = {}
    for family in families:
        is_silent = family.name not in state.versions
        status = "untrained" if is_silent else "ok"
        reason = state.untrained.get(family.name, NEVER_PREDICTED) if is_silent else None
        found[family.name] = _figure(status, reason, inputs.scorer_document(family.scorer))
        found[family.name] |= scores[family.name].to_json()
    for name, reason in inputs.unavailable.items():
        found[name] = _figure("unavailable", reason, None)
    return found


def _figure(status: str, reason: str | None, scorer: dict[str, Any] | None) -> dict[str, Any]:
    return {"status": status, "reason": reason, "scorer": scorer}


def _predicting(panel: PredictionPanel, names: Iterable[str]) -> list[str]:
    """The families among ``names`` with at least one prediction in the panel."""
    has_any = np.asarray(np.isfinite(panel.p_up).any(axis=0))
    return [name for name in names if has_any[panel.families.index(name)]]


def _pairs(news: Sequence[str], baselines: Sequence[str]) -> list[tuple[str, str]]:
    """The news families among themselves, then each against every baseline."""
    return [*combinations(news, 2), *((name, baseline) for name in news for baseline in baselines)]


def _leading(verdicts: Sequence[Verdict], figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The verdict a reader is told first, with a sentence even when there is nothing to judge."""
    found = leading_verdict(verdicts)
    if found is not None:
        return found.to_json()
    reasons = [f"{name}: {figure['reason']}" for name, figure in figures.items() if figure["reason"]]
    why = "Nothing can be judged: no news family predicted in this range. " + " ".join(reasons[:3])
    return {"value": "no_evidence", "family": None, "against": None, "why": why.strip()}
