"""Today: what the news says at the latest prediction, the chance of a rise, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bellwether.clock import from_us
from bellwether.errors import NotFound
from bellwether.identity import Horizon, ModelVersion, PredictionId, Source
from bellwether.market.candles import COMPOSITE
from bellwether.monitoring.freshness import Freshness, State, freshness
from bellwether.pipelines.place import Place
from bellwether.pipelines.recipe import recipe_of, scorer_ids
from bellwether.pipelines.tone import NewsTone, read_tone
from bellwether.pipelines.track_record import TrackRecord, track_record
from bellwether.store.database import Connection
from bellwether.store.freshness import last_moments
from bellwether.store.predictions import PredictionRow, find_latest_prediction, list_models


@dataclass(frozen=True)
class Chance:
    """What one version said.

    Attributes
    ----------
    id : PredictionId
    issued_us : int
        When it was issued, microseconds UTC.
    p_up : float
        Probability of a rise.
    is_late : bool
        It was issued after the grace.
    is_served : bool
        It is the one that was served.
    """

    id: PredictionId
    issued_us: int
    p_up: float
    is_late: bool
    is_served: bool

    @property
    def version(self) -> ModelVersion:
        """The version that predicted."""
        return self.id.version


@dataclass(frozen=True)
class Today:
    """The answer as of the latest prediction.

    Attributes
    ----------
    asset : str
    horizon : Horizon
    source : Source
    as_of_us : int
        The moment of the latest prediction, microseconds UTC; everything is as it was known then.
    chances : tuple of Chance
        What every version said, served or not.
    tone : NewsTone or None
        None where no reader has features of the moment.
    record : TrackRecord
    streams : tuple of Freshness
        How the streams behind the answer stand now; empty for replays and the sample market, which
        are never current.
    """

    asset: str
    horizon: Horizon
    source: Source
    as_of_us: int
    chances: tuple[Chance, ...]
    tone: NewsTone | None
    record: TrackRecord
    streams: tuple[Freshness, ...]

    @property
    def as_of(self) -> datetime:
        """The moment of the latest prediction."""
        return from_us(self.as_of_us)

    @property
    def chance(self) -> Chance | None:
        """The prediction that was served; None where no version was."""
        return next((chance for chance in self.chances if chance.is_served), None)

    def chance_by(self, family: str) -> Chance | None:
        """What a family's version said; None where it said nothing."""
        return next((chance for chance in self.chances if chance.version.family == family), None)

    @property
    def is_stale(self) -> bool:
        """Something behind the answer is too old for a verdict."""
        return any(stream.state is State.STALE for stream in self.streams)

    @property
    def withholds_chance(self) -> Freshness | None:
        """The stream that is too old for a chance of a rise to be told."""
        return self._stale("price", "predictions")

    @property
    def withholds_tone(self) -> Freshness | None:
        """The stream that is too old for the news to be called anything."""
        return self._stale("headlines", "scores")

    def _stale(self, *names: str) -> Freshness | None:
        is_meant = (stream for stream in self.streams if stream.stream in names)
        return next((stream for stream in is_meant if stream.state is State.STALE), None)


def read_today(place: Place, horizon: Horizon, *, now: datetime) -> Today | None:
    """The answer as of the latest prediction of a place.

    Parameters
    ----------
    place : Place
    horizon : Horizon
    now : datetime
        The present moment: what live data is held against.

    Returns
    -------
    Today or None
        None while the live store has no prediction for the horizon.

    Raises
    ------
    NotFound
        A run has none.
    """
    with place.database.session() as conn:
        row = find_latest_prediction(conn, place.asset, horizon, place.source)
        if row is None:
            if place.run is not None:
                raise _without_predictions(place, horizon)
            return None
        chances = _chances(conn, row)
        served = next((chance.version.family for chance in chances if chance.is_served), None)
        recipe = recipe_of(conn, place)
        tone = read_tone(conn, recipe, place.source, as_of_us=row.as_of_us, leading=served)
        record = track_record(conn, place.asset, horizon, place.source, as_of_us=row.as_of_us)
        shown = {} if tone is None else {reading.info.family: reading.info.name for reading in tone.readings}
        ids = scorer_ids(conn, recipe)
        readers = {ids[family]: name for family, name in shown.items()}
        streams = _streams(conn, row, readers, now=now) if place.source is Source.LIVE else ()
    return Today(place.asset, horizon, place.source, row.as_of_us, chances, tone, record, streams)


def _chances(conn: Connection, row: PredictionRow) -> tuple[Chance, ...]:
    versions = {model.model_id: model.version for model in list_models(conn)}
    as_of = from_us(row.as_of_us)
    return tuple(
        Chance(
            id=PredictionId(row.asset, row.horizon, as_of, versions[number], row.source),
            issued_us=row.issued_us,
            p_up=p_up,
            is_late=row.is_late,
            is_served=number == row.served_model_id,
        )
        for number, p_up in zip(row.model_ids, row.p_up, strict=True)
    )


def _streams(
    conn: Connection, row: PredictionRow, readers: dict[int, str], *, now: datetime
) -> tuple[Freshness, ...]:
    """How old the streams behind a live answer are; ``readers`` names scorers by number."""
    last = last_moments(conn, row.asset, COMPOSITE, scorer_ids=list(readers))

    def of(stream: str, last_us: int | None, subject: str) -> Freshness:
        return freshness(stream, None if last_us is None else from_us(last_us), now=now, subject=subject)

    return (
        of("price", last.price_us, "prices"),
        of("headlines", last.headlines_us, "headlines"),
        *(of("scores", last.scores_us[number], f"scores of {name}") for number, name in readers.items()),
        of("predictions", row.as_of_us, "predictions"),
    )


def _without_predictions(place: Place, horizon: Horizon) -> NotFound:
    """The error for a run that has nothing for a horizon."""
    if horizon is not place.horizon:
        return NotFound(
            f"Run {place.run_id} predicts {place.horizon.value} ahead, not {horizon.value}.",
            hint=f"bellwether today --run {place.run_id}",
        )
    return NotFound(
        f"Run {place.run_id} has no predictions yet.", hint="The command that started it goes on with it."
    )
