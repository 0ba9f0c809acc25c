from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.errors import InvalidShape
from bellwether.sentiment.placebo import placebo_info, placebo_scores
from bellwether.sentiment.vader import VaderScorer

KEYS = st.lists(st.integers(0, 2**128 - 1).map(lambda n: UUID(int=n)), max_size=40)


def test_each_text_gets_the_score_its_key_points_back_to() -> None:
    """Remainders: 7 keeps its own; 7 mod 1 = 0; 7 mod 2 = 1; 8 mod 3 = 2."""
    keys = [UUID(int=n) for n in (7, 7, 7, 8)]

    assert placebo_scores(keys, np.array([0.1, 0.2, 0.3, 0.4])).tolist() == [0.1, 0.1, 0.2, 0.3]


@given(KEYS, st.integers(0, 40))
def test_later_texts_change_nothing(keys: list[UUID], cut: int) -> None:
    scores = np.arange(len(keys), dtype=np.float64)

    whole, part = placebo_scores(keys, scores), placebo_scores(keys[:cut], scores[:cut])

    assert whole[:cut].tolist() == part.tolist()


@given(KEYS)
def test_no_text_but_the_first_keeps_its_own_score_or_sees_a_later_one(keys: list[UUID]) -> None:
    drawn = placebo_scores(keys, np.arange(len(keys), dtype=np.float64))

    assert all(source < position for position, source in enumerate(drawn.tolist()) if position)


def test_the_draw_is_uniform_over_the_earlier_texts() -> None:
    """The last of 11 texts, 10,000 times: each earlier one 1,000 times, standard deviation 30."""
    generator = np.random.default_rng(0)
    first = [UUID(int=0)] * 10
    scores = np.arange(11, dtype=np.float64)

    last = [placebo_scores([*first, UUID(bytes=generator.bytes(16))], scores)[10] for _ in range(10_000)]

    assert np.abs(np.bincount(np.array(last, dtype=int), minlength=10) - 1_000).max() < 120


def test_a_score_for_each_text_is_needed() -> None:
    with pytest.raises(InvalidShape, match="2 texts need as many scores"):
        placebo_scores([UUID(int=1), UUID(int=2)], np.zeros(3))


def test_a_placebo_is_a_scorer_of_its_own_and_never_the_reference() -> None:
    base = VaderScorer().info

    info = placebo_info(base)

    assert (info.family, info.name, info.is_reference) == ("shuffled_vader", "VADER 3.3.2, shuffled", False)
    assert info.digest != base.digest
    assert info.positive_above == base.positive_above
