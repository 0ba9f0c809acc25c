from __future__ import annotations

from pathlib import Path

import pytest

from bellwether.errors import NotFound
from bellwether.pipelines.fitting import LiteRequest, fit_lite_model
from bellwether.sentiment.lite import LiteScorer

TONES = {"positive": "soars on strong demand", "neutral": "meets its board", "negative": "sinks after a loss"}


def write_labels(path: Path, *, start: int, n: int) -> Path:
    lines = [f"Firm {start + i} {tone} today,{label}" for i in range(n) for label, tone in TONES.items()]
    path.write_text("\n".join(["text,label", *lines]) + "\n")
    return path


@pytest.fixture
def training_file(tmp_path: Path) -> Path:
    return write_labels(tmp_path / "own.csv", start=0, n=40)


def test_a_fit_writes_a_reader_with_its_card(training_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lite"

    result = fit_lite_model(LiteRequest((training_file,), name="lite own", n_slots=512), folder)

    assert sorted(path.name for path in folder.iterdir()) == ["CARD.md", "config.json", "model.onnx"]
    assert LiteScorer(folder).info == result.info
    assert result.info.name == "lite own"
    assert (folder / "CARD.md").read_text() == result.card
    assert "`own.csv`: 120 rows" in result.card


def test_a_dry_run_leaves_nothing(training_file: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))

    result = fit_lite_model(LiteRequest((training_file,), name="lite own", n_slots=512), None)

    assert result.folder is None
    assert sorted(tmp_path.rglob("*")) == before


def test_the_card_has_figures_of_sets_that_were_not_learned_from(training_file: Path, tmp_path: Path) -> None:
    data = tmp_path / "labels"
    data.mkdir()
    write_labels(data / "own.csv", start=0, n=10)
    write_labels(data / "fresh_dev.csv", start=100, n=10)

    request = LiteRequest((training_file,), name="lite own", n_slots=512, measure_on=tmp_path)
    card = fit_lite_model(request, None).card

    assert "| fresh | lite own | 30 | 1.000 (1.000 to 1.000)" in card
    assert "| fresh | VADER 3.3.2 | 30 |" in card
    assert "| own |" not in card


def test_nothing_to_measure_on_is_found_before_the_fit(training_file: Path, tmp_path: Path) -> None:
    request = LiteRequest((training_file,), name="lite own", measure_on=tmp_path / "nowhere")

    with pytest.raises(NotFound, match="No label files"):
        fit_lite_model(request, None)
