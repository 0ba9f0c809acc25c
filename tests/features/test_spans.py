from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.errors import InvalidShape
from bellwether.features.spans import Spans

SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(-1_000, 1_000), st.integers(0, 3)),
    max_size=30,
)


def _spans(rows: list[tuple[int, int, int, int]]) -> tuple[Spans, np.ndarray, np.ndarray]:
    start, end, amount, group = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Spans(12, start, end), amount, group


@given(SPANS)
def test_the_sum_at_a_slot_is_that_of_the_spans_that_cover_it(rows):
    spans, amount, _ = _spans(rows)

    expected = [sum(a for start, end, a, _ in rows if start <= slot < end) for slot in range(12)]
    assert spans.sum(amount).tolist() == expected


@given(SPANS, st.integers(1, 3))
def test_no_group_weighs_more_than_the_cap(rows, cap):
    spans, amount, group = _spans(rows)

    weight, total = spans.capped_sums(amount, group, cap=cap, where=np.ones(len(rows), dtype=np.bool_))

    for slot in range(12):
        covering = [(a, g) for start, end, a, g in rows if start <= slot < end]
        sizes = {g: [a for a, other in covering if other == g] for _, g in covering}
        assert weight[slot] == sum(min(len(part), cap) for part in sizes.values())
        assert total[slot] == sum(sum(part) * min(len(part), cap) // len(part) for part in sizes.values())


@given(SPANS, st.randoms(use_true_random=False))
def test_order_does_not_matter(rows, random):
    spans, amount, group = _spans(rows)
    shuffled_rows = random.sample(rows, len(rows))
    shuffled, shuffled_amount, shuffled_group = _spans(shuffled_rows)
    everything = np.ones(len(rows), dtype=np.bool_)

    assert spans.sum(amount).tolist() == shuffled.sum(shuffled_amount).tolist()
    np.testing.assert_array_equal(
        spans.capped_sums(amount, group, cap=2, where=everything),
        shuffled.capped_sums(shuffled_amount, shuffled_group, cap=2, where=everything),
    )


def test_spans_that_do_not_count_are_left_out():
    spans = Spans(2, np.array([0, 0]), np.array([2, 2]))

    assert spans.sum(np.array([5, 7]), np.array([True, False])).tolist() == [5, 5]


def test_starts_without_ends_are_refused():
    with pytest.raises(InvalidShape, match="differ in number"):
        Spans(2, np.array([0]), np.array([1, 2]))
