"""What every section of a report needs: the document, its names, and the line under each figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bellwether.clock import parse_moment
from bellwether.formatting import count, day, moment, number
from bellwether.identity import Source
from bellwether.pipelines import sentences
from bellwether.pipelines.report_figures import ReportSeries

_LARGEST_E = 10_000


@dataclass(frozen=True)
class ReportContext:
    """A replay's document with what follows from it.

    Attributes
    ----------
    document : mapping
        What ``--json`` shows under ``data``.
    series : ReportSeries
    """

    document: Mapping[str, Any]
    series: ReportSeries

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What people are shown for each family."""
        return sentences.shown_names(self.document)

    @cached_property
    def figures(self) -> Mapping[str, Mapping[str, Any]]:
        """Figures of the news families, then of the baselines."""
        return {**self.document["families"], **self.document["baselines"]}

    @property
    def news(self) -> list[str]:
        """The news families that were judged."""
        return [name for name, figure in self.document["families"].items() if figure["status"] == "ok"]

    @cached_property
    def best_baseline(self) -> str | None:
        """The baseline with the highest hit rate over its own ticks; None without any.

        A line or row of its own in charts and tables. What is said of a family beside a baseline is
        about the ticks of both: `ReportSeries.rivals`.
        """
        rates = {
            name: figure["hit_rate"]["value"]
            for name, figure in self.document["baselines"].items()
            if figure["status"] == "ok" and figure["hit_rate"]["value"] is not None
        }
        return max(rates, key=lambda name: rates[name], default=None)

    @property
    def against(self) -> list[str]:
        """The news families that were judged, and the best baseline behind them."""
        return [*self.news, *([] if self.best_baseline is None else [self.best_baseline])]

    @property
    def is_sample(self) -> bool:
        """Whether the report speaks of the invented market."""
        return bool(self.document["arguments"]["source"] == Source.SAMPLE.value)

    @property
    def foot(self) -> str:
        """What every figure speaks of: asset, horizon, window, count and source."""
        window, arguments = self.document["window"], self.document["arguments"]
        return " · ".join(
            (
                arguments["asset"],
                f"{arguments['horizon']} horizon",
                f"{_edge(parse_moment(window['from']))} to {_edge(parse_moment(window['to']))}",
                f"{count(window['matured'])} of {count(window['ticks'])} ticks matured",
                "sample data" if self.is_sample else arguments["source"],
            )
        )

    def named(self, text: str) -> str:
        """A sentence about families with the names people are shown."""
        return sentences.with_names(text, self.names)


def e_value(value: float) -> str:
    """An e-value as precise as anyone needs it: ``below 0.1``, ``24.8``, ``924``, ``above 10,000``."""
    if value >= _LARGEST_E:
        return f"above {count(_LARGEST_E)}"
    if value < 0.1:
        return "below 0.1"
    return count(round(value)) if value >= 100 else number(value, 1)


def _edge(at: datetime) -> str:
    """An edge of the window: its day, or the moment where it is not midnight."""
    return day(at) if (at.hour, at.minute) == (0, 0) else moment(at)
