"""``bellwether leadlag``: does the news lead the price, or follow it?"""

from __future__ import annotations

import math
from typing import Annotated, Any

import typer

from bellwether.cli.frame import Invocation, command, single
from bellwether.cli.output import Answer
from bellwether.cli.tables import Column, Table
from bellwether.clock import from_us, iso
from bellwether.evidence.leadlag import LeadLag
from bellwether.evidence.wording import span
from bellwether.formatting import MISSING, count, signed
from bellwether.pipelines.documents import scorer_document, with_reasons
from bellwether.pipelines.leadlag import LeadLagPictures, read_leadlag
from bellwether.pipelines.place import Place, open_place

app = single()

_NOTHING = "No candles, or no scored headlines, yet."


@command(
    app, "leadlag", examples=("bellwether leadlag --run RUN", "bellwether leadlag --scorer finbert --json")
)
def leadlag(
    cli: Invocation,
    *,
    run: Annotated[str | None, typer.Option("--run", help="Read this replay or demo.")] = None,
    scorer: Annotated[
        str | None, typer.Option(help="Only this reader: vader, finbert or lite; by default all.")
    ] = None,
) -> Answer:
    """Correlate the tone of each hour's news with the returns of the 24 hours before and after.

    Over the range of a run, or over all that the live store has. Where the tone of now goes with
    returns of before, the news follows the price; where with returns of after, it leads.
    """
    with open_place(cli.settings, run) as place:
        pictures = read_leadlag(place, scorer)
    meta = {"asset": place.asset, "served_from": "database"}
    if pictures is None:
        data = with_reasons({"window": None, "readers": None}, dict.fromkeys(("window", "readers"), _NOTHING))
        return Answer(
            data,
            show=[_NOTHING],
            source=place.source.value,
            meta=meta,
            next_step="bellwether import headlines FILE",
        )
    return Answer(
        _document(pictures),
        show=_lines(cli, pictures, place),
        as_of=from_us(pictures.to_us),
        source=place.source.value,
        meta=meta,
    )


def _document(pictures: LeadLagPictures) -> dict[str, Any]:
    return {
        "window": {"from": iso(from_us(pictures.from_us)), "to": iso(from_us(pictures.to_us))},
        "readers": {
            info.family: {"scorer": scorer_document(info), **picture.to_json()}
            for info, picture in pictures.readers
        },
    }


def _lines(cli: Invocation, pictures: LeadLagPictures, place: Place) -> list[str | Table]:
    start, end = (cli.moment(from_us(moment_us)) for moment_us in (pictures.from_us, pictures.to_us))
    return [
        f"{place.asset} · {start} to {end} · {place.source.value}",
        "",
        *(f"{info.name}: {picture.sentence}" for info, picture in pictures.readers),
        "",
        _table(pictures),
    ]


def _table(pictures: LeadLagPictures) -> Table:
    """A line for each lag, and for each reader its correlation with the interval and the hours behind it."""
    columns = [Column("return", importance=9)]
    lags = pictures.readers[0][1].lag_h.tolist()
    cells = [[_when(lag)] for lag in lags]
    for info, picture in pictures.readers:
        columns += [
            Column(info.name, is_number=True, importance=8),
            Column("95 %", is_number=True, importance=7),
            Column("n", is_number=True, importance=6),
        ]
        for i, row in enumerate(cells):
            row.extend(_cells(picture, i))
    return Table(columns, cells)


def _cells(picture: LeadLag, i: int) -> list[str]:
    lo, hi, n = float(picture.lo[i]), float(picture.hi[i]), count(int(picture.n[i]))
    if math.isnan(lo):
        return [MISSING, MISSING, n]
    return [signed(float(picture.correlation[i]), 2), span(lo, hi, 2), n]


def _when(lag_h: int) -> str:
    """Where the return lies, seen from the hour of the tone."""
    if lag_h == 0:
        return "same hour"
    return f"{abs(lag_h)} h {'before' if lag_h < 0 else 'after'}"
