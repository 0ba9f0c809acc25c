"""Run a direction model. Light on purpose: numpy and onnxruntime, nothing that trains."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from bellwether.errors import ArtifactError, FeatureSetMismatch, InvalidShape

INPUT = "features"
OUTPUT = "p_up"


class DirectionModel:
    """A model file, ready to predict.

    Parameters
    ----------
    onnx : bytes
        Input ``features`` float32 (n, k), output ``p_up`` float64 (n,).

    Raises
    ------
    ArtifactError
        The bytes are no ONNX model, or one with other inputs and outputs.
    """

    def __init__(self, onnx: bytes) -> None:
        try:
            self._session = ort.InferenceSession(onnx, _one_thread(), providers=["CPUExecutionProvider"])
        except Exception as exc:  # onnxruntime's own classes have no common root but this
            raise ArtifactError(f"The model cannot be loaded: {exc}") from exc
        self._n_features = self._check_interface()

    @property
    def n_features(self) -> int:
        """Number of features a row must have."""
        return self._n_features

    def predict(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of a rise for each row.

        Rows are run one at a time: a blocked sum may round differently in company, and an answer
        must not depend on who else asked.

        Parameters
        ----------
        rows : float32 array, shape (n, k)
            NaN where missing.

        Returns
        -------
        float64 array, shape (n,)
            In [0.01, 0.99].

        Raises
        ------
        FeatureSetMismatch
            The rows have another number of columns than the model was trained on.
        InvalidShape
            Not a table.
        """
        if rows.ndim != 2:
            raise InvalidShape(f"Rows must be a table, not an array of {rows.ndim} dimensions.")
        if rows.shape[1] != self._n_features:
            raise FeatureSetMismatch(
                f"The model takes {self._n_features} features; {rows.shape[1]} were given."
            )
        table = np.ascontiguousarray(rows, dtype=np.float32)
        run = self._session.run
        answers = [run([OUTPUT], {INPUT: table[i : i + 1]})[0][0] for i in range(len(table))]
        return np.array(answers, dtype=np.float64)

    def _check_interface(self) -> int:
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        found = [(node.name, node.type, len(node.shape)) for node in (*inputs, *outputs)]
        if found != [(INPUT, "tensor(float)", 2), (OUTPUT, "tensor(double)", 1)]:
            raise ArtifactError(f"The model has other inputs and outputs than a direction model: {found}.")
        return int(inputs[0].shape[1])


def _one_thread() -> ort.SessionOptions:
    """A row costs microseconds; handing it to a thread pool costs more."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    return options
