import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.clock import HOUR_US
from bellwether.errors import InputError
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.sequential import SequentialEvidence
from bellwether.identity import Horizon
from bellwether.learning.verdict import (
    Finding,
    PromotionEvidence,
    PromotionPolicy,
    judge,
    leading_verdict,
    promotion,
    verdict,
)


def evidence(
    value: float, reach: float, *, e: float = 1.0, e_below: float = 0.1, n_eff: int = 1204
) -> SequentialEvidence:
    return SequentialEvidence(value, value - reach, value + reach, n_eff, e, e_below)


BETTER = evidence(0.0031, 0.0027, e=55.0)
OPEN = evidence(0.0004, 0.0015, e=1.3)
WORSE = evidence(-0.0031, 0.0027, e=0.01, e_below=140.0)


def test_an_edge_needs_every_baseline_and_names_the_closest():
    found = judge("finbert", {"majority": evidence(0.005, 0.002, e=900.0), "technicals": BETTER})

    assert (found.value, found.against, found.e_value, found.n_eff) == (Finding.EDGE, "technicals", 55, 1204)
    assert found.why == (
        "finbert is better than every baseline: 0.0031 (0.0004 to 0.0058) lower log loss than technicals, "
        "n = 1,204, e = 55.0."
    )


def test_one_baseline_that_is_not_beaten_withholds_the_edge():
    found = judge("finbert", {"majority": BETTER, "technicals": OPEN})

    assert (found.value, found.against, found.e_value) == (Finding.NO_EVIDENCE, "technicals", 1.3)
    assert found.why == (
        "finbert has not been shown to beat the baseline (technicals): gain in log loss +0.0004 "
        "(−0.0011 to +0.0019), n = 1,204, e = 1.3."
    )


@pytest.mark.parametrize(
    "case",
    [evidence(0.0031, 0.0027, e=19.9), evidence(0.0031, 0.0032, e=25.0)],
    ids=["e below 20", "bound below 0"],
)
def test_an_edge_needs_both_the_e_value_and_the_bound(case):
    assert judge("finbert", {"majority": case}).value is Finding.NO_EVIDENCE


def test_worse_is_the_mirror_against_the_best_baseline():
    found = judge("vader", {"majority": WORSE, "momentum": OPEN})

    assert (found.value, found.against, found.e_value) == (Finding.WORSE, "majority", 140)
    assert (found.lo, found.hi) == pytest.approx((-0.0058, -0.0004))
    assert found.why == (
        "vader is worse than the baseline (majority): 0.0031 (0.0004 to 0.0058) higher log loss, "
        "n = 1,204, e = 140."
    )


def test_nothing_is_judged_with_fewer_than_thirty_independent_ticks():
    few = evidence(0.5, 0.1, e=1e6, n_eff=29)

    found = judge("finbert", {"majority": BETTER, "technicals": few})

    assert (found.value, found.against) == (Finding.NO_EVIDENCE, "technicals")
    assert found.why == "Too early: 29 of 30 independent matured predictions."


def test_nothing_compared_is_a_document_with_reasons():
    nothing = SequentialEvidence(None, None, None, 0, 1.0, 1.0)
    document = judge("finbert", {"majority": nothing}).to_json()

    assert document["value"] == "no_evidence"
    assert document["lo"] is None
    assert set(document["reasons"]) == {"lo", "hi"}
    json.dumps(document, allow_nan=False)


cases = st.builds(
    evidence,
    st.floats(-0.1, 0.1),
    st.floats(0.001, 0.1),
    e=st.floats(0, 100),
    e_below=st.floats(0, 100),
    n_eff=st.integers(0, 100),
)


@given(st.dictionaries(st.sampled_from("abcdef"), cases, min_size=1), st.randoms(use_true_random=False))
def test_the_order_of_baselines_does_not_matter(given_cases, random):
    names = list(given_cases)
    random.shuffle(names)

    assert judge("x", {name: given_cases[name] for name in names}) == judge("x", given_cases)


@given(cases)
def test_one_baseline_mirrored_mirrors_the_verdict(case):
    mirror = {Finding.EDGE: Finding.WORSE, Finding.WORSE: Finding.EDGE}
    found = judge("x", {"b": case}).value

    assert judge("x", {"b": case.mirrored()}).value is mirror.get(found, found)


@given(st.dictionaries(st.sampled_from("abcdef"), cases, min_size=1), cases)
def test_another_baseline_never_makes_an_edge(given_cases, another):
    before = judge("x", given_cases).value

    after = judge("x", {**given_cases, "z": another}).value

    assert before is Finding.EDGE or after is not Finding.EDGE


def panel(effect: float, n: int = 2000) -> PredictionPanel:
    rng = np.random.default_rng(4)
    news = effect * rng.standard_normal(n)
    truth = 1 / (1 + np.exp(-news))
    label = (rng.random(n) < truth).astype(float)
    noise = 1 / (1 + np.exp(-0.4 * rng.standard_normal(n)))
    return PredictionPanel(
        asset="BTC",
        horizon=Horizon.H1,
        tick_us=HOUR_US,
        as_of_us=HOUR_US * np.arange(n),
        families=("news", "majority", "noise"),
        p_up=np.column_stack([truth, np.full(n, 0.5), noise]),
        label=label,
        log_return=np.where(label == 1, 0.01, -0.01),
    )


def test_a_planted_effect_is_an_edge():
    found = verdict(panel(effect=0.5), "news", ["majority", "noise"])

    assert found.value is Finding.EDGE
    assert found.lo > 0


def test_noise_is_worse_than_the_coin():
    found = verdict(panel(effect=0.0), "noise", ["majority", "news"])

    assert (found.value, found.family) == (Finding.WORSE, "noise")


def test_no_effect_is_no_evidence():
    assert verdict(panel(effect=0.0), "news", ["majority"]).value is Finding.NO_EVIDENCE


def test_a_verdict_needs_a_baseline():
    with pytest.raises(InputError, match="needs a baseline"):
        verdict(panel(0.0), "news", [])


def test_a_baseline_the_panel_lacks_is_refused():
    with pytest.raises(InputError, match="momentum is not in the panel"):
        verdict(panel(0.0), "news", ["momentum"])


def test_an_edge_leads_the_story_and_worse_comes_last():
    edge = judge("a", {"majority": BETTER})
    undecided = judge("b", {"majority": OPEN})
    worse = judge("c", {"majority": WORSE})

    assert leading_verdict([worse, undecided, edge]) == edge
    assert leading_verdict([worse, undecided]) == undecided
    assert leading_verdict([]) is None


@pytest.mark.parametrize("case", [evidence(-0.0004, 0.0015, e=0.4), WORSE], ids=["undecided", "worse"])
def test_a_judged_family_leads_before_one_that_is_too_early_to_judge(case):
    judged = judge("a", {"majority": case})
    early = judge("b", {"majority": evidence(0.0, 0.01, e=1.0, n_eff=29)})

    assert (judged.is_judged, early.is_judged) == (True, False)
    assert leading_verdict([early, judged]) == judged
    assert leading_verdict([early]) == early


def asked(gain: SequentialEvidence | None, **changes: object) -> PromotionEvidence:
    fields = {
        "challenger": "finbert@1.5.0",
        "champion": "vader@1.4.0",
        "gain": gain,
        "is_simpler": False,
        "has_edge": True,
    }
    return PromotionEvidence(**{**fields, **changes})


def test_a_better_challenger_is_promoted():
    decision = promotion(asked(BETTER), PromotionPolicy())

    assert decision.promote
    assert not decision.is_unproven
    assert decision.why == "finbert@1.5.0 is better than vader@1.4.0: e = 55.0 of 20 needed."


def test_a_tie_keeps_the_champion():
    decision = promotion(asked(OPEN), PromotionPolicy())

    assert not decision.promote
    assert decision.why == (
        "finbert@1.5.0 has not been shown to beat vader@1.4.0, which stays: e = 1.3 of 20 needed."
    )


def test_a_simpler_challenger_may_be_a_little_behind():
    close = evidence(-0.0001, 0.0008)

    decision = promotion(asked(close, is_simpler=True), PromotionPolicy())

    assert decision.promote
    assert decision.why == (
        "finbert@1.5.0 is simpler than vader@1.4.0 and at most 0.0009 behind in log loss (0.0010 allowed)."
    )
    assert not promotion(asked(close), PromotionPolicy()).promote


def test_a_simpler_challenger_that_may_be_far_behind_is_not_promoted():
    assert not promotion(asked(OPEN, is_simpler=True), PromotionPolicy()).promote


def test_the_first_deployment_is_allowed_and_marked():
    decision = promotion(asked(None, champion=None, has_edge=False), PromotionPolicy())

    assert decision.promote
    assert decision.is_unproven
    assert decision.why == (
        "First deployment: finbert@1.5.0, unproven: no edge over the baselines has been shown."
    )


def test_few_ticks_decide_nothing():
    decision = promotion(asked(evidence(0.5, 0.1, e=1e9, n_eff=29)), PromotionPolicy())

    assert not decision.promote
    assert decision.why == "Too early: 29 of 30 independent matured predictions. vader@1.4.0 stays."


def test_a_champion_that_was_not_compared_is_refused():
    with pytest.raises(InputError, match=r"finbert@1\.5\.0 was not compared with vader@1\.4\.0"):
        promotion(asked(None), PromotionPolicy())
