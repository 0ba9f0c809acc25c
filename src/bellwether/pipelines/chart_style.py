"""How charts look: the light palette of the dashboard, one line style per model, one frame."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT = "#1B1F24"
MUTED = "#57606A"
GRID = "#D8DEE4"
CARD = "#FFFFFF"
PAGE = "#F6F8FA"

BAND_OPACITY = 0.14
"""Lighter than the dashboard's 0.18: three bands may lie on each other here."""
DPI = 150

_RC: Any = {  # matplotlib's types list every key of its own
    "font.family": "DejaVu Sans",  # shipped with matplotlib, so a chart looks alike everywhere
    "font.size": 9.5,
    "text.color": TEXT,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.scale_dashes": False,
    "lines.dash_capstyle": "butt",
    "figure.facecolor": CARD,
    "axes.facecolor": CARD,
    "savefig.facecolor": CARD,
}


@dataclass(frozen=True)
class Stroke:
    """How one family is drawn: colour, dash and marker, so that colour is never the only sign."""

    color: str
    width: float
    dash: Any  # matplotlib takes a word or (offset, lengths)
    marker: str

    def line(self) -> dict[str, Any]:
        """Keywords of ``Axes.plot``."""
        return {"color": self.color, "linewidth": self.width, "linestyle": self.dash}


BASELINE = Stroke("#848D97", 1.6, (0, (2, 3)), "None")

STROKES = {
    "vader": Stroke("#8E3A9E", 2.0, (0, (6, 4)), "s"),
    "finbert": Stroke("#0A7466", 2.0, "solid", "o"),
    "lite": Stroke("#9A6700", 2.0, (0, (7, 2, 2, 2)), "^"),
}
"""News families; every other family is drawn as a baseline."""


def stroke(family: str) -> Stroke:
    """How ``family`` is drawn."""
    return STROKES.get(family, BASELINE)


@dataclass(frozen=True)
class Frame:
    """The words around a chart.

    Attributes
    ----------
    title : str
        A question or a plain noun.
    verdict : str
        What the chart shows, in a sentence.
    foot : str
        Horizon, window and source; under every chart.
    is_sample : bool
        Sample data: said across the chart too.
    """

    title: str
    verdict: str
    foot: str
    is_sample: bool


@contextmanager
def canvas(frame: Frame, *, width: float, height: float) -> Iterator[Figure]:
    """A figure in inches with its frame's words around the space that is left for axes.

    Drawn without a display; nothing of the caller's matplotlib settings is read or changed.
    """
    import matplotlib as mpl  # noqa: PLC0415 - 1 s that commands without charts do not need
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        figure = Figure(figsize=(width, height), dpi=DPI)
        _write_frame(figure, frame)
        yield figure


def png(figure: Figure) -> bytes:
    """The figure as a file: equal figures, equal bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - with matplotlib

    FigureCanvasAgg(figure)
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()


def spread(heights: list[float], *, least: float) -> list[float]:
    """Heights of labels moved apart to at least ``least``, as little as the order allows.

    The result is in the order given; equal heights keep their order.
    """
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    groups: list[list[int]] = []
    centres: list[float] = []
    for index in order:
        groups.append([index])
        centres.append(heights[index])
        while len(groups) > 1 and centres[-1] - centres[-2] < least * (len(groups[-1]) + len(groups[-2])) / 2:
            merged = groups[-2] + groups[-1]
            groups[-2:], centres[-2:] = [merged], [sum(heights[i] for i in merged) / len(merged)]
    placed = [0.0] * len(heights)
    for members, centre in zip(groups, centres, strict=True):
        for rank, index in enumerate(members):
            placed[index] = centre + (rank - (len(members) - 1) / 2) * least
    return placed


def mark_sample(axes: Axes, frame: Frame) -> None:
    """Write "sample data" across the plot where it is."""
    if frame.is_sample:
        axes.text(
            0.5,
            0.5,
            "sample data",
            transform=axes.transAxes,
            ha="center",
            va="center",
            fontsize=26,
            color=MUTED,
            alpha=0.13,
            zorder=2,
        )


def _write_frame(figure: Figure, frame: Frame) -> None:
    width, height = figure.get_size_inches()
    left = 0.18 / width
    lines = textwrap.wrap(frame.verdict, int(width * 13.6))
    figure.text(left, 1 - 0.14 / height, frame.title, fontsize=12, fontweight="bold", va="top")
    figure.text(left, 1 - 0.42 / height, "\n".join(lines), fontsize=9.5, va="top", linespacing=1.35)
    figure.text(left, 0.12 / height, frame.foot, fontsize=8.5, color=MUTED, va="bottom")
