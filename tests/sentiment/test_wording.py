from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bellwether.sentiment.wording import MAX_CHARS, readable


def test_a_long_text_is_cut() -> None:
    assert readable("a" * 10_000) == "a" * MAX_CHARS


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert readable("a\ud800b") == "a\ufffdb"


@given(st.text(alphabet=st.characters(), max_size=50))
def test_what_is_read_can_always_be_encoded(text: str) -> None:
    assert readable(text).encode().decode() == readable(text)


@given(st.text(max_size=50))
def test_reading_a_readable_text_changes_nothing(text: str) -> None:
    assert readable(readable(text)) == readable(text)
