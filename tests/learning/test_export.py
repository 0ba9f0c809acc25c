from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from bellwether.learning.calibration import Calibration
from bellwether.learning.candidates import BoostingSettings, LogisticSettings
from bellwether.learning.export import export_constant, export_model, export_sign_rule
from bellwether.learning.inference import DirectionModel

CANDIDATES = pytest.mark.parametrize(
    "settings",
    [LogisticSettings(c=1.0), BoostingSettings(n_trees=100, n_leaves=15, learning_rate=0.1)],
    ids=["logistic", "boosting"],
)
AS_IT_IS = Calibration(slope=1.0, intercept=0.0)


@pytest.fixture(scope="module")
def frame(frame_of):
    return frame_of(n=2_000, effect=1.0)


@CANDIDATES
@pytest.mark.parametrize("calibration", [AS_IT_IS, Calibration(0.4, -0.1), Calibration(0.0, 0.2)], ids=str)
def test_the_file_agrees_with_the_fitted_model(frame, settings, calibration, fit):
    fitted = fit(frame.features, frame.label, settings)

    model = DirectionModel(export_model(fitted, calibration, n_features=8))

    assert model.predict(frame.features) == pytest.approx(
        calibration.p_up(fitted.logits(frame.features)), abs=1e-6
    )


@CANDIDATES
@pytest.mark.parametrize("missing", [0.0, 0.3], ids=["complete", "with holes"])
def test_it_agrees_where_values_are_missing_or_extreme(frame_of, settings, missing, fit):
    """Also for a column that had no missing value in training."""
    frame = frame_of(n=2_000, effect=1.0, missing=missing)
    fitted = fit(frame.features, frame.label, settings)
    rng = np.random.default_rng(0)
    rows = np.where(rng.random((500, 8)) < 0.3, np.nan, frame.features[:500])
    rows = np.where(rng.random((500, 8)) < 0.1, rng.choice([-1e30, 0.0, -0.0, 1e30], (500, 8)), rows)
    rows = np.vstack((rows, np.full((1, 8), np.nan))).astype(np.float32)

    model = DirectionModel(export_model(fitted, AS_IT_IS, n_features=8))

    assert model.predict(rows) == pytest.approx(AS_IT_IS.p_up(fitted.logits(rows)), abs=1e-6)


def test_a_threshold_between_neighbouring_floats_is_kept(fit):
    """Rounded to float32 it would fall onto the upper one, and its rows into the other branch."""
    lower = np.float32(1)
    upper = np.nextafter(lower, np.float32(2))
    label = np.array([0, 1] * 500)
    features = np.where(label[:, None] == 1, upper, lower)
    fitted = fit(features, label, BoostingSettings(learning_rate=0.1))

    model = DirectionModel(export_model(fitted, AS_IT_IS, n_features=1))
    below, above = model.predict(np.array([[lower], [upper]]))

    assert below < 0.1
    assert above > 0.9


def test_trees_without_a_split_are_exported(fit):
    features, label = np.zeros((200, 1), dtype=np.float32), np.array([0, 1, 1, 1] * 50)
    fitted = fit(features, label, BoostingSettings())

    (p_up,) = DirectionModel(export_model(fitted, AS_IT_IS, n_features=1)).predict(features[:1])

    assert p_up == pytest.approx(0.75, abs=1e-6)


@CANDIDATES
def test_a_certain_model_is_clipped(frame, settings, fit):
    fitted = fit(frame.features, frame.label, settings)

    answers = DirectionModel(export_model(fitted, Calibration(1e3, 0.0), n_features=8)).predict(
        frame.features
    )

    assert (answers.min(), answers.max()) == (0.01, 0.99)


@CANDIDATES
def test_a_table_run_at_once_gives_what_its_rows_give(frame, settings, fit):
    onnx_bytes = export_model(fit(frame.features, frame.label, settings), AS_IT_IS, n_features=8)
    session = ort.InferenceSession(onnx_bytes, providers=["CPUExecutionProvider"])

    (at_once,) = session.run(["p_up"], {"features": frame.features})

    assert at_once == pytest.approx(DirectionModel(onnx_bytes).predict(frame.features), abs=1e-7)


@CANDIDATES
def test_equal_models_are_equal_bytes_without_time_or_machine(frame, settings, fit):
    one, two = (
        export_model(fit(frame.features, frame.label, settings), AS_IT_IS, n_features=8) for _ in range(2)
    )

    model = onnx.load_from_string(one)
    assert one == two
    assert (model.producer_name, model.producer_version, model.doc_string) == ("bellwether", "", "")
    assert len(model.metadata_props) == 0


@CANDIDATES
def test_only_standard_operators_of_pinned_sets_are_used(frame, settings, fit):
    fitted = fit(frame.features, frame.label, settings)

    model = onnx.load_from_string(export_model(fitted, AS_IT_IS, n_features=8))

    assert {(opset.domain, opset.version) for opset in model.opset_import} == {("", 17), ("ai.onnx.ml", 3)}
    assert {node.domain for node in model.graph.node} <= {"", "ai.onnx.ml"}
    assert len(model.functions) == 0
    assert all(tensor.data_location == onnx.TensorProto.DEFAULT for tensor in model.graph.initializer)


def test_a_constant_rule_says_one_thing_for_any_number_of_rows():
    model = DirectionModel(export_constant(0.52, n_features=3))

    assert model.predict(np.full((4, 3), np.nan, dtype=np.float32)).tolist() == [0.52] * 4


def test_a_sign_rule_reads_its_column():
    model = DirectionModel(
        export_sign_rule(1, p_after_rise=0.6, p_after_fall=0.45, p_unknown=0.52, n_features=2)
    )

    answers = model.predict(np.array([[9, 0.1], [9, 0], [9, -0.1], [9, np.nan]], dtype=np.float32))

    assert answers.tolist() == [0.6, 0.45, 0.45, 0.52]


def test_rules_are_clipped_too():
    rule = export_sign_rule(0, p_after_rise=1.0, p_after_fall=0.0, p_unknown=0.5, n_features=1)

    answers = DirectionModel(rule).predict(np.array([[1], [-1]], dtype=np.float32))

    assert answers.tolist() == [0.99, 0.01]
