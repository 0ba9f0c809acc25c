"""What the system did: runs and their steps, deployments, experiments, incidents.

These rows are few and read by people: their details are JSON.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

UP = (
    """
    CREATE TABLE runs (
        run_id text COLLATE "C" PRIMARY KEY CHECK (run_id <> ''),
        kind text COLLATE "C" NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        status text COLLATE "C" NOT NULL CHECK (status <> ''),
        arguments jsonb NOT NULL,
        summary jsonb
    )
    """,
    """
    CREATE TABLE run_steps (
        run_id text COLLATE "C" NOT NULL REFERENCES runs ON DELETE CASCADE,
        step text COLLATE "C" NOT NULL,
        position integer NOT NULL,
        at timestamptz NOT NULL,
        payload jsonb,
        PRIMARY KEY (run_id, step)
    )
    """,
    """
    CREATE TABLE run_events (
        run_id text COLLATE "C" NOT NULL REFERENCES runs ON DELETE CASCADE,
        at timestamptz NOT NULL,
        kind text COLLATE "C" NOT NULL,
        subject text COLLATE "C" NOT NULL,
        payload jsonb,
        PRIMARY KEY (run_id, at, kind, subject)
    )
    """,
    """
    CREATE TABLE deployments (
        at timestamptz NOT NULL,
        asset text COLLATE "C" NOT NULL,
        horizon text COLLATE "C" NOT NULL CHECK (horizon IN ('1h', '4h', '24h')),
        source text COLLATE "C" NOT NULL CHECK (source IN ('live', 'replay', 'sample')),
        channel text COLLATE "C" NOT NULL CHECK (channel IN ('champion', 'challenger', 'previous')),
        model_id smallint NOT NULL REFERENCES models,
        previous_model_id smallint REFERENCES models,
        action text COLLATE "C" NOT NULL,
        reason text NOT NULL,
        evidence jsonb,
        PRIMARY KEY (asset, horizon, source, channel, at)
    )
    """,
    """
    CREATE TABLE experiments (
        experiment_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        asset text COLLATE "C" NOT NULL,
        horizon text COLLATE "C" NOT NULL CHECK (horizon IN ('1h', '4h', '24h')),
        control_model_id smallint NOT NULL REFERENCES models,
        treatment_model_id smallint NOT NULL REFERENCES models,
        treatment_share double precision NOT NULL CHECK (treatment_share > 0 AND treatment_share < 1),
        started_at timestamptz NOT NULL,
        stopped_at timestamptz CHECK (stopped_at >= started_at),
        reason text,
        CHECK (control_model_id <> treatment_model_id)
    )
    """,
    """
    CREATE UNIQUE INDEX experiments_running ON experiments (asset, horizon) WHERE stopped_at IS NULL
    """,
    """
    CREATE TABLE exposures (
        served_at timestamptz NOT NULL,
        as_of timestamptz NOT NULL,
        visitor uuid NOT NULL,
        experiment_id integer REFERENCES experiments,
        latency_us integer NOT NULL CHECK (latency_us >= 0),
        model_id smallint NOT NULL REFERENCES models,
        status smallint NOT NULL,
        horizon text COLLATE "C" NOT NULL CHECK (horizon IN ('1h', '4h', '24h')),
        served_from text COLLATE "C" NOT NULL
            CHECK (served_from IN ('memory', 'redis', 'database', 'snapshot')),
        PRIMARY KEY (served_at, visitor, model_id, horizon)
    )
    """,
    "COMMENT ON COLUMN exposures.visitor IS 'Hash of the client address with a salt of one day'",
    """
    CREATE TABLE incidents (
        incident_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        key text COLLATE "C" NOT NULL CHECK (key <> ''),
        severity text COLLATE "C" NOT NULL CHECK (severity IN ('info', 'warn', 'critical')),
        runbook text NOT NULL CHECK (runbook <> ''),
        title text NOT NULL,
        opened_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL CHECK (seen_at >= opened_at),
        n_seen integer NOT NULL CHECK (n_seen > 0),
        closed_at timestamptz CHECK (closed_at >= opened_at),
        details jsonb
    )
    """,
    "CREATE UNIQUE INDEX incidents_open ON incidents (key) WHERE closed_at IS NULL",
)

DOWN = (
    "DROP TABLE incidents",
    "DROP TABLE exposures",
    "DROP TABLE experiments",
    "DROP TABLE deployments",
    "DROP TABLE run_events",
    "DROP TABLE run_steps",
    "DROP TABLE runs",
)


def upgrade() -> None:
    """Create what the module describes."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for statement in DOWN:
        op.execute(statement)
