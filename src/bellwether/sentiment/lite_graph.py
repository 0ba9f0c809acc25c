"""The lite model as an ONNX graph."""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bellwether.sentiment.lite import COUNT, PROBABILITY, SLOT

_OPSET, _IR_VERSION = 17, 8  # what every runtime since 2022 reads


def lite_graph(rarity: NDArray[np.float32], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> bytes:
    """Write a lite model.

    Parameters
    ----------
    rarity : float32 array, shape (n_slots,)
        How much a hit in a slot tells (inverse document frequency).
    weights : float32 array, shape (n_slots, 3)
        Coefficients of the logistic regression, classes in the order of `LABELS`.
    bias : float32 array, shape (3,)

    Returns
    -------
    bytes
        A graph that takes the slots a text hits and how often, weighs them by ``(1 + log count) *
        rarity``, scales them to length 1 and gives the three probabilities. Only the rows of the
        slots that were hit are touched.
    """
    one_row = np.array([0], dtype=np.int64)
    constants = {"rarity": rarity, "weights": weights, "bias": bias, "one": np.float32(1), "rows": one_row}
    nodes = [
        helper.make_node("Log", [COUNT], ["log_count"]),
        helper.make_node("Add", ["log_count", "one"], ["damped"]),
        helper.make_node("Gather", ["rarity", SLOT], ["slot_rarity"], axis=0),
        helper.make_node("Mul", ["damped", "slot_rarity"], ["weighed"]),
        helper.make_node("ReduceL2", ["weighed"], ["length"], axes=[0], keepdims=1),
        helper.make_node("Div", ["weighed", "length"], ["direction"]),
        helper.make_node("Unsqueeze", ["direction", "rows"], ["row"]),
        helper.make_node("Gather", ["weights", SLOT], ["slot_weights"], axis=0),
        helper.make_node("MatMul", ["row", "slot_weights"], ["evidence"]),
        helper.make_node("Add", ["evidence", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], [PROBABILITY], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "lite",
        [
            helper.make_tensor_value_info(SLOT, TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info(COUNT, TensorProto.FLOAT, ["n"]),
        ],
        [helper.make_tensor_value_info(PROBABILITY, TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="bellwether",
    )
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
