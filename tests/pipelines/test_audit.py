from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bellwether.evidence.intervals import Interval
from bellwether.evidence.scorecard import FamilyScore
from bellwether.pipelines.audit import LeakAudit
from bellwether.pipelines.leak_audit import LeakPlan, SeedFinding
from bellwether.pipelines.workspace import run_ids
from replay_homes import MakeReplays, typed

FOUND = Interval(1.0, 0.99, 1.0, 400)


@pytest.fixture(scope="module")
def audited(make_replays: MakeReplays) -> dict[str, Any]:
    """Five random walks of five weeks through the whole pipeline: exit code, data and runs left behind."""
    place = make_replays()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FINBERT_MODEL", raising=False)
        for name, value in place.environ.items():
            patch.setenv(name, value)
        patch.chdir(place.settings.home)
        code, printed = typed("audit", "leak", "--seeds", "5", "--days", "35", "--json")
    return {"code": code, "left": run_ids(place.settings), **json.loads(printed)["data"]}


def test_nothing_is_found_on_random_walks(audited: Mapping[str, Any]) -> None:
    assert [check for check in audited["checks"] if not check["passed"]] == []
    assert (audited["code"], audited["passed"]) == (0, True)


@pytest.mark.parametrize("family", ["vader", "majority", "momentum", "technicals", "shuffled_vader"])
def test_hit_rates_of_every_family_are_those_of_chance(audited: Mapping[str, Any], family: str) -> None:
    found = audited["families"][family]
    intervals = [seed["hit_rates"][family] for seed in audited["seeds"]]

    assert sum(each["lo"] <= 0.5 <= each["hi"] for each in intervals) == found["covering"] >= 4
    assert found["mean"]["lo"] <= 0.5 <= found["mean"]["hi"]
    assert found["mean"]["n"] == sum(each["n"] for each in intervals) > 1500


def test_what_is_planted_is_found_in_every_seed_and_nothing_else(audited: Mapping[str, Any]) -> None:
    for seed in audited["seeds"]:
        assert seed["lookahead"] == []
        assert seed["rows_checked"] == 100
        assert 90 < seed["planted"]["found"] == seed["planted"]["values"] <= 100
        assert seed["planted"]["hit_rate"]["lo"] > 0.95


def test_an_audit_leaves_no_run_behind(audited: Mapping[str, Any]) -> None:
    assert audited["left"] == []


def score(family: str, hit_rate: Interval) -> FamilyScore:
    unknown = Interval.missing("not asked")
    return FamilyScore(family, hit_rate.n, hit_rate.n, hit_rate, unknown, unknown, unknown, unknown)


def seeds(*hit_rates: Interval, **changes: Any) -> LeakAudit:
    """An audit whose seeds differ in VADER's hit rate alone; ``changes`` are those of the first seed."""
    found = [
        SeedFinding(
            seed=number,
            scores={"vader": score("vader", hit_rate)},
            n_rows=100,
            lookahead=(),
            n_planted=98,
            n_planted_found=98,
            planted_hit_rate=FOUND,
        )
        for number, hit_rate in enumerate(hit_rates)
    ]
    return LeakAudit(LeakPlan(), (replace(found[0], **changes), *found[1:]))


CHANCE = Interval(0.5, 0.45, 0.55, 400)
BESIDE = Interval(0.52, 0.505, 0.535, 400)


def failed(audit: LeakAudit) -> list[str]:
    return [check.name for check in audit.checks if not check.passed]


def test_one_of_five_intervals_may_miss() -> None:
    assert seeds(*[CHANCE] * 4, BESIDE).passed


def test_two_of_five_intervals_may_not() -> None:
    assert failed(seeds(*[CHANCE] * 3, BESIDE, BESIDE)) == ["vader: intervals"]


def test_a_mean_that_leaves_the_interval_of_chance_fails_where_no_single_seed_does() -> None:
    slightly = Interval(0.54, 0.49, 0.59, 400)  # over 2,000 calls chance gives 2.9 points at most

    assert failed(seeds(*[slightly] * 5)) == ["vader: mean"]


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"lookahead": ("return_1h",)}, "features"),
        ({"n_planted_found": 97}, "planted column"),
        ({"planted_hit_rate": Interval(0.6, 0.5, 0.7, 400)}, "planted answer"),
        ({"scores": {}}, "predictions from news"),
    ],
    ids=["a column sees the future", "a planted value is missed", "a planted answer is not used", "silence"],
)
def test_one_seed_is_enough_to_fail(changes: dict[str, Any], check: str) -> None:
    audit = seeds(*[CHANCE] * 5, **changes)

    assert failed(audit) == [check]
    assert audit.to_json()["passed"] is False


def test_a_column_that_sees_the_future_is_named() -> None:
    audit = seeds(CHANCE, CHANCE, lookahead=("vader.tone_mean_1h", "return_1h"))

    assert [check.found for check in audit.checks if check.name == "features"] == [
        "200 rows built again: other values of return_1h, vader.tone_mean_1h"
    ]
