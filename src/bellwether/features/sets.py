"""Feature sets: which columns a model receives, under a name and a digest.

The digest covers everything that gives the numbers their meaning: names and windows in order, the
length of the candles, the constants of the formulas, their version and, for news, the scorer's own
digest. Models are bound to the digest of what they learned from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bellwether.errors import InputError
from bellwether.features.calendar import CALENDAR_DEFINITIONS
from bellwether.features.definition import FeatureDefinition
from bellwether.features.news import (
    HALF_LIFE_US,
    MIN_REFERENCE,
    NEWS_DEFINITIONS,
    PUBLISHER_CAP,
)
from bellwether.features.price import BLOCK_BARS, WARMUP_BARS, price_definitions
from bellwether.features.versions import MAX_AGE_US, SCORE_SCALE
from bellwether.market.candles import INTERVALS, interval_us
from bellwether.sentiment.scorer import ScorerInfo

FORMULAS_VERSION = 1
"""Grows with every change that gives any stored feature another value."""


@dataclass(frozen=True)
class FeatureSet:
    """Named columns in their order.

    Attributes
    ----------
    name : str
        ``base_15m`` for price and calendar, ``news_vader`` for one scorer's news.
    version : int
        Version of the formulas.
    names : tuple of str
        Column names; the same for the news of every scorer.
    digest : str
        SHA-256 (hex) over what the numbers depend on besides the data.
    """

    name: str
    version: int
    names: tuple[str, ...]
    digest: str


def base_set(interval: int) -> FeatureSet:
    """Price and calendar features on candles of ``interval`` microseconds.

    Raises
    ------
    InputError
        There are no features for candles of this length.
    """
    definitions = base_definitions(interval)
    constants = {"interval_us": interval, "block": BLOCK_BARS, "warmup": WARMUP_BARS}
    return _feature_set(f"base_{_interval_name(interval)}", definitions, constants)


def news_set(scorer: ScorerInfo) -> FeatureSet:
    """News features as ``scorer`` read them."""
    constants = {
        "scorer": scorer.digest,
        "limits": [scorer.positive_above, scorer.negative_below],
        "half_life_us": HALF_LIFE_US,
        "caps": [[window.us, cap] for window, cap in PUBLISHER_CAP.items()],
        "min_reference": MIN_REFERENCE,
        "max_age_us": MAX_AGE_US,
        "scale": SCORE_SCALE,
    }
    return _feature_set(f"news_{scorer.family}", NEWS_DEFINITIONS, constants)


def family_sets(interval: int, scorer: ScorerInfo | None) -> tuple[FeatureSet, ...]:
    """What a family's models receive: the base set, then the news of its scorer if it has one."""
    base = base_set(interval)
    return (base,) if scorer is None else (base, news_set(scorer))


def base_definitions(interval: int) -> tuple[FeatureDefinition, ...]:
    """Definitions of the base set's columns, in order.

    Raises
    ------
    InputError
        There are no features for candles of this length.
    """
    _interval_name(interval)
    return (*price_definitions(interval), *CALENDAR_DEFINITIONS)


def _feature_set(
    name: str, definitions: tuple[FeatureDefinition, ...], constants: Mapping[str, object]
) -> FeatureSet:
    columns = [[definition.name, definition.window, definition.unit] for definition in definitions]
    content = json.dumps(
        {"name": name, "version": FORMULAS_VERSION, "columns": columns, **constants}, sort_keys=True
    )
    digest = hashlib.sha256(content.encode()).hexdigest()
    return FeatureSet(name, FORMULAS_VERSION, tuple(column[0] for column in columns), digest)


def _interval_name(interval: int) -> str:
    for name in INTERVALS:
        if interval_us(name) == interval:
            return name
    raise InputError(
        f"There are no features for candles of {interval / 60e6:g} minutes.",
        hint=f"Use candles of {', '.join(INTERVALS)}.",
    )
