"""Titles and summaries for tones: the newsroom's language."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bellwether import formatting
from bellwether.sample.grammar import Rules, expand, n_texts
from bellwether.sample.names import NAMES
from bellwether.sample.reports import REPORTS
from bellwether.sample.stories import STORIES
from bellwether.sample.summaries import SUMMARIES

NEUTRAL_BELOW = 0.25
"""Tones closer to zero than this are worded neutrally."""

STRONG_FROM = 0.8
"""Tones from here on are worded strongly."""

_RULES: Rules = {**NAMES, **STORIES, **REPORTS, **SUMMARIES}
_FACTS = frozenset({"move", "level"})


def story_title(rng: np.random.Generator, tone: float) -> str:
    """A title for a story of ``tone`` in [-1, 1]."""
    polarity = _polarity(tone)
    title = _sentence(expand(_RULES, f"story.{polarity}", rng))
    if abs(tone) < STRONG_FROM:
        return title
    return expand(_RULES, f"strong.{polarity}", rng, facts={"title": title})


def report_title(rng: np.random.Generator, tone: float, *, return_: float, price_usd: float) -> str:
    """A title that tells a price move.

    Parameters
    ----------
    rng : Generator
    tone : float
        In [-1, 1]; its sign is that of the move.
    return_ : float
        The move as a simple return.
    price_usd : float
        Price after the move.
    """
    facts = {"move": formatting.rate(abs(return_)), "level": formatting.price(price_usd)}
    return _sentence(expand(_RULES, f"report.{_polarity(tone)}", rng, facts=facts))


def summary(rng: np.random.Generator, tone: float) -> str:
    """One or two sentences of ``tone``."""
    return _sentence(expand(_RULES, f"summary.{_polarity(tone)}", rng))


def copied_title(rng: np.random.Generator, title: str, *, publisher: str) -> str:
    """How another publisher brings the same title: word for word in half of the cases, else nearly."""
    if rng.random() < 0.5:
        return title
    variants: tuple[Callable[[], str], ...] = (
        lambda: f"{title} | {publisher}",
        lambda: f"JUST IN: {title}",
        lambda: " ".join(word[:1].upper() + word[1:] for word in title.split(" ")),
        lambda: title.replace("Bitcoin", "BTC") if "Bitcoin" in title else f"{title} - report",
    )
    return variants[rng.integers(len(variants))]()


def edited_title(rng: np.random.Generator, title: str) -> str:
    """The wording after its publisher came back to it."""
    ending = expand(
        {**_RULES, "ending": ("{firm} confirms", "{lender} comments", "{venue} responds")}, "ending", rng
    )
    return (f"UPDATE: {title}", f"{title}; {ending}")[rng.integers(2)]


def n_titles() -> int:
    """How many different derivations of titles the grammar has; the market's figures count once."""
    starts = (
        f"{kind}.{polarity}"
        for kind in ("story", "report")
        for polarity in ("positive", "neutral", "negative")
    )
    return sum(n_texts(_RULES, start, facts=_FACTS) for start in starts)


def _polarity(tone: float) -> str:
    if abs(tone) < NEUTRAL_BELOW:
        return "neutral"
    return "positive" if tone > 0 else "negative"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
