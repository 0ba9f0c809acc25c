from __future__ import annotations

import numpy as np
import pytest

from bellwether.errors import GoldenMismatch
from bellwether.learning.export import export_constant
from bellwether.learning.golden import golden_predictions, golden_rows, require_agreement


def test_golden_rows_span_the_window_its_extremes_and_what_is_missing():
    features = np.arange(200, dtype=np.float32).reshape(100, 2)
    features[50] = np.nan

    rows = golden_rows(features)

    assert rows.shape == (20, 2)
    assert rows[0].tolist() == [0, 1]
    assert rows[16].tolist() == [198, 199]
    assert rows[17].tolist() == [0, 1]
    assert rows[18].tolist() == [198, 199]
    assert np.isnan(rows[19]).all()


def test_a_short_window_gives_each_row_once():
    assert len(golden_rows(np.zeros((3, 2), dtype=np.float32))) == 3 + 3


def test_the_files_answers_are_kept():
    golden = golden_predictions(
        export_constant(0.6, n_features=2),
        np.zeros((5, 2), dtype=np.float32),
        reference=lambda rows: np.full(len(rows), 0.6 + 1e-7),
    )

    assert golden.p_up.tolist() == [0.6] * 8


def test_a_file_that_differs_from_its_source_is_refused():
    with pytest.raises(GoldenMismatch, match=r"exported model differs .* by up to 0.1 in probability"):
        golden_predictions(
            export_constant(0.6, n_features=2),
            np.zeros((5, 2), dtype=np.float32),
            reference=lambda rows: np.full(len(rows), 0.5),
        )


def test_a_difference_of_a_millionth_is_allowed():
    require_agreement(np.array([0.5]), np.array([0.5 + 9e-7]), what="Two runs differ")


@pytest.mark.parametrize("found", [0.500002, float("nan")])
def test_more_is_not(found):
    with pytest.raises(GoldenMismatch, match="Two runs differ"):
        require_agreement(np.array([0.5, found]), np.array([0.5, 0.5]), what="Two runs differ")
