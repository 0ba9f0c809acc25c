"""Track record: how often served predictions were right, beside the simplest baseline's on the same ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bellwether.clock import DAY_US, from_us, iso
from bellwether.evidence.intervals import Interval
from bellwether.evidence.paired import PairComparison, compare_pair
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.scorecard import family_score
from bellwether.evidence.wording import MIN_N_EFF, pair_sentence
from bellwether.formatting import rate
from bellwether.identity import Horizon, Source
from bellwether.pipelines.deploy import FIRST_CHAMPION
from bellwether.pipelines.outcomes import stored_outcomes
from bellwether.store.database import Connection
from bellwether.store.predictions import PredictionRow, list_models, load_predictions

SERVED = "served"
"""The panel's name for whichever version was served at a tick."""

DAYS = 30
"""Days of predictions a track record looks back on."""


@dataclass(frozen=True)
class TrackRecord:
    """How good the served predictions were.

    Attributes
    ----------
    from_us, to_us : int
        First and last moment whose predictions are looked at, microseconds UTC.
    n_eff : int
        Matured predictions whose outcomes do not overlap.
    n_pending : int
        Predictions whose horizon has not passed yet.
    hit_rate, baseline : Interval
        Of the served versions and of the baseline, on the same matured predictions.
    pair : PairComparison
        The served versions (``a``) against the baseline (``b``).
    is_baseline : bool
        The baseline itself was served at every tick.
    """

    from_us: int
    to_us: int
    n_eff: int
    n_pending: int
    hit_rate: Interval
    baseline: Interval
    pair: PairComparison
    is_baseline: bool

    @property
    def sentence(self) -> str:
        """What the record shows, by the rule that is valid at every look."""
        if self.hit_rate.value is None:
            return "No served prediction has matured yet."
        if self.is_baseline:
            return f"The served model was the baseline itself ({FIRST_CHAMPION})."
        lead = self.pair.lead
        is_open = lead.lo is None or lead.hi is None or lead.lo <= 0 <= lead.hi
        if lead.n_eff >= MIN_N_EFF and is_open:
            return f"The served model has not been shown to beat the baseline ({rate(self.baseline.value)})."
        return pair_sentence("the baseline", "The served model", lead)

    def to_json(self) -> dict[str, Any]:
        """The record as a document."""
        return {
            "from": iso(from_us(self.from_us)),
            "to": iso(from_us(self.to_us)),
            "n": self.hit_rate.n,
            "n_eff": self.n_eff,
            "n_pending": self.n_pending,
            "hit_rate": self.hit_rate.to_json(),
            "baseline": {"family": FIRST_CHAMPION, "hit_rate": self.baseline.to_json()},
            "lead": self.pair.lead.to_json(),
            "sentence": self.sentence,
        }


def track_record(
    conn: Connection, asset: str, horizon: Horizon, source: Source, *, as_of_us: int, days: int = DAYS
) -> TrackRecord:
    """The record of the predictions served in the days up to a moment, as it was known then.

    Late predictions do not count, and outcomes after ``as_of_us`` are not looked at.

    Parameters
    ----------
    conn : Connection
    asset : str
    horizon : Horizon
    source : Source
    as_of_us : int
        The moment, microseconds UTC; its own prediction is pending.
    days : int
    """
    first_us = as_of_us - days * DAY_US
    rows = load_predictions(conn, asset, horizon, source, from_us=first_us, to_us=as_of_us + 1)
    families = {model.model_id: model.version.family for model in list_models(conn)}
    counted = [row for row in rows if row.served_model_id is not None and not row.is_late]
    panel = _panel(conn, asset, horizon, rows=counted, families=families, known_by_us=as_of_us)
    score, baseline = (family_score(panel, name, seed=0) for name in (SERVED, FIRST_CHAMPION))
    return TrackRecord(
        from_us=first_us,
        to_us=as_of_us,
        n_eff=score.n_eff,
        n_pending=int((panel.as_of_us + horizon.us > as_of_us).sum()),
        hit_rate=score.hit_rate,
        baseline=baseline.hit_rate,
        pair=compare_pair(panel, SERVED, FIRST_CHAMPION, seed=0),
        is_baseline={families[row.served_model_id] for row in counted if row.served_model_id}
        <= {FIRST_CHAMPION},
    )


def _panel(
    conn: Connection,
    asset: str,
    horizon: Horizon,
    *,
    rows: Sequence[PredictionRow],
    families: Mapping[int, str],
    known_by_us: int,
) -> PredictionPanel:
    """The served and the baseline's predictions of the ticks that have both, beside known outcomes."""
    said = [(row.as_of_us, _served_and_baseline(row, families)) for row in rows]
    ticks = [(as_of_us, pair) for as_of_us, pair in said if pair is not None]
    as_of_us = np.array([tick for tick, _ in ticks], dtype=np.int64)
    outcomes = stored_outcomes(conn, asset, horizon, as_of_us)
    return PredictionPanel(
        asset=asset,
        horizon=horizon,
        tick_us=outcomes.tick_us,
        as_of_us=as_of_us,
        families=(SERVED, FIRST_CHAMPION),
        p_up=np.array([pair for _, pair in ticks], dtype=np.float64).reshape(-1, 2),
        label=outcomes.label,
        log_return=outcomes.log_return,
    ).known_by(known_by_us)


def _served_and_baseline(row: PredictionRow, families: Mapping[int, str]) -> tuple[float, float] | None:
    """What both said at a tick; None where the baseline said nothing."""
    p_up = dict(zip(row.model_ids, row.p_up, strict=True))
    baselines = [model_id for model_id in row.model_ids if families[model_id] == FIRST_CHAMPION]
    if row.served_model_id is None or not baselines:
        return None
    return p_up[row.served_model_id], p_up[baselines[0]]
