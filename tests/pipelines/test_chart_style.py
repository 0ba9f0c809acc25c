from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.pipelines.chart_style import CARD, MUTED, STROKES, TEXT, spread, stroke


def _luminance(color: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(color[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(color: str, background: str) -> float:
    """WCAG 2 contrast ratio."""
    lighter, darker = sorted((_luminance(color), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("color", [TEXT, MUTED, *(one.color for one in STROKES.values())])
def test_what_is_read_stands_out_from_its_card(color: str) -> None:
    # labels at line ends are text in the line's colour
    assert _contrast(color, CARD) >= 4.5


def test_the_baseline_is_a_mark_and_not_text() -> None:
    assert _contrast(stroke("majority").color, CARD) >= 3.0


def test_no_two_families_share_a_dash_or_a_marker() -> None:
    families = [*STROKES.values(), stroke("majority")]

    assert len({str(one.dash) for one in families}) == len(families)
    assert len({one.marker for one in families}) == len(families)


def test_labels_that_collide_are_moved_apart_around_their_middle() -> None:
    assert spread([0.5, 0.5], least=0.1) == pytest.approx([0.45, 0.55])
    assert spread([0.9, 0.1, 0.12], least=0.1) == pytest.approx([0.9, 0.06, 0.16])


@given(st.lists(st.floats(0, 1), max_size=8))
def test_labels_keep_their_order_and_their_distance(heights: list[float]) -> None:
    placed = spread(heights, least=0.05)

    order = sorted(range(len(heights)), key=lambda index: (heights[index], index))
    for lower, upper in pairwise(order):
        assert placed[upper] - placed[lower] >= 0.05 - 1e-9


@given(st.lists(st.integers(0, 9), max_size=8, unique=True))
def test_labels_that_do_not_collide_stay(tenths: list[int]) -> None:
    heights = [tenth / 10 for tenth in tenths]

    assert spread(heights, least=0.05) == pytest.approx(heights)
