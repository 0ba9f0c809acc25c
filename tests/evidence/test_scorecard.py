import json
from dataclasses import replace

import numpy as np
import pytest

from bellwether.clock import MINUTE_US
from bellwether.evidence.metrics import auc_score, brier_score, hit_rate, log_loss
from bellwether.evidence.reliability import expected_calibration_error
from bellwether.evidence.scorecard import comparisons, family_score, scorecard
from bellwether.identity import Horizon

FIELDS = ("hit_rate", "brier", "log_loss", "auc", "ece")


@pytest.fixture
def panel(make_panel):
    rng = np.random.default_rng(5)
    truth = rng.uniform(0.2, 0.8, 400)
    label = (rng.random(400) < truth).astype(float)
    late = np.where(np.arange(400) < 150, np.nan, truth)
    return make_panel({"sharp": truth, "coin": np.full(400, 0.5), "late": late}, label)


def test_values_are_the_plain_scores(panel):
    p_up, label = panel.p_up[:, 0], panel.label
    score = scorecard(panel, seed=1)["sharp"]

    assert score.hit_rate.value == pytest.approx(hit_rate(p_up, label), abs=1e-12)
    assert score.brier.value == pytest.approx(brier_score(p_up, label), abs=1e-12)
    assert score.log_loss.value == pytest.approx(log_loss(p_up, label), abs=1e-12)
    assert score.auc.value == pytest.approx(auc_score(p_up, label), abs=1e-12)
    assert score.ece.value == pytest.approx(expected_calibration_error(p_up, label), abs=1e-12)


def test_every_interval_holds_its_value_and_has_width(panel):
    score = scorecard(panel, seed=1)["sharp"]

    for name in FIELDS:
        interval = getattr(score, name)
        assert interval.lo <= interval.value <= interval.hi
        assert 0 < interval.hi - interval.lo < 0.3
        assert interval.n == 400


def test_independent_ticks_have_the_interval_of_independent_ticks(panel):
    """With hourly ticks and a one-hour horizon the half width is about 1.96 sd / sqrt(n)."""
    score = scorecard(panel, seed=1)["sharp"]
    rate = score.hit_rate.value
    expected = 2 * 1.96 * np.sqrt(rate * (1 - rate) / 400)

    assert score.hit_rate.hi - score.hit_rate.lo == pytest.approx(expected, rel=0.2)


def test_overlapping_ticks_have_a_wider_interval_and_fewer_independent_ones(make_panel):
    rng = np.random.default_rng(6)
    price = np.cumsum(rng.standard_normal(4096 + 16))
    label = (price[16:] > price[:-16]).astype(float)
    p_up = np.clip(0.5 + 0.1 * np.sin(np.arange(4096) / 40), 0.01, 0.99)
    score = family_score(
        make_panel({"wave": p_up}, label, horizon=Horizon.H4, tick_us=15 * MINUTE_US), "wave", seed=1
    )

    assert score.n == 4096
    assert score.n_eff == 256
    assert score.hit_rate.hi - score.hit_rate.lo > 2 * 2 * 1.96 * 0.5 / np.sqrt(4096)


def test_a_family_is_measured_on_the_ticks_it_predicted(panel):
    late = scorecard(panel, seed=1)["late"]

    assert late.n == late.n_eff == 250
    assert late.hit_rate.value == hit_rate(panel.p_up[150:, 0], panel.label[150:])


def test_a_constant_coin_is_certain_of_its_loss_and_ranks_nothing(panel):
    coin = scorecard(panel, seed=1)["coin"]

    assert (coin.log_loss.lo, coin.log_loss.hi) == pytest.approx((np.log(2), np.log(2)))
    assert (coin.auc.value, coin.auc.lo, coin.auc.hi) == (0.5, 0.5, 0.5)


def test_a_calibrated_family_may_have_no_calibration_error_at_all(make_panel):
    """The estimate is above zero by chance; in at least 95 % of samples the interval reaches down to zero."""
    rng = np.random.default_rng(8)
    reached = 0
    for _ in range(50):
        truth = rng.uniform(0.3, 0.7, 300)
        panel = make_panel({"a": truth}, (rng.random(300) < truth).astype(float))
        ece = family_score(panel, "a", seed=0).ece
        assert ece.value > 0
        reached += ece.lo == 0

    assert reached >= 44


def test_a_miscalibrated_family_is_found_out(make_panel):
    label = (np.random.default_rng(9).random(1000) < 0.5).astype(float)
    panel = make_panel({"sure": np.full(1000, 0.9)}, label)

    assert family_score(panel, "sure", seed=0).ece.lo > 0.3


def test_a_family_that_is_always_right_is_not_certain(make_panel):
    panel = make_panel({"lucky": [0.6] * 40}, [1.0] * 40)
    score = family_score(panel, "lucky", seed=0)

    # Wilson's bound for 40 of 40 is 40 / (40 + 1.96^2).
    assert score.hit_rate.value == score.hit_rate.hi == 1
    assert score.hit_rate.lo == pytest.approx(40 / (40 + 1.95996**2), abs=1e-5)
    assert score.auc.reason == "All outcomes were the same, so there is nothing to rank."


def test_too_few_ticks_have_values_without_intervals(make_panel):
    panel = make_panel({"a": [0.6, 0.4, 0.6]}, [1.0, 0.0, 0.0])
    score = family_score(panel, "a", seed=0)

    assert score.hit_rate.value == pytest.approx(2 / 3)
    assert score.auc.value == 0.75
    assert {getattr(score, name).lo for name in FIELDS} == {None}


def test_nothing_matured_has_its_reason_and_no_number(make_panel):
    nan = float("nan")
    document = family_score(make_panel({"a": [0.6, nan]}, [nan, 1.0]), "a", seed=0).to_json()

    assert document["n"] == 0
    assert document["brier"]["reasons"]["value"] == "No prediction has matured."


def test_documents_hold_no_number_that_json_lacks(panel):
    documents = {name: score.to_json() for name, score in scorecard(panel, seed=1).items()}

    assert json.loads(json.dumps(documents, allow_nan=False)) == documents


@pytest.mark.parametrize("order", [[0, 2, 1], [2, 0, 1], [2, 1, 0]])
def test_the_order_of_families_does_not_matter(panel, order):
    families = tuple(panel.families[i] for i in order)
    turned = replace(panel, families=families, p_up=panel.p_up[:, order])

    assert scorecard(turned, seed=3) == scorecard(panel, seed=3)


def test_the_seed_moves_bounds_and_never_values(panel):
    first, second = (scorecard(panel, seed=seed)["sharp"] for seed in (1, 2))

    assert first.brier.value == second.brier.value
    assert first.brier.lo != second.brier.lo


def test_pairs_come_back_in_the_order_asked_for(panel):
    pairs = comparisons(panel, [("sharp", "coin"), ("late", "coin")], seed=1)

    assert [(pair.a, pair.b) for pair in pairs] == [("sharp", "coin"), ("late", "coin")]
    assert pairs[1].log_loss.n == 250
