"""``bellwether features``: the catalogue of what models are given."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bellwether.cli.frame import Invocation, command, single
from bellwether.cli.output import Answer
from bellwether.cli.tables import Column, Table
from bellwether.errors import InputError
from bellwether.features.catalogue import NOTES, catalogue
from bellwether.features.definition import FeatureDefinition
from bellwether.formatting import count
from bellwether.market.candles import INTERVALS, interval_us

app = single()

_COLUMNS = (
    Column("feature", importance=3),
    Column("window", importance=2),
    Column("unit", importance=0),
    Column("meaning", importance=2),
    Column("inputs", importance=0),
    Column("source", importance=-1),
)


@command(app, "features", examples=("bellwether features", "bellwether features --interval 1h --json"))
def show_features(
    cli: Invocation,
    *,
    interval: Annotated[str, typer.Option(help="Candle interval: 15m, 30m or 1h.")] = "15m",
) -> Answer:
    """Print every feature with its meaning, unit, window, inputs and source.

    Price features first, then the calendar, then the news, which each reader of the news has once.
    """
    if interval not in INTERVALS:
        raise InputError(f"Interval {interval!r} is not supported.", hint=f"Use {', '.join(INTERVALS)}.")
    definitions = catalogue(interval_us(interval))
    total = f"{count(len(definitions))} features on candles of {interval}. All columns: --wide."
    for note in NOTES:
        cli.note(note)
    return Answer(
        [asdict(definition) for definition in definitions],
        show=[Table(_COLUMNS, [_row(definition) for definition in definitions]), total],
        meta={"interval": interval, "notes": NOTES},
    )


def _row(definition: FeatureDefinition) -> tuple[str, ...]:
    return (
        definition.name,
        definition.window,
        definition.unit,
        definition.meaning,
        " ".join(definition.inputs),
        definition.source,
    )
