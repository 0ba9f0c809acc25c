"""The point-in-time rule in SQL, and views for analysts.

``candles_as_of(t)`` and ``headlines_as_of(t)`` are the rows that may be used for ``as_of = t``. Bodies are
parsed when they are created (``BEGIN ATOMIC``), so a change of a table cannot break them unseen.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

UP = (
    """
    CREATE FUNCTION candles_as_of(
        t timestamptz,
        known_by timestamptz DEFAULT NULL,
        asset text DEFAULT 'BTC',
        venue text DEFAULT 'composite'
    ) RETURNS SETOF raw_candles LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT DISTINCT ON (c.interval_minutes, c.open_time) c.*
        FROM raw_candles c
        WHERE c.asset = candles_as_of.asset
          AND c.venue = candles_as_of.venue
          AND c.open_time < t  -- follows from the next line, and can use the index
          AND c.open_time + make_interval(mins => c.interval_minutes) <= t
          AND c.known_at <= coalesce(candles_as_of.known_by, t + interval '15 minutes')
        ORDER BY c.interval_minutes, c.open_time, c.revision DESC;
    END
    """,
    """
    COMMENT ON FUNCTION candles_as_of IS
        'The latest revision of each candle that closed by t and was known by known_by (default t + 15 min)'
    """,
    # an imported edit may have been known before one that was stored earlier: known_at decides
    """
    CREATE FUNCTION headlines_as_of(
        t timestamptz,
        known_by timestamptz DEFAULT NULL,
        asset text DEFAULT 'BTC'
    ) RETURNS SETOF raw_headlines LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT DISTINCT ON (h.key) h.*
        FROM raw_headlines h
        WHERE h.asset = headlines_as_of.asset
          AND h.known_at <= least(t, headlines_as_of.known_by)
        ORDER BY h.key, h.known_at DESC, h.revision DESC;
    END
    """,
    """
    COMMENT ON FUNCTION headlines_as_of IS
        'The latest wording of each headline known by t, and by known_by where that is earlier'
    """,
    """
    CREATE VIEW prices AS
    SELECT DISTINCT ON (asset, venue, interval_minutes, open_time)
           asset, venue, interval_minutes, open_time,
           open_time + make_interval(mins => interval_minutes) AS close_time,
           open, high, low, close, volume, revision, known_at
    FROM raw_candles
    ORDER BY asset, venue, interval_minutes, open_time, revision DESC
    """,
    """
    CREATE VIEW scored_headlines AS
    SELECT h.asset, s.family AS scorer, s.name AS scorer_name, h.key, h.revision, p.name AS publisher,
           h.event_time, h.known_at, h.text, h.url, r.score, r.positive, r.neutral, r.negative,
           CASE WHEN r.score >= s.positive_above THEN 'positive'
                WHEN r.score <= s.negative_below THEN 'negative'
                ELSE 'neutral' END AS label,
           d.original AS repeats
    FROM raw_headlines h
    JOIN publishers p USING (publisher_id)
    JOIN sentiment_scores r USING (text_key)
    JOIN scorers s USING (scorer_id)
    LEFT JOIN headline_duplicates d ON d.headline = h.key AND d.asset = h.asset
    """,
    *(
        f"""
        CREATE VIEW news_tone_{name} AS
        SELECT asset, scorer, scorer_name, date_trunc('{unit}', known_at, 'UTC') AS {unit},
               count(*) AS n,
               avg(score) AS mean_score,
               stddev_samp(score) AS score_deviation,
               avg((label = 'positive')::int)::double precision AS positive_share,
               avg((label = 'negative')::int)::double precision AS negative_share
        FROM (
            -- the first wording by knowledge: an edit stored later may have been known earlier
            SELECT DISTINCT ON (asset, scorer, scorer_name, key) *
            FROM scored_headlines
            WHERE repeats IS NULL
            ORDER BY asset, scorer, scorer_name, key, known_at, revision
        ) AS first_wordings
        GROUP BY asset, scorer, scorer_name, date_trunc('{unit}', known_at, 'UTC')
        """  # noqa: S608 - filled with the literals below
        for name, unit in (("hourly", "hour"), ("daily", "day"))
    ),
    # a tie is not up; without both closes there is no outcome
    """
    CREATE VIEW predictions_with_outcomes AS
    WITH closes AS (
        SELECT DISTINCT ON (asset, close_time) asset, close_time, close
        FROM prices
        WHERE venue = 'composite'
        ORDER BY asset, close_time, interval_minutes
    )
    SELECT lower(l.asset) || '-' || l.horizon || '-'
               || to_char(l.as_of AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MI"Z"') || '-' || m.family || '-'
               || concat_ws('.', m.major, m.minor, m.patch) || '-' || l.source AS prediction_id,
           l.asset, l.horizon, l.as_of, l.source, l.issued_at, l.is_late,
           m.family, m.family || '@' || concat_ws('.', m.major, m.minor, m.patch) AS version,
           e.p_up, coalesce(m.model_id = l.served_model_id, false) AS is_served,
           at_issue.close AS close_at_as_of, at_outcome.close AS close_at_outcome,
           ln(at_outcome.close / at_issue.close) AS log_return,
           at_outcome.close > at_issue.close AS is_up,
           (e.p_up > 0.5) = (at_outcome.close > at_issue.close) AS is_hit
    FROM prediction_logs l
    CROSS JOIN LATERAL unnest(l.model_ids, l.p_up) AS e (model_id, p_up)
    JOIN models m ON m.model_id = e.model_id
    LEFT JOIN closes at_issue ON at_issue.asset = l.asset AND at_issue.close_time = l.as_of
    LEFT JOIN closes at_outcome
        ON at_outcome.asset = l.asset AND at_outcome.close_time = l.as_of + l.horizon::interval
    """,
    """
    CREATE VIEW features_long AS
    SELECT f.asset, s.name AS feature_set, s.digest AS feature_set_digest, f.source, f.as_of, f.revision,
           f.known_by, f.known_by > f.as_of + interval '15 minutes' AS is_late,
           e.feature, nullif(e.value, 'NaN'::real) AS value
    FROM processed_features f
    JOIN feature_sets s USING (feature_set_id)
    CROSS JOIN LATERAL unnest(s.names, f.features) AS e (feature, value)
    """,
    """
    CREATE VIEW drift_long AS
    SELECT d.asset, d.source, d.as_of, d.kind, d.measure, e.subject, e.distance, e.distance_limit,
           e.distance > e.distance_limit AS is_drift, d.n
    FROM drift_metrics d
    CROSS JOIN LATERAL unnest(d.subjects, d.distances, d.limits) AS e (subject, distance, distance_limit)
    """,
)

DOWN = (
    "DROP VIEW drift_long",
    "DROP VIEW features_long",
    "DROP VIEW predictions_with_outcomes",
    "DROP VIEW news_tone_daily",
    "DROP VIEW news_tone_hourly",
    "DROP VIEW scored_headlines",
    "DROP VIEW prices",
    "DROP FUNCTION headlines_as_of",
    "DROP FUNCTION candles_as_of",
)


def upgrade() -> None:
    """Create what the module describes."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for statement in DOWN:
        op.execute(statement)
