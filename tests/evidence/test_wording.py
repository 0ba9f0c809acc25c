import pytest

from bellwether.evidence.sequential import SequentialEvidence
from bellwether.evidence.wording import pair_sentence, span, too_early


def lead(value: float, lo: float, hi: float, n_eff: int = 1204) -> SequentialEvidence:
    return SequentialEvidence(value, lo, hi, n_eff, 1.0, 1.0)


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (lead(0.031, 0.004, 0.058), "FinBERT is better than VADER by 3.1 pt (0.4 to 5.8), n = 1,204."),
        (lead(-0.031, -0.058, -0.004), "FinBERT is worse than VADER by 3.1 pt (0.4 to 5.8), n = 1,204."),
        (lead(0.001, -0.004, 0.006), "VADER and FinBERT are practically equal (−0.4 to +0.6 pt), n = 1,204."),
        (lead(0.019, -0.008, 0.046), "Not settled. FinBERT leads by 1.9 pt (−0.8 to +4.6), n = 1,204."),
        (lead(-0.019, -0.046, 0.008), "Not settled. VADER leads by 1.9 pt (−0.8 to +4.6), n = 1,204."),
        (lead(0.9, 0.8, 1.0, n_eff=29), "Too early: 29 of 30 independent matured predictions."),
    ],
    ids=["better", "worse", "equal", "b leads", "a leads", "too early"],
)
def test_each_situation_has_its_sentence(evidence, sentence):
    assert pair_sentence("VADER", "FinBERT", evidence) == sentence


def test_nothing_compared_is_too_early():
    nothing = SequentialEvidence(None, None, None, 0, 1.0, 1.0)

    assert pair_sentence("a", "b", nothing) == too_early(0)


def test_a_span_has_signs_from_below_zero():
    assert span(0.4, 5.8, 1) == "0.4 to 5.8"
    assert span(-0.8, 4.6, 1) == "−0.8 to +4.6"
