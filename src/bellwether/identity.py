"""Names that several parts must spell alike: horizons, versions and prediction ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import total_ordering

from bellwether.clock import SECOND_US, require_utc
from bellwether.errors import InputError, UnsupportedHorizon


class Horizon(StrEnum):
    """How far ahead a prediction looks."""

    H1 = "1h"
    H4 = "4h"
    H24 = "24h"

    @property
    def length(self) -> timedelta:
        """The horizon as a duration."""
        return timedelta(hours=int(self.value[:-1]))

    @property
    def us(self) -> int:
        """The horizon in microseconds."""
        return int(self.length.total_seconds()) * SECOND_US

    @classmethod
    def parse(cls, text: str) -> Horizon:
        """Read ``1h``, ``4h`` or ``24h``.

        Raises
        ------
        UnsupportedHorizon
            For anything else.
        """
        try:
            return cls(text)
        except ValueError as exc:
            raise UnsupportedHorizon(
                f"Horizon {text!r} is not supported.", hint="Use 1h, 4h or 24h."
            ) from exc


class Source(StrEnum):
    """Where a number comes from."""

    LIVE = "live"
    REPLAY = "replay"
    SAMPLE = "sample"


NEWS_FAMILIES = ("vader", "finbert", "lite")
"""Families that read the news, one per scorer."""

PLACEBO_PREFIX = "shuffled_"
"""Before the name of a news family: the same family on scores with the news taken out."""

RULE_FAMILIES = ("majority", "persistence", "momentum")
"""Baselines that are a rule with one or two frequencies."""

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@total_ordering
@dataclass(frozen=True)
class ModelVersion:
    """A version of a family, written ``finbert@1.4.0``.

    MAJOR changes with the feature set or the horizons, MINOR with each training, PATCH with
    packaging alone. Versions order as numbers: 1.10 comes after 1.9.
    """

    family: str
    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> ModelVersion:
        """Read ``family@MAJOR.MINOR.PATCH``.

        Raises
        ------
        InputError
            The text has another form.
        """
        family, _, number = text.partition("@")
        match = _VERSION.fullmatch(number)
        if not family or match is None:
            raise InputError(f"{text!r} is not a model version.", hint="Write it like finbert@1.4.0.")
        return cls(family, *(int(part) for part in match.groups()))

    @property
    def number(self) -> str:
        """The version without the family, ``1.4.0``."""
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def tag(self) -> str:
        """The release tag, ``v1.4.0-finbert``."""
        return f"v{self.number}-{self.family}"

    def __str__(self) -> str:
        return f"{self.family}@{self.number}"

    def __lt__(self, other: ModelVersion) -> bool:
        return (self.family, self.major, self.minor, self.patch) < (
            other.family,
            other.major,
            other.minor,
            other.patch,
        )


@dataclass(frozen=True)
class PredictionId:
    """The readable key of a prediction, ``btc-1h-20250705T1415Z-finbert-1.4.0-live``."""

    asset: str
    horizon: Horizon
    as_of: datetime
    version: ModelVersion
    source: Source

    _FORM = re.compile(
        r"(?P<asset>[a-z0-9]+)-(?P<horizon>\d+h)-(?P<as_of>\d{8}T\d{4}Z)"
        r"-(?P<family>[a-z_]+)-(?P<number>\d+\.\d+\.\d+)-(?P<source>[a-z]+)"
    )

    def __str__(self) -> str:
        moment = require_utc(self.as_of).strftime("%Y%m%dT%H%MZ")
        model = f"{self.version.family}-{self.version.number}"
        return f"{self.asset.lower()}-{self.horizon.value}-{moment}-{model}-{self.source.value}"

    @classmethod
    def parse(cls, text: str) -> PredictionId:
        """Read a prediction id.

        Raises
        ------
        InputError
            The text has another form.
        """
        match = cls._FORM.fullmatch(text)
        if match is None:
            raise _no_prediction_id(text)
        try:
            as_of = datetime.strptime(match["as_of"], "%Y%m%dT%H%M%z")
            horizon, source = Horizon(match["horizon"]), Source(match["source"])
        except ValueError as exc:
            raise _no_prediction_id(text) from exc
        version = ModelVersion.parse(f"{match['family']}@{match['number']}")
        return cls(match["asset"].upper(), horizon, as_of, version, source)


def _no_prediction_id(text: str) -> InputError:
    return InputError(
        f"{text!r} is not a prediction id.", hint="It looks like btc-1h-20250705T1415Z-finbert-1.4.0-live."
    )
