"""Bellwether's reader on headlines in an embedded database, scores written back."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from measuring import arguments, measure

from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.pipelines.scoring import score_headlines
from bellwether.sentiment.finbert import FinbertScorer
from bellwether.settings import Settings
from bellwether.store.headlines import insert_headlines
from bellwether.store.opening import open_store


def headline(text: str) -> HeadlineRow:
    """A headline with this title."""
    return HeadlineRow(
        key=text_key(text),
        revision=0,
        asset="BTC",
        publisher="benchmark",
        url=None,
        title=text,
        text=text,
        summary=None,
        event_us=0,
        known_us=0,
        is_known_assumed=False,
    )


if __name__ == "__main__":
    folder, cores = arguments()
    scorer = FinbertScorer(folder, cores)
    with tempfile.TemporaryDirectory() as home, open_store(Settings(home=Path(home))) as database:

        def read(texts: Sequence[str]) -> None:
            """Store headlines and score them; both are measured."""
            with database.session() as conn:
                insert_headlines(conn, map(headline, texts), recorded_us=0)
            score_headlines(database, scorer, asset="BTC")

        measure(read)
