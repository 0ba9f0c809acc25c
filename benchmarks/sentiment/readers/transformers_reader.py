"""The sentiment pipeline of transformers, default settings, one text at a time in arrival order.

A torch model of the folder's shape with random weights, and the folder's own tokenizer: how long a
reading takes does not depend on the weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import transformers
from measuring import arguments, measure

if __name__ == "__main__":
    folder, cores = arguments()
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(cores)
    config = transformers.AutoConfig.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_config(config).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    pipeline = transformers.pipeline("sentiment-analysis", model=model, tokenizer=tokenizer, device="cpu")

    def read(texts: Sequence[str]) -> None:
        """Ask the pipeline for one text after the other."""
        for text in texts:
            pipeline(text)

    measure(read)
