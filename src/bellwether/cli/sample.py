"""``bellwether sample``: the invented market, as files."""

from __future__ import annotations

import shlex
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bellwether.cli.frame import Invocation, command, group
from bellwether.cli.output import Answer
from bellwether.clock import iso, parse_moment
from bellwether.formatting import count, storage
from bellwether.pipelines.sample import SampleFiles, write_sample
from bellwether.sample.market import HEADLINES_PER_DAY, NEWS_EFFECT_BP, sample_market
from bellwether.sample.records import LABEL, SampleMarket

app = group("The sample market: invented headlines and prices with a known truth.")


@command(
    app,
    "write",
    examples=(
        "bellwether sample write market --days 90",
        "bellwether sample write no-effect --days 90 --seed 7 --news-effect-bp 0",
    ),
)
def write(
    cli: Invocation,
    *,
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    days: Annotated[int, typer.Option(help="Length in days.", min=1, max=3650)] = 90,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal markets.", min=0)] = 0,
    start: Annotated[str, typer.Option("--from", help="First moment, a whole hour.")] = "2001-01-01",
    headlines_per_day: Annotated[float, typer.Option(help="Expected headlines a day.")] = HEADLINES_PER_DAY,
    news_effect_bp: Annotated[
        float, typer.Option(help="Drift over the next hour per unit of news tone, basis points.")
    ] = NEWS_EFFECT_BP,
    interval: Annotated[str, typer.Option(help="Candle interval: 15m, 30m or 1h.")] = "15m",
) -> Answer:
    """Write a sample market as files that a replay reads.

    Nothing in it happened: prices start at 1,000, every name is invented, and the effect of the
    news on the price is the one you state.
    """
    market = sample_market(
        seed=seed,
        start=parse_moment(start),
        days=days,
        headlines_per_day=headlines_per_day,
        news_effect_bp=news_effect_bp,
        interval=interval,
    )
    files = write_sample(market, folder)
    cli.note("Sample data: invented, not a record of any market.")
    return Answer(
        {
            "headlines": {"path": files.headlines, "n": len(market.headlines)},
            "revisions": {"path": files.revisions, "n": len(market.revisions)},
            "candles": {"path": files.candles, "n": len(market.candles)},
            "about": files.about,
        },
        show=_lines(market, files),
        source=LABEL,
        next_step=_replay_command(market, files),
    )


def _replay_command(market: SampleMarket, files: SampleFiles) -> str:
    """A replay of the second half, with the first to learn from."""
    start, end = (market.start + timedelta(days=days) for days in (market.days // 2, market.days))
    options = {
        "--headlines": str(files.headlines),
        "--revisions": str(files.revisions),
        "--candles": str(files.candles),
        "--from": iso(start),
        "--to": iso(end),
    }
    return shlex.join(["bellwether", "replay", *(word for option in options.items() for word in option)])


def _lines(market: SampleMarket, files: SampleFiles) -> list[str]:
    counts = {
        files.headlines: f"{count(len(market.headlines))} headlines",
        files.revisions: f"{count(len(market.revisions))} wordings of edited headlines",
        files.candles: f"{count(len(market.candles))} candles",
        files.about: "what is true of them",
    }
    return [f" {path}  {what}, {storage(path.stat().st_size)}" for path, what in counts.items()]
