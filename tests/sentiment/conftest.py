"""A FinBERT-shaped model small enough to know its answers by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "up", "down", "flat", "rocket")

# Columns are positive, negative, neutral, as in the original's configuration.
WEIGHTS = {"up": (3.0, 0.0, 0.0), "down": (0.0, 3.0, 0.0), "flat": (0.0, 0.0, 3.0)}

CONFIG: Mapping[str, Any] = {
    "id2label": {"0": "positive", "1": "negative", "2": "neutral"},
    "max_position_embeddings": 8,
    "vocab_size": len(VOCABULARY),
}

MakeFolder = Callable[..., Path]


def _model(
    outputs: int = 3, inputs: Sequence[str] = ("input_ids", "attention_mask", "token_type_ids")
) -> bytes:
    """A model whose logits are the mean of its words' weights."""
    table = np.zeros((len(VOCABULARY), outputs), dtype=np.float32)
    for word, weights in WEIGHTS.items():
        table[VOCABULARY.index(word)] = weights[:outputs]
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", inputs[0]], ["words"], axis=0),
            helper.make_node("ReduceMean", ["words"], ["logits"], axes=[1], keepdims=0),
        ],
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", outputs])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _tokenizer(vocabulary: Sequence[str] = VOCABULARY) -> str:
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(name, vocabulary.index(name)) for name in ("[CLS]", "[SEP]")],
    )
    tokenizer.enable_padding()
    return tokenizer.to_str()


@pytest.fixture
def make_finbert(tmp_path: Path) -> MakeFolder:
    """Writes a tiny FinBERT-shaped folder, with parts replaced as asked."""

    def make(name: str = "tiny", **parts: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "model.onnx").write_bytes(parts.get("model", _model()))
        (folder / "tokenizer.json").write_text(parts.get("tokenizer", _tokenizer()))
        (folder / "config.json").write_text(json.dumps({**CONFIG, **parts.get("config", {})}))
        return folder

    return make


@pytest.fixture
def tiny_model() -> Callable[..., bytes]:
    """Writes the model of such a folder: ``tiny_model(outputs=3, inputs=(…))``."""
    return _model


@pytest.fixture
def tiny_tokenizer() -> Callable[..., str]:
    """Writes its tokenizer: ``tiny_tokenizer(vocabulary)``."""
    return _tokenizer
