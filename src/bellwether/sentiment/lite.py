"""The lite reader: hashed n-grams and a logistic regression, in a file below 1 MB.

It makes a second reader available everywhere, without weights to fetch. What it was trained on, how
well it reads and where it is bad stands in the ``CARD.md`` beside its model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bellwether.sentiment.classes import LABELS
from bellwether.sentiment.model_files import CONFIG, MODEL, ModelFiles
from bellwether.sentiment.ngrams import count_ngrams
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.sentiment.wording import readable

READER = "lite-reader 1"
"""Version of how texts become n-grams; part of the digest."""

LITE_FILES = (MODEL, CONFIG)
SHIPPED_FOLDER = Path(__file__).parent / "lite_model"
"""The model that comes with the package."""

SLOT, COUNT, PROBABILITY = "slot", "count", "probability"
"""Inputs int64 (n,) and float32 (n,): the slots a text hits and how often; output float32 (1, 3) in
the order of `bellwether.sentiment.classes.LABELS`."""


@dataclass(frozen=True)
class LiteConfig:
    """What ``config.json`` of a lite model says.

    Attributes
    ----------
    name : str
        ``lite 1.0``.
    n_slots : int
        Slots the n-grams are hashed into.
    limit : float
        Scores from here on count as positive, from its negative downwards as negative.
    """

    name: str
    n_slots: int
    limit: float

    @classmethod
    def of(cls, files: ModelFiles) -> LiteConfig:
        """Read and check the configuration.

        Raises
        ------
        ScorerUnavailable
            A value is missing or impossible.
        """
        config = files.config()
        name, n_slots, limit = (config.get(key) for key in ("name", "n_slots", "limit"))
        if not isinstance(name, str) or not isinstance(n_slots, int) or not isinstance(limit, float):
            raise files.unusable(f"{CONFIG} gives no name, n_slots and limit")
        if n_slots < 1 or not 0 < limit < 1:
            raise files.unusable(f"{CONFIG} gives impossible values: n_slots {n_slots}, limit {limit}")
        return cls(name, n_slots, limit)


class LiteScorer:
    """Reads with a lite model.

    Parameters
    ----------
    folder : Path
        Holds ``model.onnx`` and ``config.json``, as ``bellwether fit-lite`` writes them.

    Raises
    ------
    ScorerUnavailable
        A file is missing or is not what its name says.
    """

    def __init__(self, folder: Path = SHIPPED_FOLDER) -> None:
        files = ModelFiles.read(folder, LITE_FILES, scorer="lite", reader=READER)
        self._config = LiteConfig.of(files)
        self._session = files.session()
        self._check_interface(files)
        self._info = ScorerInfo(
            family="lite",
            name=self._config.name,
            digest=files.digest,
            is_reference=False,
            positive_above=self._config.limit,
            negative_below=-self._config.limit,
        )

    @property
    def info(self) -> ScorerInfo:
        """Which model this is."""
        return self._info

    def score(self, texts: Sequence[str]) -> list[SentimentScore | None]:
        """Score each text by itself; a text without words is neutral."""
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> SentimentScore:
        counts = count_ngrams(readable(text), self._config.n_slots)
        if not counts:
            return SentimentScore(0.0, positive=0.0, neutral=1.0, negative=0.0)
        inputs = {
            SLOT: np.fromiter(counts.keys(), dtype=np.int64),
            COUNT: np.fromiter(counts.values(), dtype=np.float32),
        }
        positive, neutral, negative = map(float, self._session.run([PROBABILITY], inputs)[0][0])
        return SentimentScore(positive - negative, positive=positive, neutral=neutral, negative=negative)

    def _check_interface(self, files: ModelFiles) -> None:
        found = {node.name for node in (*self._session.get_inputs(), *self._session.get_outputs())}
        if found != {SLOT, COUNT, PROBABILITY}:
            raise files.unusable(f"{MODEL} has other inputs and outputs than a lite model: {sorted(found)}")
        probe = {SLOT: np.array([self._config.n_slots - 1]), COUNT: np.ones(1, dtype=np.float32)}
        try:
            answer = self._session.run([PROBABILITY], probe)[0]
        except Exception as exc:  # onnxruntime's errors have no common root but this
            raise files.unusable(f"{MODEL} has fewer slots than {CONFIG} says ({exc})") from exc
        if answer.shape != (1, len(LABELS)) or not math.isclose(float(answer.sum()), 1, abs_tol=1e-5):
            raise files.unusable(f"{MODEL} does not answer with three probabilities")


def lite_folder_digest(folder: Path) -> str:
    """Digest of a model folder without loading the model.

    Raises
    ------
    ScorerUnavailable
        A file is missing or unreadable.
    """
    return ModelFiles.read(folder, LITE_FILES, scorer="lite", reader=READER).digest
