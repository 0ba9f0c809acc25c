"""What an explanation looks like in a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from bellwether.cli.tables import Column, Table
from bellwether.formatting import MISSING, count, move, number, points, sentiment
from bellwether.pipelines.effects import FeatureEffect, HeadlineEffect
from bellwether.pipelines.explain import Explanation
from bellwether.pipelines.explain_document import NO_TRAINING, no_reader
from bellwether.pipelines.rebuild import Rebuilt
from bellwether.pipelines.sentences import chance_of_rise

WriteMoment = Callable[[datetime | None], str]

SHOWN = 5
"""Headlines, and features, that are shown; ``--json`` has them all."""

_MARKS = {True: "✓", False: "✕", None: "?"}

_HEADLINES = (
    Column("effect", is_number=True, importance=5),
    Column("score", is_number=True, importance=4),
    Column("weight", is_number=True, importance=3),
    Column("headline", importance=5),
    Column("source", importance=2),
)

_FEATURES = (
    Column("effect", is_number=True, importance=4),
    Column("feature", importance=4),
    Column("value", is_number=True, importance=3),
    Column("training median", is_number=True, importance=2),
)

_CHECKS = (Column(" ", importance=3), Column("rebuilt", importance=3), Column("found", importance=2))


def explanation_lines(explanation: Explanation, write_moment: WriteMoment) -> list[str | Table]:
    """What was said and what happened, whether it can be built again, and what moved it."""
    rebuilt = explanation.rebuilt
    place = f"{rebuilt.id.asset} · {write_moment(rebuilt.id.as_of)} · {rebuilt.id.source.value}"
    checks = [(_MARKS[check.passed], check.name, check.found) for check in rebuilt.checks]
    return [
        str(rebuilt.id),
        place,
        "",
        _chance_line(rebuilt),
        _outcome_line(explanation),
        _rebuilt_line(rebuilt),
        "",
        Table(_CHECKS, checks),
        "",
        *_headline_lines(explanation),
        "",
        *_feature_lines(explanation),
    ]


def _chance_line(rebuilt: Rebuilt) -> str:
    version, served = rebuilt.id.version, rebuilt.served
    role = "served" if served == version else f"not served, {served} was" if served else "none was served"
    late = ", issued late" if rebuilt.row.is_late else ""
    chance = chance_of_rise(rebuilt.stored_p_up)
    return f"Chance of a rise in {rebuilt.id.horizon.value[:-1]} h: {chance}{late}   {version}, {role}"


def _outcome_line(explanation: Explanation) -> str:
    outcome = explanation.outcome
    if outcome is None:
        return explanation.no_outcome or MISSING
    went = "rose" if outcome.is_up else "did not rise"
    return (
        f"The price {went} ({move(math.expm1(outcome.log_return))}): a {'hit' if outcome.is_hit else 'miss'}."
    )


def _rebuilt_line(rebuilt: Rebuilt) -> str:
    if rebuilt.is_identical:
        return "Rebuilt from raw rows, it is the same in every bit."
    return "✕ Rebuilt from raw rows, it is not what was stored."


def _headline_lines(explanation: Explanation) -> Sequence[str | Table]:
    effects = explanation.headlines
    if effects is None:
        return [no_reader(explanation.rebuilt)]
    if not effects:
        return ["No headline was known in the 24 h before."]
    rows = [_headline_row(effect) for effect in effects if effect.effect != 0][:SHOWN]
    n = _n(len(effects), "headline")
    if not rows:
        return [f"{n}; leaving out any one of them changes nothing."]
    meaning = "the effect is the chance of a rise less that without the headline."
    return [f"{n}; {meaning}", Table(_HEADLINES, rows)]


def _headline_row(effect: HeadlineEffect) -> list[str]:
    return [
        points(effect.effect),
        sentiment(effect.score),
        number(effect.weight),
        effect.row.text,
        effect.row.publisher,
    ]


def _feature_lines(explanation: Explanation) -> Sequence[str | Table]:
    effects = explanation.features
    if not effects:
        return [NO_TRAINING]
    rows = [_feature_row(effect) for effect in effects if effect.effect != 0][:SHOWN]
    n, ticks = _n(len(effects), "feature"), count(explanation.n_training)
    if not rows:
        return [f"{n}; putting any one of them at its median of {ticks} training ticks changes nothing."]
    meaning = f"the effect is the chance of a rise less that at the median of {ticks} training ticks."
    return [f"{n}; {meaning}", Table(_FEATURES, rows)]


def _feature_row(effect: FeatureEffect) -> list[str]:
    return [points(effect.effect), effect.name, number(effect.value, 4), number(effect.median, 4)]


def _n(n: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count(n)} {noun if n == 1 else f'{noun}s'}"
