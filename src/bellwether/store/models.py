"""Model versions and their numbers in the store."""

from __future__ import annotations

from dataclasses import dataclass

from bellwether.errors import Conflict
from bellwether.identity import ModelVersion
from bellwether.store.database import Connection


@dataclass(frozen=True)
class StoredModel:
    """A model version the store knows; ``digest`` is that of its manifest."""

    model_id: int
    asset: str
    version: ModelVersion
    digest: str


def ensure_model(conn: Connection, asset: str, version: ModelVersion, digest: str) -> int:
    """The number of a model version; a new one is noted.

    Raises
    ------
    Conflict
        The version is known with another digest: a published version never changes.
    """
    # looked up first: an insert that meets a conflict uses up a number, and there are 32,767
    known = {
        "asset": asset,
        "family": version.family,
        "major": version.major,
        "minor": version.minor,
        "patch": version.patch,
        "digest": digest,
    }
    row = conn.execute(_FIND, known).fetchone() or conn.execute(_INSERT, known).fetchone()
    assert row is not None
    if row[1] != digest:
        raise Conflict(
            f"{version} ({asset}) is stored with digest {row[1][:12]}…; this one has {digest[:12]}….",
            hint="Publish the model under a new version.",
        )
    return int(row[0])


_FIND = """
    SELECT model_id, digest FROM models
    WHERE asset = %(asset)s AND family = %(family)s
      AND major = %(major)s AND minor = %(minor)s AND patch = %(patch)s
"""

_INSERT = """
    INSERT INTO models (asset, family, major, minor, patch, digest)
    VALUES (%(asset)s, %(family)s, %(major)s, %(minor)s, %(patch)s, %(digest)s)
    ON CONFLICT (asset, family, major, minor, patch) DO UPDATE SET asset = excluded.asset
    RETURNING model_id, digest
"""


def list_models(conn: Connection) -> list[StoredModel]:
    """Every model version, in the order they came."""
    rows = conn.execute("""
        SELECT model_id, asset, family, major, minor, patch, digest FROM models ORDER BY model_id
    """)
    return [
        StoredModel(number, asset, ModelVersion(*version), digest) for number, asset, *version, digest in rows
    ]
