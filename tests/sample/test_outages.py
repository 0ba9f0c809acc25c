from __future__ import annotations

import numpy as np

from bellwether.clock import DAY_US, HOUR_US, SLOT_US
from bellwether.sample.outages import draw_outages, is_out
from bellwether.sample.records import Outage


def test_there_is_an_outage_in_any_market_and_one_in_about_twenty_days() -> None:
    rng = np.random.default_rng(0)

    assert len(draw_outages(rng, start_us=0, days=3, hours=(1, 2))) == 1
    assert len(draw_outages(rng, start_us=0, days=200, hours=(1, 2))) == 10


def test_outages_lie_on_the_grid_start_in_the_span_and_have_the_length_asked_for() -> None:
    outages = draw_outages(np.random.default_rng(1), start_us=DAY_US, days=400, hours=(3.0, 36.0))

    for outage in outages:
        assert outage.from_us % SLOT_US == outage.to_us % SLOT_US == 0
        assert DAY_US <= outage.from_us < 401 * DAY_US
        assert 3 * HOUR_US <= outage.to_us - outage.from_us <= 36 * HOUR_US + SLOT_US


def test_an_outage_is_half_open() -> None:
    moments = np.array([9, 10, 19, 20])

    assert is_out(moments, (Outage(10, 20),)).tolist() == [False, True, True, False]
    assert not is_out(moments, ()).any()
