import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from bellwether.errors import TooFewObservations
from bellwether.market.grid import Gap, gaps, interval_name, is_on_grid, repeats, spacing_us

QUARTER_US = 15 * MINUTE_US


def quarters(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64) * QUARTER_US


def test_bars_open_on_multiples_of_their_interval():
    opens = np.array([0, QUARTER_US, QUARTER_US + 1, 7 * MINUTE_US, 4 * QUARTER_US])

    assert is_on_grid(opens, QUARTER_US).tolist() == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("opens", "spacing"),
    [
        pytest.param(quarters(0, 1, 2, 3), QUARTER_US, id="a plain run"),
        pytest.param(quarters(3, 0, 2, 1, 1), QUARTER_US, id="any order, repeats"),
        pytest.param(quarters(0, 1, 2, 50, 51), QUARTER_US, id="an outage"),
        pytest.param(np.append(quarters(0, 1, 2, 3), 10), QUARTER_US, id="a row off the grid"),
        pytest.param(quarters(0, 4), 4 * QUARTER_US, id="two bars"),
        pytest.param(quarters(0, 1, 3), QUARTER_US, id="as common: the smaller"),
    ],
)
def test_the_interval_is_the_commonest_distance(opens, spacing):
    assert spacing_us(opens) == spacing


@pytest.mark.parametrize("opens", [quarters(), quarters(5), quarters(5, 5)])
def test_one_bar_tells_no_interval(opens):
    with pytest.raises(TooFewObservations, match="does not tell its interval"):
        spacing_us(opens)


def test_every_gap_is_told_with_its_length():
    found = gaps(quarters(0, 1, 5, 6, 8), QUARTER_US)

    assert found == [
        Gap(2 * QUARTER_US, 5 * QUARTER_US, 3),
        Gap(7 * QUARTER_US, 8 * QUARTER_US, 1),
    ]


@given(st.lists(st.integers(0, 200), min_size=2, unique=True))
def test_bars_and_missing_bars_make_the_whole_stretch(numbers):
    missing = sum(gap.n_bars for gap in gaps(quarters(*numbers), QUARTER_US))

    assert len(numbers) + missing == max(numbers) - min(numbers) + 1


def test_a_copy_is_told_from_a_conflict():
    """Bar 0 once, bar 1 twice alike, bar 2 twice unlike, bar 3 in three rows of two kinds."""
    opens = quarters(0, 1, 1, 2, 2, 3, 3, 3)
    values = np.array([[5.0], [6], [6], [7], [8], [9], [9], [10]])

    found = repeats(opens, values)

    assert found.is_copy.tolist() == [False, False, True, False, False, False, False, False]
    assert found.is_conflict.tolist() == [False, False, False, True, True, True, True, True]


def test_no_rows_have_no_repeats():
    found = repeats(quarters(), np.empty((0, 5)))

    assert found.is_copy.tolist() == found.is_conflict.tolist() == []


@pytest.mark.parametrize(
    ("length_us", "name"),
    [
        (QUARTER_US, "15m"), (HOUR_US, "1h"), (4 * HOUR_US, "4h"), (DAY_US, "1d"), (90 * MINUTE_US, "90m"),
        (10 * SECOND_US, "10s"), (1, "1e-06s"),
    ],
)  # fmt: skip
def test_intervals_have_the_names_people_use(length_us, name):
    assert interval_name(length_us) == name
