"""A small generative grammar: symbols, each with the phrases it may become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from math import prod

import numpy as np

Rules = Mapping[str, tuple[str, ...]]
"""Phrases by symbol; ``{other}`` in a phrase stands for one phrase of the symbol ``other``."""

_SYMBOL = re.compile(r"\{([a-z_.]+)\}")


def expand(
    rules: Rules,
    symbol: str,
    rng: np.random.Generator,
    *,
    facts: Mapping[str, str] | None = None,
) -> str:
    """One text that ``symbol`` can become, every choice drawn uniformly.

    Parameters
    ----------
    rules : mapping
        The grammar; it must not be recursive.
    symbol : str
    rng : Generator
    facts : mapping, optional
        Texts that stand for symbols the rules do not draw, such as a price.

    Raises
    ------
    KeyError
        The grammar or a phrase names a symbol that is neither a rule nor a fact: a mistake in it.
    """
    given = facts or {}

    def fill(match: re.Match[str]) -> str:
        return expand(rules, match[1], rng, facts=given)

    if symbol in given:
        return given[symbol]
    phrases = rules[symbol]
    return _SYMBOL.sub(fill, phrases[rng.integers(len(phrases))])


def n_texts(rules: Rules, symbol: str, *, facts: frozenset[str] = frozenset()) -> int:
    """How many derivations ``symbol`` has; each fact counts once."""

    @cache
    def count(name: str) -> int:
        if name in facts:
            return 1
        return sum(prod(count(part) for part in _SYMBOL.findall(phrase)) for phrase in rules[name])

    return count(symbol)
