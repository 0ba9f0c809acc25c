"""What keeps the pipelines honest: leases, the ledger of slots, refused rows, budgets."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

UP = (
    # the row stays when a lease ends, so that its token only ever grows
    """
    CREATE TABLE leases (
        name text COLLATE "C" PRIMARY KEY,
        holder text,
        token bigint NOT NULL CHECK (token > 0),
        acquired_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE slots (
        slot timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        token bigint,
        n_rows integer NOT NULL DEFAULT 0 CHECK (n_rows >= 0),
        n_attempts smallint NOT NULL DEFAULT 0 CHECK (n_attempts >= 0),
        stream text COLLATE "C" NOT NULL CHECK (stream <> ''),
        state text COLLATE "C" NOT NULL DEFAULT 'open'
            CHECK (state IN ('open', 'claimed', 'done', 'given_up')),
        reason text,
        PRIMARY KEY (slot, stream),
        CONSTRAINT slot_is_on_the_grid CHECK (extract(epoch FROM slot) % 900 = 0),
        CONSTRAINT slot_claimed_by_a_token CHECK ((state = 'claimed') = (token IS NOT NULL)),
        CONSTRAINT slot_given_up_for_a_reason CHECK ((state = 'given_up') = (reason IS NOT NULL))
    )
    """,
    "CREATE INDEX slots_unfinished ON slots (stream, slot) WHERE state IN ('open', 'claimed')",
    """
    CREATE TABLE quarantine (
        quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        seen_at timestamptz NOT NULL,
        row_number integer NOT NULL CHECK (row_number >= 0),
        file text NOT NULL,
        kind text COLLATE "C" NOT NULL,
        reason text COLLATE "C" NOT NULL,
        payload text NOT NULL
    )
    """,
    # by the payload's hash too: a mended file under the same name is another row
    """
    CREATE UNIQUE INDEX quarantine_once
        ON quarantine (file, row_number, kind, reason, md5(payload))
    """,
    """
    CREATE TABLE budget_usage (
        measured_at timestamptz NOT NULL,
        amount double precision NOT NULL CHECK (amount >= 0),
        platform text COLLATE "C" NOT NULL,
        resource text COLLATE "C" NOT NULL,
        unit text NOT NULL,
        PRIMARY KEY (measured_at, platform, resource)
    )
    """,
)

DOWN = (
    "DROP TABLE budget_usage",
    "DROP TABLE quarantine",
    "DROP TABLE slots",
    "DROP TABLE leases",
)


def upgrade() -> None:
    """Create what the module describes."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for statement in DOWN:
        op.execute(statement)
