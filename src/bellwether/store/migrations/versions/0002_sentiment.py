"""Who reads the news, and what each reader made of each text.

A score belongs to a text and a scorer version: it is stored once however many headlines say it.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

UP = (
    """
    CREATE TABLE scorers (
        scorer_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        family text COLLATE "C" NOT NULL CHECK (family <> ''),
        name text NOT NULL,
        digest text COLLATE "C" NOT NULL CHECK (digest <> ''),
        is_reference boolean NOT NULL,
        positive_above double precision NOT NULL,
        negative_below double precision NOT NULL CHECK (negative_below <= positive_above),
        origin text,
        UNIQUE (family, digest)
    )
    """,
    """
    CREATE TABLE sentiment_scores (
        score double precision NOT NULL CHECK (score BETWEEN -1 AND 1),
        positive real CHECK (positive BETWEEN 0 AND 1),
        neutral real CHECK (neutral BETWEEN 0 AND 1),
        negative real CHECK (negative BETWEEN 0 AND 1),
        scorer_id smallint NOT NULL REFERENCES scorers,
        text_key uuid NOT NULL,
        PRIMARY KEY (text_key, scorer_id)
    )
    """,
)

DOWN = (
    "DROP TABLE sentiment_scores",
    "DROP TABLE scorers",
)


def upgrade() -> None:
    """Create what the module describes."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for statement in DOWN:
        op.execute(statement)
