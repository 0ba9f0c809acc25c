"""Features: one array per slot and feature set; the set names its positions.

``known_by`` is the moment of knowledge a row was built with, so that it can be built again. A row
built after the grace of its slot is late; it is used for charts and training, never as live.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

UP = (
    """
    CREATE TABLE feature_sets (
        feature_set_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text COLLATE "C" NOT NULL,
        digest text COLLATE "C" NOT NULL,
        names text[] NOT NULL CHECK (cardinality(names) > 0),
        UNIQUE (name, digest)
    )
    """,
    """
    CREATE TABLE processed_features (
        as_of timestamptz NOT NULL,
        known_by timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        feature_set_id smallint NOT NULL REFERENCES feature_sets,
        revision smallint NOT NULL CHECK (revision >= 0),
        asset text COLLATE "C" NOT NULL CHECK (asset <> ''),
        source text COLLATE "C" NOT NULL CHECK (source IN ('live', 'replay', 'sample')),
        features real[] NOT NULL CHECK (array_position(features, NULL) IS NULL),
        PRIMARY KEY (as_of, feature_set_id, revision, asset, source),
        CONSTRAINT feature_row_is_on_the_grid CHECK (extract(epoch FROM as_of) % 900 = 0)
    )
    """,
)

DOWN = (
    "DROP TABLE processed_features",
    "DROP TABLE feature_sets",
)


def upgrade() -> None:
    """Create what the module describes."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for statement in DOWN:
        op.execute(statement)
