"""Two families on the same ticks: differences in log loss and hit rate.

The sign of a pair is loss(b) - loss(a) for log loss and hit(a) - hit(b) for hits: positive when
``a`` is better. Only common ticks count, those where both made a prediction and the outcome is
known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bellwether.errors import InputError
from bellwether.evidence.bootstrap import (
    BlockBootstrap,
    block_length,
    named_generator,
    weighted_means,
)
from bellwether.evidence.intervals import Interval
from bellwether.evidence.metrics import FloatArray, hits, log_losses
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.sequential import (
    EvidenceSequence,
    SequentialEvidence,
    gain_sequence,
    hit_difference_sequence,
)
from bellwether.evidence.wording import pair_sentence


def family_p_up(panel: PredictionPanel, family: str) -> FloatArray:
    """Probabilities of one family, shape (n,).

    Raises
    ------
    InputError
        The panel does not have the family.
    """
    if family not in panel.families:
        raise InputError(f"{family} is not in the panel; it has {', '.join(panel.families)}.")
    p_up: FloatArray = panel.p_up[:, panel.families.index(family)]
    return p_up


def panel_gain(panel: PredictionPanel, a: str, b: str) -> EvidenceSequence:
    """Evidence that ``a`` has a lower log loss than ``b``, on common non-overlapping ticks.

    ``index`` counts in the panel's ticks with ``as_of mod horizon = 0``.
    """
    chosen = panel.is_independent
    return gain_sequence(family_p_up(panel, a)[chosen], family_p_up(panel, b)[chosen], panel.label[chosen])


def panel_lead(panel: PredictionPanel, a: str, b: str) -> EvidenceSequence:
    """Evidence that ``a`` has a higher hit rate than ``b``, on common non-overlapping ticks."""
    chosen = panel.is_independent
    return hit_difference_sequence(
        family_p_up(panel, a)[chosen], family_p_up(panel, b)[chosen], panel.label[chosen]
    )


@dataclass(frozen=True)
class PairComparison:
    """Two families compared.

    Attributes
    ----------
    a, b : str
    log_loss : Interval
        Mean of loss(b) - loss(a) in nats over all common ticks, block bootstrap.
    hit_rate : Interval
        Hit rate of ``a`` less that of ``b`` over all common ticks, block bootstrap.
    gain : SequentialEvidence
        Log-loss gain of ``a`` on non-overlapping ticks: the test that decides.
    lead : SequentialEvidence
        Lead of ``a`` in hit rate on non-overlapping ticks, valid at every look.
    """

    a: str
    b: str
    log_loss: Interval
    hit_rate: Interval
    gain: SequentialEvidence
    lead: SequentialEvidence

    @property
    def sentence(self) -> str:
        """How ``b`` stands to ``a``, by the rule that is valid at every look."""
        return pair_sentence(self.a, self.b, self.lead.mirrored())

    def to_json(self) -> dict[str, object]:
        """The pair as a document; ``e_value`` is the one for "``a`` is better"."""
        document: dict[str, object] = {
            "a": self.a,
            "b": self.b,
            "log_loss": self.log_loss.to_json(),
            "hit_rate": self.hit_rate.to_json(),
            "n": self.log_loss.n,
            "n_eff": self.gain.n_eff,
            "e_value": self.gain.e_above,
            "e_value_b_better": self.gain.e_below,
            "e_value_two_sided": self.gain.e_either,
            "gain": self.gain.to_json(),
            "lead": self.lead.to_json(),
            "sentence": self.sentence,
        }
        return document


def compare_pair(panel: PredictionPanel, a: str, b: str, *, seed: int) -> PairComparison:
    """Compare two families on their common ticks.

    Swapping ``a`` and ``b`` turns every sign and changes nothing else.

    Raises
    ------
    InputError
        The panel lacks one of them.
    """
    log_loss, hit_rate = _differences(panel, a, b, seed=seed)
    return PairComparison(
        a=a,
        b=b,
        log_loss=log_loss,
        hit_rate=hit_rate,
        gain=panel_gain(panel, a, b).final,
        lead=panel_lead(panel, a, b).final,
    )


def _differences(panel: PredictionPanel, a: str, b: str, *, seed: int) -> tuple[Interval, Interval]:
    p_a, p_b = family_p_up(panel, a), family_p_up(panel, b)
    gain = log_losses(p_b, panel.label) - log_losses(p_a, panel.label)
    lead = hits(p_a, panel.label) - hits(p_b, panel.label)
    is_common = np.isfinite(gain)
    n = int(is_common.sum())
    if n == 0:
        missing = Interval.missing(f"{a} and {b} have no matured prediction in common.")
        return missing, missing
    differences = np.column_stack([gain, lead])[is_common]
    as_of_us = panel.as_of_us[is_common]
    length = block_length(list(differences.T), as_of_us, tick_us=panel.tick_us, horizon_us=panel.horizon.us)
    blocks = BlockBootstrap.over(as_of_us, tick_us=panel.tick_us, length=length)
    means = differences.mean(axis=0)
    if (reason := blocks.too_few) is not None:
        return Interval.unbounded(means[0], reason, n=n), Interval.unbounded(means[1], reason, n=n)
    rng = named_generator(seed, *sorted((a, b)))
    lo, hi = blocks.bounds(blocks.distribution(weighted_means(differences), rng))
    return (
        Interval.around(means[0], lo[0], hi[0], n=n),
        Interval.around(means[1], lo[1], hi[1], n=n),
    )
