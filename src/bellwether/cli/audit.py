"""``bellwether audit``: does the pipeline find something where there is nothing?"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Annotated

import typer

from bellwether.cli.frame import Invocation, command, group
from bellwether.cli.output import Answer
from bellwether.cli.tables import Column, Table
from bellwether.formatting import count, rate, rate_interval
from bellwether.pipelines.audit import LeakAudit, audit_leaks
from bellwether.pipelines.leak_audit import LeakPlan, SeedFinding
from bellwether.pipelines.train import lazy_training_pool

app = group("Audits of the pipeline, on markets whose truth is known.")

MIN_DAYS = 35
"""Two weeks to learn from, and as long again to be judged."""


@command(app, "leak", examples=("bellwether audit leak", "bellwether audit leak --seeds 20 --json"))
def leak(
    cli: Invocation,
    *,
    seeds: Annotated[int, typer.Option(help="Random walks, seeds 0, 1, 2 …", min=1, max=100)] = 5,
    days: Annotated[int, typer.Option(help="Length of each.", min=MIN_DAYS, max=1000)] = LeakPlan.days,
) -> Answer:
    """Run the whole pipeline on random walks, which nothing can predict; ends with 3 when it does.

    Features are built again from truncated history and must be equal in every bit; a planted
    column that sees the future must be found.
    """
    with lazy_training_pool(min(seeds, os.cpu_count() or 1)) as pool:
        audit = audit_leaks(
            range(seeds),
            settings=cli.settings,
            clock=cli.clock,
            pool=pool,
            plan=replace(LeakPlan(), days=days),
            track=cli.track,
        )
    return answer_of(audit)


def answer_of(audit: LeakAudit) -> Answer:
    """What is said of an audit; one that found a leak is a "no"."""
    return Answer(
        audit.to_json(),
        show=_lines(audit),
        source="sample",
        meta={"n": len(audit.seeds)},
        is_refused=not audit.passed,
    )


def _lines(audit: LeakAudit) -> list[str | Table]:
    passed = sum(check.passed for check in audit.checks)
    return [
        "Random walks: every hit rate should be 50 %.",
        "",
        _seeds(audit),
        "",
        _families(audit),
        "",
        *(f" {'✓' if check.passed else '✕'} {check.name}: {check.found}" for check in audit.checks),
        "",
        f"{passed} of {len(audit.checks)} checks passed.",
    ]


def _seeds(audit: LeakAudit) -> Table:
    families = [family.family for family in audit.families if family.is_judged]
    columns = [
        Column("seed", is_number=True, importance=3),
        *(Column(f"{family}, 95 %", is_number=True, importance=2) for family in families),
        Column("planted", is_number=True, importance=1),
    ]
    return Table(columns, [_seed_row(seed, families) for seed in audit.seeds])


def _seed_row(seed: SeedFinding, families: list[str]) -> list[str]:
    hit_rates = [seed.scores[family].hit_rate for family in families if family in seed.scores]
    cells = [f"{rate(each.value)} ({rate_interval(each.lo, each.hi)})" for each in hit_rates]
    return [str(seed.seed), *cells, *[""] * (len(families) - len(cells)), rate(seed.planted_hit_rate.value)]


def _families(audit: LeakAudit) -> Table:
    columns = (
        Column("family", importance=5),
        Column("intervals with 50 %", is_number=True, importance=3),
        Column("mean", is_number=True, importance=4),
        Column("99 % of chance", is_number=True, importance=2),
        Column("n", is_number=True, importance=1),
    )
    rows = [
        (
            family.family,
            f"{family.n_covering} of {family.n_seeds}",
            rate(family.mean.value),
            rate_interval(family.mean.lo, family.mean.hi),
            count(family.mean.n),
        )
        for family in audit.families
    ]
    return Table(columns, rows)
