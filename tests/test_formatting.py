"""Numbers read as section 6.4 of the design says, and unknown is never a number."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether import formatting


@pytest.mark.parametrize(
    ("value_usd", "text"),
    [
        (96_412.4, "$96,412"),
        (1_000.0, "$1,000"),
        (999.994, "$999.99"),
        (999.999, "$1,000"),
        (3.42, "$3.42"),
        (1.0, "$1.00"),
        (0.99999, "$1.00"),
        (0.0612, "$0.06120"),
        (0.5, "$0.5000"),
        (0.0, "$0.00"),
        (-12.5, "−$12.50"),
    ],
)
def test_a_price_has_the_decimals_its_size_supports(value_usd: float, text: str) -> None:
    assert formatting.price(value_usd) == text


@pytest.mark.parametrize(
    ("score", "text"), [(0.31, "+0.31"), (-0.08, "−0.08"), (0.0, "0.00"), (-0.004, "0.00"), (1.0, "+1.00")]
)
def test_a_sentiment_has_its_sign_and_zero_has_none(score: float, text: str) -> None:
    assert formatting.sentiment(score) == text


def test_rates_and_probabilities_are_percents() -> None:
    assert formatting.probability(0.58) == "58%"
    assert formatting.rate(0.5421) == "54.2%"
    assert formatting.rate_interval(0.509, 0.543) == "50.9 to 54.3%"


def test_differences_of_rates_are_points_with_a_sign() -> None:
    assert formatting.points(0.031) == "+3.1 pt"
    assert formatting.points(-0.0004) == "0.0 pt"
    assert formatting.points_interval(-0.004, 0.061) == "−0.4 to +6.1 pt"


def test_losses_have_no_plus_and_their_differences_do() -> None:
    assert formatting.number(0.69315) == "0.693"
    assert formatting.number(-1.25, 1) == "−1.2"
    assert formatting.number_interval(0.691, 0.6951) == "0.691 to 0.695"
    assert formatting.signed(0.0042) == "+0.004"
    assert formatting.signed_interval(-0.002, 0.0) == "−0.002 to 0.000"


def test_a_move_is_a_signed_percent() -> None:
    assert formatting.move(-0.024) == "−2.4%"


def test_a_rate_is_judged_from_thirty_observations() -> None:
    assert formatting.judged_rate(0.75, 29) == "n = 29, too few to judge"
    assert formatting.judged_rate(0.75, 30) == "75.0%, n = 30"
    assert formatting.judged_rate(0.542, 1204) == "54.2%, n = 1,204"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (38, "38 s"),
        (65, "1 min 5 s"),
        (7_200, "2 h"),
        (8_059, "2 h 14 min"),
        (86_400 + 300, "1 d"),
        (100_000, "1 d 3 h"),
        (-90, "−1 min 30 s"),
    ],
)
def test_a_duration_has_two_neighbouring_units_at_most(seconds: float, text: str) -> None:
    assert formatting.duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(84.2, "84 ms"), (999.4, "999 ms"), (999.6, "1.0 s"), (1_700, "1.7 s")]
)
def test_a_latency_changes_its_unit_at_one_second(milliseconds: float, text: str) -> None:
    assert formatting.latency(milliseconds) == text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (512, "512 B"),
        (1_048_575, "1 MiB"),
        (222_717_542, "212.4 MiB"),
        (536_870_912, "512 MiB"),
        (5 * 1024**4, "5 TiB"),
    ],
)
def test_a_size_is_in_binary_units(size_bytes: int, text: str) -> None:
    assert formatting.storage(size_bytes) == text


def test_moments_are_written_in_utc() -> None:
    at = datetime(2026, 11, 24, 15, 45, 59, tzinfo=timezone(timedelta(hours=1)))

    assert formatting.moment(at) == "2026-11-24 14:45 UTC"
    assert formatting.day(datetime(2026, 11, 24, 23, 59, tzinfo=UTC)) == "2026-11-24"


@pytest.mark.parametrize(
    "write",
    [
        formatting.price,
        formatting.sentiment,
        formatting.probability,
        formatting.rate,
        formatting.points,
        formatting.number,
        formatting.signed,
        formatting.move,
        formatting.latency,
        lambda value: formatting.rate_interval(value, 0.5),
        lambda value: formatting.points_interval(0.5, value),
        lambda value: formatting.number_interval(value, value),
        lambda value: formatting.signed_interval(value, 1.0),
    ],
)
@pytest.mark.parametrize("unknown", [None, math.nan])
def test_what_is_unknown_is_a_dash(write: Callable[[float | None], str], unknown: float | None) -> None:
    assert write(unknown) == "—"


def test_an_unknown_count_size_or_moment_is_a_dash() -> None:
    assert formatting.count(None) == "—"
    assert formatting.storage(None) == "—"
    assert formatting.duration(None) == "—"
    assert formatting.moment(None) == "—"
    assert formatting.day(None) == "—"


@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False))
def test_no_number_is_written_with_a_hyphen_or_a_signed_zero(value: float) -> None:
    for text in (formatting.price(value), formatting.signed(value), formatting.number(value)):
        assert "-" not in text
        assert not re.fullmatch(r"[+−]\$?0(\.0*)?", text)
