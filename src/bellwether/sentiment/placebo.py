"""The placebo: scores with the news taken out.

A news family has to beat itself with shuffled sentiment. Each text gets the score of an earlier
text drawn at random, so that the placebo has the scorer's own distribution, changes with it over the
years and, like everything else, knows nothing of the future.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import InvalidShape
from bellwether.identity import PLACEBO_PREFIX
from bellwether.sentiment.scorer import ScorerInfo


def placebo_info(base: ScorerInfo) -> ScorerInfo:
    """Who speaks in the shuffled scores of ``base``: family ``shuffled_vader`` and so on."""
    rule = f"placebo 1\n{base.digest}\n"
    return replace(
        base,
        family=f"{PLACEBO_PREFIX}{base.family}",
        name=f"{base.name}, shuffled",
        digest=hashlib.sha256(rule.encode()).hexdigest(),
        is_reference=False,
    )


def placebo_scores(keys: Sequence[UUID], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each text the score of an earlier one.

    Parameters
    ----------
    keys : sequence of UUID, length n
        Text keys in the order the texts were first known.
    scores : float64 array, shape (n,)
        The scorer's own scores, in that order.

    Returns
    -------
    float64 array, shape (n,)
        Element i is ``scores[keys[i] mod i]``; the first text has no earlier one and keeps its own.

    Raises
    ------
    InvalidShape
        Not one score per key.

    Notes
    -----
    Keys are 128-bit hashes of the texts, so that their remainder is uniform on the earlier texts and
    has nothing to do with what the texts say. Texts that come later change nothing: the placebo of
    a prefix is a prefix of the placebo.
    """
    if scores.shape != (len(keys),):
        raise InvalidShape(f"{len(keys)} texts need as many scores, not an array of shape {scores.shape}.")
    drawn = np.array([key.int % i if i else 0 for i, key in enumerate(keys)], dtype=np.intp)
    return scores[drawn]
