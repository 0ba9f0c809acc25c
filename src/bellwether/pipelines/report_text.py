"""The report of a replay as Markdown: the answer first, then the figures, then how they came about."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from bellwether.formatting import count, duration
from bellwether.pipelines import report_sections as sections
from bellwether.pipelines.markdown import bullets
from bellwether.pipelines.report_answer import first_screen, too_good
from bellwether.pipelines.report_context import ReportContext

_NOTES = (
    "Hit rate: share of predictions whose direction was right; a tie in price is not a rise.",
    "Log loss: what the stated probabilities cost, lower is better; 0.693 is a fair coin.",
    "Brier score: about reliability (lower is better) less resolution (higher is better) plus uncertainty.",
    "Intervals are 95 %, from resampling blocks of time; n_eff counts outcomes that do not overlap.",
    "e-value: the weight of the evidence that the first of a pair has the lower log loss; 20 is asked for.",
    "Shuffled: a placebo; it reads what its namesake reads, but each headline with another one's tone.",
)

_OPTIONS = ("from", "to", "horizon", "train_every", "trials", "seed")


def report_text(report: ReportContext) -> str:
    """The whole report."""
    parts = [
        *first_screen(report),
        *too_good(report),
        *sections.hit_rates(report),
        *sections.pairs(report),
        *sections.calibration(report),
        *sections.lead_lag(report),
        *sections.quarters(report),
        *sections.history(report),
        *sections.coverage(report),
        *sections.further_figures(report),
        *_how(report),
    ]
    return "\n\n".join(parts) + "\n"


def _how(report: ReportContext) -> Iterator[str]:
    document = report.document
    if document["assumed"]:
        yield "## What was assumed"
        yield bullets(document["assumed"])
    yield "## How to read the figures"
    yield bullets(_NOTES)
    yield "## How to run it again"
    yield f"```\n{_command(report)}\n```"
    yield bullets(
        [
            f"the same files: data hash `{document['data_hash'][:12]}`",
            f"the same predictions: digest `{document['digest']}`",
            f"this run: `{document['run_id']}`",
            _timing(document["timing"]),
            "figures: `report.json`, `metrics.csv`, `quarters.csv`, `events.csv`",
            "every prediction: `predictions.csv`",
        ]
    )


def _command(report: ReportContext) -> str:
    """The command with the files left open; the data hash says which they were."""
    document = report.document
    if document["kind"] == "demo":
        return "bellwether demo"
    arguments = document["arguments"]
    files = [f"--{kind} FILE" for kind, n_files in document["inputs"].items() for _ in range(n_files)]
    words = [" ".join(["bellwether replay", *files])]
    words += [f"--{name.replace('_', '-')} {shlex.quote(str(arguments[name]))}" for name in _OPTIONS]
    return " \\\n  ".join(words)


def _timing(timing: Mapping[str, Any]) -> str:
    total, training = (duration(timedelta(seconds=timing[name])) for name in ("total_s", "training_s"))
    trainings = "1 training" if timing["trainings"] == 1 else f"{count(timing['trainings'])} trainings"
    return (
        f"time: {total} for the trainings of all processes and the rest of the last one; "
        f"{trainings} took {training}"
    )
