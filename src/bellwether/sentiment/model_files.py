"""Files a scorer is made of: read whole, capped and hashed before anything looks into them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime as ort
import orjson

from bellwether.errors import ScorerUnavailable

MODEL, TOKENIZER, CONFIG = "model.onnx", "tokenizer.json", "config.json"

MAX_BYTES: Mapping[str, int] = {MODEL: 500_000_000, TOKENIZER: 16_000_000, CONFIG: 1_000_000}
"""FinBERT in single precision has 438 MB; nothing a scorer may be is larger."""


@dataclass(frozen=True)
class ModelFiles:
    """Content of a scorer's folder.

    Attributes
    ----------
    scorer : str
        Whose it is, for messages.
    folder : Path
    content : mapping of str to bytes
        By file name.
    digest : str
        SHA-256 (hex) over the names and digests of the files and the version of the code that
        reads them, taken before any of them is parsed.
    """

    scorer: str
    folder: Path
    content: Mapping[str, bytes]
    digest: str

    @classmethod
    def read(cls, folder: Path, names: Sequence[str], *, scorer: str, reader: str) -> ModelFiles:
        """Read the files ``names`` of a folder.

        Parameters
        ----------
        folder : Path
        names : sequence of str
            Keys of `MAX_BYTES`.
        scorer : str
            Whose files they are.
        reader : str
            Name and version of the code that turns them into scores; part of the digest.

        Raises
        ------
        ScorerUnavailable
            A file is missing, unreadable or larger than such a file may be.
        """
        content = {name: _read(folder / name, scorer) for name in names}
        lines = [f"{name} {hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(content.items())]
        digest = hashlib.sha256("".join([f"{reader}\n", *lines]).encode()).hexdigest()
        return cls(scorer, folder, content, digest)

    def config(self) -> dict[str, Any]:
        """The parsed ``config.json``; its values are checked by who uses them.

        Raises
        ------
        ScorerUnavailable
            It is not a JSON object.
        """
        try:
            config = orjson.loads(self.content[CONFIG])
        except orjson.JSONDecodeError as exc:
            raise self.unusable(f"{CONFIG} is not JSON ({exc})") from exc
        if not isinstance(config, dict):
            raise self.unusable(f"{CONFIG} is not a JSON object")
        return config

    def session(self) -> ort.InferenceSession:
        """A session of the model that works in the thread that calls it.

        Raises
        ------
        ScorerUnavailable
            The bytes are no ONNX model this runtime can run, or they refer to other files.
        """
        try:
            return ort.InferenceSession(
                self.content[MODEL], _single_threaded(), providers=["CPUExecutionProvider"]
            )
        except Exception as exc:  # onnxruntime's errors have no common root but this
            raise self.unusable(f"{MODEL} is not an ONNX model that can run here ({exc})") from exc

    def unusable(self, reason: str) -> ScorerUnavailable:
        """The error for a folder that is there but cannot be used."""
        return ScorerUnavailable(
            self.scorer,
            reason=f"{self.folder}: {reason}",
            hint=f"The folder must hold {', '.join(sorted(self.content))} of one model.",
        )


def _read(path: Path, scorer: str) -> bytes:
    limit = MAX_BYTES[path.name]
    try:
        if path.stat().st_size > limit:
            raise ScorerUnavailable(scorer, reason=f"{path} is larger than {limit:,} bytes")
        return path.read_bytes()
    except OSError as exc:
        raise ScorerUnavailable(
            scorer,
            reason=f"{path} cannot be read ({exc.strerror})",
            hint="Name a folder that holds the model's files.",
        ) from exc


def _single_threaded() -> ort.SessionOptions:
    """One thread per call: parallel over texts is quicker than within one, and repeats exactly."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Processors without VNNI otherwise add int8 products in 16 bits, which overflow: on 600 titles that
    # moved probabilities by up to 0.16 and changed 11 classes. Exact sums took no longer.
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.log_severity_level = 3  # what matters is raised; warnings about the graph are not ours to mend
    return options
