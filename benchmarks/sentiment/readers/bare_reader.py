"""tokenizers and onnxruntime in a plain loop, with onnxruntime's default settings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime as ort
from measuring import arguments, measure
from tokenizers import Tokenizer

if __name__ == "__main__":
    folder, cores = arguments()
    options = ort.SessionOptions()
    options.intra_op_num_threads = cores
    session = ort.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()

    def read(texts: Sequence[str]) -> None:
        """Run one text after the other."""
        for text in texts:
            ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
            mask, types = np.ones_like(ids), np.zeros_like(ids)
            session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": types})

    measure(read)
