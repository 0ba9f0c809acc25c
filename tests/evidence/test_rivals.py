import numpy as np
import pytest

from bellwether.errors import InputError
from bellwether.evidence.rivals import Rival, common_part, hardest_baseline

NAN = float("nan")


@pytest.fixture
def late(make_panel):
    """A family that began at tick 60 of 100, after the baselines' better or worse days.

    ``early`` is right on the first 60 ticks and on 10 of the last 40; ``steady`` on half of each.
    The family is right on 30 of its 40.
    """
    tick = np.arange(100)
    label = np.ones(100)
    calls = {
        "family": np.where(tick < 60, NAN, np.where(tick < 90, 0.6, 0.4)),
        "early": np.where(tick < 70, 0.6, 0.4),
        "steady": np.where(tick % 2 == 0, 0.6, 0.4),
        "rare": np.where(tick < 71, NAN, 0.6),
    }
    return make_panel(calls, label)


def test_a_baseline_is_measured_on_the_ticks_of_the_family(late):
    # over all its ticks early has 70 % and would be the best; on the family's it has 10 of 40
    assert hardest_baseline(late, "family", ["early", "steady"]) == Rival("steady", 0.5, 0.75, 40)
    assert hardest_baseline(late, "family", ["early"]) == Rival("early", 0.25, 0.75, 40)


def test_a_baseline_with_few_common_ticks_is_no_measure(late):
    # rare is always right, on 29 ticks
    assert hardest_baseline(late, "family", ["rare"]) is None
    assert hardest_baseline(late, "family", ["rare", "early"]) == Rival("early", 0.25, 0.75, 40)


def test_a_family_without_ticks_has_no_rival(make_panel):
    panel = make_panel({"family": np.full(50, NAN), "coin": np.full(50, 0.6)}, np.ones(50))

    assert hardest_baseline(panel, "family", ["coin"]) is None
    assert hardest_baseline(panel, "coin", []) is None


def test_pending_ticks_are_not_common(make_panel):
    label = np.ones(40)
    label[35:] = NAN
    panel = make_panel({"family": np.full(40, 0.6), "coin": np.full(40, 0.4)}, label)

    assert len(common_part(panel, "family", "coin")) == 35
    assert hardest_baseline(panel, "family", ["coin"]) == Rival("coin", 0.0, 1.0, 35)


def test_an_unknown_family_is_said(late):
    with pytest.raises(InputError, match="nobody is not in the panel"):
        hardest_baseline(late, "nobody", ["early"])
