"""Leak audit: does the pipeline find something where there is nothing, or overlook what is planted?"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from bellwether.clock import Clock
from bellwether.evidence.chance import holds, least_covering, mean_of_chance
from bellwether.evidence.intervals import Interval
from bellwether.formatting import count, rate, rate_interval
from bellwether.pipelines.leak_audit import LeakPlan, SeedFinding, audit_seed
from bellwether.progress import Track, untracked
from bellwether.settings import Settings

CHANCE = 0.5
"""Hit rate on a random walk, whatever a call is based on."""

PLANTED_AT_LEAST = 0.9
"""Hit rate that a model with the answer among its columns must reach to count as found."""


@dataclass(frozen=True)
class AuditCheck:
    """One question of the audit, whether it passed, and what was found."""

    name: str
    passed: bool
    found: str


@dataclass(frozen=True)
class ChanceOfFamily:
    """One family's hit rates over all seeds.

    Attributes
    ----------
    family : str
    n_covering, n_seeds : int
        Seeds whose 95 % interval holds one half, and seeds in which the family predicted.
    mean : Interval
        Hit rate over the independent calls of all seeds, with the 99 % interval of pure chance.
    is_judged : bool
        The family reads the news; baselines are shown beside it.
    """

    family: str
    n_covering: int
    n_seeds: int
    mean: Interval
    is_judged: bool

    @property
    def needed(self) -> int:
        """Seeds whose interval must hold one half."""
        return least_covering(self.n_seeds)

    def checks(self) -> tuple[AuditCheck, AuditCheck]:
        """That the family's intervals hold one half often enough, and that its mean does."""
        mean = self.mean
        bounds = f"{rate(mean.value)} ({rate_interval(mean.lo, mean.hi)}), n = {count(mean.n)}"
        return (
            AuditCheck(
                f"{self.family}: intervals",
                passed=self.n_covering >= self.needed,
                found=f"{self.n_covering} of {self.n_seeds} hold 50 %; {self.needed} are needed",
            ),
            AuditCheck(
                f"{self.family}: mean",
                passed=holds(mean, CHANCE),
                found=f"{bounds}, 99 % interval of chance",
            ),
        )


@dataclass(frozen=True)
class LeakAudit:
    """What the seeds showed together.

    Attributes
    ----------
    plan : LeakPlan
    seeds : tuple of SeedFinding
        By seed.
    """

    plan: LeakPlan
    seeds: tuple[SeedFinding, ...]

    @property
    def passed(self) -> bool:
        """Every check passed."""
        return all(check.passed for check in self.checks)

    @cached_property
    def families(self) -> tuple[ChanceOfFamily, ...]:
        """Every family that predicted in any seed, news families first."""
        names = dict.fromkeys(family for seed in self.seeds for family in seed.scores)
        return tuple(self._family(name) for name in names)

    @cached_property
    def checks(self) -> tuple[AuditCheck, ...]:
        """Every question of the audit."""
        judged = [check for family in self.families if family.is_judged for check in family.checks()]
        return (self._predicted(), *judged, self._lookahead(), self._planted_values(), self._planted_model())

    def to_json(self) -> dict[str, Any]:
        """The audit as a document."""
        return {
            "passed": self.passed,
            "plan": asdict(self.plan),
            "checks": [asdict(check) for check in self.checks],
            "families": {
                family.family: {
                    "covering": family.n_covering,
                    "needed": family.needed,
                    "seeds": family.n_seeds,
                    "mean": family.mean.to_json(),
                    "is_judged": family.is_judged,
                }
                for family in self.families
            },
            "seeds": [_seed_document(seed) for seed in self.seeds],
        }

    def _family(self, name: str) -> ChanceOfFamily:
        scores = [seed.scores[name] for seed in self.seeds if name in seed.scores]
        # Hourly calls an hour ahead do not overlap, so every one of them counts.
        n_hits = sum(round((score.hit_rate.value or 0.0) * score.n) for score in scores)
        return ChanceOfFamily(
            family=name,
            n_covering=sum(holds(score.hit_rate, CHANCE) for score in scores),
            n_seeds=len(scores),
            mean=mean_of_chance(n_hits, sum(score.n for score in scores)),
            is_judged=any(name in seed.news for seed in self.seeds),
        )

    def _predicted(self) -> AuditCheck:
        silent = [str(seed.seed) for seed in self.seeds if not seed.news]
        found = f"none in seed {', '.join(silent)}" if silent else "in every seed"
        return AuditCheck("predictions from news", passed=not silent, found=found)

    def _lookahead(self) -> AuditCheck:
        columns = sorted({column for seed in self.seeds for column in seed.lookahead})
        n_rows = count(sum(seed.n_rows for seed in self.seeds))
        found = f"other values of {', '.join(columns)}" if columns else "equal in every bit"
        return AuditCheck("features", passed=not columns, found=f"{n_rows} rows built again: {found}")

    def _planted_values(self) -> AuditCheck:
        n, n_found = (sum(getattr(seed, name) for seed in self.seeds) for name in _PLANTED)
        return AuditCheck(
            "planted column",
            passed=0 < n == n_found,
            found=f"{count(n_found)} of {count(n)} values that see the future found",
        )

    def _planted_model(self) -> AuditCheck:
        rates = [seed.planted_hit_rate for seed in self.seeds]
        n_found = sum(rate.lo is not None and rate.lo >= PLANTED_AT_LEAST for rate in rates)
        return AuditCheck(
            "planted answer",
            passed=n_found == len(rates),
            found=f"{n_found} of {len(rates)} models that were given it use it",
        )


_PLANTED = ("n_planted", "n_planted_found")


def audit_leaks(
    seeds: Sequence[int],
    *,
    settings: Settings,
    clock: Clock,
    pool: Executor,
    plan: LeakPlan | None = None,
    track: Track = untracked,
) -> LeakAudit:
    """Run the whole pipeline on the random walk of each seed.

    Parameters
    ----------
    seeds : sequence of int
    settings : Settings
        Say where the workspaces lie and which readers there are.
    clock : Clock
        Stamps when rows were recorded, nothing that decides a result.
    pool : Executor
        Where the seeds run; several workers run them side by side.
    plan : LeakPlan or None
        None for the usual one.
    track : Track
    """
    plan = LeakPlan() if plan is None else plan
    jobs = {pool.submit(audit_seed, plan, seed, settings=settings, clock=clock): seed for seed in seeds}
    found: dict[int, SeedFinding] = {}
    with track("Auditing random walks", len(seeds)) as advance:
        for job in as_completed(jobs):
            found[jobs[job]] = job.result()
            advance(len(found), f"seed {jobs[job]}")
    return LeakAudit(plan, tuple(found[seed] for seed in sorted(found)))


def _seed_document(seed: SeedFinding) -> dict[str, Any]:
    return {
        "seed": seed.seed,
        "hit_rates": {family: score.hit_rate.to_json() for family, score in seed.scores.items()},
        "rows_checked": seed.n_rows,
        "lookahead": list(seed.lookahead),
        "planted": {
            "values": seed.n_planted,
            "found": seed.n_planted_found,
            "hit_rate": seed.planted_hit_rate.to_json(),
        },
    }
