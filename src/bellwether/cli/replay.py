"""``bellwether replay``: the whole loop over recorded data."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bellwether.cli.frame import Invocation, command, single
from bellwether.cli.output import Answer
from bellwether.cli.replay_view import dry_run_lines, result_lines
from bellwether.clock import parse_moment
from bellwether.errors import InputError
from bellwether.identity import Horizon, Source
from bellwether.pipelines.replay import run_replay
from bellwether.pipelines.replay_plan import plan_replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.sample import is_sample
from bellwether.sentiment.opening import finbert_digest, lite_digest

app = single()

Files = list[Path]


@command(
    app,
    "replay",
    examples=(
        "bellwether replay --headlines news.csv.gz --candles 1h.parquet --from 2022-04-01 --to 2023-10-01",
        "bellwether replay --headlines n.csv --candles 15m.csv --from 2025-07-05 --to 2025-07-25 --dry-run",
    ),
)
def replay(
    cli: Invocation,
    *,
    headlines: Annotated[Files, typer.Option(help="Headline files; give it several times for several.")],
    candles: Annotated[Files, typer.Option(help="Candle files of one interval.")],
    start: Annotated[str, typer.Option("--from", help="First predicted moment, UTC.")],
    end: Annotated[str, typer.Option("--to", help="First moment that is no longer predicted, UTC.")],
    scores: Annotated[Files | None, typer.Option(help="Recorded FinBERT outputs.")] = None,
    revisions: Annotated[Files | None, typer.Option(help="Edited headlines.")] = None,
    horizon: Annotated[str, typer.Option(help="How far ahead: 1h, 4h or 24h.")] = "1h",
    train_every: Annotated[str, typer.Option(help="Days between scheduled trainings.")] = "7d",
    trials: Annotated[int, typer.Option(help="Tuning trials per fold.", min=2, max=200)] = 5,
    seed: Annotated[int, typer.Option(help="Seed of tuning and resampling.", min=0)] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be trained and judged.")
    ] = False,
) -> Answer:
    """Replay the whole loop over recorded data, each step knowing only what was known then.

    History before --from is used for training. The same command resumes a replay that was stopped.
    """
    request = ReplayRequest(
        headlines=tuple(headlines),
        candles=tuple(candles),
        scores=tuple(scores or ()),
        revisions=tuple(revisions or ()),
        start=parse_moment(start),
        end=parse_moment(end),
        horizon=Horizon.parse(horizon),
        train_every=_days(train_every),
        trials=trials,
        seed=seed,
        asset=cli.settings.asset,
        source=Source.SAMPLE if is_sample([*headlines, *candles]) else Source.REPLAY,
        finbert_digest="" if scores else finbert_digest(cli.settings),
        lite_digest=lite_digest(cli.settings),
    )
    if dry_run:
        plan = plan_replay(request, clock=cli.clock, track=cli.track)
        return Answer(plan.to_json(), show=dry_run_lines(plan), source=request.source.value)
    result = run_replay(request, settings=cli.settings, clock=cli.clock, track=cli.track)
    return Answer(
        result.data,
        show=result_lines(result.data, result.report),
        as_of=request.end,
        source=request.source.value,
        meta={"asset": request.asset, "horizon": request.horizon.value},
        next_step=f"bellwether today --run {result.data['run_id']}",
    )


def _days(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,4})d", text)
    if match is None or int(match[1]) == 0:
        raise InputError(f"--train-every {text!r} is no number of days.", hint="Write 1d, 7d or 28d.")
    return timedelta(days=int(match[1]))
