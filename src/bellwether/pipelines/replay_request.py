"""What a replay is asked to do, and the name that follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from bellwether.clock import from_us, iso, to_us
from bellwether.errors import InvalidTime
from bellwether.identity import Horizon, Source
from bellwether.pipelines.fingerprint import arguments_hash, code_hash, data_hash, libraries_hash

DAY = timedelta(days=1)


@dataclass(frozen=True)
class ReplayRequest:
    """Arguments of a replay.

    Attributes
    ----------
    headlines, candles, scores, revisions : tuple of Path
        Files in the import formats; order and overlap do not matter.
    start, end : datetime
        Half-open range of predicted ticks, UTC.
    horizon : Horizon
    train_every : timedelta
        Distance of two scheduled trainings, whole days.
    trials : int
        Tuning trials per fold.
    seed : int
    asset : str
    source : Source
        ``replay`` for recorded data, ``sample`` for the simulated market.
    finbert_digest : str
        Digest of the FinBERT that is used without recorded scores; empty for none.
    lite_digest : str
        Digest of the lite reader, which may have been fitted on this machine.
    """

    headlines: tuple[Path, ...]
    candles: tuple[Path, ...]
    scores: tuple[Path, ...]
    revisions: tuple[Path, ...]
    start: datetime
    end: datetime
    horizon: Horizon
    train_every: timedelta = timedelta(days=7)
    trials: int = 5
    seed: int = 0
    asset: str = "BTC"
    source: Source = Source.REPLAY
    finbert_digest: str = ""
    lite_digest: str = ""

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InvalidTime(
                f"--from {iso(self.start)} does not lie before --to {iso(self.end)}.",
                hint="The range is half-open: --to is the first moment that is left out.",
            )
        if self.train_every < DAY or self.train_every % DAY:
            raise InvalidTime("--train-every must be a whole number of days.", hint="Write 1d, 7d or 28d.")

    @cached_property
    def data_hash(self) -> str:
        """SHA-256 over the content of all input files."""
        return data_hash(
            (
                ("headlines", self.headlines),
                ("candles", self.candles),
                ("scores", self.scores),
                ("revisions", self.revisions),
            )
        )

    def n_files(self) -> dict[str, int]:
        """How many files were given by kind; each kind is called as its option is."""
        return {
            "headlines": len(self.headlines),
            "candles": len(self.candles),
            "scores": len(self.scores),
            "revisions": len(self.revisions),
        }

    def arguments(self) -> dict[str, str | int]:
        """The arguments that decide the result, without the places of the files."""
        return {
            "from": iso(self.start),
            "to": iso(self.end),
            "horizon": self.horizon.value,
            "train_every": f"{self.train_every // DAY}d",
            "trials": self.trials,
            "seed": self.seed,
            "asset": self.asset,
            "source": self.source.value,
            "finbert": self.finbert_digest,
            "lite": self.lite_digest,
        }

    def config_hash(self) -> str:
        """SHA-256 over the arguments."""
        return arguments_hash(self.arguments())

    def run_id(self) -> str:
        """Name of the run: equal for equal arguments, data, code and libraries."""
        parts = {
            **self.arguments(),
            "data": self.data_hash,
            "code": code_hash(),
            "libraries": libraries_hash(),
        }
        digest = arguments_hash(parts)
        first, last = (f"{moment:%Y%m%d}" for moment in (self.start, self.end))
        return f"{self.source.value}_{first}_{last}_{self.horizon.value}_{digest[:10]}"

    def days(self) -> Iterator[tuple[datetime, datetime]]:
        """The replay's steps: half-open pieces of UTC days inside the range, in order."""
        start, end = to_us(self.start), to_us(self.end)
        day_us = to_us(from_us(0) + DAY)
        while start < end:
            stop = min(end, start - start % day_us + day_us)
            yield from_us(start), from_us(stop)
            start = stop
