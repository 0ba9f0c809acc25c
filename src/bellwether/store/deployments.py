"""Moves of a channel: which model served from when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from bellwether.clock import to_us
from bellwether.identity import Horizon, Source
from bellwether.store.database import Connection
from bellwether.store.moments import moment


@dataclass(frozen=True)
class Deployment:
    """One move of a channel.

    Attributes
    ----------
    asset : str
    horizon : Horizon
    source : Source
    channel : str
        ``champion``, ``challenger`` or ``previous``.
    at_us : int
        Microseconds UTC.
    model_id : int
        The version it points to from then on.
    previous_model_id : int or None
        The version it pointed to before.
    action : str
        ``first``, ``promote``, ``refresh``, ``rollback`` …
    reason : str
        One sentence.
    evidence : dict or None
        What the decision was made on, JSON values only.
    """

    asset: str
    horizon: Horizon
    source: Source
    channel: str
    at_us: int
    model_id: int
    previous_model_id: int | None
    action: str
    reason: str
    evidence: dict[str, Any] | None = None


def insert_deployment(conn: Connection, move: Deployment) -> bool:
    """Note a move; a channel moves once at a moment, and the first word stays.

    Returns
    -------
    bool
        False when a move of that moment was there.
    """
    noted = conn.execute(
        """
        INSERT INTO deployments (asset, horizon, source, channel, at, model_id, previous_model_id,
                                 action, reason, evidence)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        [
            move.asset,
            move.horizon.value,
            move.source.value,
            move.channel,
            moment(move.at_us),
            move.model_id,
            move.previous_model_id,
            move.action,
            move.reason,
            None if move.evidence is None else Jsonb(move.evidence),
        ],
    )
    return noted.rowcount == 1


def list_deployments(conn: Connection, asset: str, horizon: Horizon, source: Source) -> list[Deployment]:
    """Every move of the channels of an asset and horizon, oldest first."""
    rows = conn.execute(
        """
        SELECT channel, at, model_id, previous_model_id, action, reason, evidence
        FROM deployments WHERE asset = %s AND horizon = %s AND source = %s ORDER BY at, channel
        """,
        [asset, horizon.value, source.value],
    )
    return [Deployment(asset, horizon, source, channel, to_us(at), *rest) for channel, at, *rest in rows]
