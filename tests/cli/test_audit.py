from __future__ import annotations

from bellwether.cli.audit import answer_of
from bellwether.cli.exits import Exit
from bellwether.evidence.intervals import Interval
from bellwether.evidence.scorecard import FamilyScore
from bellwether.pipelines.audit import LeakAudit
from bellwether.pipelines.leak_audit import LeakPlan, SeedFinding

UNKNOWN = Interval.missing("not asked")


def finding(seed: int, hit_rate: float, *, lookahead: tuple[str, ...] = ()) -> SeedFinding:
    measured = Interval(hit_rate, hit_rate - 0.04, hit_rate + 0.04, 600)
    return SeedFinding(
        seed=seed,
        scores={"vader": FamilyScore("vader", 600, 600, measured, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)},
        n_rows=100,
        lookahead=lookahead,
        n_planted=99,
        n_planted_found=99,
        planted_hit_rate=Interval(1.0, 0.99, 1.0, 450),
    )


def shown(audit: LeakAudit) -> list[str]:
    parts = answer_of(audit).show
    return [line for part in parts for line in ([part] if isinstance(part, str) else part.lines(80))]


def test_an_audit_that_finds_nothing_ends_well_and_shows_its_figures() -> None:
    audit = LeakAudit(LeakPlan(), tuple(finding(seed, 0.49 + seed / 100) for seed in range(3)))

    assert answer_of(audit).exit is Exit.DONE
    assert shown(audit) == [
        "Random walks: every hit rate should be 50 %.",
        "",
        " seed            vader, 95 %  planted",
        "    0  49.0% (45.0 to 53.0%)   100.0%",
        "    1  50.0% (46.0 to 54.0%)   100.0%",
        "    2  51.0% (47.0 to 55.0%)   100.0%",
        "",
        " family  intervals with 50 %   mean  99 % of chance      n",
        " vader                3 of 3  50.0%   47.0 to 53.0%  1,800",
        "",
        " ✓ predictions from news: in every seed",
        " ✓ vader: intervals: 3 of 3 hold 50 %; 2 are needed",
        " ✓ vader: mean: 50.0% (47.0 to 53.0%), n = 1,800, 99 % interval of chance",
        " ✓ features: 300 rows built again: equal in every bit",
        " ✓ planted column: 297 of 297 values that see the future found",
        " ✓ planted answer: 3 of 3 models that were given it use it",
        "",
        "6 of 6 checks passed.",
    ]


def test_a_leak_ends_with_three_and_is_named() -> None:
    audit = LeakAudit(LeakPlan(), (finding(0, 0.5, lookahead=("rsi_14",)), finding(1, 0.5)))

    assert answer_of(audit).exit is Exit.REFUSED
    assert " ✕ features: 200 rows built again: other values of rsi_14" in shown(audit)
    assert shown(audit)[-1] == "5 of 6 checks passed."
