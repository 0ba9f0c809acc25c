from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from bellwether.clock import HOUR_US
from bellwether.evidence.panel import PredictionPanel
from bellwether.identity import Horizon
from bellwether.pipelines.replay_result import predictions_digest
from replay_homes import ToldReplay

INTERVALS = {"hit_rate", "brier", "log_loss", "auc", "ece"}


def test_standard_output_holds_exactly_one_document(told_replay: ToldReplay) -> None:
    document, end = json.JSONDecoder().raw_decode(told_replay.printed)

    assert told_replay.code == 0
    assert told_replay.printed[end:].strip() == ""
    assert set(document) == {"data", "meta"}
    assert document["meta"]["schema_version"] == 1
    assert document["meta"]["source"] == "sample"


def test_every_family_has_its_figures_each_with_interval_and_count(told_replay: ToldReplay) -> None:
    data = told_replay.data
    figures = {**data["families"], **data["baselines"]}

    assert set(data["families"]) == {"vader", "finbert", "lite"}
    assert set(data["baselines"]) == {"majority", "persistence", "momentum", "technicals", "shuffled_vader"}
    for family, figure in figures.items():
        if figure["status"] == "ok":
            assert set(figure) > INTERVALS, family
            for name in INTERVALS:
                assert set(figure[name]) == {"value", "lo", "hi", "n"}, (family, name)
                assert figure[name]["lo"] <= figure[name]["value"] <= figure[name]["hi"]
                assert figure[name]["n"] == figure["n"] >= figure["n_eff"] > 0


def test_a_null_anywhere_has_its_reason_beside_it(told_replay: ToldReplay) -> None:
    unexplained = [path for path, holder, name in nulls(told_replay.data) if not is_explained(holder, name)]

    assert unexplained == []


def nulls(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every field that is null, with the object that holds it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if inner is None:
                yield f"{path}.{name}", value, name
            yield from nulls(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from nulls(inner, f"{path}[{place}]")


def is_explained(holder: dict[str, Any], name: str) -> bool:
    """A reason in ``reasons`` or, for a family, beside its status; some fields are null where all is well."""
    no_question = {"reason": "ok", "replaces": "first"}
    if name in no_question:
        return no_question[name] in {holder.get("status"), holder.get("action")}
    if name == "scorer":  # baselines read no news; a reader that is not there is explained by its reason
        return holder["status"] == "ok" or bool(holder["reason"])
    return bool(holder.get("reasons", {}).get(name))


def test_the_digest_is_that_of_the_reported_predictions(told_replay: ToldReplay) -> None:
    lines = sorted(
        f"BTC,1h,{as_of},{family},{p_up}\n" for (as_of, family), p_up in told_replay.reported("p_up").items()
    )

    assert hashlib.sha256("".join(lines).encode()).hexdigest() == told_replay.data["digest"]


def test_the_digest_speaks_of_sorted_lines_without_the_missing() -> None:
    panel = PredictionPanel(
        asset="BTC",
        horizon=Horizon.H1,
        tick_us=HOUR_US,
        as_of_us=np.array([0, HOUR_US]),
        families=("vader", "majority"),
        p_up=np.array([[0.5, 1 / 3], [np.nan, 0.25]]),
        label=np.zeros(2),
        log_return=np.zeros(2),
    )
    lines = (
        "BTC,1h,1970-01-01T00:00:00Z,majority,0.333333333\n"
        "BTC,1h,1970-01-01T00:00:00Z,vader,0.500000000\n"
        "BTC,1h,1970-01-01T01:00:00Z,majority,0.250000000\n"
    )

    assert predictions_digest(panel) == hashlib.sha256(lines.encode()).hexdigest()


def test_families_are_compared_on_common_ticks_with_every_baseline(told_replay: ToldReplay) -> None:
    data = told_replay.data
    pairs = {(pair["a"], pair["b"]): pair for pair in data["comparison"]}

    assert set(pairs) == {("vader", baseline) for baseline in data["baselines"]}
    assert data["verdict"]["family"] == "vader"
    assert data["verdict"]["against"] in data["baselines"]
    assert [found["family"] for found in data["verdicts"]] == ["vader"]


def test_hit_rates_are_those_of_the_reported_predictions(told_replay: ToldReplay) -> None:
    label = told_replay.reported("label")
    for family, figure in told_replay.data["families"].items():
        hits = [
            (float(p_up) > 0.5) == (label[place] == "1")
            for place, p_up in told_replay.reported("p_up").items()
            if place[1] == family and label[place] != ""
        ]
        if hits:
            assert figure["hit_rate"]["value"] == pytest.approx(sum(hits) / len(hits))
            assert figure["n"] == len(hits)


def test_the_report_holds_the_document_itself(told_replay: ToldReplay) -> None:
    assert json.loads((told_replay.report / "report.json").read_bytes()) == told_replay.data
    assert (told_replay.report / "report.md").read_text().startswith("#")
