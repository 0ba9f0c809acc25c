from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bellwether.evidence.panel import PredictionPanel
from bellwether.pipelines.report import write_report
from bellwether.pipelines.report_context import ReportContext, e_value
from bellwether.pipelines.report_figures import report_series
from bellwether.pipelines.report_text import report_text

GOLDEN = Path(__file__).parent / "golden"

NAMES = [
    "report.md",
    "hit-rate.png",
    "calibration.png",
    "lead-lag.png",
    "predictions.csv",
    "metrics.csv",
    "quarters.csv",
    "events.csv",
    "report.json",
]


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_the_report_reads_as_agreed(report: ReportContext) -> None:
    """The agreed text is a file; when it changes on purpose, read the new one before it is kept."""
    assert report_text(report) == (GOLDEN / "report.md").read_text(encoding="utf-8")


def test_everything_is_written_and_twice_the_same(
    report_document: dict[str, Any], report_panel: PredictionPanel, tmp_path: Path
) -> None:
    first = write_report(tmp_path / "a" / "b", data=report_document, panel=report_panel)
    again = write_report(tmp_path / "c", data=report_document, panel=report_panel)

    assert [path.name for path in first] == NAMES
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert json.loads(first[-1].read_bytes()) == report_document


def test_every_picture_of_the_text_is_there(
    report_document: dict[str, Any], report_panel: PredictionPanel, tmp_path: Path
) -> None:
    report_document["leadlag"] = {}

    written = write_report(tmp_path, data=report_document, panel=report_panel)

    text = written[0].read_text(encoding="utf-8")
    pictures = [path.name for path in written if path.suffix == ".png"]
    assert pictures == ["hit-rate.png", "calibration.png"]
    assert all(f"]({name})" in text for name in pictures)
    assert text.count("![") == 2


def test_predictions_are_one_a_line_with_their_outcome(
    report_document: dict[str, Any], report_panel: PredictionPanel, tmp_path: Path
) -> None:
    write_report(tmp_path, data=report_document, panel=report_panel)

    rows = _rows(tmp_path / "predictions.csv")

    # four families over 240 ticks, lite over 24, FinBERT over none
    assert len(rows) == 4 * 240 + 24
    assert rows[0] == {
        "asset": "BTC",
        "horizon": "1h",
        "as_of": "2001-03-29T00:00:00Z",
        "family": "vader",
        "p_up": "0.500000000",
        "label": "1",
        "source": "sample",
    }
    assert {row["label"] for row in rows if row["as_of"] == "2001-03-29T10:00:00Z"} == {""}


def test_metrics_quarters_and_events_are_tables_with_their_source(
    report_document: dict[str, Any], report_panel: PredictionPanel, tmp_path: Path
) -> None:
    report_document["families"]["lite"] = {"status": "unavailable", "reason": "No weights.", "scorer": None}
    write_report(tmp_path, data=report_document, panel=report_panel)

    metrics, quarters, events = (
        _rows(tmp_path / f"{name}.csv") for name in ("metrics", "quarters", "events")
    )

    hit_rate = metrics[0]
    assert (hit_rate["family"], hit_rate["kind"], hit_rate["metric"]) == ("vader", "news", "hit_rate")
    assert float(hit_rate["value"]) == report_document["families"]["vader"]["hit_rate"]["value"]
    (lite,) = (row for row in metrics if row["family"] == "lite")
    assert (lite["status"], lite["value"], lite["reason"]) == ("unavailable", "", "No weights.")
    assert {row["quarter"] for row in quarters} == {"2001 Q1", "2001 Q2"}
    assert [row["kind"] for row in events] == ["retrain", "deployment", "drift"]
    assert json.loads(events[2]["details"]) == {"features": ["volatility_24h"]}
    assert {row["source"] for row in [*metrics, *quarters, *events]} == {"sample"}


def test_every_table_and_picture_of_sample_data_says_so(report: ReportContext) -> None:
    text = report_text(report)

    lines = text.splitlines()
    tables = [line for line in lines if line.startswith("| ---")]
    captions = [line for line in lines if line.startswith("<sub>")]
    pictures = [line for line in lines if line.startswith("![")]
    assert len(captions) == len(tables) == 7
    assert len(pictures) == 3
    assert all("sample data" in line for line in [*captions, *pictures])
    assert "> **Sample data.**" in text


def test_recorded_data_is_called_replay_and_can_be_run_again(
    report_document: dict[str, Any], report_panel: PredictionPanel
) -> None:
    report_document["arguments"]["source"] = report_document["kind"] = "replay"

    text = report_text(ReportContext(report_document, report_series(report_panel)))

    assert "ample data" not in text
    assert "ticks matured · replay</sub>" in text
    assert "bellwether replay --headlines FILE --candles FILE --revisions FILE \\\n" in text
    assert "--train-every 7d" in text


def test_a_replay_of_sample_files_is_run_again_as_a_replay_with_all_its_files(
    report_document: dict[str, Any], report_panel: PredictionPanel
) -> None:
    inputs = {"headlines": 2, "candles": 1, "scores": 1, "revisions": 0}
    report_document |= {"kind": "replay", "inputs": inputs}

    text = report_text(ReportContext(report_document, report_series(report_panel)))

    assert "bellwether replay --headlines FILE --headlines FILE --candles FILE --scores FILE \\\n" in text
    assert "bellwether demo" not in text


def test_a_baseline_is_quoted_on_the_ticks_of_the_family_alone(
    report_document: dict[str, Any], report_panel: PredictionPanel
) -> None:
    """Lite speaks on the last 100 of 240 ticks; momentum was right before them and is wrong on 80 of them."""
    tick = np.arange(240)
    label = np.where(np.isnan(report_panel.label), np.nan, 1.0)
    p_up = np.full_like(report_panel.p_up, np.nan)
    lite, momentum = (report_panel.families.index(name) for name in ("lite", "momentum"))
    p_up[:, lite] = np.where(tick < 140, np.nan, np.where(tick < 200, 0.6, 0.4))
    p_up[:, momentum] = np.where(tick < 160, 0.6, 0.4)
    panel = replace(report_panel, p_up=p_up, label=label)
    figure = report_document["families"]["lite"]
    figure["hit_rate"] |= {"value": 0.6, "lo": 0.5, "hi": 0.7, "n": 100}
    figure["n"] = 100
    report_document["families"]["vader"]["hit_rate"]["n"] = 0

    text = report_text(ReportContext(report_document, report_series(panel)))

    assert (
        "lite 1.0: Right on 60.0% of 100 calls; the baseline (momentum) got 20.0% of the same ones." in text
    )
    assert "lies above the 20.0% that the best baseline (momentum) got on the same ticks." in text
    assert "momentum on the same ticks" in text
    assert "VADER 3.3.2: 0 of 30" not in text


def test_nothing_is_called_finbert_that_is_not(report: ReportContext) -> None:
    prose = report_text(report).replace("finbert_minilm (not FinBERT)", "")

    assert "finbert" not in prose.casefold()


def test_a_rate_of_few_predictions_is_nowhere_shown(report: ReportContext) -> None:
    lines = [line for line in report_text(report).splitlines() if line.startswith(("| lite", "| **lite"))]

    assert len(lines) == 4
    assert all("n = 24, too few to judge" in line for line in lines)
    assert not any("%" in line for line in lines)


def test_a_hit_rate_above_the_baselines_is_questioned_and_one_below_is_not(
    report_document: dict[str, Any], report_panel: PredictionPanel
) -> None:
    series = report_series(report_panel)
    assert "### Before you believe VADER" in report_text(ReportContext(report_document, series))

    report_document["families"]["vader"]["hit_rate"]["lo"] = 0.40

    assert "Before you believe" not in report_text(ReportContext(report_document, series))


def test_a_replay_in_which_nothing_could_be_trained_is_told(
    report_document: dict[str, Any], report_panel: PredictionPanel, tmp_path: Path
) -> None:
    untrained = {"status": "untrained", "reason": "3 of 14 days with recorded news.", "scorer": None}
    for group in ("families", "baselines"):
        report_document[group] = {name: dict(untrained) for name in report_document[group]}
    why = "Nothing can be judged: no news family predicted in this range."
    verdict = {"value": "no_evidence", "family": None, "against": None, "why": why}
    empty = {"comparison": [], "leadlag": {}, "quarters": [], "events": [], "coverage": {}, "assumed": []}
    report_document |= {"verdict": verdict, **empty}

    written = write_report(tmp_path, data=report_document, panel=report_panel)

    text = written[0].read_text(encoding="utf-8")
    assert text.startswith("# No reader of the news could be judged.")
    assert why in text
    assert "vader is untrained: 3 of 14 days with recorded news." in text
    assert "Nothing was trained or deployed in the range." in text
    assert [path.name for path in written if path.suffix == ".png"] == ["hit-rate.png"]


def test_a_long_history_is_cut_at_its_beginning(
    report_document: dict[str, Any], report_panel: PredictionPanel
) -> None:
    event = report_document["events"][0]
    report_document["events"] = [{**event, "why": f"Training {number}."} for number in range(1, 53)]

    text = report_text(ReportContext(report_document, report_series(report_panel)))

    assert "52 retrain · 12 earlier ones in events.csv" in text
    assert "| Training 12. |" not in text
    assert "| Training 13. |" in text
    assert "| Training 52. |" in text


def test_an_edge_of_the_window_inside_a_day_has_its_time(
    report_document: dict[str, Any], report_panel: PredictionPanel
) -> None:
    report_document["window"]["to"] = "2001-04-07T12:00:00Z"

    foot = ReportContext(report_document, report_series(report_panel)).foot

    assert "2001-03-29 to 2001-04-07 12:00 UTC" in foot


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.02, "below 0.1"),
        (0.1, "0.1"),
        (24.84, "24.8"),
        (923.7, "924"),
        (9_999.4, "9,999"),
        (1e9, "above 10,000"),
    ],
)
def test_an_e_value_is_as_precise_as_anyone_needs(value: float, text: str) -> None:
    assert e_value(value) == text
