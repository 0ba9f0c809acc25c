"""What was observed: headlines and candles, append-only, each row with its moment of knowledge.

A later wording or a revised bar is a new row with the next ``revision``. ``recorded_at`` is when the
row entered this database: history that is imported later keeps its own ``known_at``.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

UP = (
    """
    CREATE TABLE publishers (
        publisher_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE
    )
    """,
    # columns of fixed width come first, widest first: no bytes are lost to alignment. Keys begin with
    # the time: rows come in its order, and an index that only grows at its end stays half as large
    """
    CREATE TABLE raw_headlines (
        event_time timestamptz NOT NULL,
        known_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        publisher_id integer NOT NULL REFERENCES publishers,
        revision smallint NOT NULL CHECK (revision >= 0),
        is_known_assumed boolean NOT NULL,
        is_text_title boolean NOT NULL,
        key uuid NOT NULL,
        text_key uuid NOT NULL,
        asset text COLLATE "C" NOT NULL CHECK (asset <> ''),
        text text NOT NULL CHECK (text <> ''),
        title text CHECK (NOT (is_text_title AND title IS NOT NULL)),
        summary text,
        url text,
        PRIMARY KEY (key, revision, asset)
    )
    """,
    "CREATE INDEX raw_headlines_known ON raw_headlines (known_at, asset)",
    "COMMENT ON COLUMN raw_headlines.title IS 'Only where it differs from text; see is_text_title'",
    """
    CREATE TABLE headline_duplicates (
        headline uuid NOT NULL,
        original uuid NOT NULL CHECK (original <> headline),
        asset text COLLATE "C" NOT NULL,
        PRIMARY KEY (headline, asset)
    )
    """,
    """
    CREATE TABLE raw_candles (
        open_time timestamptz NOT NULL,
        known_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        open double precision NOT NULL,
        high double precision NOT NULL,
        low double precision NOT NULL,
        close double precision NOT NULL,
        volume double precision NOT NULL,
        interval_minutes smallint NOT NULL CHECK (interval_minutes > 0),
        revision smallint NOT NULL CHECK (revision >= 0),
        asset text COLLATE "C" NOT NULL CHECK (asset <> ''),
        venue text COLLATE "C" NOT NULL CHECK (venue <> ''),
        PRIMARY KEY (open_time, interval_minutes, revision, asset, venue),
        CONSTRAINT candle_is_on_its_grid
            CHECK (extract(epoch FROM open_time) % (interval_minutes * 60) = 0),
        CONSTRAINT candle_is_known_after_its_close
            CHECK (extract(epoch FROM known_at - open_time) >= interval_minutes * 60),
        CONSTRAINT candle_prices_are_positive_and_finite
            CHECK (low > 0 AND high < 'Infinity'),
        CONSTRAINT candle_prices_are_in_order
            CHECK (low <= least(open, close) AND greatest(open, close) <= high),
        CONSTRAINT candle_volume_is_finite
            CHECK (volume >= 0 AND volume < 'Infinity')
    )
    """,
    """
    CREATE VIEW raw_data AS
    SELECT 'headline' AS kind, h.asset, p.name AS origin, h.key::text AS item, h.revision,
           h.event_time, h.known_at, h.recorded_at, h.text, NULL::double precision AS close
    FROM raw_headlines h JOIN publishers p USING (publisher_id)
    UNION ALL
    SELECT 'candle', c.asset, c.venue, c.interval_minutes || 'm', c.revision,
           c.open_time, c.known_at, c.recorded_at, NULL, c.close
    FROM raw_candles c
    """,
)

DOWN = (
    "DROP VIEW raw_data",
    "DROP TABLE raw_candles",
    "DROP TABLE headline_duplicates",
    "DROP TABLE raw_headlines",
    "DROP TABLE publishers",
)


def upgrade() -> None:
    """Create what the module describes."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for statement in DOWN:
        op.execute(statement)
