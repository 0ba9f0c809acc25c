from __future__ import annotations

import numpy as np
import pytest

from bellwether.sample.grammar import expand, n_texts

RULES = {
    "sentence": ("{who} {verb}.", "Nothing happens."),
    "who": ("Ann", "Bob", "The {kind} of {place}"),
    "kind": ("queen", "king"),
    "place": ("Ur", "Uruk"),
    "verb": ("sings", "sleeps"),
}


def test_texts_are_counted_by_derivation() -> None:
    # who: 1 + 1 + 2 * 2 = 6; with a verb 6 * 2 = 12; and the one fixed sentence
    assert n_texts(RULES, "sentence") == 13


def test_a_fact_counts_once() -> None:
    assert n_texts(RULES, "sentence", facts=frozenset({"who"})) == 3


def test_every_text_the_rules_allow_is_reached_and_no_other() -> None:
    rng = np.random.default_rng(0)

    texts = {expand(RULES, "sentence", rng) for _ in range(1000)}

    assert len(texts) == 13
    assert "The king of Uruk sleeps." in texts


def test_a_fact_stands_for_its_symbol() -> None:
    rng = np.random.default_rng(0)

    texts = {expand(RULES, "sentence", rng, facts={"who": "$1,034"}) for _ in range(50)}

    assert texts == {"$1,034 sings.", "$1,034 sleeps.", "Nothing happens."}


def test_an_unknown_symbol_is_a_mistake_in_the_grammar() -> None:
    with pytest.raises(KeyError, match="weather"):
        expand({"start": ("{weather}",)}, "start", np.random.default_rng(0))
