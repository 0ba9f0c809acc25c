"""News before anybody writes it down: stories, which lead the price, and reports, which follow it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from bellwether.clock import HOUR_US
from bellwether.sample.newsflow import arrivals, first_seen, report_tones, story_tones
from bellwether.sample.prices import PricePath, trailing_return
from bellwether.sample.records import BoolArray, FloatArray, IntArray

REPORTED_BARS = 16
"""A report tells the move of the four hours (in 15-minute bars) before it."""


@dataclass(frozen=True)
class Originals:
    """Arrays of shape (n,).

    Attributes
    ----------
    published_us, first_seen_us : int64 array
    tone : float64 array
        In [-1, 1].
    is_report : bool array
    past_return : float64 array
        Simple return over the hours before publication, which a report tells; NaN for a story.
    price_usd : float64 array
        Price at publication; NaN for a story.
    """

    published_us: IntArray
    first_seen_us: IntArray
    tone: FloatArray
    is_report: BoolArray
    past_return: FloatArray
    price_usd: FloatArray

    def __len__(self) -> int:
        return len(self.published_us)


def draw_stories(rng: np.random.Generator, slot_us: IntArray, *, expected: FloatArray) -> Originals:
    """Stories with tones from a mood that knows nothing of prices; ``expected`` counts them by slot."""
    published_us = arrivals(rng, slot_us, expected=expected)
    hour = (published_us - slot_us[0]) // HOUR_US
    n_hours = int((slot_us[-1] - slot_us[0]) // HOUR_US) + 1
    unknown = np.full(len(published_us), np.nan)
    return Originals(
        published_us=published_us,
        first_seen_us=first_seen(rng, published_us),
        tone=story_tones(rng, hour, n_hours=n_hours),
        is_report=np.zeros(len(published_us), dtype=np.bool_),
        past_return=unknown,
        price_usd=unknown,
    )


def draw_reports(
    rng: np.random.Generator, path: PricePath, *, sigma: FloatArray, expected: FloatArray
) -> Originals:
    """Reports with tones from the returns of the hours before; ``expected`` counts them by bar."""
    open_us = path.candles.open_us
    published_us = arrivals(rng, open_us, expected=expected)
    bar = np.searchsorted(open_us, published_us, side="right") - 1
    past = trailing_return(path.log_return, n_bars=REPORTED_BARS)[bar]
    return Originals(
        published_us=published_us,
        first_seen_us=first_seen(rng, published_us),
        tone=report_tones(rng, past / (sigma[bar] * np.sqrt(REPORTED_BARS))),
        is_report=np.ones(len(published_us), dtype=np.bool_),
        past_return=np.expm1(past),
        price_usd=path.candles.open[bar],
    )


def joined(first: Originals, second: Originals) -> Originals:
    """Both, in the order of publication."""
    columns = {
        field.name: np.concatenate([getattr(first, field.name), getattr(second, field.name)])
        for field in fields(Originals)
    }
    order = np.argsort(columns["published_us"], kind="stable")
    return Originals(**{name: column[order] for name, column in columns.items()})
