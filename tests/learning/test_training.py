from __future__ import annotations

import dataclasses
import math
import subprocess
import sys

import numpy as np
import pytest

from bellwether.clock import HOUR_US
from bellwether.errors import InputError, InvalidTime, TooFewObservations
from bellwether.evidence.metrics import log_loss
from bellwether.identity import Horizon
from bellwether.learning.inference import DirectionModel
from bellwether.learning.training import train_model

COIN = math.log(2)


@pytest.fixture(scope="module")
def trained(frame_of):
    return train_model(frame_of(n=2_000, effect=0.8), seed=0, n_trials=3)


def out_of_fold_loss(model):
    return log_loss(model.out_of_fold.p_up, model.out_of_fold.label)


def test_a_planted_effect_is_found(trained):
    assert out_of_fold_loss(trained) < COIN - 0.04


def test_the_file_knows_the_planted_effect(trained):
    rise, fall = np.zeros((1, 8), dtype=np.float32), np.zeros((1, 8), dtype=np.float32)
    rise[0, 0], fall[0, 0] = 2, -2

    model = DirectionModel(trained.onnx)

    assert model.predict(rise)[0] > 0.7
    assert model.predict(fall)[0] < 0.3


@pytest.mark.parametrize("seed", range(3))
def test_noise_gives_a_coin(frame_of, seed):
    model = train_model(frame_of(n=3_000, seed=seed), seed=0, n_trials=3)

    assert out_of_fold_loss(model) == pytest.approx(COIN, abs=0.004)
    assert model.golden.p_up == pytest.approx(0.5, abs=0.06)


def test_shuffled_labels_give_a_coin(frame_of):
    frame = frame_of(n=3_000, effect=0.8)
    shuffled = np.random.default_rng(1).permutation(frame.label)

    model = train_model(dataclasses.replace(frame, label=shuffled), seed=0, n_trials=3)

    assert out_of_fold_loss(model) == pytest.approx(COIN, abs=0.004)


@pytest.mark.parametrize("horizon", [Horizon.H1, Horizon.H24])
@pytest.mark.parametrize("seed", range(2))
def test_a_random_walk_gives_a_coin(horizon, seed, frame_of):
    """Overlapping labels and trailing returns: what a careless split mistakes for skill."""
    frame = random_walk_frame(frame_of, horizon=horizon, seed=seed)

    model = train_model(frame, seed=0, n_trials=3)

    independent = model.out_of_fold.as_of_us % horizon.us == 0
    p_up, label = model.out_of_fold.p_up[independent], model.out_of_fold.label[independent]
    gain = np.log(np.where(label == 1, p_up, 1 - p_up)) + COIN
    assert gain.mean() < 3 * gain.std() / math.sqrt(len(gain))


def random_walk_frame(frame_of, *, horizon, seed, n=3_000):
    hours = int(horizon.us // HOUR_US)
    price = np.cumsum(np.random.default_rng(seed).normal(size=n + 168 + hours))
    at = np.arange(168, 168 + n)
    features = np.column_stack([price[at] - price[at - back] for back in (1, 4, 24, 168)])
    return dataclasses.replace(
        frame_of(n=n, k=4, horizon=horizon),
        features=features.astype(np.float32),
        label=(price[at + hours] > price[at]).astype(np.int64),
    )


def test_a_column_that_peeks_is_found(frame_of):
    frame = frame_of(n=2_000)
    features = frame.features.copy()
    features[:, 5] = frame.label + np.random.default_rng(0).normal(size=2_000)

    model = train_model(dataclasses.replace(frame, features=features), seed=0, n_trials=3)

    assert out_of_fold_loss(model) < COIN - 0.05


def test_a_prediction_does_not_see_its_own_or_later_outcomes(frame_of):
    frame = frame_of(n=1_200, effect=0.8, horizon=Horizon.H4)
    label = frame.label.copy()
    label[-180:] = 1 - label[-180:]  # the last of four test blocks

    one = train_model(frame, seed=0, n_trials=3).out_of_fold
    two = train_model(dataclasses.replace(frame, label=label), seed=0, n_trials=3).out_of_fold

    assert one.p_up.tolist() == two.p_up.tolist()
    assert one.label.tolist() != two.label.tolist()


def test_the_first_test_block_only_calibrates(trained):
    """Of 2,000 ticks 800 only train, and each of four test blocks has 300."""
    assert trained.out_of_fold.as_of_us.tolist() == (np.arange(1_100, 2_000) * HOUR_US).tolist()


def test_training_twice_gives_the_same_bytes(frame_of, trained):
    again = train_model(frame_of(n=2_000, effect=0.8), seed=0, n_trials=3)

    assert again.onnx == trained.onnx
    assert again.out_of_fold.p_up.tobytes() == trained.out_of_fold.p_up.tobytes()
    assert again.golden.p_up.tobytes() == trained.golden.p_up.tobytes()
    assert (again.parameters, again.calibration) == (trained.parameters, trained.calibration)


_IN_ANOTHER_PROCESS = """
import hashlib
import numpy as np
from bellwether.identity import Horizon
from bellwether.learning.frame import TrainingFrame
from bellwether.learning.training import train_model

rng = np.random.default_rng(0)
features = rng.normal(size=(800, 6)).astype(np.float32)
label = (features[:, 0] * features[:, 1] + rng.normal(size=800) > 0).astype(np.int64)
names = tuple("abcdef")
ticks = np.arange(800) * 3_600_000_000
frame = TrainingFrame("BTC", "vader", Horizon.H1, names, ticks, features, label)
model = train_model(frame, seed=0, n_trials=3)
print(hashlib.sha256(model.onnx + model.out_of_fold.p_up.tobytes()).hexdigest())
"""


def test_another_process_trains_the_same_bytes():
    def digest(hash_seed):
        environment = {"PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": hash_seed}
        program = [sys.executable, "-c", _IN_ANOTHER_PROCESS]
        return subprocess.run(program, capture_output=True, text=True, check=True, env=environment).stdout

    assert digest("1") == digest("2") != ""


def test_every_setting_tried_is_counted(trained):
    assert trained.n_trials == 3 * (4 + 1)


def test_the_window_is_stated(trained):
    assert trained.window.first_us == 0
    assert trained.window.last_us == 1_999 * HOUR_US
    assert trained.window.n_ticks == 2_000


def test_golden_predictions_are_the_files_own(trained):
    answers = DirectionModel(trained.onnx).predict(trained.golden.features)

    assert answers.tolist() == trained.golden.p_up.tolist()
    assert trained.golden.features.shape == (20, 8)
    assert np.isnan(trained.golden.features[-1]).all()


def test_a_fortnight_of_hourly_ticks_is_enough_for_a_day_ahead(frame_of):
    model = train_model(frame_of(n=336, horizon=Horizon.H24), seed=0, n_trials=3)

    assert np.isfinite(model.golden.p_up).all()


def test_too_few_ticks_are_refused(frame_of):
    with pytest.raises(
        TooFewObservations, match="vader has 199 labelled ticks; training needs 200"
    ) as caught:
        train_model(frame_of(n=199), seed=0, n_trials=1)

    assert (caught.value.needed, caught.value.found) == (200, 199)


def test_one_outcome_is_refused(frame_of):
    frame = dataclasses.replace(frame_of(n=300), label=np.ones(300, dtype=np.int64))

    with pytest.raises(TooFewObservations, match="All 300 ticks of vader had the same outcome"):
        train_model(frame, seed=0, n_trials=1)


def test_a_frame_that_is_purged_away_is_refused(frame_of):
    """Quarter-hourly ticks of two days, looking a day ahead: nothing is settled before any test."""
    frame = frame_of(n=200, horizon=Horizon.H24)
    frame = dataclasses.replace(frame, as_of_us=frame.as_of_us // 4)

    with pytest.raises(TooFewObservations, match="No fold of vader"):
        train_model(frame, seed=0, n_trials=1)


def test_infinite_features_are_refused(frame_of):
    frame = frame_of(n=300)
    frame.features[17, 3] = np.inf

    with pytest.raises(InputError, match="vader hold infinite values"):
        train_model(frame, seed=0, n_trials=1)


def test_ticks_out_of_order_are_refused(frame_of):
    frame = frame_of(n=300)

    with pytest.raises(InvalidTime, match="must ascend"):
        train_model(dataclasses.replace(frame, as_of_us=frame.as_of_us[::-1]), seed=0, n_trials=1)
