"""What the news of one window adds up to at each slot: integer sums, and what is divided from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bellwether.features.definition import WEEK, Window
from bellwether.features.spans import Spans
from bellwether.features.versions import SCORE_SCALE, Versions
from bellwether.market.candles import FloatArray, IntArray
from bellwether.market.indicators import ratio


@dataclass(frozen=True)
class Tone:
    """Integer sums over scored headlines, one value per slot.

    Attributes
    ----------
    n : int64 array
        Headlines.
    total : int64 array
        Sum of the scores, millionths.
    square : int64 array
        Sum of the squared scores, millionths squared.
    """

    n: IntArray
    total: IntArray
    square: IntArray

    @property
    def mean(self) -> FloatArray:
        """Mean score, NaN for no headline."""
        return mean_score(self.total, self.n)

    @property
    def dispersion(self) -> FloatArray:
        """Standard deviation of the scores, NaN below two headlines.

        The scores are shifted by the integer part of their mean first, which is exact: equal
        scores give exactly 0.
        """
        n = np.maximum(self.n, 1)
        shift = self.total // n
        square = self.square - 2 * shift * self.total + n * shift * shift
        rest = (self.total - n * shift) / n
        variance = square / n - rest * rest
        return np.where(self.n >= 2, np.sqrt(np.maximum(variance, 0.0)) / SCORE_SCALE, np.nan)


@dataclass(frozen=True)
class NewsAtSlots:
    """Headline versions, the slots that look back on them, and the limits of the scorer's classes.

    Attributes
    ----------
    versions : Versions
    as_of_us, known_by_us : int64 array, shape (n,)
        Slots and their moments of knowledge, both ascending.
    positive_above, negative_below : float
        A score at or beyond a limit is in its class.
    """

    versions: Versions
    as_of_us: IntArray
    known_by_us: IntArray
    positive_above: float
    negative_below: float

    def spans(self, from_age_us: int, to_age_us: int) -> Spans:
        """At which slots each version counts as a headline of this age."""
        return self.versions.spans(
            self.as_of_us, self.known_by_us, from_age_us=from_age_us, to_age_us=to_age_us
        )

    @cached_property
    def is_new(self) -> NDArray[np.bool_]:
        """Versions that repeat no earlier headline."""
        return ~self.versions.is_duplicate

    @cached_property
    def has_tone(self) -> NDArray[np.bool_]:
        """Versions that repeat no earlier headline and have a score."""
        return self.versions.is_scored & self.is_new

    def tone(self, spans: Spans) -> Tone:
        """Sums of the scores where ``spans`` say that they count."""
        score = self.versions.score
        return Tone(
            n=spans.sum(1, self.has_tone),
            total=spans.sum(score, self.has_tone),
            square=spans.sum(score * score, self.has_tone),
        )


@dataclass(frozen=True)
class NewsWindow:
    """The news of one window before each slot."""

    news: NewsAtSlots
    window: Window

    @cached_property
    def spans(self) -> Spans:
        """At which slots each version counts."""
        return self.news.spans(0, self.window.us)

    @cached_property
    def n_all(self) -> IntArray:
        """Headlines."""
        return self.spans.sum(1)

    @cached_property
    def n_new(self) -> IntArray:
        """Headlines that repeat none before."""
        return self.spans.sum(1, self.news.is_new)

    @cached_property
    def tone(self) -> Tone:
        """Sums of the scores."""
        return self.news.tone(self.spans)

    @cached_property
    def week_spans(self) -> Spans:
        """At which slots each version counts in the rest of the week before."""
        return self.news.spans(self.window.us, WEEK.us)

    @cached_property
    def n_week(self) -> IntArray:
        """Headlines of the rest of the week that repeat none before."""
        return self.week_spans.sum(1, self.news.is_new)

    def n_scored_at_least(self, limit: float) -> IntArray:
        """Headlines whose score is at or above a limit."""
        is_above = self.news.versions.score >= round(limit * SCORE_SCALE)
        return self.spans.sum(1, self.news.has_tone & is_above)

    def n_scored_at_most(self, limit: float) -> IntArray:
        """Headlines whose score is at or below a limit."""
        is_below = self.news.versions.score <= round(limit * SCORE_SCALE)
        return self.spans.sum(1, self.news.has_tone & is_below)


def mean_score(total: IntArray, weight: IntArray) -> FloatArray:
    """Quotient of a sum of millionths and its weight as a score, NaN where nothing weighs."""
    return share(total, weight) / SCORE_SCALE


def share(part: IntArray, whole: IntArray) -> FloatArray:
    """Quotient of two integers, NaN where the whole is 0."""
    return ratio(part.astype(np.float64), whole.astype(np.float64))
