"""The first screen of a report: the answer, the figures behind it, and what to ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bellwether.formatting import (
    JUDGED_FROM,
    MISSING,
    count,
    judged_rate,
    move,
    number,
    number_interval,
    points,
    points_interval,
    rate,
    rate_interval,
)
from bellwether.pipelines import sentences
from bellwether.pipelines.markdown import bullets, table
from bellwether.pipelines.report_context import ReportContext, e_value

_SAMPLE_NOTE = (
    "> **Sample data.** Headlines and prices are invented and the effect of one on the other is planted. "
    "Nothing here says anything about real news or a real market."
)


def first_screen(report: ReportContext) -> Iterator[str]:
    """The answer in a line, the verdict behind it, everybody's figures, and who is absent and why."""
    found = report.document["verdict"]
    family = found["family"]
    yield f"# {sentences.answer(found, None if family is None else report.names[family])}"
    if report.is_sample:
        yield _SAMPLE_NOTE
    yield report.named(found["why"])
    yield table(
        ["", "hit rate", "95 %", "log loss", "95 %", "n", "n_eff"],
        [score_row(_label(report, family), figure) for family, figure in report.figures.items()],
        caption=report.foot,
    )
    if missing := list(_missing(report)):
        yield bullets(missing)


def too_good(report: ReportContext) -> Iterator[str]:
    """What is asked of a hit rate above every baseline's on the same ticks before anyone believes it."""
    for family in report.news:
        rival, lo = report.series.rivals.get(family), report.figures[family]["hit_rate"]["lo"]
        if rival is None or lo is None or lo <= rival.hit_rate:
            continue
        yield f"### Before you believe {report.names[family]}"
        yield (
            f"The lower bound of its hit rate, {rate(lo)}, lies above the {rate(rival.hit_rate)} that the "
            f"best baseline ({report.names[rival.baseline]}) got on the same ticks. "
            "A leak from the future looks the same. What speaks for or against it:"
        )
        yield bullets(list(_checks(report, family)))


def _missing(report: ReportContext) -> Iterator[str]:
    """Why a line of the table is empty or lacks its intervals."""
    for family, figure in report.figures.items():
        name = report.names[family]
        if figure["status"] != "ok":
            yield f"{name} is {figure['status']}: {figure['reason']}"
        elif figure["n"] >= JUDGED_FROM and (reason := figure["hit_rate"].get("reasons", {}).get("lo")):
            yield f"{name} has no intervals: {reason}"


def _label(report: ReportContext, family: str) -> str:
    """A family's name, in bold where it reads news."""
    name = report.names[family]
    return f"**{name}**" if family in report.document["families"] else name


def score_row(label: str, figure: Mapping[str, Any]) -> list[str]:
    """A family's hit rate and log loss with intervals, n and n_eff; no rate of too few predictions.

    Parameters
    ----------
    label : str
        What the family is called.
    figure : mapping
        Its entry in a replay's document.
    """
    if figure["status"] != "ok":
        return [label, figure["status"], *[MISSING] * 5]
    hit, loss = figure["hit_rate"], figure["log_loss"]
    counts = [count(figure["n"]), count(figure["n_eff"])]
    if figure["n"] < JUDGED_FROM:
        return [label, judged_rate(None, figure["n"]), *[MISSING] * 3, *counts]
    return [
        label,
        rate(hit["value"]),
        rate_interval(hit["lo"], hit["hi"]),
        number(loss["value"], 4),
        number_interval(loss["lo"], loss["hi"], 4),
        *counts,
    ]


def _checks(report: ReportContext, family: str) -> Iterator[str]:
    sees = {
        "technicals": "which sees the same but no news",
        f"shuffled_{family}": "which sees the same with the tones of other headlines",
    }
    for pair in report.document["comparison"]:
        if pair["a"] == family and pair["b"] in sees:
            yield (
                f"Against {report.names[pair['b']]}, {sees[pair['b']]}: {_lead(pair['hit_rate'])}, "
                f"e-value {e_value(pair['e_value'])}, n = {count(pair['n'])}."
            )
    if picture := report.document["leadlag"].get(family):
        yield picture["sentence"]
    trading = report.series.details[family].trading
    yield (
        f"Following its calls over {count(trading.n_periods)} periods returned {move(trading.gross_return)} "
        f"before costs and {move(trading.net_return)} after 0.1 % per unit traded."
    )


def _lead(hit_rate: Mapping[str, Any]) -> str:
    lead = points(hit_rate["value"])
    if hit_rate["lo"] is None:
        return f"{lead}, without an interval"
    return f"{lead} ({points_interval(hit_rate['lo'], hit_rate['hi'])})"
