"""What the sample market is made of, and the truth behind it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bellwether.market.candles import Candles

LABEL = "sample"
"""Everything made from the sample market carries this word."""

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class SampleHeadline:
    """An invented headline as a collector would have recorded it.

    Attributes
    ----------
    published_us, first_seen_us : int
        When it was published, and when the first collection run that contained it ran,
        microseconds UTC.
    publisher, title, summary, url : str
        The address lies below the reserved top level ``.example``.
    """

    published_us: int
    first_seen_us: int
    publisher: str
    title: str
    summary: str
    url: str

    @property
    def news_id(self) -> str:
        """First 12 hexadecimal digits of the SHA-1 of the address, as recorded feeds name items."""
        return hashlib.sha1(self.url.encode(), usedforsecurity=False).hexdigest()[:12]


@dataclass(frozen=True)
class SampleRevision:
    """One wording of an edited headline, the first one included, with the moment it was seen."""

    news_id: str
    seen_us: int
    title: str
    url: str


@dataclass(frozen=True)
class Outage:
    """A stretch without records, half-open, microseconds UTC."""

    from_us: int
    to_us: int


@dataclass(frozen=True)
class SampleTruth:
    """What nobody knows of a real market.

    Attributes
    ----------
    news_effect_bp : float
        Drift of the log return over the hour from ``hour_us`` per unit of ``tone``, basis points.
    hour_us : int64 array, shape (h,)
        Whole hours from the start to the last one with an hour after it.
    tone : float64 array, shape (h,)
        Mean latent tone of the stories first seen in the four hours to ``hour_us``, 0 without any.
    headline_tone : float64 array, shape (n,)
        Latent tone of each headline in [-1, 1], in the order of ``SampleMarket.headlines``.
    is_report : bool array, shape (n,)
        The headline tells a move that has happened; the others are stories and may move the price.
    story : int64 array, shape (n,)
        Headlines with equal numbers are copies of each other.
    regime_change_us : int or None
        From here on volatility and news volume are higher.
    candle_outages, news_outages : tuple of Outage
        Bars that open, and headlines that would first have been seen, in one of them are missing.
    """

    news_effect_bp: float
    hour_us: IntArray
    tone: FloatArray
    headline_tone: FloatArray
    is_report: BoolArray
    story: IntArray
    regime_change_us: int | None
    candle_outages: tuple[Outage, ...]
    news_outages: tuple[Outage, ...]

    @property
    def is_repeat(self) -> BoolArray:
        """Headlines whose story was seen before, shape (n,)."""
        repeat = np.ones(len(self.story), dtype=np.bool_)
        repeat[np.unique(self.story, return_index=True)[1]] = False
        return repeat


@dataclass(frozen=True)
class SampleMarket:
    """An invented market.

    Attributes
    ----------
    seed, days : int
    start : datetime
        First moment, on a whole hour UTC.
    headlines : tuple of SampleHeadline
        In the order of (``first_seen_us``, ``published_us``).
    revisions : tuple of SampleRevision
        In the order of (``news_id``, ``seen_us``).
    candles : Candles
        Bars with gaps where an outage was; each known at its close.
    truth : SampleTruth
    """

    seed: int
    days: int
    start: datetime
    headlines: tuple[SampleHeadline, ...]
    revisions: tuple[SampleRevision, ...]
    candles: Candles
    truth: SampleTruth
