from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bellwether.errors import InvalidTime
from bellwether.identity import Horizon, Source
from bellwether.pipelines.replay_request import ReplayRequest

MONDAY = datetime(2001, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def request_(tmp_path: Path) -> ReplayRequest:
    """A request over four files, each with content of its own."""
    names = ("news_a.csv", "news_b.csv", "bars.csv", "edits.csv")
    for name in names:
        (tmp_path / name).write_text(f"content of {name}\n")
    news_a, news_b, bars, edits = (tmp_path / name for name in names)
    return ReplayRequest(
        headlines=(news_a, news_b),
        candles=(bars,),
        scores=(),
        revisions=(edits,),
        start=MONDAY,
        end=MONDAY + 7 * DAY,
        horizon=Horizon.H1,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"start": MONDAY + DAY},
        {"end": MONDAY + 8 * DAY},
        {"horizon": Horizon.H4},
        {"train_every": DAY},
        {"trials": 6},
        {"seed": 1},
        {"asset": "ETH"},
        {"source": Source.SAMPLE},
        {"finbert_digest": "0d9f"},
        {"lite_digest": "77ab"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_argument_makes_another_run(request_: ReplayRequest, change: dict[str, Any]) -> None:
    assert replace(request_, **change).run_id() != request_.run_id()


def test_one_byte_of_any_file_makes_another_run(request_: ReplayRequest) -> None:
    before = request_.run_id()
    files = (*request_.headlines, *request_.candles, *request_.revisions)

    found = set()
    for file in files:
        content = file.read_bytes()
        file.write_bytes(content + b" ")
        found.add(replace(request_).run_id())
        file.write_bytes(content)

    assert len(found) == len(files)
    assert before not in found
    assert replace(request_).run_id() == before


def test_a_file_makes_another_run_in_another_role(request_: ReplayRequest) -> None:
    swapped = replace(request_, candles=request_.revisions, revisions=request_.candles)

    assert swapped.run_id() != request_.run_id()


def test_names_order_and_repetition_of_files_make_no_other_run(
    request_: ReplayRequest, tmp_path: Path
) -> None:
    before = request_.run_id()
    first, second = request_.headlines
    renamed = first.rename(tmp_path / "z.csv")

    assert replace(request_, headlines=(second, renamed, renamed)).run_id() == before


def test_the_run_id_tells_source_range_and_horizon(request_: ReplayRequest) -> None:
    assert request_.run_id().startswith("replay_20010101_20010108_1h_")


def test_days_are_half_open_and_cut_at_midnight(request_: ReplayRequest) -> None:
    request = replace(request_, start=MONDAY + timedelta(hours=18), end=MONDAY + timedelta(days=2, hours=3))

    assert list(request.days()) == [
        (MONDAY + timedelta(hours=18), MONDAY + DAY),
        (MONDAY + DAY, MONDAY + 2 * DAY),
        (MONDAY + 2 * DAY, MONDAY + timedelta(days=2, hours=3)),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"end": MONDAY}, "does not lie before --to"),
        ({"train_every": timedelta(hours=36)}, "whole number of days"),
        ({"train_every": timedelta(0)}, "whole number of days"),
    ],
    ids=["empty range", "a day and a half", "never"],
)
def test_impossible_times_are_refused(request_: ReplayRequest, change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidTime, match=said):
        replace(request_, **change)
