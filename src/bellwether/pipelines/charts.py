"""Charts of a report: cumulative hit rate, calibration, lead and lag. Each is a PNG in memory."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bellwether.evidence.breakdown import CalibrationBin, CumulativeHitRate
from bellwether.evidence.wording import MIN_N_EFF, too_early
from bellwether.formatting import count, rate
from bellwether.pipelines.chart_style import (
    BAND_OPACITY,
    BASELINE,
    CARD,
    GRID,
    MUTED,
    TEXT,
    Frame,
    canvas,
    mark_sample,
    png,
    spread,
    stroke,
)
from bellwether.pipelines.sentences import SMALLEST_BIN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDE = 9.6
_POINTS = 300
"""Points of a line; more only make dashes unreadable."""

_LABEL_SHARE = 0.055
"""Least distance of two line labels, as a share of the axis."""


@dataclass(frozen=True)
class Line:
    """A cumulative hit rate with the name shown at its right end."""

    name: str
    series: CumulativeHitRate
    is_baseline: bool


def hit_rate_chart(frame: Frame, lines: Sequence[Line]) -> bytes:
    """Cumulative hit rate with its band over matured predictions that do not overlap.

    Nothing is drawn before 30 predictions; a line that is shorter is left out, and without any the
    chart says so.
    """
    drawn = [line for line in lines if len(line.series.hit_rate) >= MIN_N_EFF]
    with canvas(frame, width=_WIDE, height=4.7) as figure:
        axes = figure.add_axes((0.065, 0.165, 0.715, 0.63))
        axes.set_xlabel("matured predictions, in order")
        axes.xaxis.set_major_formatter(lambda value, _: count(round(value)))
        axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
        mark_sample(axes, frame)
        if not drawn:
            longest = max((len(line.series.hit_rate) for line in lines), default=0)
            _say(axes, too_early(longest))
            return png(figure)
        for line in drawn:
            _draw_rate(axes, line)
        _fit_rates(axes, drawn)
        _label_ends(axes, drawn)
        return png(figure)


def _draw_rate(axes: Axes, line: Line) -> None:
    style = BASELINE if line.is_baseline else stroke(line.series.family)
    shown = _thinned(len(line.series.hit_rate))
    number = shown + 1
    if not line.is_baseline:
        lo, hi = line.series.lo[shown], line.series.hi[shown]
        axes.fill_between(number, lo, hi, color=style.color, alpha=BAND_OPACITY, linewidth=0)
        for edge in (lo, hi):
            axes.plot(number, edge, color=style.color, linewidth=0.6, alpha=0.7)
    axes.plot(number, line.series.hit_rate[shown], **style.line(), zorder=3)


def _thinned(n: int) -> NDArray[np.int64]:
    """Positions of what is drawn: from the first prediction that counts, evenly, with the last."""
    step = max(1, (n - MIN_N_EFF) // _POINTS)
    return np.unique(np.append(np.arange(MIN_N_EFF - 1, n, step), n - 1))


def _fit_rates(axes: Axes, lines: Sequence[Line]) -> None:
    """Height: the bands of the later half, and every line's end, so that the first wide bands do not rule."""
    last = max(len(line.series.hit_rate) for line in lines)
    values: list[float] = []
    for line in lines:
        half = slice(max(len(line.series.hit_rate) // 4, MIN_N_EFF) - 1, None)
        values += [float(line.series.hit_rate[half].min()), float(line.series.hit_rate[half].max())]
        if not line.is_baseline:
            values += [float(line.series.lo[half].min()), float(line.series.hi[half].max())]
    margin = 0.04 * (max(values) - min(values))
    axes.set_ylim(max(0.0, min(values) - margin), min(1.0, max(values) + margin))
    axes.set_xlim(0, last)
    axes.axhline(0.5, color=GRID, linewidth=1.2, zorder=1)


def _label_ends(axes: Axes, lines: Sequence[Line]) -> None:
    bottom, top = axes.get_ylim()
    ends = [float(line.series.hit_rate[-1]) for line in lines]
    placed = spread([(end - bottom) / (top - bottom) for end in ends], least=_LABEL_SHARE * 1.9)
    for line, end, height in zip(lines, ends, placed, strict=True):
        color = MUTED if line.is_baseline else stroke(line.series.family).color
        text = f"{line.name}\n{rate(end)}, n = {count(len(line.series.hit_rate))}"
        axes.annotate(
            text,
            xy=(len(line.series.hit_rate), end),
            xytext=(1.015, height),
            textcoords="axes fraction",
            color=color,
            fontsize=8.5,
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": color, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0},
        )


@dataclass(frozen=True)
class Calibration:
    """One family's calibration: what it is called, and its bins."""

    family: str
    name: str
    bins: Sequence[CalibrationBin]


def calibration_chart(frame: Frame, families: Sequence[Calibration]) -> bytes:
    """Probability against what happened, one square per family, with the counts beneath."""
    columns = max(len(families), 1)
    side = 3.0
    width = max(_WIDE * 0.66, columns * (side + 0.75) + 0.5)
    height = side + 2.35
    with canvas(frame, width=width, height=height) as figure:
        for column, item in enumerate(families):
            left = (0.75 + column * (side + 0.75)) / width
            square = figure.add_axes((left, 1.25 / height, side / width, side / height))
            counts = figure.add_axes((left, 0.75 / height, side / width, 0.42 / height), sharex=square)
            mark_sample(square, frame)
            _draw_calibration(square, item)
            _draw_counts(counts, item)
        return png(figure)


def _draw_calibration(axes: Axes, item: Calibration) -> None:
    style = stroke(item.family)
    axes.set_title(item.name, loc="left", fontsize=9.5, color=style.color, pad=5)
    axes.plot([0, 1], [0, 1], **BASELINE.line(), zorder=1)
    points = [_Point.of(one) for one in item.bins]
    judged = [point for point in points if point.is_judged]
    axes.plot([point.said for point in judged], [point.rose for point in judged], **style.line(), zorder=2)
    for point in points:
        axes.plot([point.said] * 2, [point.lo, point.hi], color=style.color, linewidth=1.0, zorder=2)
        axes.plot(
            point.said,
            point.rose,
            marker=style.marker,
            markersize=5.5,
            color=style.color,
            markerfacecolor=style.color if point.is_judged else CARD,
            zorder=3,
        )
    limits = _calibration_limits(points)
    axes.set_xlim(limits)
    axes.set_ylim(limits)
    axes.tick_params(labelbottom=False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    axes.set_ylabel("share that rose")


class _Point(NamedTuple):
    """A bin as it is drawn; NaN is drawn as nothing."""

    said: float
    rose: float
    lo: float
    hi: float
    is_judged: bool

    @classmethod
    def of(cls, one: CalibrationBin) -> _Point:
        rose, lo, hi = (
            math.nan if value is None else value
            for value in (one.up_share.value, one.up_share.lo, one.up_share.hi)
        )
        return cls(one.p_up, rose, lo, hi, one.up_share.n >= SMALLEST_BIN)


def _calibration_limits(points: Sequence[_Point]) -> tuple[float, float]:
    """Square limits around one half that hold every point and interval."""
    values = np.array([0.4, 0.6, *(value for point in points for value in point[:4])])
    reach = min(0.5, float(np.nanmax(np.abs(values - 0.5))) * 1.06)
    return 0.5 - reach, 0.5 + reach


def _draw_counts(axes: Axes, item: Calibration) -> None:
    style = stroke(item.family)
    axes.vlines(
        [b.p_up for b in item.bins], 0, [b.up_share.n for b in item.bins], color=style.color, linewidth=3
    )
    largest = max((one.up_share.n for one in item.bins), default=1)
    axes.set_ylim(0, largest * 1.15)
    axes.set_yticks([largest], [count(largest)])
    axes.set_xlabel("probability of a rise that was said")


def lead_lag_chart(
    frame: Frame, pictures: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]
) -> bytes:
    """Correlation of tone with returns from 24 h before to 24 h after, one row per scorer.

    ``pictures`` holds the documents of `bellwether.evidence.leadlag.LeadLag`.
    """
    rows = max(len(pictures), 1)
    row_height = 1.85
    height = rows * row_height + 1.5
    with canvas(frame, width=_WIDE, height=height) as figure:
        for row, (family, picture) in enumerate(pictures.items()):
            bottom = (0.80 + (rows - 1 - row) * row_height) / height
            axes = figure.add_axes((0.075, bottom, 0.905, (row_height - 0.52) / height))
            mark_sample(axes, frame)
            _draw_lead_lag(axes, family, picture["lags"])
            axes.set_title(
                textwrap.fill(f"{names[family]}: {picture['sentence']}", 136),
                loc="left",
                fontsize=8.5,
                color=stroke(family).color,
                pad=4,
            )
            axes.tick_params(labelbottom=row == rows - 1)
            if row == rows - 1:
                axes.set_xlabel(
                    "the return came before the tone  ←   hours   →  the return came after the tone"
                )
        return png(figure)


def _draw_lead_lag(axes: Axes, family: str, lags: Sequence[Mapping[str, Any]]) -> None:
    style = stroke(family)
    known = [lag for lag in lags if lag["value"] is not None]
    if not known:
        _say(axes, "Too few hours with news and price.")
        return
    hours = [lag["lag_h"] for lag in known]
    axes.axhline(0, color=TEXT, linewidth=0.9, zorder=2)
    axes.axvline(0, color=MUTED, linewidth=0.8, linestyle=(0, (2, 3)), zorder=1)
    axes.vlines(
        hours, [lag["lo"] for lag in known], [lag["hi"] for lag in known], color=style.color, linewidth=1.1
    )
    axes.plot(
        hours,
        [lag["value"] for lag in known],
        linestyle="None",
        marker="o" if style.marker == "None" else style.marker,
        markersize=3.6,
        color=style.color,
        zorder=3,
    )
    axes.set_xlim(-24.8, 24.8)
    axes.set_xticks(
        range(-24, 25, 6), [f"{abs(hour)} h" if hour else "same hour" for hour in range(-24, 25, 6)]
    )
    reach = max(max(abs(lag["lo"]), abs(lag["hi"])) for lag in known) * 1.12
    axes.set_ylim(-reach, reach)
    axes.set_ylabel("correlation")
    axes.yaxis.set_major_formatter(
        lambda value, _: "0" if math.isclose(value, 0, abs_tol=1e-9) else _signed(value)
    )


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{abs(value):.2g}"


def _say(axes: Axes, text: str) -> None:
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED)
