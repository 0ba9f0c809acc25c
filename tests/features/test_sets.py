from __future__ import annotations

from dataclasses import replace

import pytest

from bellwether.clock import HOUR_US, MINUTE_US
from bellwether.features.sets import base_set, family_sets, news_set
from bellwether.sentiment.scorer import ScorerInfo

VADER = ScorerInfo("vader", "VADER 3.3.2", "aa", is_reference=True, positive_above=0.05, negative_below=-0.05)


def test_a_base_set_is_named_after_its_candles():
    assert base_set(15 * MINUTE_US).name == "base_15m"
    assert base_set(HOUR_US).name == "base_1h"


def test_the_same_columns_on_other_candles_are_another_set():
    assert base_set(30 * MINUTE_US).digest != base_set(HOUR_US).digest


def test_news_sets_share_their_names_across_scorers():
    finbert = replace(VADER, family="finbert", digest="bb")

    assert news_set(VADER).names == news_set(finbert).names
    assert news_set(VADER).name == "news_vader"


@pytest.mark.parametrize("change", [{"digest": "ab"}, {"positive_above": 0.2}, {"family": "shuffled_vader"}])
def test_another_reader_of_the_news_is_another_set(change):
    assert news_set(replace(VADER, **change)).digest != news_set(VADER).digest


def test_what_a_scorer_is_called_does_not_matter():
    assert news_set(replace(VADER, name="VADER")).digest == news_set(VADER).digest


def test_a_family_that_reads_news_receives_both_sets_and_a_baseline_one():
    base = base_set(HOUR_US)

    assert family_sets(HOUR_US, VADER) == (base, news_set(VADER))
    assert family_sets(HOUR_US, None) == (base,)
