"""Models as ONNX graphs: what was learnt, its calibration and the clip in one file.

The graphs are written here, node by node, and not by skl2onnx and onnxmltools: those calculate in
float32, where a threshold between two neighbouring float32 values is rounded onto one of them and
the row on it takes the other branch (a difference of 0.27 in probability was seen), and a missing
value in a column that had none in training can go astray. Here features are cast to double first,
so every comparison is the one that LightGBM makes. Only operators of the two standard domains are
used, and nothing in the file names a time or a machine: equal models are equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from bellwether.evidence.metrics import P_UP_MAX, P_UP_MIN
from bellwether.learning.calibration import Calibration
from bellwether.learning.candidates import SCALED_LIMIT, Fitted, FittedLogistic
from bellwether.learning.inference import INPUT, OUTPUT
from bellwether.learning.trees import tree_attributes

OPSET = 17
ML_OPSET = 3
_IR_VERSION = 8  # what opset 17 came with


@dataclass
class Graph:
    """A graph under construction; `node` and `constant` return the name of what they add.

    A run costs some microseconds for each operator, whatever it does, so graphs have few.
    """

    nodes: list[Any] = field(default_factory=list)  # NodeProto: onnx is published without types
    constants: list[Any] = field(default_factory=list)  # TensorProto

    def node(
        self, operator: str, *inputs: str, domain: str = "", output: str | None = None, **attributes: Any
    ) -> str:
        """Add an operator with one output."""
        name = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], None, None, domain, **attributes))
        return name

    def constant(self, value: object, dtype: type[np.generic] = np.float64) -> str:
        """Add a constant tensor."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype=dtype), name))
        return name

    def finish(self, p_up: str, n_features: int) -> bytes:
        """Clip and flatten ``p_up``, check the graph and return its bytes."""
        clipped = self.node("Clip", p_up, self.constant(P_UP_MIN), self.constant(P_UP_MAX))
        self.node("Reshape", clipped, self.constant([-1], np.int64), output=OUTPUT)
        graph = helper.make_graph(
            self.nodes,
            "direction",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", n_features])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.DOUBLE, ["n"])],
            self.constants,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)],
            ir_version=_IR_VERSION,
            producer_name="bellwether",
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())


def export_model(fitted: Fitted, calibration: Calibration, *, n_features: int) -> bytes:
    """A fitted candidate with its calibration as ONNX.

    Parameters
    ----------
    fitted : FittedLogistic or FittedBoosting
    calibration : Calibration
    n_features : int
        Number of input columns, k.

    Returns
    -------
    bytes
        Input ``features`` float32 (n, k), output ``p_up`` float64 (n,). The answers agree with
        ``calibration.p_up(fitted.logits(features))`` to 1e-6.
    """
    graph = Graph()
    features = graph.node("Cast", INPUT, to=TensorProto.DOUBLE)
    if isinstance(fitted, FittedLogistic):
        logit = _logistic(graph, features, fitted, calibration)
    else:
        logit = _boosting(graph, features, fitted.booster, calibration)
    return graph.finish(graph.node("Sigmoid", logit), n_features)


def export_constant(p_up: float, *, n_features: int) -> bytes:
    """A rule that always says the same, as ONNX."""
    graph = Graph()
    n_rows = graph.node("Slice", graph.node("Shape", INPUT), *_first(graph))
    return graph.finish(graph.node("Expand", graph.constant([p_up]), n_rows), n_features)


def export_sign_rule(
    column: int, *, p_after_rise: float, p_after_fall: float, p_unknown: float, n_features: int
) -> bytes:
    """A rule that looks at the sign of one feature, as ONNX.

    Parameters
    ----------
    column : int
        Position of the feature.
    p_after_rise, p_after_fall, p_unknown : float
        Answer where the feature is above 0, where it is not, and where it is missing.
    n_features : int
        Number of input columns, k.
    """
    graph = Graph()
    chosen = graph.node("Gather", INPUT, graph.constant(column, np.int64), axis=1)
    is_rise = graph.node("Greater", chosen, graph.constant(0.0, np.float32))
    known = graph.node("Where", is_rise, graph.constant(p_after_rise), graph.constant(p_after_fall))
    is_missing = graph.node("IsNaN", chosen)
    return graph.finish(graph.node("Where", is_missing, graph.constant(p_unknown), known), n_features)


def _logistic(graph: Graph, features: str, fitted: FittedLogistic, calibration: Calibration) -> str:
    """The calibrated logit; the calibration of a linear model is one more linear model."""
    centred = graph.node("Sub", features, graph.constant(fitted.center))
    scaled = graph.node("Div", centred, graph.constant(fitted.scale))
    filled = graph.node("Where", graph.node("IsNaN", scaled), graph.constant(0.0), scaled)
    clipped = graph.node("Clip", filled, graph.constant(-SCALED_LIMIT), graph.constant(SCALED_LIMIT))
    coefficients = graph.constant(calibration.slope * fitted.coefficients[:, None])
    intercept = graph.constant([calibration.slope * fitted.intercept + calibration.intercept])
    return graph.node("Gemm", clipped, coefficients, intercept)


def _boosting(
    graph: Graph,
    features: str,
    booster: Any,  # lightgbm is published without types
    calibration: Calibration,
) -> str:
    """The calibrated logit."""
    raw = graph.node(
        "TreeEnsembleRegressor",
        features,
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        post_transform="NONE",
        **tree_attributes(booster.dump_model()["tree_info"]),
    )
    scaled = graph.node(
        "Mul", graph.node("Cast", raw, to=TensorProto.DOUBLE), graph.constant(calibration.slope)
    )
    return graph.node("Add", scaled, graph.constant(calibration.intercept))


def _first(graph: Graph) -> Sequence[str]:
    """Slice bounds that keep the first element."""
    return [graph.constant([0], np.int64), graph.constant([1], np.int64)]
