from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread

from bellwether.evidence.breakdown import CalibrationBin, CumulativeHitRate
from bellwether.evidence.intervals import Interval
from bellwether.evidence.leadlag import lead_lag
from bellwether.pipelines.chart_style import Frame, stroke
from bellwether.pipelines.charts import (
    Calibration,
    Line,
    calibration_chart,
    hit_rate_chart,
    lead_lag_chart,
)

FRAME = Frame("A question?", "A sentence.", "BTC · 1h horizon · replay", is_sample=False)


def _line(family: str, n: int, *, is_baseline: bool = False) -> Line:
    rate = 0.5 + 0.03 * np.sin(np.arange(n) / 50)
    half = 1.2 / np.sqrt(np.arange(1, n + 1))
    as_of_us = np.arange(n, dtype=np.int64)
    return Line(family, CumulativeHitRate(family, as_of_us, rate, rate - half, rate + half), is_baseline)


def _pixels(png: bytes) -> np.ndarray:
    return imread(io.BytesIO(png), format="png")[..., :3]


def _has(png: bytes, color: str) -> bool:
    """Whether some pixel has exactly this colour."""
    wanted = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    return bool((np.abs(_pixels(png) * 255 - wanted).max(axis=2) < 1).any())


def _bins(n: int) -> list[CalibrationBin]:
    shares = (0.42, 0.5, 0.61)
    return [
        CalibrationBin(p, Interval(s, s - 0.1, s + 0.1, n))
        for p, s in zip((0.4, 0.5, 0.6), shares, strict=True)
    ]


def _pictures() -> dict[str, dict[str, object]]:
    hours = np.arange(150)
    tone, returns = np.sin(hours * 0.7), np.cos(hours * 0.7) + np.sin(hours * 2.3)
    return {"vader": lead_lag(tone, returns).to_json()}


def test_a_line_is_drawn_in_its_familys_colour_and_the_baseline_in_grey() -> None:
    png = hit_rate_chart(FRAME, [_line("vader", 400), _line("momentum", 400, is_baseline=True)])

    assert _has(png, stroke("vader").color)
    assert _has(png, stroke("momentum").color)
    assert not _has(png, stroke("finbert").color)


def test_nothing_is_drawn_before_thirty_predictions() -> None:
    png = hit_rate_chart(FRAME, [_line("vader", 29)])

    assert not _has(png, stroke("vader").color)
    assert _has(hit_rate_chart(FRAME, [_line("vader", 30)]), stroke("vader").color)


def test_a_chart_without_any_line_still_says_so() -> None:
    assert _pixels(hit_rate_chart(FRAME, [])).std() > 0


def test_equal_figures_are_equal_bytes_whatever_the_caller_set() -> None:
    lines = [_line("finbert", 200)]
    first = hit_rate_chart(FRAME, lines)

    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9}):
        again = hit_rate_chart(FRAME, lines)
        assert mpl.rcParams["font.size"] == 30

    assert first == again


def test_sample_data_is_written_across_every_plot() -> None:
    sample = replace(FRAME, is_sample=True)
    calibrations = [Calibration("vader", "VADER", _bins(50))]

    for draw in (
        lambda frame: hit_rate_chart(frame, [_line("vader", 100)]),
        lambda frame: hit_rate_chart(frame, []),
        lambda frame: calibration_chart(frame, calibrations),
        lambda frame: lead_lag_chart(frame, _pictures(), {"vader": "VADER"}),
    ):
        assert draw(sample) != draw(FRAME)


def test_a_small_bin_is_hollow_and_unconnected() -> None:
    def ink(n: int) -> int:
        png = calibration_chart(FRAME, [Calibration("finbert", "FinBERT", _bins(n))])
        color = np.array([0x0A, 0x74, 0x66])
        return int((np.abs(_pixels(png) * 255 - color).max(axis=2) < 1).sum())

    assert ink(19) < 0.8 * ink(20)


@pytest.mark.parametrize("n_families", [1, 3])
def test_each_family_has_its_own_square(n_families: int) -> None:
    families = ["vader", "finbert", "lite"][:n_families]

    png = calibration_chart(FRAME, [Calibration(family, family, _bins(50)) for family in families])

    assert all(_has(png, stroke(family).color) for family in families)


def test_lead_and_lag_has_a_row_per_scorer_and_says_where_hours_are_too_few() -> None:
    unknown = lead_lag(np.full(20, np.nan), np.zeros(20)).to_json()
    pictures = {**_pictures(), "finbert": unknown}

    one = _pixels(lead_lag_chart(FRAME, _pictures(), {"vader": "VADER"}))
    two = _pixels(lead_lag_chart(FRAME, pictures, {"vader": "VADER", "finbert": "FinBERT"}))

    assert two.shape[0] > one.shape[0] + 200
    assert two.shape[1] == one.shape[1]


def test_charts_cost_nothing_until_one_is_drawn() -> None:
    code = "import sys, bellwether.pipelines.charts; print('matplotlib' in sys.modules)"

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout == "False\n"
