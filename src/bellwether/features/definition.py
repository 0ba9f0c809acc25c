"""What a feature is, for the people who read its name."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from bellwether.clock import DAY_US, HOUR_US, MINUTE_US


@dataclass(frozen=True)
class FeatureDefinition:
    """One entry of the catalogue.

    Attributes
    ----------
    name : str
        Name of the column, the same in the table, the models and the dashboard.
    meaning : str
        What it says, in a sentence without its window.
    unit : str
        Unit of the stored number. No feature is a raw price or volume.
    window : str
        How far it looks back, ``24h`` or ``14 bars``.
    inputs : tuple of str
        Columns it is computed from.
    source : str
        Where the formula comes from.
    """

    name: str
    meaning: str
    unit: str
    window: str
    inputs: tuple[str, ...]
    source: str


def meaning_of(formula: object) -> str:
    """What a formula says of itself: the first line of its docstring without the full stop."""
    return inspect.cleandoc(formula.__doc__ or "").partition("\n")[0].removesuffix(".")


@dataclass(frozen=True)
class Window:
    """A length of time with the name it has in feature names.

    Examples
    --------
    >>> DAY.bars(HOUR_US)
    24
    """

    name: str
    us: int

    @property
    def hours(self) -> float:
        """The length in hours."""
        return self.us / HOUR_US

    def bars(self, interval_us: int) -> int:
        """How many bars of ``interval_us`` make the window."""
        return self.us // interval_us


QUARTER = Window("15m", 15 * MINUTE_US)
HOUR = Window("1h", HOUR_US)
FOUR_HOURS = Window("4h", 4 * HOUR_US)
DAY = Window("24h", DAY_US)
WEEK = Window("7d", 7 * DAY_US)
