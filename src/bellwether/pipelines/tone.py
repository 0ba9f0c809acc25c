"""The tone of the news at one moment: every reader's sentiment index, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bellwether.clock import DAY_US
from bellwether.evidence.intervals import Interval, wilson_bounds
from bellwether.features.sets import news_set
from bellwether.identity import NEWS_FAMILIES, Source
from bellwether.news.headlines import HeadlineRow
from bellwether.news.keys import text_key
from bellwether.pipelines.features import FeatureRecipe
from bellwether.pipelines.recipe import scorer_ids
from bellwether.pipelines.sentences import sentiment_word
from bellwether.pipelines.window_news import WindowNews, window_news
from bellwether.sentiment.classes import Label, label_of
from bellwether.sentiment.scorer import ScorerInfo
from bellwether.store.database import Connection
from bellwether.store.features import find_feature_set, load_features
from bellwether.store.scores import find_scores

INDEX = "tone_capped_24h"
"""The feature that is the sentiment index."""

THIN = 10
"""Headlines below which the news is called thin."""

TOP = 5
"""Headlines that are shown."""


@dataclass(frozen=True)
class Reading:
    """What one reader makes of the last 24 hours.

    Attributes
    ----------
    info : ScorerInfo
    n : int
        Headlines that weigh in the index.
    index, day_before : float or None
        Sentiment index in [-1, 1] at the moment and 24 hours before; None where it has none.
    agreement : Interval or None
        Share of the headlines to which it gives the same class as the leading reader; None for
        that one itself.
    """

    info: ScorerInfo
    n: int
    index: float | None
    day_before: float | None
    agreement: Interval | None

    @property
    def change(self) -> float | None:
        """The index less that of 24 hours before."""
        if self.index is None or self.day_before is None:
            return None
        return self.index - self.day_before


@dataclass(frozen=True)
class TopHeadline:
    """A headline that moves the leading reader's index, with its share in it and every reader's score."""

    row: HeadlineRow
    weight: float
    scores: Mapping[str, float | None]


@dataclass(frozen=True)
class NewsTone:
    """The tone of the news at one moment.

    Attributes
    ----------
    as_of_us : int
    readings : tuple of Reading
        The leading reader first.
    n_headlines : int
        Headlines of the 24 hours that repeat none before, scored or not.
    top : tuple of TopHeadline
        Those that move the leading reader's index most.
    """

    as_of_us: int
    readings: tuple[Reading, ...]
    n_headlines: int
    top: tuple[TopHeadline, ...]

    @property
    def leading(self) -> Reading:
        """The reader whose index is told first."""
        return self.readings[0]

    @property
    def word(self) -> str | None:
        """The leading index in a word; None without one."""
        return None if self.leading.index is None else sentiment_word(self.leading.index)

    @property
    def is_thin(self) -> bool:
        """Too few headlines for the index to say much."""
        return self.leading.n < THIN

    @property
    def missing(self) -> list[str]:
        """News families whose reader has no features here."""
        found = {reading.info.family for reading in self.readings}
        return [family for family in NEWS_FAMILIES if family not in found]


def read_tone(
    conn: Connection,
    recipe: FeatureRecipe,
    source: Source,
    *,
    as_of_us: int,
    leading: str | None = None,
) -> NewsTone | None:
    """The tone of the 24 hours before a moment.

    Parameters
    ----------
    conn : Connection
    recipe : FeatureRecipe
        How the stored features were built.
    source : Source
    as_of_us : int
        The moment, microseconds UTC; its features are stored.
    leading : str, optional
        The family whose index is told first; where it reads no news, the first there is.

    Returns
    -------
    NewsTone or None
        None where no reader has features of the moment.
    """
    index = {
        family: _index(conn, recipe.asset, info, source=source, as_of_us=as_of_us)
        for family, info in recipe.scorers.items()
    }
    families = [family for family in NEWS_FAMILIES if index.get(family) is not None]
    if not families:
        return None
    families.sort(key=lambda family: family != leading)
    ids = scorer_ids(conn, recipe)
    news = window_news(conn, recipe, ids, as_of_us=as_of_us)
    labels = {family: _labels(conn, recipe.scorers[family], ids[family], news) for family in families}
    readings = (
        Reading(
            info=recipe.scorers[family],
            n=int(np.count_nonzero(news.weights(family))),
            index=_known(index[family]),
            day_before=_known(
                _index(conn, recipe.asset, recipe.scorers[family], source=source, as_of_us=as_of_us - DAY_US)
            ),
            agreement=_agreement(labels[families[0]], labels[family]) if family != families[0] else None,
        )
        for family in families
    )
    n_headlines = sum(not news.is_repetition(i) for i in range(len(news)))
    return NewsTone(as_of_us, tuple(readings), n_headlines, _top(news, families))


def _index(conn: Connection, asset: str, info: ScorerInfo, *, source: Source, as_of_us: int) -> float | None:
    """The stored sentiment index, NaN where no headline had a score; None where nothing is stored."""
    part = news_set(info)
    set_id = find_feature_set(conn, part.name, part.digest)
    if set_id is None:
        return None
    stored = load_features(conn, asset, set_id, from_us=as_of_us, to_us=as_of_us + 1, source=source)
    return float(stored.values[0, part.names.index(INDEX)]) if len(stored) else None


def _known(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else value


def _labels(conn: Connection, info: ScorerInfo, scorer_id: int, news: WindowNews) -> dict[int, Label]:
    """The classes of the headlines that are no repetitions, by their number in the window."""
    keys = {i: text_key(row.text) for i, row in enumerate(news.rows) if not news.is_repetition(i)}
    scores = find_scores(conn, scorer_id, list(set(keys.values())))
    return {i: label_of(scores[key], info) for i, key in keys.items() if key in scores}


def _agreement(first: Mapping[int, Label], second: Mapping[int, Label]) -> Interval:
    """Share of the headlines both have read that got the same class."""
    common = first.keys() & second.keys()
    if not common:
        return Interval.missing("They have read no headline in common.")
    share = sum(first[i] == second[i] for i in common) / len(common)
    return Interval.around(share, *wilson_bounds(share, len(common)), n=len(common))


def _top(news: WindowNews, families: Sequence[str]) -> tuple[TopHeadline, ...]:
    """The headlines that move the leading index most, by the size of score times weight."""
    leading = families[0]
    weights = news.weights(leading).tolist()
    pull = {
        i: abs(weight * (news.score(leading, i) or 0.0)) for i, weight in enumerate(weights) if weight > 0
    }
    strongest = sorted(pull, key=lambda i: (-pull[i], i))[:TOP]
    return tuple(
        TopHeadline(news.rows[i], weights[i], {family: news.score(family, i) for family in families})
        for i in strongest
    )
