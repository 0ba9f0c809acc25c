import numpy as np

from bellwether.evidence.panel import PredictionPanel
from bellwether.identity import Horizon, ModelVersion
from bellwether.pipelines.deploy import after_check, after_training

HOUR_US = 3_600_000_000
FAMILIES = ("vader", "majority", "shuffled_vader")
FIRST = {name: ModelVersion(name, 1, 0, 0) for name in FAMILIES}
SECOND = {name: ModelVersion(name, 1, 1, 0) for name in FAMILIES}


def panel(*, vader_knows: float, n: int = 2_000) -> PredictionPanel:
    """Hourly ticks; vader leans towards the outcome on the share ``vader_knows`` of them."""
    rng = np.random.default_rng(5)
    label = (rng.random(n) < 0.5).astype(np.float64)
    is_right = rng.random(n) < vader_knows
    vader = np.where(is_right == (label == 1), 0.6, 0.4)
    return PredictionPanel(
        asset="BTC",
        horizon=Horizon.H1,
        tick_us=HOUR_US,
        as_of_us=np.arange(n, dtype=np.int64) * HOUR_US,
        families=FAMILIES,
        p_up=np.column_stack((vader, np.full(n, 0.5), vader)),
        label=label,
        log_return=label - 0.5,
    )


def test_the_first_champion_is_the_simplest_baseline_and_unproven() -> None:
    decision = after_training(panel(vader_knows=0.5), champion=None, versions=FIRST)

    assert (decision.action, str(decision.champion), decision.is_unproven) == (
        "first",
        "majority@1.0.0",
        True,
    )


def test_a_family_with_evidence_replaces_the_champion_and_a_placebo_never_does() -> None:
    decision = after_training(panel(vader_knows=0.6), champion=FIRST["majority"], versions=SECOND)

    assert (decision.action, str(decision.champion)) == ("promote", "vader@1.1.0")
    assert decision.why.startswith("vader is better than majority: e")


def test_without_evidence_the_champions_family_goes_on_newly_trained() -> None:
    decision = after_training(panel(vader_knows=0.5), champion=FIRST["majority"], versions=SECOND)

    assert (decision.action, str(decision.champion)) == ("refresh", "majority@1.1.0")


def test_a_champion_shown_to_be_worse_than_the_simplest_baseline_is_rolled_back() -> None:
    decision = after_check(panel(vader_knows=0.4), champion=FIRST["vader"], versions=SECOND)

    assert (decision.action, str(decision.champion)) == ("rollback", "majority@1.1.0")
    assert decision.why.startswith("vader is worse than majority by 0.0")


def test_a_champion_about_which_nothing_is_known_keeps_serving() -> None:
    decision = after_check(panel(vader_knows=0.6, n=20), champion=FIRST["vader"], versions=SECOND)

    assert (decision.action, decision.champion) == ("keep", FIRST["vader"])


def test_before_any_training_nothing_serves() -> None:
    assert after_check(panel(vader_knows=0.5), champion=None, versions={}).champion is None
    assert after_training(panel(vader_knows=0.5), champion=None, versions={}).champion is None
