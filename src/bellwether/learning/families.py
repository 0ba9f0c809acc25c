"""Who is compared with whom: news families, their placebos, and baselines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bellwether.identity import PLACEBO_PREFIX, RULE_FAMILIES

TECHNICALS = "technicals"

MIN_NEWS_DAYS = 14
"""Days with recorded news below which a model is not trained."""

MIN_RULE_TICKS = 24
"""Labelled ticks below which even a frequency is not taken: one day of hourly ticks."""


class FamilyKind(StrEnum):
    """What a family may look at."""

    NEWS = "news"
    PLACEBO = "placebo"
    TECHNICALS = "technicals"
    RULE = "rule"


@dataclass(frozen=True)
class Family:
    """One line of the comparison.

    Attributes
    ----------
    name : str
        ``vader``, ``shuffled_vader``, ``technicals``, ``majority`` …
    kind : FamilyKind
    scorer : str | None
        The scorer family whose news features it reads; None for baselines on prices alone.
    """

    name: str
    kind: FamilyKind
    scorer: str | None = None

    @property
    def is_baseline(self) -> bool:
        """It is there to be beaten, not to be believed."""
        return self.kind is not FamilyKind.NEWS


def lineup(news_families: Iterable[str]) -> tuple[Family, ...]:
    """Every family of a comparison: the news families given, their placebos, and all baselines.

    >>> [family.name for family in lineup(["vader"])]
    ['vader', 'majority', 'persistence', 'momentum', 'technicals', 'shuffled_vader']
    """
    names = tuple(news_families)
    return (
        *(Family(name, FamilyKind.NEWS, name) for name in names),
        *(Family(name, FamilyKind.RULE) for name in RULE_FAMILIES),
        Family(TECHNICALS, FamilyKind.TECHNICALS),
        *(Family(PLACEBO_PREFIX + name, FamilyKind.PLACEBO, PLACEBO_PREFIX + name) for name in names),
    )
