"""What today's answer looks like in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bellwether.cli.tables import Column, Table
from bellwether.evidence.intervals import Interval
from bellwether.formatting import (
    JUDGED_FROM,
    MISSING,
    count,
    day,
    number,
    probability,
    rate,
    rate_interval,
    sentiment,
)
from bellwether.identity import Source
from bellwether.monitoring.freshness import State
from bellwether.pipelines.sentences import chance_of_rise
from bellwether.pipelines.today import Today
from bellwether.pipelines.tone import Reading, TopHeadline
from bellwether.pipelines.track_record import DAYS, TrackRecord

WriteMoment = Callable[[datetime | None], str]

_LABELS = {
    Source.SAMPLE: "Sample data, ends {day}. Not current, and no record of any market.",
    Source.REPLAY: "Replay of recorded data, ends {day}. Not current.",
}

_READERS = (
    Column("model", importance=4),
    Column("index", is_number=True, importance=4),
    Column("24 h change", is_number=True, importance=3),
    Column("agreement", is_number=True, importance=2),
    Column("chance", is_number=True, importance=2),
    Column("headlines", is_number=True, importance=1),
)

_HEADLINES = (
    Column("score", is_number=True, importance=4),
    Column("weight", is_number=True, importance=3),
    Column("headline", importance=4),
    Column("source", importance=2),
)


def today_lines(today: Today, write_moment: WriteMoment) -> list[str | Table]:
    """The answer first, then the readers side by side, then what moves the index."""
    head = f"{today.asset} · {write_moment(today.as_of)} · {today.source.value}"
    return [
        head,
        *_labels(today),
        "",
        _news_line(today),
        _chance_line(today),
        *_record_lines(today),
        *_tables(today),
    ]


def _labels(today: Today) -> list[str]:
    """What keeps a reader from taking the answer for a current one."""
    if today.source in _LABELS:
        return [_LABELS[today.source].format(day=day(today.as_of))]
    lines = [f"▲ {stream.sentence}" for stream in today.streams if stream.state is not State.FRESH]
    return [*lines, "Numbers below describe that moment."] if today.is_stale else lines


def _news_line(today: Today) -> str:
    tone = today.tone
    if tone is None:
        return "No reader of the news has features of this moment."
    index = f"{sentiment(tone.leading.index)}, yesterday {sentiment(tone.leading.day_before)}"
    behind = f"{count(tone.leading.n)} headlines, {tone.leading.info.name}"
    if tone.is_thin:
        behind = f"thin news: {behind}"
    if today.withholds_tone:
        return f"News index {index}   {behind}"
    if tone.word is None:
        return f"No news with a score in the last 24 h   {tone.leading.info.name}"
    return f"News is {tone.word}: {index}   {behind}"


def _chance_line(today: Today) -> str:
    what = f"Chance of a rise in {today.horizon.value[:-1]} h:"
    if today.chance is None:
        return f"{what} {MISSING}, no version was served"
    if today.withholds_chance:
        return f"{what} {MISSING}, withheld because its input is stale"
    late = ", issued late" if today.chance.is_late else ""
    return f"{what} {chance_of_rise(today.chance.p_up)}{late}   {today.chance.version}"


def _record_lines(today: Today) -> list[str]:
    record = today.record
    figures = f"Track record {DAYS} d: {_record_figures(record)}"
    return [figures] if today.is_stale else [figures, record.sentence]


def _record_figures(record: TrackRecord) -> str:
    hit_rate, n = record.hit_rate, count(record.hit_rate.n)
    if hit_rate.n < JUDGED_FROM:
        return f"n = {n}, too few to judge"
    between = f" ({rate_interval(hit_rate.lo, hit_rate.hi)})" if hit_rate.lo is not None else ""
    return f"{rate(hit_rate.value)} of {n}{between}, baseline {rate(record.baseline.value)}"


def _tables(today: Today) -> list[str | Table]:
    tone = today.tone
    if tone is None:
        return []
    missing = [f"{family}: not here; bellwether doctor --only scorers says why." for family in tone.missing]
    readers = Table(_READERS, [_reader_row(today, reading) for reading in tone.readings])
    lines: list[str | Table] = ["", readers, *missing]
    if tone.top:
        rows = [_headline_row(item, tone.leading.info.family) for item in tone.top]
        lines += ["", Table(_HEADLINES, rows)]
    return lines


def _reader_row(today: Today, reading: Reading) -> list[str]:
    agreement, chance = reading.agreement, today.chance_by(reading.info.family)
    p_up = None if chance is None or today.withholds_chance else chance.p_up
    same = "-" if agreement is None else _share(agreement)
    return [
        reading.info.name,
        sentiment(reading.index),
        sentiment(reading.change),
        same,
        probability(p_up),
        count(reading.n),
    ]


def _headline_row(item: TopHeadline, leading: str) -> list[str]:
    return [sentiment(item.scores[leading]), number(item.weight), item.row.text, item.row.publisher]


def _share(agreement: Interval) -> str:
    """A share in whole percent, where there is enough to judge it by."""
    return "too few" if agreement.n < JUDGED_FROM else probability(agreement.value)
