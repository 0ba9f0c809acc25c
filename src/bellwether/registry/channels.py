"""Channels: which version serves, which one challenges it, and what served before.

One JSON file holds the moves of every asset and horizon, oldest first, each with what the channels
pointed at afterwards. The present is the last move, and the file answers for any earlier moment as
well. A move names what it believes to be there (compare and set) and is made under a file lock, so
of two that believe the same only one happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from bellwether.clock import iso, require_utc
from bellwether.errors import ArtifactError, Conflict, InvalidTime
from bellwether.identity import Horizon, ModelVersion
from bellwether.registry.durable import locked, replace_file, translated
from bellwether.registry.manifest import AssetName, Moment, VersionText
from bellwether.registry.names import require_asset

Channel = Literal["champion", "challenger"]
"""Channels that are moved; ``previous`` follows the champion."""


class ChannelState(BaseModel):
    """What the channels of one asset and horizon point at; None where nothing is.

    Attributes
    ----------
    champion : ModelVersion | None
        What serves.
    challenger : ModelVersion | None
        What is compared against it.
    previous : ModelVersion | None
        What served before the champion.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    champion: VersionText | None = None
    challenger: VersionText | None = None
    previous: VersionText | None = None

    def of(self, channel: Channel) -> ModelVersion | None:
        """What one channel points at."""
        return self.champion if channel == "champion" else self.challenger

    def moved(self, channel: Channel, version: ModelVersion | None) -> ChannelState:
        """The state after a move. A challenger that becomes champion challenges no more."""
        if version == self.of(channel):
            return self
        if channel == "challenger":
            return self.model_copy(update={"challenger": version})
        challenger = None if self.challenger == version else self.challenger
        return ChannelState(champion=version, challenger=challenger, previous=self.champion)


class Move(BaseModel):
    """One line of the history.

    Attributes
    ----------
    asset : str
    horizon : Horizon
    channel : str
        What was moved, ``champion`` or ``challenger``.
    after : ChannelState
        What the channels pointed at from then on.
    at : datetime
    reason : str
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    asset: AssetName
    horizon: Horizon
    channel: Channel
    after: ChannelState
    at: Moment
    reason: str


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    moves: tuple[Move, ...] = ()

    def history(self, asset: str, horizon: Horizon) -> tuple[Move, ...]:
        return tuple(move for move in self.moves if (move.asset, move.horizon) == (asset, horizon))

    def with_move(self, move: Move) -> _Document:
        return self.model_copy(update={"moves": (*self.moves, move)})


class Channels:
    """The channels of a registry folder.

    Parameters
    ----------
    folder : Path
        Made at the first move.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "channels.json"

    def current(self, asset: str, horizon: Horizon) -> ChannelState:
        """What the channels point at now."""
        return _latest(self.history(asset, horizon))

    def live_at(self, asset: str, horizon: Horizon, moment: datetime) -> ChannelState:
        """What the channels pointed at at ``moment``; a move counts from its own moment on."""
        until = require_utc(moment)
        return _latest([move for move in self.history(asset, horizon) if move.at <= until])

    def history(self, asset: str, horizon: Horizon) -> tuple[Move, ...]:
        """Every move, oldest first.

        Raises
        ------
        ArtifactError
            The file is not valid.
        """
        return self._read().history(asset, horizon)

    def move(
        self,
        asset: str,
        horizon: Horizon,
        *,
        channel: Channel,
        version: ModelVersion | None,
        expected: ModelVersion | None,
        at: datetime,
        reason: str,
    ) -> ChannelState:
        """Point a channel at another version.

        Parameters
        ----------
        asset : str
        horizon : Horizon
        channel : str
            ``champion`` or ``challenger``.
        version : ModelVersion | None
            What it points at from now on; None clears it.
        expected : ModelVersion | None
            What it points at now, as far as the caller knows.
        at : datetime
            Moment of the move, not before the last one.
        reason : str
            One sentence, for the history.

        Returns
        -------
        ChannelState
            After the move. A move that equals an earlier one in channel, version, moment and reason
            has been made already, by a process that was then interrupted; it is not made twice.

        Raises
        ------
        Conflict
            The channel points at something else than expected: another process was first.
        InvalidTime
            The moment lies before the last move.
        StoreError
            The file cannot be written.
        """
        at = require_utc(at)
        with translated(f"The channels in {self._folder} cannot be moved"):
            self._folder.mkdir(parents=True, exist_ok=True)
            with locked(self._folder / "channels.lock"):
                document = self._read()
                history = document.history(require_asset(asset), horizon)
                before = _latest(history)
                move = Move(
                    asset=asset,
                    horizon=horizon,
                    channel=channel,
                    after=before.moved(channel, version),
                    at=at,
                    reason=reason,
                )
                if any(_is_same(move, earlier) for earlier in history):
                    return before
                _require_expected(before, move, expected)
                if move.after == before:
                    return before
                _require_later(history, at)
                self._write(document.with_move(move))
        return move.after

    def _read(self) -> _Document:
        with translated(f"{self._file} cannot be read"):
            try:
                return _Document.model_validate_json(self._file.read_bytes())
            except FileNotFoundError:
                return _Document()
            except ValidationError as exc:
                raise ArtifactError(f"{self._file} is not valid.") from exc

    def _write(self, document: _Document) -> None:
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        replace_file(self._file, orjson.dumps(document.model_dump(mode="json"), option=options))


def _latest(history: Sequence[Move]) -> ChannelState:
    return history[-1].after if history else ChannelState()


def _is_same(move: Move, other: Move) -> bool:
    return all(
        (
            move.channel == other.channel,
            move.after.of(move.channel) == other.after.of(other.channel),
            move.at == other.at,
            move.reason == other.reason,
        )
    )


def _require_expected(before: ChannelState, move: Move, expected: ModelVersion | None) -> None:
    found = before.of(move.channel)
    if found != expected:
        raise Conflict(
            f"The {move.channel} of {move.asset} {move.horizon.value} is {found or 'empty'}, "
            f"not {expected or 'empty'} as expected.",
            hint="Look again at what serves now, and decide anew.",
        )


def _require_later(history: Sequence[Move], at: datetime) -> None:
    if history and at < history[-1].at:
        raise InvalidTime(f"A move at {iso(at)} cannot follow one at {iso(history[-1].at)}.")
