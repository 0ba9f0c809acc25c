"""The catalogue: every feature there is, with its meaning."""

from __future__ import annotations

from bellwether.clock import MINUTE_US
from bellwether.features.definition import FeatureDefinition
from bellwether.features.news import NEWS_DEFINITIONS
from bellwether.features.sets import base_definitions

NOTES = (
    "A gap in the candles is left out, not filled: a window of n bars holds the last n bars that exist.",
    "A slot whose own closing bar is missing has no price features.",
    "Volatilities are per square root of an hour, from bars as long as the candles.",
    "A headline counts from the moment it was known, in the wording of the slot's moment.",
    "Headlines known over 24 hours after they were published do not count, repetitions for novelty alone.",
    "The New York session knows no holidays.",
)
"""What holds for many features at once, in sentences."""


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
