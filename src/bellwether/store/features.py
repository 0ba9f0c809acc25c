"""Features: one row per slot, feature set and revision."""

from __future__ import annotations

from bellwether.errors import InvalidSchema, NotFound
from bellwether.features.matrix import FeatureMatrix
from bellwether.identity import Source
from bellwether.store.columns import MOMENT, incoming, read_columns, reals, write_columns
from bellwether.store.database import Connection
from bellwether.store.moments import moment
from bellwether.store.statistics import refresh_statistics

FOREVER_US = 2**63 - 1
"""Later than every moment of knowledge."""


def ensure_feature_set(conn: Connection, name: str, digest: str, names: tuple[str, ...]) -> int:
    """The number of a feature set, which is its name and digest; a new one is noted.

    Raises
    ------
    InvalidSchema
        The set is known with other features: its digest does not cover them.
    """
    # looked up first: an insert that meets a conflict uses up a number, and there are 32,767
    known = {"name": name, "digest": digest, "names": list(names)}
    row = conn.execute(_FIND_SET, known).fetchone() or conn.execute(_INSERT_SET, known).fetchone()
    assert row is not None
    if tuple(row[1]) != names:
        raise InvalidSchema(f"Feature set {name} ({digest[:12]}…) is stored with other features.")
    return int(row[0])


def find_feature_set(conn: Connection, name: str, digest: str) -> int | None:
    """The number of a feature set, or None where nothing was stored for it."""
    row = conn.execute(_FIND_SET, {"name": name, "digest": digest}).fetchone()
    return None if row is None else int(row[0])


_FIND_SET = "SELECT feature_set_id, names FROM feature_sets WHERE name = %(name)s AND digest = %(digest)s"

_INSERT_SET = """
    INSERT INTO feature_sets (name, digest, names) VALUES (%(name)s, %(digest)s, %(names)s)
    ON CONFLICT (name, digest) DO UPDATE SET name = excluded.name
    RETURNING feature_set_id, names
"""


def insert_features(
    conn: Connection,
    asset: str,
    feature_set_id: int,
    matrix: FeatureMatrix,
    *,
    source: Source,
    recorded_us: int,
) -> int:
    """Store feature rows that are new or differ, in any bit, from the last revision of their slot.

    Parameters
    ----------
    conn : Connection
    asset : str
    feature_set_id : int
    matrix : FeatureMatrix
        Each slot once.
    source : Source
    recorded_us : int
        The moment of storing, microseconds UTC.

    Returns
    -------
    int
        Number of rows added.

    Raises
    ------
    NotFound
        There is no such feature set.
    InvalidSchema
        The matrix has other columns than the set.
    StoreError
        A slot is off the 15-minute grid.
    """
    names = _names(conn, feature_set_id)
    if matrix.names != names:
        raise InvalidSchema(f"The matrix does not have the {len(names)} features of its set, in order.")
    with incoming(conn, "as_of timestamptz, known_by timestamptz, features real[]"):
        write_columns(
            conn,
            "incoming",
            {
                "as_of": (MOMENT, matrix.as_of_us),
                "known_by": (MOMENT, matrix.known_by_us),
                "features": (reals(len(names)), matrix.values),
            },
        )
        scope = {
            "asset": asset,
            "set": feature_set_id,
            "source": source.value,
            "recorded_at": moment(recorded_us),
        }
        n_added = conn.execute(_INSERT, scope).rowcount
    refresh_statistics(conn, "processed_features")
    return n_added


# array_send gives the bits: = would take two NaNs, or 0 and -0, for the same
_INSERT = """
    WITH stored AS (
        SELECT DISTINCT ON (as_of) as_of, revision, features
        FROM processed_features
        WHERE asset = %(asset)s AND feature_set_id = %(set)s AND source = %(source)s
          AND as_of BETWEEN (SELECT min(as_of) FROM incoming) AND (SELECT max(as_of) FROM incoming)
        ORDER BY as_of, revision DESC
    )
    INSERT INTO processed_features (as_of, known_by, recorded_at, feature_set_id, revision, asset,
                                    source, features)
    SELECT i.as_of, i.known_by, %(recorded_at)s, %(set)s, coalesce(s.revision + 1, 0), %(asset)s,
           %(source)s, i.features
    FROM incoming i LEFT JOIN stored s USING (as_of)
    WHERE s.features IS NULL OR array_send(i.features) <> array_send(s.features)
    ORDER BY as_of
    ON CONFLICT DO NOTHING
"""


def load_features(
    conn: Connection,
    asset: str,
    feature_set_id: int,
    *,
    from_us: int,
    to_us: int,
    source: Source,
    known_by_us: int = FOREVER_US,
) -> FeatureMatrix:
    """The latest revision of each slot in [``from_us``, ``to_us``), ascending.

    With ``known_by_us`` the latest of those that were built with what was known by then: the rows a
    prediction of that moment was made from.

    Raises
    ------
    NotFound
        There is no such feature set.
    """
    names = _names(conn, feature_set_id)
    columns = read_columns(
        conn,
        """
        SELECT DISTINCT ON (as_of) as_of, known_by, features
        FROM processed_features
        WHERE asset = %(asset)s AND feature_set_id = %(set)s AND source = %(source)s
          AND as_of >= %(from)s AND as_of < %(to)s AND known_by <= %(known_by)s
        ORDER BY as_of, revision DESC
        """,
        {
            "asset": asset,
            "set": feature_set_id,
            "source": source.value,
            "from": moment(from_us),
            "to": moment(to_us),
            "known_by": moment(known_by_us),
        },
        kinds={"as_of_us": MOMENT, "known_by_us": MOMENT, "values": reals(len(names))},
    )
    return FeatureMatrix(names=names, **columns)


def _names(conn: Connection, feature_set_id: int) -> tuple[str, ...]:
    row = conn.execute(
        "SELECT names FROM feature_sets WHERE feature_set_id = %s", [feature_set_id]
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no feature set {feature_set_id}.")
    return tuple(row[0])
