from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from bellwether.errors import ScorerUnavailable
from bellwether.sentiment.finbert import FinbertScorer, finbert_folder_digest
from bellwether.sentiment.scorer import SentimentScore

MakeFolder = Callable[..., Path]


def reads(score: SentimentScore | None) -> tuple[float | None, ...]:
    assert score is not None
    return score.positive, score.neutral, score.negative


def test_probabilities_are_the_softmax_of_the_logits_in_the_order_of_the_configuration(
    make_finbert: MakeFolder,
) -> None:
    """[CLS] up [SEP] has the mean weights (1, 0, 0): e / (e + 2) = 0.5761, 1 / (e + 2) = 0.2119."""
    up, down, flat = FinbertScorer(make_finbert()).score(["Up", "down", "flat"])

    assert reads(up) == pytest.approx((0.576117, 0.211942, 0.211942), abs=1e-6)
    assert reads(down) == pytest.approx((0.211942, 0.211942, 0.576117), abs=1e-6)
    assert reads(flat) == pytest.approx((0.211942, 0.576117, 0.211942), abs=1e-6)
    assert up is not None
    assert up.score == pytest.approx(0.364175, abs=1e-6)


def test_another_order_of_classes_is_followed(make_finbert: MakeFolder) -> None:
    folder = make_finbert(config={"id2label": {"0": "Neutral", "1": "Positive", "2": "Negative"}})

    [score] = FinbertScorer(folder).score(["up"])

    assert reads(score) == pytest.approx((0.211942, 0.576117, 0.211942), abs=1e-6)


def test_a_text_is_cut_at_the_models_positions(make_finbert: MakeFolder) -> None:
    """Eight positions: [CLS], six words, [SEP]."""
    scorer = FinbertScorer(make_finbert())

    six, seven = scorer.score(["up " * 6, "up " * 6 + "down " * 50])

    assert six == seven
    assert six is not None
    assert six.positive == pytest.approx(math.exp(18 / 8) / (math.exp(18 / 8) + 2), abs=1e-6)


def test_a_model_without_token_types_is_read_too(
    make_finbert: MakeFolder, tiny_model: Callable[..., bytes]
) -> None:
    folder = make_finbert(model=tiny_model(inputs=("input_ids", "attention_mask")))

    [score] = FinbertScorer(folder).score(["up"])

    assert reads(score) == pytest.approx((0.576117, 0.211942, 0.211942), abs=1e-6)


@pytest.mark.parametrize("workers", [2, 5])
def test_scores_do_not_depend_on_the_number_of_workers(finbert_folder: Path, workers: int) -> None:
    texts = [f"Bitcoin {word} by {i} percent" for i, word in enumerate(["gains", "falls", "moves"] * 10)]

    one, many = FinbertScorer(finbert_folder, 1), FinbertScorer(finbert_folder, workers)

    assert many.score(texts) == one.score(texts)


def test_order_of_arrival_does_not_matter(finbert_folder: Path) -> None:
    texts = [f"Bitcoin {word} by {i} percent" for i, word in enumerate(["gains", "falls", "moves"] * 5)]
    scorer = FinbertScorer(finbert_folder, 2)

    assert scorer.score(texts[::-1]) == scorer.score(texts)[::-1]


def test_a_distilled_folder_is_not_called_finbert(finbert_folder: Path) -> None:
    info = FinbertScorer(finbert_folder).info

    assert info.name == "finbert_minilm (FinBERT-shaped, not FinBERT)"
    assert not info.is_reference
    assert (info.positive_above, info.negative_below) == (0.2, -0.2)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(make_finbert: MakeFolder, name: str) -> None:
    folder = make_finbert()
    (folder / name).unlink()

    with pytest.raises(
        ScorerUnavailable, match=rf"finbert is unavailable: .*{name} cannot be read"
    ) as caught:
        FinbertScorer(folder)

    assert caught.value.hint == "Name a folder that holds the model's files."


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"model": b""}, r"model.onnx is not an ONNX model"),
        ({"model": b"<html>not found</html>"}, r"model.onnx is not an ONNX model"),
        ({"tokenizer": "[]"}, r"tokenizer.json is not a tokenizer"),
        ({"config": {"id2label": {"0": "good", "1": "bad", "2": "so-so"}}}, "names other classes"),
        ({"config": {"id2label": {"0": "positive", "1": "negative"}}}, "names other classes"),
        ({"config": {"id2label": None}}, "names other classes"),
        ({"config": {"max_position_embeddings": "many"}}, "gives no max_position_embeddings"),
        ({"config": {"vocab_size": 30_522}}, "knows 8 word pieces, the model 30,522"),
    ],
    ids=["empty", "a page", "tokenizer", "classes", "two classes", "no classes", "positions", "vocabulary"],
)
def test_a_folder_that_cannot_be_used_says_why(
    make_finbert: MakeFolder, parts: dict[str, object], reason: str
) -> None:
    with pytest.raises(ScorerUnavailable, match=reason) as caught:
        FinbertScorer(make_finbert(**parts))

    assert caught.value.hint == "The folder must hold config.json, model.onnx, tokenizer.json of one model."


def test_a_configuration_that_is_no_object_is_refused(make_finbert: MakeFolder) -> None:
    folder = make_finbert()
    (folder / "config.json").write_text("[1, 2]")

    with pytest.raises(ScorerUnavailable, match="not a JSON object"):
        FinbertScorer(folder)


def test_a_model_with_other_outputs_is_refused(
    make_finbert: MakeFolder, tiny_model: Callable[..., bytes]
) -> None:
    with pytest.raises(ScorerUnavailable, match="answers with 2 numbers instead of three"):
        FinbertScorer(make_finbert(model=tiny_model(outputs=2)))


def test_a_model_with_other_inputs_is_refused(
    make_finbert: MakeFolder, tiny_model: Callable[..., bytes]
) -> None:
    with pytest.raises(ScorerUnavailable, match="takes tokens instead of input_ids"):
        FinbertScorer(make_finbert(model=tiny_model(inputs=("tokens",))))


def test_a_tokenizer_of_other_words_is_refused(
    make_finbert: MakeFolder, tiny_tokenizer: Callable[..., str]
) -> None:
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"word{i}" for i in range(5)))

    with pytest.raises(ScorerUnavailable, match="knows 9 word pieces, the model 8"):
        FinbertScorer(make_finbert(tokenizer=tiny_tokenizer(words)))


def test_a_file_larger_than_such_a_file_may_be_is_not_read(make_finbert: MakeFolder) -> None:
    folder = make_finbert()
    with (folder / "config.json").open("wb") as file:
        file.truncate(1_000_001)

    with pytest.raises(ScorerUnavailable, match="larger than 1,000,000 bytes"):
        FinbertScorer(folder)


def test_the_digest_is_taken_without_parsing_anything(make_finbert: MakeFolder) -> None:
    folder = make_finbert(model=b"no model")

    assert len(finbert_folder_digest(folder)) == 64


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_the_digest_changes_with_each_file(make_finbert: MakeFolder, name: str) -> None:
    folder = make_finbert()
    before = finbert_folder_digest(folder)
    with (folder / name).open("ab") as file:
        file.write(b" ")

    assert finbert_folder_digest(folder) != before


def test_the_digest_is_the_loaded_readers(make_finbert: MakeFolder) -> None:
    folder = make_finbert()

    assert FinbertScorer(folder).info.digest == finbert_folder_digest(folder)


def test_where_a_folder_lies_does_not_change_its_digest(make_finbert: MakeFolder) -> None:
    assert finbert_folder_digest(make_finbert("one")) == finbert_folder_digest(make_finbert("two"))


def test_a_perfect_report_does_not_make_finbert_of_a_model_of_another_shape(make_finbert: MakeFolder) -> None:
    folder = make_finbert()
    digest = finbert_folder_digest(folder)
    report = {"digest": digest, "against": "original_fp32", "n": 5_000, "class_agreement": 1.0}
    (folder / "parity_report.json").write_text(json.dumps(report))

    info = FinbertScorer(folder).info

    assert not info.is_reference
    assert info.name == "tiny (FinBERT-shaped, not FinBERT)"
