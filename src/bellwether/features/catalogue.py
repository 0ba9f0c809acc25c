"""The catalogue: every feature there is, with its meaning."""

from __future__ import annotations

from bellwether.clock import MINUTE_US
from bellwether.features.definition import FeatureDefinition
from bellwether.features.news import NEWS_DEFINITIONS
from bellwether.features.sets import base_definitions


def catalogue(interval_us: int = 15 * MINUTE_US) -> tuple[FeatureDefinition, ...]:
    """Definitions of all features on candles of one length, in the order of their columns.

    Price features first, then calendar, then those of the news, which exist once per scorer.

    Raises
    ------
    InputError
        There are no features for candles of this length.

    Examples
    --------
    >>> catalogue()[0].name
    'return_15m'
    """
    return (*base_definitions(interval_us), *NEWS_DEFINITIONS)
