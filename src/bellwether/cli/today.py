"""``bellwether today``: today's answer."""

from __future__ import annotations

from typing import Annotated

import typer

from bellwether.cli.frame import Invocation, command, single
from bellwether.cli.output import Answer
from bellwether.cli.today_view import today_lines
from bellwether.identity import Horizon, Source
from bellwether.pipelines.place import DEFAULT_HORIZON, open_place
from bellwether.pipelines.today import Today, read_today
from bellwether.pipelines.today_document import empty_document, today_document
from bellwether.pipelines.workspace import run_ids
from bellwether.settings import Settings

app = single()


@command(app, "today", examples=("bellwether today", "bellwether today --run RUN --json"))
def today(
    cli: Invocation,
    *,
    run: Annotated[str | None, typer.Option("--run", help="Read this replay or demo.")] = None,
    horizon: Annotated[
        str | None, typer.Option(help="How far ahead: 1h, 4h or 24h; by default 1h, or the run's.")
    ] = None,
) -> Answer:
    """Say what the news says, the chance of a rise, and how far to trust it.

    Everything is as of the latest prediction, as it was known then. Live data that is stale ends
    with exit 3, without a verdict.
    """
    wanted = None if horizon is None else Horizon.parse(horizon)
    with open_place(cli.settings, run) as place:
        wanted = wanted or place.horizon
        found = read_today(place, wanted, now=cli.clock.now())
    if found is None:
        return _nothing(cli.settings, wanted)
    return Answer(
        today_document(found),
        show=today_lines(found, cli.moment),
        as_of=found.as_of,
        source=found.source.value,
        meta={"asset": found.asset, "horizon": found.horizon.value, "served_from": "database"},
        next_step=_next_step(found, run),
        is_refused=found.is_stale,
    )


def _nothing(settings: Settings, horizon: Horizon) -> Answer:
    """The answer of a live store without predictions."""
    runs = run_ids(settings)
    ahead = "" if horizon is DEFAULT_HORIZON else f" {horizon.value} ahead"
    return Answer(
        empty_document(),
        show=[f"No predictions{ahead} yet."],
        source=Source.LIVE.value,
        meta={"asset": settings.asset, "horizon": horizon.value},
        next_step=f"bellwether today --run {runs[-1]}" if runs else "bellwether demo",
    )


def _next_step(found: Today, run: str | None) -> str | None:
    if found.chance is None:
        return None
    return f"bellwether explain {found.chance.id}" + (f" --run {run}" if run else "")
