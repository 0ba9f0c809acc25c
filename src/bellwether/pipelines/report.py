"""Write the report of a replay: Markdown, charts, tables and the document behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bellwether.evidence.panel import PredictionPanel
from bellwether.pipelines import report_files, sentences
from bellwether.pipelines.chart_style import Frame
from bellwether.pipelines.charts import Calibration, Line, calibration_chart, hit_rate_chart, lead_lag_chart
from bellwether.pipelines.report_context import ReportContext
from bellwether.pipelines.report_figures import report_series
from bellwether.pipelines.report_sections import (
    CALIBRATION_PNG,
    CALIBRATION_TITLE,
    HIT_RATE_PNG,
    HIT_RATE_TITLE,
    LEAD_LAG_PNG,
    LEAD_LAG_TITLE,
)
from bellwether.pipelines.report_text import report_text

REPORT = "report.md"


def write_report(folder: Path, *, data: Mapping[str, Any], panel: PredictionPanel) -> list[Path]:
    """Write a replay's report into ``folder``, which is made where it is missing.

    Parameters
    ----------
    folder : Path
        Files of an earlier report with the same names are overwritten.
    data : mapping
        The replay's document: ``run_id, kind, digest, data_hash, arguments, inputs, window, verdict,
        families, baselines, comparison, leadlag, quarters, events, coverage, assumed, timing``, as
        `bellwether.pipelines.replay_result.replay_document` makes it.
    panel : PredictionPanel
        The predictions the document speaks of.

    Returns
    -------
    list of Path
        What was written, ``report.md`` first: pictures for the sections that have figures,
        ``predictions.csv``, ``metrics.csv``, ``quarters.csv``, ``events.csv``, ``report.json``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in _files(data, panel):
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written


def _files(data: Mapping[str, Any], panel: PredictionPanel) -> Iterator[tuple[str, bytes]]:
    report = ReportContext(data, report_series(panel))
    yield REPORT, report_text(report).encode()
    yield HIT_RATE_PNG, _hit_rates(report)
    if any(report.series.calibration[family] for family in report.news):
        yield CALIBRATION_PNG, _calibration(report)
    if data["leadlag"]:
        yield LEAD_LAG_PNG, _lead_lag(report)
    yield "predictions.csv", report_files.predictions_csv(panel, source=data["arguments"]["source"])
    yield "metrics.csv", report_files.metrics_csv(data)
    yield "quarters.csv", report_files.quarters_csv(data)
    yield "events.csv", report_files.events_csv(data)
    yield "report.json", report_files.report_json(data)


def _hit_rates(report: ReportContext) -> bytes:
    lines = [
        Line(report.names[family], report.series.hit_rates[family], is_baseline=family not in report.news)
        for family in report.against
    ]
    return hit_rate_chart(
        _frame(report, HIT_RATE_TITLE, report.named(report.document["verdict"]["why"])), lines
    )


def _calibration(report: ReportContext) -> bytes:
    bins = {family: report.series.calibration[family] for family in report.news}
    families = [Calibration(family, report.names[family], bins[family]) for family in bins if bins[family]]
    said = " ".join(f"{item.name}: {sentences.calibration(item.bins)}" for item in families)
    return calibration_chart(_frame(report, CALIBRATION_TITLE, said), families)


def _lead_lag(report: ReportContext) -> bytes:
    verdict = (
        "Correlation of an hour's tone with returns before and after it. Left of the dotted line the "
        "tone follows the return, right of it the tone comes first."
    )
    frame = _frame(report, LEAD_LAG_TITLE, verdict)
    return lead_lag_chart(frame, report.document["leadlag"], report.names)


def _frame(report: ReportContext, title: str, verdict: str) -> Frame:
    return Frame(title=title, verdict=verdict, foot=report.foot, is_sample=report.is_sample)
