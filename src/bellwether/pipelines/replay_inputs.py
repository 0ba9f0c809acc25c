"""The inputs of a replay: files into the workspace, scored, turned into features, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bellwether.clock import Clock, to_us
from bellwether.errors import ScorerUnavailable, TooFewObservations
from bellwether.evidence.leadlag import LeadLag
from bellwether.features.builder import tick_us
from bellwether.formatting import count
from bellwether.identity import NEWS_FAMILIES
from bellwether.market.candles import COMPOSITE
from bellwether.pipelines.documents import scorer_document
from bellwether.pipelines.features import FeatureJob, build_features
from bellwether.pipelines.import_summary import ImportSummary
from bellwether.pipelines.imports import import_candles, import_headlines, import_revisions, import_scores
from bellwether.pipelines.leadlag import tone_against_returns
from bellwether.pipelines.prepare import PreparedTicks, load_prepared
from bellwether.pipelines.recipe import note_recipe
from bellwether.pipelines.replay_request import ReplayRequest
from bellwether.pipelines.scoring import score_headlines, score_placebo
from bellwether.pipelines.workspace import Workspace
from bellwether.progress import Track
from bellwether.sentiment.opening import open_scorers
from bellwether.sentiment.recorded import recorded_finbert_info
from bellwether.sentiment.scorer import Scorer, ScorerInfo
from bellwether.settings import Settings
from bellwether.store.candles import span
from bellwether.store.headlines import news_events
from bellwether.store.runs import complete_step, list_steps
from bellwether.store.scores import ensure_scorer

IMPORTED = "import"
"""The run's step that holds what happened to the rows of its files."""


@dataclass(frozen=True)
class ReplayInputs:
    """What a replay starts from.

    Attributes
    ----------
    prepared : PreparedTicks
        From the first recorded news to the end of the range.
    news_families : tuple of str
        Families whose scorer is there.
    unavailable : mapping of family to str
        The others, with the reason.
    coverage : dict
        Per family the texts it scored, and the common texts that all families are built on.
    leadlag : mapping of family to LeadLag
        Over the range of the replay.
    imported : list of dict
        What happened to the rows of the files.
    assumed : tuple of str
        What was assumed, in sentences.
    """

    prepared: PreparedTicks
    news_families: tuple[str, ...]
    unavailable: Mapping[str, str]
    coverage: dict[str, Any]
    leadlag: Mapping[str, LeadLag]
    imported: list[dict[str, Any]]
    assumed: tuple[str, ...]

    def scorer_document(self, scorer: str | None) -> dict[str, Any] | None:
        """Who read the news for a family, as documents show it."""
        if scorer is None:
            return None
        return scorer_document(self.prepared.scorers[scorer])


def collect_inputs(
    request: ReplayRequest, workspace: Workspace, *, settings: Settings, clock: Clock, track: Track
) -> ReplayInputs:
    """Import, score and build everything a replay needs; what an earlier process did is not done again.

    Raises
    ------
    TooFewObservations
        The files hold no headline, or no candle.
    InputError
        A file cannot be used.
    """
    imported = _import_once(request, workspace, clock=clock, track=track)
    scorers, unavailable = _scorers(request, settings)
    scored = _score(request, workspace, scorers, track=track)
    interval_us, from_us = _extent(request, workspace)
    job = FeatureJob(
        asset=request.asset,
        interval_us=interval_us,
        scorers=scored,
        source=request.source,
        recorded_us=to_us(clock.now()),
        on_common_texts=True,
    )
    with workspace.database.session() as conn:
        note_recipe(conn, workspace.run_id, job, at_us=to_us(request.start))
    build_features(workspace.database, job, from_us=from_us, to_us=to_us(request.end), track=track)
    prepared = load_prepared(
        workspace.database,
        asset=request.asset,
        horizon=request.horizon,
        interval_us=interval_us,
        scorers=scored,
        from_us=from_us,
        to_us=to_us(request.end),
        source=request.source,
    )
    families = tuple(name for name in NEWS_FAMILIES if name in scored)
    return ReplayInputs(
        prepared=prepared,
        news_families=families,
        unavailable=unavailable,
        coverage=_coverage(request, workspace, scored, families),
        leadlag=_lead_lag(request, workspace, {name: scored[name] for name in families}),
        imported=imported,
        assumed=_assumed(imported),
    )


def _import_once(
    request: ReplayRequest, workspace: Workspace, *, clock: Clock, track: Track
) -> list[dict[str, Any]]:
    """What happened to the rows of the files, from the process whose import came to its end."""
    with workspace.database.session() as conn:
        noted = list_steps(conn, workspace.run_id).get(IMPORTED)
    if noted is not None:
        return list(noted["files"])
    found = [_imported(summary) for summary in _import(request, workspace, clock=clock, track=track)]
    with workspace.database.session() as conn:
        complete_step(conn, workspace.run_id, IMPORTED, at_us=to_us(request.start), payload={"files": found})
    return found


def _import(
    request: ReplayRequest, workspace: Workspace, *, clock: Clock, track: Track
) -> list[ImportSummary]:
    """Every file into the workspace; importing what is there already changes nothing."""
    database, asset = workspace.database, request.asset
    found = [
        import_headlines(database, request.headlines, asset=asset, clock=clock, track=track),
        import_candles(database, request.candles, asset=asset, clock=clock, track=track),
    ]
    if request.revisions:
        found.append(import_revisions(database, request.revisions, asset=asset, clock=clock, track=track))
    if request.scores:
        found.append(import_scores(database, request.scores, clock=clock, track=track))
    return found


def _scorers(request: ReplayRequest, settings: Settings) -> tuple[dict[str, Scorer], dict[str, str]]:
    """The scorers that run here, and why the others do not.

    Recorded FinBERT scores come before weights: they are the real model's, and they were there first.
    """
    opened = open_scorers(settings)
    scorers = {name: scorer for name, scorer in opened.items() if not isinstance(scorer, ScorerUnavailable)}
    if request.scores:
        scorers.pop("finbert", None)
    unavailable = {
        name: scorer.reason
        for name, scorer in opened.items()
        if isinstance(scorer, ScorerUnavailable) and not (name == "finbert" and request.scores)
    }
    return scorers, unavailable


def _score(
    request: ReplayRequest, workspace: Workspace, scorers: Mapping[str, Scorer], *, track: Track
) -> dict[str, ScorerInfo]:
    """Score every text once, placebos included; returns who read for each family."""
    infos = {name: scorer.info for name, scorer in scorers.items()}
    for scorer in scorers.values():
        score_headlines(workspace.database, scorer, asset=request.asset, track=track)
    if request.scores:
        infos["finbert"] = recorded_finbert_info()
    placebos = [score_placebo(workspace.database, info, asset=request.asset) for info in infos.values()]
    return infos | {placebo.family: placebo for placebo in placebos}


def _extent(request: ReplayRequest, workspace: Workspace) -> tuple[int, int]:
    """Candle interval, and the first tick with recorded news; both in microseconds."""
    with workspace.database.session() as conn:
        candles = span(conn, request.asset, COMPOSITE)
        events = news_events(
            conn, request.asset, scorer_id=None, known_from_us=0, known_to_us=to_us(request.end)
        )
    if candles is None or len(events) == 0:
        what = "candle" if candles is None else "headline known before --to"
        raise TooFewObservations(f"The files hold no {what}.", needed=1, found=0)
    tick = tick_us(candles.interval_us)
    return candles.interval_us, int(events.first_known_us.min()) // tick * tick


def _coverage(
    request: ReplayRequest,
    workspace: Workspace,
    scored: Mapping[str, ScorerInfo],
    families: tuple[str, ...],
) -> dict[str, Any]:
    """First wordings known by the end of the range that each scorer, and all of them, have a score for.

    History before the range is among them: it is learnt from.
    """
    has_score = {}
    with workspace.database.session() as conn:
        for family in families:
            events = news_events(
                conn,
                request.asset,
                scorer_id=ensure_scorer(conn, scored[family]),
                known_from_us=0,
                known_to_us=to_us(request.end),
            )
            is_first = (events.known_us == events.first_known_us) & (events.known_us <= to_us(request.end))
            has_score[family] = np.isfinite(events.take(is_first).score)
    counts = {family: int(is_scored.sum()) for family, is_scored in has_score.items()}
    counts["common"] = int(np.logical_and.reduce(list(has_score.values())).sum())
    total = len(next(iter(has_score.values())))
    return {name: {"scored": n, "of": total, "share": n / total} for name, n in counts.items()}


def _lead_lag(
    request: ReplayRequest, workspace: Workspace, scored: Mapping[str, ScorerInfo]
) -> dict[str, LeadLag]:
    from_us, until_us = to_us(request.start), to_us(request.end)
    with workspace.database.session() as conn:
        return {
            family: tone_against_returns(
                conn, request.asset, ensure_scorer(conn, info), from_us=from_us, to_us=until_us
            )
            for family, info in scored.items()
        }


def _assumed(imported: list[dict[str, Any]]) -> tuple[str, ...]:
    """What the result rests on besides the data."""
    sentences = [
        "Candles count as known at their close, and a prediction as issued at its tick.",
        "Headlines without a first-seen time count as known 60 minutes after publication.",
        "Headlines with only a date count as known at the next midnight UTC.",
        "The lead-lag picture places tone at the hour of publication and leaves out bare dates.",
        "All trainings use hourly ticks in stretches with recorded news, baselines too.",
    ]
    refused = sum(n for summary in imported for n in summary["quarantined"].values())
    if refused:
        sentences.append(f"{count(refused)} rows of the files were refused and lie in quarantine.")
    return tuple(sentences)


def _imported(summary: ImportSummary) -> dict[str, Any]:
    return {
        "kind": summary.kind,
        "read": summary.n_read,
        "new": summary.n_new,
        "known": summary.n_known,
        "revised": summary.n_revised,
        "duplicates": summary.n_duplicates,
        "quarantined": dict(summary.quarantined),
        "dropped": dict(summary.dropped),
    }
