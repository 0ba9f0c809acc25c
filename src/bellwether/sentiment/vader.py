"""VADER, as published: a lexicon of 7,500 words with rules for emphasis, negation and contrast.

References
----------
.. [1] C. J. Hutto, E. Gilbert (2014), VADER: A Parsimonious Rule-based Model for Sentiment Analysis
   of Social Media Text, ICWSM-14. Package ``vaderSentiment``, whose scores are the published ones;
   other packages' VADER differs on 1.5 % of headlines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.sentiment.wording import readable

PACKAGE = "vaderSentiment"

LIMIT = 0.05
"""Compound scores from here on are positive, and below its negative negative [1]_."""


class VaderScorer:
    """Reads with VADER's lexicon.

    ``score`` is the compound; the three numbers are the shares of a text's words that VADER gives
    out, rounded to three digits as published.
    """

    def __init__(self) -> None:
        self._analyzer = SentimentIntensityAnalyzer()
        self._info = ScorerInfo(
            family="vader",
            name=f"VADER {version(PACKAGE)}",
            digest=_digest(self._analyzer),
            is_reference=True,
            positive_above=LIMIT,
            negative_below=-LIMIT,
        )

    @property
    def info(self) -> ScorerInfo:
        """Version and lexicon of this VADER."""
        return self._info

    def score(self, texts: Sequence[str]) -> list[SentimentScore | None]:
        """Score each text by itself; a text without words is neutral."""
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> SentimentScore:
        shares = self._analyzer.polarity_scores(readable(text))
        if not shares["pos"] + shares["neu"] + shares["neg"]:
            return SentimentScore(0.0, positive=0.0, neutral=1.0, negative=0.0)
        return SentimentScore(
            shares["compound"], positive=shares["pos"], neutral=shares["neu"], negative=shares["neg"]
        )


def _digest(analyzer: SentimentIntensityAnalyzer) -> str:
    """SHA-256 over the package's version and both of its lexicons."""
    content = hashlib.sha256(f"{PACKAGE} {version(PACKAGE)}\n".encode())
    for lexicon in (
        analyzer.lexicon_full_filepath,
        analyzer.emoji_full_filepath,
    ):  # texts, despite their names
        content.update(hashlib.sha256(lexicon.encode()).digest())
    return content.hexdigest()
