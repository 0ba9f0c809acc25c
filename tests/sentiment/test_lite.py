from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bellwether.errors import ScorerUnavailable
from bellwether.sentiment.lite import SHIPPED_FOLDER, LiteScorer, lite_folder_digest
from bellwether.sentiment.scorer import SentimentScore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model that may be broken."""
    return Path(shutil.copytree(SHIPPED_FOLDER, tmp_path / "lite"))


def test_the_shipped_model_reads_plain_headlines() -> None:
    rising, falling = LiteScorer().score(
        ["Shares jump on record profit", "Shares plunge after profit warning"]
    )

    assert rising is not None
    assert falling is not None
    assert rising.score > 0.25
    assert falling.score < -0.25


def test_the_shipped_model_is_small_and_says_what_it_is() -> None:
    info = LiteScorer().info

    assert (SHIPPED_FOLDER / "model.onnx").stat().st_size < 1_000_000
    assert (info.family, info.name, info.is_reference) == ("lite", "lite 1.0", False)


def test_the_shipped_card_names_its_texts_and_where_it_is_bad() -> None:
    card = (SHIPPED_FOLDER / "CARD.md").read_text()

    assert "Twitter Financial News" in card
    assert "MIT licence" in card
    assert "## Where it is bad" in card
    assert "- cryptolin: macro-F1 0.313 is below that of VADER 3.3.2 (0.441)" in card


def test_a_text_without_words_is_neutral() -> None:
    nothing = SentimentScore(0.0, positive=0.0, neutral=1.0, negative=0.0)

    assert LiteScorer().score(["", "—"]) == [nothing, nothing]


@pytest.mark.parametrize("name", ["model.onnx", "config.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(ScorerUnavailable, match=rf"lite is unavailable: .*{name} cannot be read"):
        LiteScorer(folder)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"n_slots": "many"}, "gives no name, n_slots and limit"),
        ({"limit": None}, "gives no name, n_slots and limit"),
        ({"limit": 1.5}, "gives impossible values"),
        ({"n_slots": 0}, "gives impossible values"),
        ({"n_slots": 2**18}, "has fewer slots than config.json says"),
    ],
    ids=["slots", "no limit", "limit", "no slots", "too many slots"],
)
def test_a_configuration_that_does_not_fit_says_why(
    folder: Path, change: dict[str, object], reason: str
) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **change}))

    with pytest.raises(ScorerUnavailable, match=reason):
        LiteScorer(folder)


def test_another_model_is_refused(folder: Path, tiny_model) -> None:
    (folder / "model.onnx").write_bytes(tiny_model())

    with pytest.raises(ScorerUnavailable, match="has other inputs and outputs than a lite model"):
        LiteScorer(folder)


def test_the_digest_is_known_without_loading(folder: Path) -> None:
    assert lite_folder_digest(folder) == LiteScorer(folder).info.digest
