from __future__ import annotations

import numpy as np
import pytest

from bellwether.clock import MINUTE_US
from bellwether.errors import InputError
from bellwether.features.builder import build_base, build_news
from bellwether.features.catalogue import catalogue

INTERVALS = pytest.mark.parametrize("minutes", [15, 30, 60])


@INTERVALS
def test_the_catalogue_names_exactly_the_columns_that_are_built(minutes, candles_of, events_of):
    interval_us = minutes * MINUTE_US
    slot = np.array([interval_us])
    base = build_base(candles_of(np.array([1.0]), interval_us=interval_us, start_us=0), slot)
    news = build_news(events_of(slot, [0.0]), slot, positive_above=0.05, negative_below=-0.05)

    names = tuple(definition.name for definition in catalogue(interval_us))

    assert names == base.names + news.names
    assert base.values.shape == (1, len(base.names))
    assert news.values.shape == (1, len(news.names))


@INTERVALS
def test_every_entry_says_what_it_is(minutes):
    for definition in catalogue(minutes * MINUTE_US):
        assert definition.meaning, definition.name
        assert definition.unit, definition.name
        assert definition.window, definition.name
        assert definition.inputs, definition.name
        assert definition.source, definition.name


@INTERVALS
def test_names_are_unique(minutes):
    names = [definition.name for definition in catalogue(minutes * MINUTE_US)]

    assert len(set(names)) == len(names)


def test_other_candles_are_refused_with_what_there_is():
    with pytest.raises(InputError, match="candles of 5 minutes") as refused:
        catalogue(5 * MINUTE_US)

    assert refused.value.hint == "Use candles of 15m, 30m, 1h."
