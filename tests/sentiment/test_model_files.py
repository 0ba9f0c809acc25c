from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from bellwether.errors import ScorerUnavailable
from bellwether.sentiment.model_files import ModelFiles


def integer_product(n: int) -> bytes:
    """A model that multiplies unsigned with signed bytes, as quantised models do."""
    weights = numpy_helper.from_array(np.full((n, 8), 127, dtype=np.int8), "weights")
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["values", "weights"], ["sums"])],
        "product",
        [helper.make_tensor_value_info("values", TensorProto.UINT8, ["rows", n])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, ["rows", 8])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def read(folder: Path, content: bytes) -> ModelFiles:
    (folder / "model.onnx").write_bytes(content)
    return ModelFiles.read(folder, ["model.onnx"], scorer="lite", reader="reader 1")


def test_sums_of_byte_products_are_exact_on_every_processor(tmp_path: Path) -> None:
    """Two products alone are 64,770, which 16 bits do not hold."""
    session = read(tmp_path, integer_product(64)).session()

    [sums] = session.run(None, {"values": np.full((3, 64), 255, dtype=np.uint8)})

    assert sums.tolist() == [[255 * 127 * 64] * 8] * 3


def test_a_model_that_points_to_other_files_is_refused(tmp_path: Path) -> None:
    weights = helper.make_tensor("w", TensorProto.FLOAT, [1], np.zeros(1, dtype=np.float32))
    weights.ClearField("float_data")
    weights.data_location = TensorProto.EXTERNAL
    entry = weights.external_data.add()
    entry.key, entry.value = "location", "../../secrets.bin"
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["y"])],
        "outside",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    with pytest.raises(ScorerUnavailable, match="not an ONNX model that can run here"):
        read(tmp_path, model.SerializeToString()).session()


def test_the_digest_knows_the_reader(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")

    digests = {
        ModelFiles.read(tmp_path, ["config.json"], scorer="lite", reader=reader).digest for reader in "ab"
    }

    assert len(digests) == 2


def test_a_configuration_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    files = ModelFiles.read(tmp_path, ["config.json"], scorer="lite", reader="reader 1")

    with pytest.raises(ScorerUnavailable, match=r"config\.json is not JSON"):
        files.config()
