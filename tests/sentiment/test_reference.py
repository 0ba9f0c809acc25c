from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bellwether.errors import InputError
from bellwether.sentiment.reference import ParityReport, standing

DIGEST = "ab" * 32
FINBERT = {"num_hidden_layers": 12, "hidden_size": 768, "vocab_size": 30_522}


def report(**changes: Any) -> dict[str, Any]:
    return {"digest": DIGEST, "against": "original_fp32", "n": 2_000, "class_agreement": 0.995, **changes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    return folder


def test_without_evidence_a_folder_is_not_shown_to_be_finbert(folder: Path) -> None:
    shown = standing(folder, digest=DIGEST, config=FINBERT)

    assert (shown.name, shown.is_reference) == ("export (not shown to be FinBERT)", False)


def test_an_export_with_parity_is_finbert(folder: Path) -> None:
    (folder / "parity_report.json").write_text(json.dumps(report()))

    shown = standing(folder, digest=DIGEST, config=FINBERT)

    assert (shown.name, shown.is_reference) == ("FinBERT (99.5% parity)", True)


@pytest.mark.parametrize(
    ("changes", "is_reference"),
    [
        ({"class_agreement": 0.99}, True),
        ({"class_agreement": 0.9899}, False),
        ({"class_agreement": 0.97, "against": "recorded_outputs"}, True),
        ({"class_agreement": 0.9699, "against": "recorded_outputs"}, False),
        ({"n": 500}, True),
        ({"n": 499}, False),
        ({"digest": "cd" * 32}, False),
        ({"class_agreement": 1.5}, False),
        ({"against": "my own eyes"}, False),
    ],
    ids=[
        "at the limit",
        "below the limit",
        "recorded, at the limit",
        "recorded, below the limit",
        "enough texts",
        "too few texts",
        "another model's report",
        "impossible share",
        "unknown comparison",
    ],
)
def test_only_a_passing_report_on_these_very_bytes_counts(
    folder: Path, changes: dict[str, Any], *, is_reference: bool
) -> None:
    (folder / "parity_report.json").write_text(json.dumps(report(**changes)))

    assert standing(folder, digest=DIGEST, config=FINBERT).is_reference is is_reference


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_report_that_cannot_be_read_is_none(folder: Path, content: str) -> None:
    (folder / "parity_report.json").write_text(content)

    assert not standing(folder, digest=DIGEST, config=FINBERT).is_reference


@pytest.mark.parametrize("change", [{"num_hidden_layers": 6}, {"hidden_size": 384}, {"vocab_size": 30_000}])
def test_another_shape_is_never_finbert(folder: Path, change: dict[str, int]) -> None:
    (folder / "parity_report.json").write_text(json.dumps(report()))

    shown = standing(folder, digest=DIGEST, config={**FINBERT, **change})

    assert (shown.name, shown.is_reference) == ("export (FinBERT-shaped, not FinBERT)", False)


def test_a_fetched_folder_is_named_after_its_repository(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"repository": "Xenova/finbert"}')

    shown = standing(folder, digest=DIGEST, config=FINBERT)

    assert shown.name == "Xenova/finbert (not shown to be FinBERT)"


def test_a_written_report_is_read_again(folder: Path) -> None:
    ParityReport.model_validate(report()).write(folder)

    assert standing(folder, digest=DIGEST, config=FINBERT).is_reference


def test_a_report_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"parity_report.json cannot be written \(No such file"):
        ParityReport.model_validate(report()).write(tmp_path / "nowhere")
