"""News features: what one scorer read in the headlines of the last 1, 4 and 24 hours.

A headline lies in the window ``(as_of - W, as_of]`` by the moment it was first known, and counts in
the wording that was current at ``as_of``. Headlines known more than 24 hours after they were
published are not counted, repetitions of earlier ones only in the novelty. Counts and novelty go
over all headlines and are therefore the same for every scorer; tone goes over those it has scored.
A window without headlines has the count 0 and no tone (NaN).

All sums are sums of integers (`bellwether.features.spans`); each feature divides once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.clock import SLOT_US
from bellwether.features.definition import (
    DAY,
    FOUR_HOURS,
    HOUR,
    WEEK,
    FeatureDefinition,
    Window,
    meaning_of,
)
from bellwether.features.news_window import NewsAtSlots, NewsWindow, mean_score, share
from bellwether.features.spans import Spans
from bellwether.features.versions import SCORE_SCALE
from bellwether.market.candles import FloatArray, IntArray
from bellwether.market.indicators import ratio

NEWS_LOOKBACK_US = WEEK.us
"""No news feature looks at headlines that were first known longer ago."""

HALF_LIFE_US = 6 * HOUR.us
"""Age at which a headline weighs half in the decayed mean."""

PUBLISHER_CAP = {HOUR: 1, FOUR_HOURS: 2, DAY: 4}
"""How many headlines' weight one publisher can have per window in the capped mean."""

MIN_REFERENCE = 10
"""Fewer headlines than this in the week before say nothing about what is usual."""

_WINDOWS = (HOUR, FOUR_HOURS, DAY)
_PIECE = 4096
_AGES_US = np.arange(DAY.us // SLOT_US + 1) * SLOT_US
_AGE_WEIGHTS = np.array(
    [round((1 << 16) * 2.0 ** (-age_us / HALF_LIFE_US)) for age_us in _AGES_US[:-1].tolist()], dtype=np.int64
)


@dataclass(frozen=True)
class NewsFeature:
    """A definition with its formula: from a window of news to one float64 value per slot."""

    definition: FeatureDefinition
    window: Window
    compute: Callable[[NewsWindow], FloatArray]


def news_features(
    name: str,
    *,
    windows: tuple[Window, ...],
    unit: str,
    inputs: str,
    source: str = "definition",
    looks_back: Window | None = None,
) -> Callable[[Callable[[NewsWindow], FloatArray]], tuple[NewsFeature, ...]]:
    """Turn the formula below it into one news feature per window, called ``NAME_WINDOW``.

    The first line of its docstring is the feature's meaning; ``inputs`` are columns separated by spaces;
    ``looks_back`` says how far it looks where that is further than its window.
    """

    def define(formula: Callable[[NewsWindow], FloatArray]) -> tuple[NewsFeature, ...]:
        return tuple(
            NewsFeature(
                FeatureDefinition(
                    f"{name}_{window.name}",
                    meaning_of(formula),
                    unit,
                    (looks_back or window).name,
                    tuple(inputs.split()),
                    source,
                ),
                window,
                formula,
            )
            for window in windows
        )

    return define


@news_features("news_count", windows=_WINDOWS, unit="log(1 + n)", inputs="headlines")
def news_count(window: NewsWindow) -> FloatArray:
    """Headlines that repeat none before."""
    return np.log1p(window.n_new.astype(np.float64))


@news_features("novelty", windows=_WINDOWS, unit="fraction", inputs="headlines")
def novelty(window: NewsWindow) -> FloatArray:
    """Share of headlines that repeat none before."""
    return share(window.n_new, window.n_all)


@news_features("tone_mean", windows=_WINDOWS, unit="score", inputs="score")
def tone_mean(window: NewsWindow) -> FloatArray:
    """Mean score of the headlines."""
    return window.tone.mean


@news_features("tone_dispersion", windows=_WINDOWS, unit="score", inputs="score")
def tone_dispersion(window: NewsWindow) -> FloatArray:
    """Standard deviation of the scores.

    Missing below two headlines.
    """
    return window.tone.dispersion


@news_features("share_positive", windows=_WINDOWS, unit="fraction", inputs="score")
def share_positive(window: NewsWindow) -> FloatArray:
    """Share that is positive by the scorer's limit."""
    return share(window.n_scored_at_least(window.news.positive_above), window.tone.n)


@news_features("share_negative", windows=_WINDOWS, unit="fraction", inputs="score")
def share_negative(window: NewsWindow) -> FloatArray:
    """Share that is negative by the scorer's limit."""
    return share(window.n_scored_at_most(window.news.negative_below), window.tone.n)


@news_features("tone_capped", windows=_WINDOWS, unit="score", inputs="score publisher")
def tone_capped(window: NewsWindow) -> FloatArray:
    """Mean score, each publisher's weight capped.

    At 1, 2 or 4 headlines in 1, 4 or 24 hours.
    """
    versions = window.news.versions
    weight, total = window.spans.capped_sums(
        versions.score, versions.publisher, cap=PUBLISHER_CAP[window.window], where=window.news.has_tone
    )
    return mean_score(total, weight)


@news_features("tone_decayed", windows=(DAY,), unit="score", inputs="score known_at")
def tone_decayed(window: NewsWindow) -> FloatArray:
    """Mean score, weights halve every 6 hours.

    In steps of 15 minutes of age.
    """
    news, whole = window.news, window.spans
    counts = news.has_tone & (whole.start < whole.end)
    weight, total = np.zeros((2, whole.n_slots), dtype=np.int64)
    for rows in _pieces(np.flatnonzero(counts)):
        score = news.versions.score[rows, None]
        edge = np.searchsorted(news.as_of_us, news.versions.first_known_us[rows, None] + _AGES_US)
        start = np.maximum(edge[:, :-1], whole.start[rows, None])
        end = np.minimum(edge[:, 1:], whole.end[rows, None])
        spans = Spans(whole.n_slots, start.ravel(), end.ravel())
        weight += spans.sum(np.broadcast_to(_AGE_WEIGHTS, start.shape).ravel())
        total += spans.sum((score * _AGE_WEIGHTS).ravel())
    return mean_score(total, weight)


def _pieces(rows: IntArray) -> list[IntArray]:
    """Rows in pieces that bound the memory of a table of all ages."""
    return np.array_split(rows, len(rows) // _PIECE + 1)


@news_features(
    "tone_surprise", windows=(FOUR_HOURS, DAY), unit="standard deviations", inputs="score", looks_back=WEEK
)
def tone_surprise(window: NewsWindow) -> FloatArray:
    """Mean score against the week before.

    In standard deviations of the scores in the rest of that week.
    """
    week = window.news.tone(window.week_spans)
    surprise = ratio(window.tone.mean - week.mean, week.dispersion, floor=1.0 / SCORE_SCALE)
    return np.where(week.n >= MIN_REFERENCE, surprise, np.nan)


@news_features(
    "count_surprise", windows=(FOUR_HOURS, DAY), unit="log ratio", inputs="headlines", looks_back=WEEK
)
def count_surprise(window: NewsWindow) -> FloatArray:
    """Headlines against the week before.

    Against the number that the rest of that week lets expect, both plus 1.
    """
    expected = window.n_week * (window.window.us / (WEEK.us - window.window.us))
    surprise = np.log1p(window.n_new.astype(np.float64)) - np.log1p(expected)
    return np.where(window.n_week >= MIN_REFERENCE, surprise, np.nan)


NEWS_FEATURES: tuple[NewsFeature, ...] = (
    *news_count,
    *novelty,
    *tone_mean,
    *tone_dispersion,
    *share_positive,
    *share_negative,
    *tone_capped,
    *tone_decayed,
    *tone_surprise,
    *count_surprise,
)

NEWS_DEFINITIONS = tuple(feature.definition for feature in NEWS_FEATURES)


def news_values(news: NewsAtSlots) -> NDArray[np.float32]:
    """All news features of each slot, shape (n, k), in the order of `NEWS_DEFINITIONS`."""
    windows = {window: NewsWindow(news, window) for window in _WINDOWS}
    values = np.empty((len(news.as_of_us), len(NEWS_FEATURES)), dtype=np.float32)
    for column, feature in enumerate(NEWS_FEATURES):
        values[:, column] = feature.compute(windows[feature.window])
    return values
