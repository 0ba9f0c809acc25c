"""An explanation as a document for programs."""

from __future__ import annotations

import math
from typing import Any

from bellwether.clock import from_us, iso
from bellwether.pipelines.documents import scorer_document, with_reasons
from bellwether.pipelines.effects import FeatureEffect, HeadlineEffect
from bellwether.pipelines.explain import Explanation
from bellwether.pipelines.fingerprint import code_hash
from bellwether.pipelines.rebuild import Rebuilt


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Everything that `explain` knows, all headlines and features included."""
    rebuilt = explanation.rebuilt
    row, reader = rebuilt.row, rebuilt.reader
    headlines = explanation.headlines
    return with_reasons(
        {
            "id": str(rebuilt.id),
            "version": str(rebuilt.id.version),
            "p_up": rebuilt.stored_p_up,
            "as_of": iso(from_us(row.as_of_us)),
            "issued_at": iso(from_us(row.issued_us)),
            "known_by": iso(from_us(row.known_by_us)),
            "is_late": row.is_late,
            "is_served": rebuilt.served == rebuilt.id.version,
            "served_version": None if rebuilt.served is None else str(rebuilt.served),
            "reader": None if reader is None else scorer_document(reader),
            "rebuild": _rebuild(rebuilt),
            "outcome": _outcome(explanation),
            "headlines": None if headlines is None else [_headline(effect) for effect in headlines],
            "features": [_feature(effect) for effect in explanation.features] or None,
            "n_training": explanation.n_training,
        },
        {
            "served_version": "No version was served at this moment.",
            "reader": no_reader(rebuilt),
            "outcome": explanation.no_outcome,
            "headlines": no_reader(rebuilt),
            "features": NO_TRAINING,
        },
    )


NO_TRAINING = "The ticks the version was trained on are no longer stored."


def no_reader(rebuilt: Rebuilt) -> str:
    """Why a version has no headlines to show."""
    return f"{rebuilt.id.version} reads no news."


def _rebuild(rebuilt: Rebuilt) -> dict[str, Any]:
    return {
        "is_identical": rebuilt.is_identical,
        "p_up": rebuilt.p_up,
        "on_common_texts": rebuilt.recipe.on_common_texts,
        "is_same_code": rebuilt.manifest.code_commit == code_hash(),
        "checks": [
            with_reasons(
                {"name": check.name, "passed": check.passed, "found": check.found}, {"passed": check.found}
            )
            for check in rebuilt.checks
        ],
    }


def _outcome(explanation: Explanation) -> dict[str, Any] | None:
    outcome = explanation.outcome
    if outcome is None:
        return None
    return {
        "is_up": outcome.is_up,
        "return": math.expm1(outcome.log_return),
        "is_hit": outcome.is_hit,
    }


def _headline(effect: HeadlineEffect) -> dict[str, Any]:
    row = effect.row
    return with_reasons(
        {
            "text": row.text,
            "publisher": row.publisher,
            "url": row.url,
            "published_at": iso(from_us(row.event_us)),
            "known_at": iso(from_us(row.known_us)),
            "score": effect.score,
            "weight": effect.weight,
            "is_repetition": effect.is_repetition,
            "p_up_without": effect.p_up_without,
            "effect": effect.effect,
        },
        {"url": "Its source gave no address.", "score": "It has no score that counts."},
    )


def _feature(effect: FeatureEffect) -> dict[str, Any]:
    return with_reasons(
        {
            "name": effect.name,
            "value": effect.value,
            "training_median": effect.median,
            "effect": effect.effect,
        },
        {
            "value": "It is missing at this moment.",
            "training_median": "It is missing at every training tick.",
        },
    )
