from __future__ import annotations

import subprocess
import sys

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from bellwether.errors import ArtifactError, FeatureSetMismatch, InvalidShape
from bellwether.learning.calibration import Calibration
from bellwether.learning.candidates import BoostingSettings, LogisticSettings
from bellwether.learning.export import export_model
from bellwether.learning.inference import DirectionModel


@pytest.fixture(scope="module", params=[LogisticSettings(), BoostingSettings()], ids=["logistic", "boosting"])
def model_and_rows(frame_of, request, fit):
    frame = frame_of(effect=1.0)
    fitted = fit(frame.features, frame.label, request.param)
    onnx_bytes = export_model(fitted, Calibration(1.0, 0.0), n_features=8)
    return DirectionModel(onnx_bytes), frame.features


@given(data=st.data())
def test_a_row_gets_the_same_bits_in_any_company(model_and_rows, data):
    model, rows = model_and_rows
    company = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=20))

    together = model.predict(rows[company])

    assert together.tolist() == [model.predict(rows[[i]])[0] for i in company]


def test_no_rows_give_no_answers(model_and_rows):
    model, rows = model_and_rows

    answers = model.predict(rows[:0])

    assert answers.shape == (0,)
    assert answers.dtype == np.float64


def test_a_row_that_is_a_view_is_read_as_it_looks(model_and_rows):
    model, rows = model_and_rows

    assert model.predict(rows[::-7]).tolist() == model.predict(rows[::-7].copy()).tolist()


def test_it_knows_how_many_features_it_takes(model_and_rows):
    model, _ = model_and_rows

    assert model.n_features == 8


def test_rows_of_another_width_are_refused(model_and_rows):
    model, rows = model_and_rows

    with pytest.raises(FeatureSetMismatch, match="takes 8 features; 7 were given"):
        model.predict(rows[:, :7])


def test_a_single_row_must_be_a_table(model_and_rows):
    model, rows = model_and_rows

    with pytest.raises(InvalidShape, match="not an array of 1 dimensions"):
        model.predict(rows[0])


@pytest.mark.parametrize("garbage", [b"", b"not a model", b"\x08\x08" * 50], ids=["empty", "text", "bytes"])
def test_bytes_that_are_no_model_are_refused(garbage):
    with pytest.raises(ArtifactError, match="cannot be loaded"):
        DirectionModel(garbage)


def test_a_model_with_another_interface_is_refused():
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "other",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])],
    )
    other = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(other)

    with pytest.raises(ArtifactError, match="other inputs and outputs"):
        DirectionModel(other.SerializeToString())


def test_loading_it_imports_nothing_that_trains():
    heavy = ("sklearn", "lightgbm", "optuna", "scipy", "polars", "pandas", "onnx")
    program = (
        "import sys, bellwether.learning.inference, bellwether.learning.trained;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )

    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
