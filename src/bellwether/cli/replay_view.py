"""What a replay looks like in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bellwether.cli.tables import Column, Table
from bellwether.formatting import count, duration, number, number_interval, rate, rate_interval
from bellwether.learning.families import MIN_NEWS_DAYS
from bellwether.pipelines.replay_plan import ReplayPlan

_COLUMNS = (
    Column("family", importance=9),
    Column("hit rate", is_number=True, importance=8),
    Column("95 %", is_number=True, importance=6),
    Column("log loss", is_number=True, importance=7),
    Column("95 % ", is_number=True, importance=4),
    Column("n", is_number=True, importance=5),
    Column("n_eff", is_number=True, importance=3),
)


def result_lines(data: Mapping[str, Any], report: Path) -> list[str | Table]:
    """The answer, the figures behind it, and where the report is."""
    window, timing = data["window"], data["timing"]
    training = _seconds(timing["training_s"])
    head = (
        f"{data['arguments']['asset']} · {data['arguments']['horizon']} ahead · {window['from']} to "
        f"{window['to']} · {data['arguments']['source']}"
    )
    judged = f"{count(window['matured'])} of {count(window['ticks'])} ticks have an outcome."
    return [
        head,
        "",
        data["verdict"]["why"],
        judged,
        "",
        Table(_COLUMNS, [_row(name, figure) for name, figure in _all(data).items()]),
        "",
        *(f"{picture_of}: {picture['sentence']}" for picture_of, picture in data["leadlag"].items()),
        *_absent(data),
        "",
        f"digest  {data['digest']}",
        f"report  {report / 'report.md'}",
        f"time    {_seconds(timing['total_s'])}, of which {timing['trainings']} trainings took {training}",
    ]


def dry_run_lines(plan: ReplayPlan) -> list[str | Table]:
    """What a replay would train and judge."""
    before = f"{count(plan.n_news_days_before)} of them before --from"
    judged = f"{count(plan.n_ticks_judged)} of them with news, an outcome and a trained family"
    return [
        f"{count(plan.n_headlines)} headlines on {count(plan.n_news_days)} days, {before}.",
        f"{MIN_NEWS_DAYS} days with news are needed before a family is trained.",
        f"{count(plan.n_ticks)} ticks in the range, {judged}; {count(plan.n_eff)} do not overlap.",
        plan.width_sentence,
    ]


def _all(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data["families"], **data["baselines"]}


def _row(name: str, figure: Mapping[str, Any]) -> list[str]:
    hit, loss = figure.get("hit_rate"), figure.get("log_loss")
    if figure["status"] != "ok" or hit is None or loss is None:
        return [name, figure["status"], "", "", "", "", ""]
    return [
        name,
        rate(hit["value"]),
        rate_interval(hit["lo"], hit["hi"]),
        number(loss["value"], 4),
        number_interval(loss["lo"], loss["hi"], 4),
        count(figure["n"]),
        count(figure["n_eff"]),
    ]


def _absent(data: Mapping[str, Any]) -> list[str]:
    """Why a line of the table is empty."""
    return [f"{name}: {figure['reason']}" for name, figure in _all(data).items() if figure["reason"]]


def _seconds(seconds: float) -> str:
    return duration(timedelta(seconds=seconds))
