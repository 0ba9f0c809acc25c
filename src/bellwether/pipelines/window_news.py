"""The headlines of the 24 hours before a moment: their texts beside what the features read of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bellwether.errors import Conflict
from bellwether.features.definition import DAY
from bellwether.features.news_rows import rows_in_window, tone_weights
from bellwether.market.candles import FloatArray, IntArray
from bellwether.news.headlines import HeadlineRow, NewsEvents
from bellwether.pipelines.features import FeatureRecipe, news_of_scorers
from bellwether.store.database import Connection
from bellwether.store.headlines import list_versions


@dataclass(frozen=True)
class WindowNews:
    """Headlines that the news features of one moment count, each in the wording in force.

    Attributes
    ----------
    as_of_us, known_by_us : int
        The moment, and what was known by when.
    events : mapping of scorer family to NewsEvents
        All that the features of the moment read, the week before included; the rows are the same
        for every scorer, the scores differ.
    position : int64 array, shape (n,)
        Where the headlines of the 24 hours are among the events.
    rows : tuple of HeadlineRow, length n
        Their texts.
    """

    as_of_us: int
    known_by_us: int
    events: Mapping[str, NewsEvents]
    position: IntArray
    rows: tuple[HeadlineRow, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def is_repetition(self, i: int) -> bool:
        """Whether the headline repeats an earlier one."""
        return bool(next(iter(self.events.values())).is_duplicate[self.position[i]])

    def score(self, family: str, i: int) -> float | None:
        """What a scorer gave the headline; None where it has no score or none that counts."""
        score = float(self.events[family].score[self.position[i]])
        return None if np.isnan(score) else score

    def weights(self, family: str) -> FloatArray:
        """Share of each headline in a scorer's sentiment index, shape (n,)."""
        weights = tone_weights(self.events[family], self.as_of_us, known_by_us=self.known_by_us)
        shares: FloatArray = weights[self.position]
        return shares


def window_news(
    conn: Connection,
    recipe: FeatureRecipe,
    scorer_ids: Mapping[str, int],
    *,
    as_of_us: int,
    known_by_us: int | None = None,
) -> WindowNews:
    """Read the headlines that the news features of a moment count.

    Parameters
    ----------
    conn : Connection
    recipe : FeatureRecipe
        With at least one scorer.
    scorer_ids : mapping of scorer family to int
    as_of_us : int
        The moment, microseconds UTC.
    known_by_us : int, optional
        What was known by then and by ``as_of_us`` counts; by default ``as_of_us``.

    Raises
    ------
    Conflict
        Headlines of the past were stored at the same time.
    """
    known_by = as_of_us if known_by_us is None else known_by_us
    events = news_of_scorers(conn, recipe, scorer_ids, first_us=as_of_us, last_us=as_of_us)
    any_events = next(iter(events.values()))
    position = rows_in_window(any_events, as_of_us, known_by_us=known_by)
    texts = _texts(conn, recipe.asset, any_events, as_of_us)
    return WindowNews(as_of_us, known_by, events, position, tuple(texts[row] for row in position.tolist()))


def _texts(conn: Connection, asset: str, events: NewsEvents, as_of_us: int) -> dict[int, HeadlineRow]:
    """The wordings known in the 24 hours by their position among the events.

    Both come in the order of (known_us, key, revision), and the events hold every version that was
    known in the 24 hours.
    """
    from_us = as_of_us - DAY.us
    rows = list_versions(conn, asset, known_from_us=from_us, known_to_us=as_of_us)
    position = np.flatnonzero((events.known_us > from_us) & (events.known_us <= as_of_us))
    if len(position) != len(rows):
        raise Conflict("Headlines were stored while they were read.", hint="Run the command again.")
    return dict(zip(position.tolist(), rows, strict=True))
