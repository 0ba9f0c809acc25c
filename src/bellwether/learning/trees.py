"""LightGBM's trees as the attributes of ONNX's TreeEnsembleRegressor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import numpy_helper

Node = Mapping[str, Any]  # a node of LightGBM's JSON dump: numbers, texts and further nodes


@dataclass
class _Columns:
    """One entry per node; names are those of the operator's attributes."""

    nodes_treeids: list[int] = field(default_factory=list)
    nodes_nodeids: list[int] = field(default_factory=list)
    nodes_featureids: list[int] = field(default_factory=list)
    nodes_modes: list[str] = field(default_factory=list)
    nodes_truenodeids: list[int] = field(default_factory=list)
    nodes_falsenodeids: list[int] = field(default_factory=list)
    nodes_missing_value_tracks_true: list[int] = field(default_factory=list)
    target_treeids: list[int] = field(default_factory=list)
    target_nodeids: list[int] = field(default_factory=list)
    target_ids: list[int] = field(default_factory=list)


class _Flattener:
    def __init__(self) -> None:
        self.columns = _Columns()
        self.thresholds: list[float] = []
        self.weights: list[float] = []

    def add_tree(self, tree: int, root: Node) -> None:
        self._add(tree, root, next_id=0)

    def _add(self, tree: int, node: Node, *, next_id: int) -> int:
        """Add ``node`` as number ``next_id`` with everything below it; the next free number."""
        columns, place = self.columns, len(self.columns.nodes_nodeids)
        columns.nodes_treeids.append(tree)
        columns.nodes_nodeids.append(next_id)
        if "split_feature" not in node:
            self._describe("LEAF")
            self._add_weight(tree, next_id, node["leaf_value"])
            return next_id + 1
        self._describe("BRANCH_LEQ", node)
        columns.nodes_truenodeids[place] = next_id + 1
        right = self._add(tree, node["left_child"], next_id=next_id + 1)
        columns.nodes_falsenodeids[place] = right
        return self._add(tree, node["right_child"], next_id=right)

    def _describe(self, mode: str, node: Node | None = None) -> None:
        self.columns.nodes_modes.append(mode)
        self.columns.nodes_featureids.append(node["split_feature"] if node else 0)
        self.columns.nodes_missing_value_tracks_true.append(int(_missing_goes_left(node)) if node else 0)
        self.columns.nodes_truenodeids.append(0)  # a branch fills these in, a leaf has none
        self.columns.nodes_falsenodeids.append(0)
        self.thresholds.append(node["threshold"] if node else 0.0)

    def _add_weight(self, tree: int, leaf: int, weight: float) -> None:
        self.columns.target_treeids.append(tree)
        self.columns.target_nodeids.append(leaf)
        self.columns.target_ids.append(0)
        self.weights.append(weight)


def tree_attributes(tree_info: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Attributes of a ``TreeEnsembleRegressor`` (ai.onnx.ml 3) that sums the trees.

    Parameters
    ----------
    tree_info : sequence of mapping
        ``tree_info`` of LightGBM's ``Booster.dump_model()``; numerical splits only.

    Returns
    -------
    dict
        Thresholds and leaf values as double tensors, for an input of doubles.
    """
    flattener = _Flattener()
    for number, tree in enumerate(tree_info):
        flattener.add_tree(number, tree["tree_structure"])
    return {
        **vars(flattener.columns),
        "nodes_values_as_tensor": _double(flattener.thresholds, "thresholds"),
        "target_weights_as_tensor": _double(flattener.weights, "leaf_values"),
    }


def _missing_goes_left(node: Node) -> bool:
    """Which branch LightGBM takes for NaN.

    Where the column had missing values in training, the learnt one; where it had none, NaN counts
    as 0.
    """
    if node["missing_type"] == "NaN":
        return bool(node["default_left"])
    return bool(node["threshold"] >= 0.0)


def _double(values: Sequence[float], name: str) -> Any:  # TensorProto: onnx is published without types
    return numpy_helper.from_array(np.array(values, dtype=np.float64), name)
