from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from bellwether.cli.explain_view import explanation_lines
from bellwether.cli.main import run
from bellwether.cli.tables import Table
from bellwether.clock import GRACE_US, HOUR_US, to_us
from bellwether.formatting import moment
from bellwether.identity import Horizon, ModelVersion, PredictionId, Source
from bellwether.news.headlines import HeadlineRow
from bellwether.pipelines.effects import FeatureEffect, HeadlineEffect
from bellwether.pipelines.explain import Explanation, Outcome, explain
from bellwether.pipelines.rebuild_checks import Check
from bellwether.pipelines.workspace import run_folder
from bellwether.store.predictions import PredictionRow
from null_reasons import unreasoned
from replay_fixtures import SampleReplay, database_url

GOLDEN = Path(__file__).parent / "golden"
AS_OF = datetime(2025, 7, 5, 14, 15, tzinfo=UTC)
LAST = "btc-1h-20010207T2300Z"


@pytest.fixture(scope="module")
def explanation(sample_replay: SampleReplay) -> Explanation:
    """A prediction of the sample replay under another name, with effects and an outcome made up."""
    found = next(iter(sample_replay.data["families"]))
    with sample_replay.place() as place:
        version = place.registry.list_versions("BTC", found)[-1]
        real = explain(place, PredictionId.parse(f"{LAST}-{version.family}-{version.number}-sample"))
    headlines = (
        effect_of("Fund inflows reach a record", 0.019, score=0.61, weight=0.09),
        effect_of("Exchange halts withdrawals", -0.011, score=None, weight=0.0),
        effect_of("Nothing happened", 0.0, score=0.0, weight=0.07),
    )
    features = (
        FeatureEffect("return_1h", -0.0204, 0.0001, -0.0312),
        FeatureEffect("tone_capped_24h", None, -0.1104, 0.002),
        FeatureEffect("adx_14", 25.31, 22.0, 0.0),
    )
    rebuilt = replace(
        real.rebuilt,
        id=PredictionId("BTC", Horizon.H1, AS_OF, ModelVersion("finbert", 1, 4, 0), Source.LIVE),
        row=row(),
        versions={1: ModelVersion("finbert", 1, 4, 0), 2: ModelVersion("majority", 1, 4, 0)},
        p_up=0.56,
        checks=(
            Check("version", passed=True, found="digest 5503899b5053…"),
            Check("configuration", passed=None, found="only a run keeps the arguments it was asked with"),
            Check("features", passed=True, found="all 67 in every bit"),
            Check("probability", passed=True, found="0.56"),
        ),
    )
    return Explanation(
        rebuilt, headlines, features, 735, Outcome(is_up=True, log_return=0.0085, is_hit=True), None
    )


def effect_of(text: str, effect: float, *, score: float | None, weight: float) -> HeadlineEffect:
    known_us = to_us(AS_OF) - HOUR_US
    headline = HeadlineRow(
        key=UUID(int=1),
        revision=0,
        asset="BTC",
        publisher="The Paper",
        url=None,
        title=text,
        text=text,
        summary=None,
        event_us=known_us,
        known_us=known_us,
        is_known_assumed=False,
    )
    return HeadlineEffect(
        row=headline,
        score=score,
        weight=weight,
        is_repetition=score is None,
        p_up_without=0.56 - effect,
        effect=effect,
    )


def row() -> PredictionRow:
    return PredictionRow(
        asset="BTC",
        horizon=Horizon.H1,
        as_of_us=to_us(AS_OF),
        source=Source.LIVE,
        issued_us=to_us(AS_OF),
        known_by_us=to_us(AS_OF) + GRACE_US,
        model_ids=(1, 2),
        p_up=(0.56, 0.52),
        served_model_id=2,
        is_late=False,
    )


def shown(explanation: Explanation) -> str:
    lines: list[str] = []
    for part in explanation_lines(explanation, moment):
        lines += part.lines(80) if isinstance(part, Table) else [part]
    return "\n".join([*lines, ""])


def test_an_explanation_reads_as_agreed(explanation: Explanation) -> None:
    assert shown(explanation) == (GOLDEN / "explain.txt").read_text(encoding="utf-8")


def test_a_difference_is_said_first(explanation: Explanation) -> None:
    failed = Check("probability", passed=False, found="0.56, stored 0.57")
    different = replace(explanation, rebuilt=replace(explanation.rebuilt, checks=(failed,)))

    assert "✕ Rebuilt from raw rows, it is not what was stored." in shown(different)
    assert " ✕  probability  0.56, stored 0.57" in shown(different)


def test_what_was_served_is_said(explanation: Explanation) -> None:
    served = replace(explanation.rebuilt, row=replace(row(), served_model_id=1, is_late=True))
    nobody = replace(explanation.rebuilt, row=replace(row(), served_model_id=None))

    assert "56%, issued late   finbert@1.4.0, served" in shown(replace(explanation, rebuilt=served))
    assert "56%   finbert@1.4.0, none was served" in shown(replace(explanation, rebuilt=nobody))


def test_what_is_not_there_is_said(explanation: Explanation) -> None:
    bare = replace(
        explanation, headlines=None, features=(), outcome=None, no_outcome="Pending: the horizon passes soon."
    )
    still = replace(explanation, headlines=explanation.headlines[2:], features=explanation.features[2:])

    assert "Pending: the horizon passes soon." in shown(bare)
    assert "finbert@1.4.0 reads no news." in shown(bare)
    assert "The ticks the version was trained on are no longer stored." in shown(bare)
    assert "1 headline; leaving out any one of them changes nothing." in shown(still)
    assert "No headline was known in the 24 h before." in shown(replace(explanation, headlines=()))


def test_a_prediction_of_a_run_is_explained(
    replay_environment: str, sample_replay: SampleReplay, capsys: pytest.CaptureFixture[str]
) -> None:
    prediction = last_prediction(replay_environment, capsys)

    assert run(["explain", prediction, "--run", replay_environment]) == 0

    written = capsys.readouterr().out
    assert written.startswith(f"{prediction}\nBTC · 2001-02-07 23:00 UTC · sample\n")
    assert "Rebuilt from raw rows, it is the same in every bit." in written
    assert f"--run {sample_replay.run_id}" in written.splitlines()[-1]


def last_prediction(run_id: str, capsys: pytest.CaptureFixture[str], family: str = "vader") -> str:
    """The id that `today` gives for a family."""
    run(["today", "--run", run_id, "--json"])
    said = json.loads(capsys.readouterr().out)["data"]["predictions"]
    return next(item["id"] for item in said if item["version"].startswith(f"{family}@"))


def test_a_program_gets_everything(replay_environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    prediction = last_prediction(replay_environment, capsys)

    assert run(["explain", prediction, "--run", replay_environment, "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert unreasoned(document["data"]) == []
    assert document["data"]["rebuild"]["p_up"] == document["data"]["p_up"]
    assert document["meta"]["as_of"] == "2001-02-07T23:00:00Z"
    assert (document["meta"]["source"], document["meta"]["horizon"]) == ("sample", "1h")


@pytest.mark.parametrize(
    ("prediction", "code", "message"),
    [
        ("btc-1h-20010207T2300Z-vader-9.0.0-sample", 4, "There is no prediction btc-1h-20010207T2300Z"),
        ("btc-1h-20010207T2300Z-vader-1.0.0-live", 4, "There are no live predictions in run"),
        ("vader", 2, "'vader' is not a prediction id."),
    ],
)
def test_an_unknown_id_is_not_found(
    replay_environment: str, capsys: pytest.CaptureFixture[str], prediction: str, code: int, message: str
) -> None:
    assert run(["explain", prediction, "--run", replay_environment]) == code

    written = capsys.readouterr()
    assert written.out == ""
    assert message in written.err


def test_a_sample_id_is_not_looked_for_in_the_live_store(
    replay_environment: str,
    database_dsn: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url(database_dsn))

    assert run(["explain", f"{LAST}-vader-1.0.0-sample"]) == 4

    assert "add --run ID to read one" in capsys.readouterr().err


def test_a_difference_ends_with_exit_3_and_its_data(
    replay_environment: str,
    sample_replay: SampleReplay,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same database, beside a registry in which one manifest was changed."""
    prediction = last_prediction(replay_environment, capsys, "majority")
    runs = run_folder(sample_replay.settings, replay_environment).parent
    shutil.copytree(runs, tmp_path / "runs")
    version = PredictionId.parse(prediction).version
    versions = tmp_path / "runs" / replay_environment / "registry" / "versions" / "btc"
    manifest = versions / str(version) / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"n_trials": 0', '"n_trials": 7'))
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path))

    assert run(["explain", prediction, "--run", replay_environment, "--json"]) == 3

    document = json.loads(capsys.readouterr().out)
    assert document["data"]["rebuild"]["is_identical"] is False
    failed = [check["name"] for check in document["data"]["rebuild"]["checks"] if not check["passed"]]
    assert failed == ["version"]
