"""Sentences that reports and commands write by rule; pure functions of figures.

Sentences about a pair of models, a verdict and the lead-lag picture are written where they are
judged, in `bellwether.evidence.wording`, `bellwether.learning.verdict` and
`bellwether.evidence.leadlag`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from bellwether.evidence.breakdown import CalibrationBin
from bellwether.evidence.rivals import Rival
from bellwether.evidence.wording import MIN_N_EFF
from bellwether.formatting import JUDGED_FROM, count, probability, rate
from bellwether.identity import PLACEBO_PREFIX

SMALLEST_BIN = 20
"""Calibration bins with fewer predictions are shown hollow and judged by nobody."""

_COIN_FLIP = (0.45, 0.55)

_SENTIMENT_WORDS = ((0.50, "strongly "), (0.15, ""), (0.05, "slightly "))

_BASELINE_WORDS = {
    "majority": "majority of the training window",
    "persistence": "sign of the last move",
    "momentum": "momentum",
    "technicals": "technicals only",
}


def sentiment_word(score: float) -> str:
    """A sentiment in words: ``slightly positive``, ``neutral``, ``strongly negative``.

    Neutral within 0.05 of zero, slightly up to 0.15, strongly beyond 0.50; a limit belongs to the
    milder word.
    """
    for limit, degree in _SENTIMENT_WORDS:
        if abs(score) > limit:
            return f"{degree}{'positive' if score > 0 else 'negative'}"
    return "neutral"


def chance_of_rise(p_up: float) -> str:
    """A probability of a rise in words: ``56%``, near one half ``52%, close to a coin flip``."""
    lo, hi = _COIN_FLIP
    return f"{probability(p_up)}, close to a coin flip" if lo <= p_up <= hi else probability(p_up)


def shown_names(document: Mapping[str, Any]) -> dict[str, str]:
    """What people are shown for each family of a replay's document.

    A news family is called by its scorer's own name, so that nothing is called FinBERT that is not;
    a baseline by its rule.
    """
    names = {
        family: figure["scorer"]["name"] if figure["scorer"] else family
        for family, figure in document["families"].items()
    }
    for baseline in document["baselines"]:
        family = baseline.removeprefix(PLACEBO_PREFIX)
        placebo = f"shuffled {names.get(family, family)}"
        names[baseline] = placebo if baseline != family else _BASELINE_WORDS.get(baseline, baseline)
    return names


def with_names(text: str, names: Mapping[str, str]) -> str:
    """``text`` with each family's name as people are shown it; versions (``vader@1.2.0``) stay."""
    if not names:
        return text
    words = "|".join(re.escape(family) for family in sorted(names, key=len, reverse=True))
    return re.sub(rf"\b(?:{words})\b(?!@)", lambda match: names[match[0]], text)


def answer(verdict: Mapping[str, Any], name: str | None) -> str:
    """The answer to the question, in one line.

    Parameters
    ----------
    verdict : mapping
        ``value``, ``family`` and ``n_eff`` of the verdict that leads.
    name : str or None
        What its family is called; None when no family was judged.
    """
    if name is None:
        return "No reader of the news could be judged."
    if verdict["value"] == "edge":
        return f"{name} shows an edge over every baseline."
    if verdict["value"] == "worse":
        return f"{name} is worse than a baseline that reads no news."
    if verdict["n_eff"] < MIN_N_EFF:
        return "Too early to say whether the news helps."
    return "No demonstrated edge: the news has not been shown to help."


def calls_right(hit_rate: Mapping[str, Any], rival: Rival | None, *, names: Mapping[str, str]) -> str:
    """How often the calls were right, beside a baseline's calls on the same ticks.

    Parameters
    ----------
    hit_rate : mapping
        ``{value, lo, hi, n}`` over all of the family's ticks.
    rival : Rival or None
        The baseline that is hardest to beat on them; None where no baseline has enough of them.
    names : mapping
        What the baselines are called.
    """
    if hit_rate["value"] is None or hit_rate["n"] < JUDGED_FROM:
        return f"{count(hit_rate['n'])} of {JUDGED_FROM} matured predictions needed."
    if rival is None:
        return f"Right on {rate(hit_rate['value'])} of {count(hit_rate['n'])} calls."
    right = f"Right on {rate(rival.family_hit_rate)} of {count(rival.n)} calls"
    return f"{right}; the baseline ({names[rival.baseline]}) got {rate(rival.hit_rate)} of the same ones."


def calibration(bins: Sequence[CalibrationBin]) -> str:
    """Whether probabilities mean what they say, and where they do not.

    A bin leaves the diagonal when its interval does not hold its mean probability. A direction is
    named only for an end of the picture: the outermost bins that all miss to the same side, from
    the innermost of them that leaves the diagonal.
    """
    judged = sorted((item for item in bins if item.up_share.n >= SMALLEST_BIN), key=lambda item: item.p_up)
    if not judged:
        return f"No bin with {SMALLEST_BIN} matured predictions yet."
    upper = [item for item in judged if item.p_up >= 0.5]
    lower = [item for item in judged if item.p_up < 0.5]
    parts = [
        f"too {manner} {where} {probability(limit)}"
        for where, end in (("below", lower), ("above", upper[::-1]))
        for manner, limit in _misses(end)
    ]
    if parts:
        text = " and ".join(parts)
        return f"{text[:1].upper()}{text[1:]}."
    n_outside = sum(_leaves_diagonal(item) for item in judged)
    if n_outside:
        leave = "leaves" if n_outside == 1 else "leave"
        return f"{n_outside} of {len(judged)} bins {leave} the diagonal, in no one direction."
    return f"None of {len(judged)} bins leaves the diagonal: what was said is about what happened."


def _misses(end: Sequence[CalibrationBin]) -> list[tuple[str, float]]:
    """How bins, outermost first, miss the diagonal together, and from which probability."""
    if not end:
        return []
    is_low = _excess(end[0]) < 0
    tail = takewhile(lambda item: (_excess(item) < 0) == is_low, end)
    outside = [item.p_up for item in tail if _leaves_diagonal(item)]
    if not outside:
        return []
    is_overconfident = is_low == (end[0].p_up >= 0.5)
    return [("confident" if is_overconfident else "cautious", outside[-1])]


def _excess(item: CalibrationBin) -> float:
    """How much more often it rose than was said."""
    return (item.up_share.value or 0.0) - item.p_up


def _leaves_diagonal(item: CalibrationBin) -> bool:
    lo, hi = item.up_share.lo, item.up_share.hi
    return lo is not None and hi is not None and not lo <= item.p_up <= hi
