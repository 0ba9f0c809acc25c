"""Models, what they predicted, and how well they did.

One row of ``prediction_logs`` holds what every model said about one moment: position i of ``p_up``
is the probability by the model at position i of ``model_ids``.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

UP = (
    """
    CREATE TABLE models (
        model_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        asset text COLLATE "C" NOT NULL CHECK (asset <> ''),
        family text COLLATE "C" NOT NULL CHECK (family <> ''),
        major integer NOT NULL CHECK (major >= 0),
        minor integer NOT NULL CHECK (minor >= 0),
        patch integer NOT NULL CHECK (patch >= 0),
        digest text COLLATE "C" NOT NULL CHECK (digest <> ''),
        UNIQUE (asset, family, major, minor, patch)
    )
    """,
    """
    CREATE TABLE prediction_logs (
        as_of timestamptz NOT NULL,
        issued_at timestamptz NOT NULL,
        known_by timestamptz NOT NULL,
        served_model_id smallint REFERENCES models,
        is_late boolean NOT NULL,
        asset text COLLATE "C" NOT NULL CHECK (asset <> ''),
        horizon text COLLATE "C" NOT NULL CHECK (horizon IN ('1h', '4h', '24h')),
        source text COLLATE "C" NOT NULL CHECK (source IN ('live', 'replay', 'sample')),
        model_ids smallint[] NOT NULL,
        p_up double precision[] NOT NULL,
        PRIMARY KEY (as_of, asset, horizon, source),
        CONSTRAINT prediction_is_on_the_grid CHECK (extract(epoch FROM as_of) % 900 = 0),
        CONSTRAINT prediction_has_one_probability_per_model
            CHECK (cardinality(model_ids) > 0 AND cardinality(model_ids) = cardinality(p_up)),
        CONSTRAINT prediction_probabilities_are_probabilities
            CHECK (array_position(p_up, NULL) IS NULL AND 0 <= ALL (p_up) AND 1 >= ALL (p_up)),
        CONSTRAINT prediction_served_by_one_of_its_models
            CHECK (served_model_id IS NULL OR served_model_id = ANY (model_ids))
    )
    """,
    """
    CREATE TABLE model_performance (
        as_of timestamptz NOT NULL,
        hit_rate double precision CHECK (hit_rate BETWEEN 0 AND 1),
        log_loss double precision CHECK (log_loss >= 0 AND log_loss < 'Infinity'),
        brier_score double precision CHECK (brier_score BETWEEN 0 AND 1),
        hit_rate_lo real,
        hit_rate_hi real,
        log_loss_lo real,
        log_loss_hi real,
        brier_score_lo real,
        brier_score_hi real,
        calibration_error real CHECK (calibration_error BETWEEN 0 AND 1),
        n integer NOT NULL CHECK (n >= 0),
        n_eff integer NOT NULL CHECK (n_eff BETWEEN 0 AND n),
        model_id smallint NOT NULL REFERENCES models,
        window_days smallint NOT NULL CHECK (window_days > 0),
        horizon text COLLATE "C" NOT NULL CHECK (horizon IN ('1h', '4h', '24h')),
        source text COLLATE "C" NOT NULL CHECK (source IN ('live', 'replay', 'sample')),
        PRIMARY KEY (as_of, model_id, window_days, horizon, source)
    )
    """,
    # one row holds one look at everything: position i of the arrays belongs to subjects[i]
    """
    CREATE TABLE drift_metrics (
        as_of timestamptz NOT NULL,
        n integer NOT NULL CHECK (n >= 0),
        asset text COLLATE "C" NOT NULL CHECK (asset <> ''),
        source text COLLATE "C" NOT NULL CHECK (source IN ('live', 'replay', 'sample')),
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('feature', 'prediction', 'importance')),
        measure text COLLATE "C" NOT NULL CHECK (measure IN ('psi', 'wasserstein', 'ks')),
        subjects text[] NOT NULL CHECK (cardinality(subjects) > 0),
        distances double precision[] NOT NULL CHECK (0 <= ALL (distances)),
        limits double precision[] NOT NULL CHECK (0 <= ALL (limits)),
        PRIMARY KEY (as_of, asset, source, kind, measure),
        CHECK (cardinality(subjects) = cardinality(distances)),
        CHECK (cardinality(subjects) = cardinality(limits))
    )
    """,
)

DOWN = (
    "DROP TABLE drift_metrics",
    "DROP TABLE model_performance",
    "DROP TABLE prediction_logs",
    "DROP TABLE models",
)


def upgrade() -> None:
    """Create what the module describes."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for statement in DOWN:
        op.execute(statement)
