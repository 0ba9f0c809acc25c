"""The sections of a report below the first screen, each with its figures and their caption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bellwether.clock import parse_moment
from bellwether.evidence.wording import MIN_N_EFF
from bellwether.formatting import (
    JUDGED_FROM,
    MISSING,
    count,
    judged_rate,
    moment,
    move,
    number,
    number_interval,
    points,
    points_interval,
    rate,
    rate_interval,
    signed,
    signed_interval,
)
from bellwether.pipelines import sentences
from bellwether.pipelines.markdown import bullets, image, table
from bellwether.pipelines.report_context import ReportContext, e_value

HIT_RATE_PNG = "hit-rate.png"
CALIBRATION_PNG = "calibration.png"
LEAD_LAG_PNG = "lead-lag.png"

HIT_RATE_TITLE = "Which reader calls the direction better?"
CALIBRATION_TITLE = "Do the probabilities mean what they say?"
LEAD_LAG_TITLE = "Does the news lead the price or follow it?"

_LONGEST_HISTORY = 40
"""Events listed in the report; the file beside it has them all."""


def hit_rates(report: ReportContext) -> Iterator[str]:
    """How often the calls were right, over time."""
    rates = {family: report.figures[family]["hit_rate"] for family in report.news}
    said = [
        f"{report.names[family]}: "
        + sentences.calls_right(hit_rate, report.series.rivals.get(family), names=report.names)
        for family, hit_rate in rates.items()
        if hit_rate["n"]
    ]
    yield f"## {HIT_RATE_TITLE}"
    if said:
        yield bullets(said)
    yield image(HIT_RATE_PNG, f"Cumulative hit rate. {' '.join(said)} {report.foot}")
    yield (
        "The band holds at all predictions at once with 95 %: looking often does not narrow it. "
        "Drawn from the 30th prediction on, over predictions whose outcomes do not overlap."
    )


def pairs(report: ReportContext) -> Iterator[str]:
    """Who is better than whom, on common ticks."""
    compared = report.document["comparison"]
    if not compared:
        return
    yield "## Pair by pair"
    news = [pair for pair in compared if pair["b"] in report.document["families"]]
    if news:
        yield bullets([_pair_sentence(report, pair) for pair in news])
    yield table(
        ["first", "second", "lower log loss", "95 %", "more hits", "95 %", "e-value", "n", "n_eff"],
        [_pair_row(report, pair) for pair in compared],
        caption=f"Common ticks; positive when the first is better · {report.foot}",
        n_text=2,
    )


def calibration(report: ReportContext) -> Iterator[str]:
    """Whether 60 % is 60 %."""
    families = [family for family in report.news if report.series.calibration[family]]
    if not families:
        return
    said = [
        f"{report.names[family]}: {sentences.calibration(report.series.calibration[family])}"
        for family in families
    ]
    yield f"## {CALIBRATION_TITLE}"
    yield bullets(said)
    yield image(CALIBRATION_PNG, f"Calibration. {' '.join(said)} {report.foot}")
    yield table(
        [
            "",
            "Brier score",
            "95 %",
            "calibration error",
            "95 %",
            "reliability",
            "resolution",
            "uncertainty",
            "n",
        ],
        [_calibration_row(report, family) for family in report.against],
        caption=report.foot,
    )


def lead_lag(report: ReportContext) -> Iterator[str]:
    """Whether news leads or follows the price."""
    pictures = report.document["leadlag"]
    if not pictures:
        return
    said = [f"{report.names[family]}: {picture['sentence']}" for family, picture in pictures.items()]
    yield f"## {LEAD_LAG_TITLE}"
    yield bullets(said)
    yield image(LEAD_LAG_PNG, f"Correlation of tone with returns. {' '.join(said)} {report.foot}")


def quarters(report: ReportContext) -> Iterator[str]:
    """Hit rates by calendar quarter, each family's beside a baseline's on the same ticks."""
    groups = list(dict.fromkeys(row["group"] for row in report.document["quarters"]))
    if not groups:
        return
    columns = [column for family in report.news for column in _quarter_columns(report, family)]
    yield "## Quarter by quarter"
    yield table(
        ["quarter (UTC)", *(head for head, _ in columns)],
        [[group, *(_quarter(scores.get(group)) for _, scores in columns)] for group in groups],
        caption=f"Hit rate with its 95 % interval · {report.foot}",
    )


def history(report: ReportContext) -> Iterator[str]:
    """Trainings, deployments, drift alarms and rollbacks."""
    events = report.document["events"]
    yield "## What happened on the way"
    if not events:
        yield "Nothing was trained or deployed in the range."
        return
    kinds = [event["kind"] for event in events]
    totals = ", ".join(f"{count(kinds.count(kind))} {kind}" for kind in dict.fromkeys(kinds))
    shown = events[-_LONGEST_HISTORY:]
    hidden = len(events) - len(shown)
    yield table(
        ["time", "event", "what", "why"],
        [
            [moment(parse_moment(event["at"])), event["kind"], event["subject"], report.named(event["why"])]
            for event in shown
        ],
        caption=" · ".join(
            [totals, *([f"{count(hidden)} earlier ones in events.csv"] if hidden else []), report.foot]
        ),
        n_text=4,
    )


def coverage(report: ReportContext) -> Iterator[str]:
    """How much of the news each scorer read, and all of them; the document names the columns."""
    entries = report.document["coverage"]
    if not entries:
        return
    columns = list(dict.fromkeys(column for entry in entries.values() for column in entry))
    yield "## What the scorers covered"
    yield table(
        ["", *(column.replace("_", " ") for column in columns)],
        [
            [report.names.get(name, "every scorer"), *(_cell(entry.get(column)) for column in columns)]
            for name, entry in entries.items()
        ],
        caption=report.foot,
    )


def further_figures(report: ReportContext) -> Iterator[str]:
    """Figures that decide nothing."""
    families = [family for family, figure in report.figures.items() if figure["status"] == "ok"]
    if not families:
        return
    yield "## Further figures"
    yield table(
        ["", "AUC", "95 %", "balanced accuracy", "MCC", "return before costs", "after costs", "turnover"],
        [_further_row(report, family) for family in families],
        caption=f"Returns of following the calls, 0.1 % per unit traded · {report.foot}",
    )


def _pair_sentence(report: ReportContext, pair: Mapping[str, Any]) -> str:
    """The pair's sentence; one that says "too early" names nobody, so the pair is named before it."""
    sentence = report.named(pair["sentence"])
    if pair["n_eff"] >= MIN_N_EFF:
        return sentence
    return f"{report.names[pair['a']]} and {report.names[pair['b']]}: {sentence}"


def _pair_row(report: ReportContext, pair: Mapping[str, Any]) -> list[str]:
    names, counts = (
        [report.names[pair["a"]], report.names[pair["b"]]],
        [count(pair["n"]), count(pair["n_eff"])],
    )
    if pair["n"] < JUDGED_FROM:
        return [*names, judged_rate(None, pair["n"]), *[MISSING] * 4, *counts]
    loss, hit = pair["log_loss"], pair["hit_rate"]
    return [
        *names,
        signed(loss["value"], 4),
        signed_interval(loss["lo"], loss["hi"], 4),
        points(hit["value"]),
        points_interval(hit["lo"], hit["hi"]),
        e_value(pair["e_value"]),
        *counts,
    ]


def _calibration_row(report: ReportContext, family: str) -> list[str]:
    brier, error = report.figures[family]["brier"], report.figures[family]["ece"]
    if brier["n"] < JUDGED_FROM:
        return [report.names[family], judged_rate(None, brier["n"]), *[MISSING] * 6, count(brier["n"])]
    parts = report.series.details[family].brier
    return [
        report.names[family],
        number(brier["value"], 4),
        number_interval(brier["lo"], brier["hi"], 4),
        number(error["value"]),
        number_interval(error["lo"], error["hi"]),
        number(parts.reliability, 4),
        number(parts.resolution, 4),
        number(parts.uncertainty, 4),
        count(brier["n"]),
    ]


def _quarter_columns(report: ReportContext, family: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Heads with scores by quarter: the family, then the baseline that is hardest to beat."""
    rows = report.document["quarters"]
    yield report.names[family], {row["group"]: row for row in rows if row["family"] == family}
    if (rival := report.series.rivals.get(family)) is not None:
        scores = report.series.rival_quarters
        yield (
            f"{report.names[rival.baseline]} on the same ticks",
            {group: score.to_json() for (group, of), score in scores.items() if of == family},
        )


def _quarter(row: Mapping[str, Any] | None) -> str:
    if row is None or row["n"] == 0:
        return MISSING
    if row["n"] < JUDGED_FROM:
        return judged_rate(None, row["n"])
    hit = row["hit_rate"]
    return f"{rate(hit['value'])} ({rate_interval(hit['lo'], hit['hi'])}), n = {count(row['n'])}"


def _further_row(report: ReportContext, family: str) -> list[str]:
    auc, details = report.figures[family]["auc"], report.series.details[family]
    if auc["n"] < JUDGED_FROM:
        return [report.names[family], judged_rate(None, auc["n"]), *[MISSING] * 6]
    return [
        report.names[family],
        number(auc["value"]),
        number_interval(auc["lo"], auc["hi"]),
        rate(details.balanced_accuracy),
        signed(details.matthews_correlation),
        move(details.trading.gross_return),
        move(details.trading.net_return),
        count(round(details.trading.turnover)),
    ]


def _cell(value: object) -> str:
    """A figure by its type: counts are whole numbers, shares are fractions."""
    if value is None or isinstance(value, bool):
        return {None: MISSING, True: "yes", False: "no"}[value]
    if isinstance(value, int):
        return count(value)
    return rate(value) if isinstance(value, float) else str(value)
