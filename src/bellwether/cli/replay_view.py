"""What a replay looks like in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bellwether.cli.tables import Column, Table
from bellwether.formatting import count, duration
from bellwether.learning.families import MIN_NEWS_DAYS
from bellwether.pipelines.replay_plan import ReplayPlan
from bellwether.pipelines.report import REPORT
from bellwether.pipelines.report_answer import score_row
from bellwether.pipelines.sentences import answer, shown_names, with_names

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
    names = shown_names(data)
    window, timing, verdict = data["window"], data["timing"], data["verdict"]
    said = data["arguments"]
    training = _seconds(timing["training_s"])
    return [
        f"{said['asset']} · {said['horizon']} ahead · {window['from']} to {window['to']} · {said['source']}",
        "",
        answer(verdict, names.get(verdict["family"])),
        with_names(verdict["why"], names),
        f"{count(window['matured'])} of {count(window['ticks'])} ticks have an outcome.",
        "",
        Table(_COLUMNS, [score_row(names[name], figure) for name, figure in _all(data).items()]),
        "",
        *(f"{names[reader]}: {picture['sentence']}" for reader, picture in data["leadlag"].items()),
        *_absent(data, names),
        "",
        f"digest  {data['digest']}",
        f"report  {report / REPORT}",
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


def _absent(data: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """Why a line of the table is empty."""
    return [f"{names[name]}: {figure['reason']}" for name, figure in _all(data).items() if figure["reason"]]


def _seconds(seconds: float) -> str:
    return duration(timedelta(seconds=seconds))
