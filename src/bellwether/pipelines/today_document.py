"""Today's answer as a document for programs."""

from __future__ import annotations

from typing import Any

from bellwether.clock import DAY_US, from_us, iso
from bellwether.formatting import moment
from bellwether.pipelines.documents import scorer_document, with_reasons
from bellwether.pipelines.today import Chance, Today
from bellwether.pipelines.tone import NewsTone, Reading, TopHeadline

NOTHING_YET = "No predictions yet."


def today_document(today: Today) -> dict[str, Any]:
    """Everything `today` knows; what is withheld because its input is stale is null with the reason."""
    when = moment(today.as_of)
    return with_reasons(
        {
            "prediction": None if today.chance is None else _prediction(today, today.chance),
            "predictions": [_prediction(today, chance) for chance in today.chances],
            "news": None if today.tone is None else _tone(today, today.tone),
            "track_record": _record(today),
            "freshness": [{"stream": s.stream, "subject": s.subject, **s.to_json()} for s in today.streams],
            "is_stale": today.is_stale,
        },
        {
            "prediction": f"No version was served at {when}.",
            "news": f"No reader has features of {when}.",
        },
    )


def empty_document() -> dict[str, Any]:
    """The document while there is no prediction."""
    fields = dict.fromkeys(("prediction", "predictions", "news", "track_record", "freshness", "is_stale"))
    return with_reasons(fields, dict.fromkeys(fields, NOTHING_YET))


def _prediction(today: Today, chance: Chance) -> dict[str, Any]:
    stale = today.withholds_chance
    return with_reasons(
        {
            "id": str(chance.id),
            "version": str(chance.version),
            "p_up": None if stale else chance.p_up,
            "as_of": iso(today.as_of),
            "issued_at": iso(from_us(chance.issued_us)),
            "is_late": chance.is_late,
            "is_served": chance.is_served,
        },
        {"p_up": None if stale is None else stale.sentence},
    )


def _record(today: Today) -> dict[str, Any]:
    withheld = {"sentence": None} if today.is_stale else {}
    fields = {**today.record.to_json(), **withheld}
    return with_reasons(fields, {"sentence": "Withheld: what it rests on is stale."})


def _tone(today: Today, tone: NewsTone) -> dict[str, Any]:
    stale = today.withholds_tone
    return with_reasons(
        {
            "as_of": iso(today.as_of),
            "window_hours": 24,
            "n_headlines": tone.n_headlines,
            "is_thin": tone.is_thin,
            "leading": tone.leading.info.family,
            "word": None if stale else tone.word,
            "readers": _readers(tone),
            "headlines": [_headline(item) for item in tone.top],
        },
        {"word": stale.sentence if stale else _no_index(tone.as_of_us)},
    )


def _readers(tone: NewsTone) -> dict[str, Any]:
    readers = {reading.info.family: _reading(tone, reading) for reading in tone.readings}
    when = moment(from_us(tone.as_of_us))
    reasons = dict.fromkeys(tone.missing, f"No features of this reader are stored for {when}.")
    return with_reasons({**readers, **dict.fromkeys(tone.missing)}, reasons)


def _reading(tone: NewsTone, reading: Reading) -> dict[str, Any]:
    leading, before_us = tone.leading.info.family, tone.as_of_us - DAY_US
    missing = _no_index(tone.as_of_us if reading.index is None else before_us)
    agreement = None if reading.agreement is None else {"with": leading, **reading.agreement.to_json()}
    return with_reasons(
        {
            "scorer": scorer_document(reading.info),
            "n": reading.n,
            "index": reading.index,
            "day_before": reading.day_before,
            "day_before_as_of": iso(from_us(before_us)),
            "change": reading.change,
            "agreement": agreement,
        },
        {
            "index": _no_index(tone.as_of_us),
            "day_before": _no_index(before_us),
            "change": missing,
            "agreement": "It is the reader the others are compared with.",
        },
    )


def _headline(item: TopHeadline) -> dict[str, Any]:
    unread = dict.fromkeys(item.scores, "This reader has no score for it.")
    return with_reasons(
        {
            "text": item.row.text,
            "publisher": item.row.publisher,
            "url": item.row.url,
            "published_at": iso(from_us(item.row.event_us)),
            "known_at": iso(from_us(item.row.known_us)),
            "weight": item.weight,
            "scores": with_reasons(item.scores, unread),
        },
        {"url": "Its source gave no address."},
    )


def _no_index(at_us: int) -> str:
    return f"No headline of the 24 h before {moment(from_us(at_us))} has a score here."
