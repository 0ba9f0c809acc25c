"""FinBERT: a BERT classifier tuned on financial news, run as ONNX without torch.

The published files are quantised to int8 with ranges taken from each input, so that a text's scores
depend on what shares its batch: on 600 titles in batches of 32 every row differed, by up to 0.21 in
probability. A score must be a function of the text alone; therefore texts are run one at a time,
without padding, and in parallel over cores instead.

References
----------
.. [1] D. Araci (2019), FinBERT: Financial Sentiment Analysis with Pre-trained Language Models,
   arXiv:1908.10063.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bellwether.sentiment.classes import LABELS
from bellwether.sentiment.model_files import CONFIG, MODEL, TOKENIZER, ModelFiles
from bellwether.sentiment.recorded import FINBERT_LIMIT
from bellwether.sentiment.reference import standing
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.sentiment.wording import readable

READER = "finbert-reader 1"
"""Version of how texts become inputs and outputs become scores; part of the digest."""

FINBERT_FILES = (MODEL, TOKENIZER, CONFIG)

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PROBE = "Bitcoin rises."
_MAX_VOCABULARY_PADDING = 128  # exporters round a vocabulary up to a multiple of at most this


@dataclass(frozen=True)
class FinbertLayout:
    """What a FinBERT-shaped model's ``config.json`` says about reading it.

    Attributes
    ----------
    columns : tuple of int
        Where positive, neutral and negative stand among the model's outputs.
    max_tokens : int
        Word pieces the model has positions for.
    vocabulary : int
        Word pieces it knows.
    """

    columns: tuple[int, int, int]
    max_tokens: int
    vocabulary: int

    @classmethod
    def of(cls, files: ModelFiles) -> FinbertLayout:
        """Read and check the layout.

        Raises
        ------
        ScorerUnavailable
            The configuration names other classes, or no usable sizes.
        """
        config = files.config()
        max_tokens, vocabulary = config.get("max_position_embeddings"), config.get("vocab_size")
        if not (
            isinstance(max_tokens, int) and isinstance(vocabulary, int) and max_tokens > 2 and vocabulary > 0
        ):
            raise files.unusable(f"{CONFIG} gives no max_position_embeddings and vocab_size")
        return cls(_columns(config, files), max_tokens, vocabulary)


class FinbertScorer:
    """Reads with a FinBERT-shaped model.

    Parameters
    ----------
    folder : Path
        Holds ``model.onnx``, ``tokenizer.json`` and ``config.json``.
    workers : int or None
        Texts read at the same time; None means one per core. Scores do not depend on it.

    Raises
    ------
    ScorerUnavailable
        A file is missing or is not what its name says, or the three do not fit together.

    Notes
    -----
    All workers share one session: a run happens in the calling thread and releases the interpreter,
    and a session per thread was no quicker on two cores but held the weights twice.
    Equal texts give equal bits on one machine and onnxruntime. Sums of int8 products are exact
    everywhere; what is computed in single precision may round differently on another processor.
    """

    def __init__(self, folder: Path, workers: int | None = None) -> None:
        files = ModelFiles.read(folder, FINBERT_FILES, scorer="finbert", reader=READER)
        self._layout = FinbertLayout.of(files)
        self._tokenizer = _tokenizer(files, self._layout)
        self._session = files.session()
        self._inputs = _input_names(self._session, files)
        self._workers = workers or _cores()
        self._check_outputs(files)
        shown = standing(folder, digest=files.digest, config=files.config())
        self._info = ScorerInfo(
            family="finbert",
            name=shown.name,
            digest=files.digest,
            is_reference=shown.is_reference,
            positive_above=FINBERT_LIMIT,
            negative_below=-FINBERT_LIMIT,
        )

    @property
    def info(self) -> ScorerInfo:
        """Which model this is, and whether it may be called FinBERT."""
        return self._info

    def score(self, texts: Sequence[str]) -> list[SentimentScore | None]:
        """Score each text by itself, as many at the same time as there are workers."""
        if self._workers == 1 or len(texts) < 2:
            return [self._score(text) for text in texts]
        with ThreadPoolExecutor(min(self._workers, len(texts))) as pool:
            return list(pool.map(self._score, texts))

    def _score(self, text: str) -> SentimentScore:
        probabilities = _softmax(self._logits(text))
        positive, neutral, negative = (probabilities[column] for column in self._layout.columns)
        return SentimentScore(positive - negative, positive=positive, neutral=neutral, negative=negative)

    def _logits(self, text: str) -> list[float]:
        ids = np.array([self._tokenizer.encode(readable(text)).ids], dtype=np.int64)
        known = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        outputs: list[NDArray[np.float32]] = self._session.run(
            None, {name: known[name] for name in self._inputs}
        )
        return [float(logit) for logit in outputs[0][0]]

    def _check_outputs(self, files: ModelFiles) -> None:
        """Read one text, so that a model of another shape is found now and not in the middle of a run."""
        try:
            logits = self._logits(_PROBE)
        except Exception as exc:  # onnxruntime's errors have no common root but this
            raise files.unusable(f"{MODEL} cannot read a text ({exc})") from exc
        if len(logits) != len(LABELS) or not all(map(math.isfinite, logits)):
            raise files.unusable(f"{MODEL} answers with {len(logits)} numbers instead of three finite logits")


def finbert_folder_digest(folder: Path) -> str:
    """Digest of a model folder without loading the model.

    Raises
    ------
    ScorerUnavailable
        A file is missing or unreadable.
    """
    return ModelFiles.read(folder, FINBERT_FILES, scorer="finbert", reader=READER).digest


def _cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS and Windows pin no processes


def _columns(config: dict[str, Any], files: ModelFiles) -> tuple[int, int, int]:
    names = config.get("id2label")
    found = (
        {str(name).lower(): str(index) for index, name in names.items()} if isinstance(names, dict) else {}
    )
    if sorted(found) != sorted(LABELS) or sorted(found.values()) != ["0", "1", "2"]:
        raise files.unusable(f"{CONFIG} names other classes than positive, neutral and negative: {names}")
    positive, neutral, negative = (int(found[label]) for label in LABELS)
    return positive, neutral, negative


def _tokenizer(files: ModelFiles, layout: FinbertLayout) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_str(files.content[TOKENIZER].decode())
    except Exception as exc:  # tokenizers raises nothing more specific
        raise files.unusable(f"{TOKENIZER} is not a tokenizer ({exc})") from exc
    padding = layout.vocabulary - tokenizer.get_vocab_size()
    if not 0 <= padding < _MAX_VOCABULARY_PADDING:
        raise files.unusable(
            f"{TOKENIZER} knows {tokenizer.get_vocab_size():,} word pieces, the model {layout.vocabulary:,}"
        )
    tokenizer.no_padding()
    tokenizer.enable_truncation(layout.max_tokens)
    return tokenizer


def _input_names(session: ort.InferenceSession, files: ModelFiles) -> tuple[str, ...]:
    names = tuple(node.name for node in session.get_inputs())
    if "input_ids" not in names or not set(names) <= set(_INPUTS):
        raise files.unusable(f"{MODEL} takes {', '.join(names)} instead of {', '.join(_INPUTS)}")
    return names


def _softmax(logits: Sequence[float]) -> list[float]:
    """Probabilities in double precision, whatever the length of numpy's vectors."""
    highest = max(logits)
    weights = [math.exp(logit - highest) for logit in logits]
    total = math.fsum(weights)
    return [weight / total for weight in weights]
