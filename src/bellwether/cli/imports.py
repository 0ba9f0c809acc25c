"""``bellwether import``: recorded files into the store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bellwether.cli.frame import Invocation, command, group
from bellwether.cli.output import Answer
from bellwether.cli.tables import Column, Table
from bellwether.clock import from_us
from bellwether.errors import InputError, UnknownAsset
from bellwether.formatting import count
from bellwether.market.candles import COMPOSITE
from bellwether.market.grid import Gap
from bellwether.pipelines import imports
from bellwether.pipelines.import_summary import ImportSummary
from bellwether.pipelines.sample import is_sample
from bellwether.store.candles import span
from bellwether.store.database import Database
from bellwether.store.headlines import count_headlines
from bellwether.store.opening import open_store
from bellwether.store.rehearsal import rehearsal

app = group("Read recorded files into the store. Files may overlap, and importing twice changes nothing.")

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV, CSV.gz or Parquet files.")]
Renames = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="NEW=OLD", help="Read the file's column OLD as NEW; may be repeated."),
]
Asset = Annotated[str | None, typer.Option(help="Asset the rows are about; by default the configured one.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be imported.")]


@command(
    app,
    "headlines",
    examples=(
        "bellwether import headlines news.csv.gz",
        "bellwether import headlines titles.csv summaries.csv --map published_at=date",
    ),
)
def import_headlines(
    cli: Invocation,
    *,
    files: Files,
    asset: Asset = None,
    renames: Renames = None,
    dry_run: DryRun = False,
) -> Answer:
    """Import headlines, each with the moment it was known.

    Columns: published_at, and title or text; where present also first_seen_at, summary, source, url
    and time_known.
    """
    of = _asset(cli, asset)
    work = partial(imports.import_headlines, asset=of)
    return _imported(cli, work, files, asset=of, renames=renames, is_dry_run=dry_run)


@command(
    app,
    "revisions",
    examples=("bellwether import revisions edits.csv", "bellwether import revisions edits.csv --dry-run"),
)
def import_revisions(
    cli: Invocation,
    *,
    files: Files,
    asset: Asset = None,
    renames: Renames = None,
    dry_run: DryRun = False,
) -> Answer:
    """Import the edits of headlines that are stored.

    Columns: seen_at, title and url; one row for every wording a headline had.
    """
    of = _asset(cli, asset)
    work = partial(imports.import_revisions, asset=of)
    return _imported(cli, work, files, asset=of, renames=renames, is_dry_run=dry_run)


@command(
    app,
    "candles",
    examples=(
        "bellwether import candles btc_15m.parquet",
        "bellwether import candles kraken.csv --venue kraken --interval 1h --map open_time=time",
    ),
)
def import_candles(
    cli: Invocation,
    *,
    files: Files,
    asset: Asset = None,
    venue: Annotated[
        str, typer.Option(help="Where the prices are from; features read the composite.")
    ] = COMPOSITE,
    interval: Annotated[
        str | None, typer.Option(help="Length of a bar: 15m, 30m or 1h; by default as the bars lie.")
    ] = None,
    renames: Renames = None,
    dry_run: DryRun = False,
) -> Answer:
    """Import candles, each known at its close.

    Columns: open_time (UTC), open, high, low, close and volume (in units of the asset).
    """
    of = _asset(cli, asset)
    work = partial(imports.import_candles, asset=of, venue=_venue(venue), interval=interval)
    return _imported(cli, work, files, asset=of, renames=renames, is_dry_run=dry_run)


@command(
    app,
    "scores",
    examples=(
        "bellwether import scores finbert_titles.csv.gz finbert_summaries.csv.gz",
        "bellwether import scores tones.csv --scorer distilroberta",
    ),
)
def import_scores(
    cli: Invocation,
    *,
    files: Files,
    scorer: Annotated[str | None, typer.Option(help="Who computed the column score.")] = None,
    renames: Renames = None,
    dry_run: DryRun = False,
) -> Answer:
    """Import sentiment that was computed elsewhere, by text.

    Columns: text, and finbert_positive, finbert_negative, finbert_neutral or finbert_score (outputs
    of ProsusAI/finbert), or score with --scorer.
    """
    work = partial(imports.import_scores, scorer=scorer)
    return _imported(cli, work, files, asset=cli.settings.asset, renames=renames, is_dry_run=dry_run)


def _imported(
    cli: Invocation,
    work: Callable[..., ImportSummary],
    files: Sequence[Path],
    *,
    asset: str,
    renames: list[str] | None,
    is_dry_run: bool,
) -> Answer:
    """Import ``files`` by ``work`` into the live store, or for a dry run into one that forgets."""
    _refuse_sample(files)
    with open_store(cli.settings) as database, _rehearsed(database, is_dry_run=is_dry_run) as target:
        summary = work(target, files, clock=cli.clock, renames=_renames(renames), track=cli.track)
        return Answer(
            {**_document(summary), "is_dry_run": is_dry_run},
            show=_shown(cli, summary, is_dry_run=is_dry_run),
            as_of=cli.clock.now(),
            meta={"asset": asset},
            next_step=None if is_dry_run else _next_step(target, asset),
        )


def _refuse_sample(files: Sequence[Path]) -> None:
    """Keep invented news and prices out of the store, where nothing would tell them from recorded ones."""
    for path in files:
        if is_sample([path]):
            raise InputError(
                f"{path.name} holds sample data, which is invented; the store holds what was recorded.",
                hint="bellwether replay  reads sample files into a store of their own.",
            )


def _rehearsed(database: Database, *, is_dry_run: bool) -> AbstractContextManager[Database]:
    return rehearsal(database) if is_dry_run else nullcontext(database)


def _asset(cli: Invocation, asset: str | None) -> str:
    named = cli.settings.asset if asset is None else asset.upper()
    if not re.fullmatch(r"[A-Z0-9]{2,10}", named):
        raise UnknownAsset(f"{asset!r} is no asset.", hint="Write its symbol, like BTC.")
    return named


def _venue(venue: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", venue):
        raise InputError(
            f"{venue!r} is no venue.", hint="Write it in small letters, like kraken or composite."
        )
    return venue


def _renames(pairs: list[str] | None) -> dict[str, str]:
    renames: dict[str, str] = {}
    for pair in pairs or ():
        new, separator, old = (part.strip() for part in pair.partition("="))
        if not (new and separator and old) or new in renames:
            raise InputError(f"--map {pair} says nothing new.", hint="Write --map NEW=OLD, once per column.")
        renames[new] = old
    return renames


def _next_step(database: Database, asset: str) -> str:
    with database.session() as conn:
        if span(conn, asset, COMPOSITE) is None:
            return "bellwether import candles FILE"
        if count_headlines(conn, asset) == 0:
            return "bellwether import headlines FILE"
    return "bellwether leadlag"


def _document(summary: ImportSummary) -> dict[str, Any]:
    document = asdict(summary)
    for name in ("from", "to"):
        moment_us = document.pop(f"{name}_us")
        document[name] = None if moment_us is None else from_us(moment_us)
    document["gaps"] = [
        {"from": from_us(gap.from_us), "to": from_us(gap.to_us), "n_bars": gap.n_bars} for gap in summary.gaps
    ]
    return document


def _shown(cli: Invocation, summary: ImportSummary, *, is_dry_run: bool) -> list[str | Table]:
    files = summary.files[0] if len(summary.files) == 1 else f"{len(summary.files)} files"
    verb = "Would import" if is_dry_run else "Imported"
    whose = summary.scorer or (summary.venue and f"{summary.interval}, {summary.venue}")
    what = f"{summary.kind} ({whose})" if whose else summary.kind
    shown: list[str | Table] = [
        f"{verb} {what} from {files}.",
        Table([Column("rows of the files"), Column("count", is_number=True)], list(_rows(summary))),
    ]
    shown += [f"{count(n)} rows kept, {reason}." for reason, n in summary.notes.items()]
    if summary.quarantined and not is_dry_run:
        shown.append("Refused rows are kept as they stood, with the reason, in the table quarantine.")
    if summary.gaps:
        shown.append(_gaps(cli, summary.gaps))
    return shown


def _gaps(cli: Invocation, gaps: Sequence[Gap]) -> str:
    longest = max(gaps, key=lambda gap: gap.n_bars)
    n_bars = count(sum(gap.n_bars for gap in gaps))
    start = cli.moment(from_us(longest.from_us))
    if len(gaps) == 1:
        return f"Bars missing: {n_bars}, from {start}."
    n_gaps, n_longest = count(len(gaps)), count(longest.n_bars)
    return f"Bars missing: {n_bars} in {n_gaps} gaps, the longest {n_longest} from {start}."


def _rows(summary: ImportSummary) -> Iterator[tuple[str, str]]:
    yield "new", count(summary.n_new)
    if summary.n_revised:
        yield "  of them revise what was there", count(summary.n_revised)
    if summary.n_duplicates:
        yield "  of them repeat an earlier headline", count(summary.n_duplicates)
    yield "already there", count(summary.n_known)
    for reason, n in summary.dropped.items():
        yield f"left out: {reason}", count(n)
    for reason, n in summary.quarantined.items():
        yield f"quarantined: {reason}", count(n)
    yield "read", count(summary.n_read)
