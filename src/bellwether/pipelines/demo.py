"""Demo: the whole loop once, on the sample market, with nothing but this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bellwether.clock import Clock
from bellwether.identity import Horizon, Source
from bellwether.pipelines.replay import ReplayResult, run_replay
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.sample import write_sample
from bellwether.progress import Track, untracked
from bellwether.sample.market import sample_market
from bellwether.sentiment.opening import finbert_digest, lite_digest
from bellwether.settings import Settings

START = datetime(2001, 1, 1, tzinfo=UTC)
"""Years before Bitcoin: nobody can take the sample for a record."""

HISTORY = timedelta(days=40)
"""What the first training learns from."""

JUDGED = timedelta(days=30)
"""How long the demo predicts."""

HEADLINES_PER_DAY = 120.0
"""Few enough that a FinBERT on two cores reads them in a minute or two."""

SEED = 0
TRAIN_EVERY = timedelta(days=10)
TRIALS = 3


def run_demo(*, settings: Settings, clock: Clock, track: Track = untracked) -> ReplayResult:
    """Simulate the sample market and replay it: import, score, train, compare, deploy, predict, report.

    The same installation gives the same predictions; a demo that was stopped goes on.
    """
    market = sample_market(
        seed=SEED,
        start=START,
        days=(HISTORY + JUDGED).days,
        headlines_per_day=HEADLINES_PER_DAY,
    )
    files = write_sample(market, settings.home / "sample")
    request = ReplayRequest(
        headlines=(files.headlines,),
        candles=(files.candles,),
        scores=(),
        revisions=(files.revisions,),
        start=START + HISTORY,
        end=START + HISTORY + JUDGED,
        horizon=Horizon.H1,
        train_every=TRAIN_EVERY,
        trials=TRIALS,
        seed=SEED,
        asset=settings.asset,
        source=Source.SAMPLE,
        finbert_digest=finbert_digest(settings),
        lite_digest=lite_digest(settings),
    )
    return run_replay(request, settings=settings, clock=clock, kind="demo", track=track)
