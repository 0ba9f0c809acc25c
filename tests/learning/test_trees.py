from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from bellwether.learning.trees import tree_attributes

NAN = float("nan")


def split(feature, threshold, left, right, *, missing="None", default_left=True):
    return {
        "split_feature": feature,
        "threshold": threshold,
        "decision_type": "<=",
        "missing_type": missing,
        "default_left": default_left,
        "left_child": left,
        "right_child": right,
    }


def leaf(value):
    return {"leaf_value": value}


def run(trees, rows):
    attributes = tree_attributes([{"tree_structure": tree} for tree in trees])
    node = helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, **attributes
    )
    graph = helper.make_graph(
        [node],
        "trees",
        [helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["n", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": np.array(rows, dtype=np.float64)})[0][:, 0].tolist()


def test_a_value_on_the_threshold_goes_left():
    tree = split(0, 0.5, leaf(1.0), leaf(2.0))

    assert run([tree], [[0.5, 0], [0.5000001, 0]]) == [1.0, 2.0]


def test_deep_branches_keep_their_children():
    left = split(1, 0.0, leaf(1.0), split(0, -5.0, leaf(2.0), leaf(3.0)))
    tree = split(0, 0.0, left, split(1, 7.0, leaf(4.0), leaf(5.0)))

    answers = run([tree], [[-1, -1], [-9, 1], [-1, 1], [1, 7], [1, 8]])

    assert answers == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_trees_add_up():
    trees = [split(0, 0.0, leaf(0.5), leaf(1.0)), leaf(0.25), split(1, 0.0, leaf(-2.0), leaf(2.0))]

    assert run(trees, [[-1, -1], [1, 1]]) == [-1.25, 3.25]


@pytest.mark.parametrize(("default_left", "expected"), [(True, 1.0), (False, 2.0)])
def test_a_missing_value_takes_the_branch_learnt_for_it(default_left, expected):
    tree = split(0, -3.0, leaf(1.0), leaf(2.0), missing="NaN", default_left=default_left)

    assert run([tree], [[NAN, 0]]) == [expected]


@pytest.mark.parametrize(("threshold", "expected"), [(0.5, 1.0), (0.0, 1.0), (-0.5, 2.0)])
@pytest.mark.parametrize("default_left", [True, False])
def test_a_value_never_missing_in_training_counts_as_0_when_missing(threshold, expected, default_left):
    tree = split(0, threshold, leaf(1.0), leaf(2.0), default_left=default_left)

    assert run([tree], [[NAN, 0]]) == [expected]
