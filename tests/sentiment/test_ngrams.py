from __future__ import annotations

import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.sentiment.ngrams import count_ngrams, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bitcoin falls 5.2%", ["bitcoin", "falls", "0", "%"]),
        ("$BTC and $1,000", ["$", "and", "0"]),
        ("See https://example.org/a?b=1 now", ["see", "now"]),
        ("It’s over", ["it's", "over"]),
        ("ﬁne", ["fine"]),
        ("Why? Up!", ["why", "?", "up", "!"]),
        ("", []),
    ],
    ids=["number", "cash tag", "address", "apostrophe", "ligature", "marks", "empty"],
)
def test_words_are_folded(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_words_their_neighbours_and_pieces_are_counted() -> None:
    ngrams = ["wup", "wup", "p<up>", "p<up>", "nup up"]
    n_slots = 2**31

    expected: dict[int, int] = {}
    for ngram in ngrams:
        slot = zlib.crc32(ngram.encode()) % n_slots
        expected[slot] = expected.get(slot, 0) + 1

    assert count_ngrams("Up up", n_slots) == expected


def test_slots_come_in_ascending_order() -> None:
    slots = list(count_ngrams("Bitcoin slides as miners sell to pay their bills", 2**15))

    assert slots == sorted(slots)


@given(st.text(max_size=80), st.integers(1, 1000))
def test_every_slot_is_in_range(text: str, n_slots: int) -> None:
    assert all(0 <= slot < n_slots for slot in count_ngrams(text, n_slots))


def test_slots_are_the_same_in_every_process() -> None:
    """Python's own hash is not."""
    program = "from bellwether.sentiment.ngrams import count_ngrams; print(count_ngrams('Up 5%', 32768))"

    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert printed == {f"{count_ngrams('Up 5%', 32768)}\n"}
