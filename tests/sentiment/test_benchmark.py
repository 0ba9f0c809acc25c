from __future__ import annotations

import gzip
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from bellwether.errors import InvalidSchema, NotFound
from bellwether.sentiment.benchmark import Benchmark, finbert_parity, n_readings, run_benchmark
from bellwether.sentiment.benchmark_sets import BenchmarkSets, labels_of_signs
from bellwether.sentiment.classes import LABELS
from bellwether.sentiment.scorer import ScorerInfo, SentimentScore
from bellwether.sentiment.vader import VaderScorer


class WordReader:
    """Finds its answer in the text: ``positive`` in one that says so, and so on."""

    info = ScorerInfo(
        "finbert", "word reader", "cd" * 32, is_reference=False, positive_above=0.2, negative_below=-0.2
    )

    def score(self, texts: Sequence[str]) -> list[SentimentScore | None]:
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> SentimentScore:
        shares = [0.9 if label in text else 0.05 for label in LABELS]
        return SentimentScore(
            shares[0] - shares[2], positive=shares[0], neutral=shares[1], negative=shares[2]
        )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Four labelled texts, two with recorded outputs; two further recorded outputs; one training file."""
    labels = tmp_path / "labels"
    labels.mkdir()
    (labels / "own_dev.csv").write_text(
        "text,label,recorded_finbert_positive,recorded_finbert_negative,recorded_finbert_neutral\n"
        "a positive word,positive,0.8,0.1,0.1\n"
        "a negative word,negative,0.1,0.1,0.8\n"
    )
    (labels / "phrasebank_dev.csv").write_text("text,label\nall positive,negative\nall neutral,neutral\n")
    (labels / "scores.csv.gz").write_bytes(
        gzip.compress(b"text,finbert_score\nmost negative,-0.5\nrather positive,0.1\n")
    )
    (labels / "own_train.csv").write_text("text,label\nseen,positive\n")
    (labels / "votes.csv").write_text("text,likes\nseen,4\n")
    return tmp_path


@pytest.fixture
def sets(data: Path) -> BenchmarkSets:
    return BenchmarkSets.read(data)


@pytest.fixture
def benchmark(sets: BenchmarkSets) -> Benchmark:
    return run_benchmark(sets, [WordReader()])


def test_files_are_known_by_their_columns_and_training_files_left_out(sets: BenchmarkSets) -> None:
    assert [part.name for part in sets.labelled] == ["own", "phrasebank"]
    assert [part.name for part in sets.recorded] == ["own", "scores"]


def test_the_folder_of_labels_may_be_named_itself(data: Path, sets: BenchmarkSets) -> None:
    assert BenchmarkSets.read(data / "labels") == sets


def test_a_set_that_flatters_finbert_says_so(sets: BenchmarkSets) -> None:
    notes = {part.name: part.note for part in sets.labelled}

    assert notes["own"] is None
    assert notes["phrasebank"] is not None
    assert "FinBERT was tuned on Financial PhraseBank" in notes["phrasebank"]


def test_readers_are_measured_on_labels(benchmark: Benchmark) -> None:
    """``own``: both right. ``phrasebank``: one of two."""
    own, phrasebank = benchmark.labelled["own"][0], benchmark.labelled["phrasebank"][0]

    assert (own.n, own.accuracy.value, own.macro_f1.value, own.majority) == (2, 1.0, 1.0, 0.5)
    assert phrasebank.accuracy.value == 0.5
    assert phrasebank.macro_f1.value == pytest.approx(1 / 3)


def test_recorded_outputs_join_where_they_cover_the_labels(benchmark: Benchmark) -> None:
    """FinBERT's recorded classes on ``own``: positive (right) and neutral (wrong)."""
    recorded = benchmark.labelled["own"][1]

    assert recorded.scorer.name == "FinBERT (recorded outputs)"
    assert (recorded.n, recorded.accuracy.value) == (2, 0.5)
    assert len(benchmark.labelled["phrasebank"]) == 1


def test_agreement_is_by_class_where_probabilities_were_recorded(benchmark: Benchmark) -> None:
    [figures] = benchmark.agreement["own"]

    assert (figures.n, figures.agreement.value) == (2, 0.5)
    assert figures.correlation == pytest.approx(1)


def test_agreement_is_by_limits_where_a_score_alone_was_recorded(benchmark: Benchmark) -> None:
    """-0.5 is negative, 0.1 lies within the limits: neutral."""
    [figures] = benchmark.agreement["scores"]

    assert (figures.n, figures.agreement.value) == (2, 0.5)


def test_without_variation_there_is_no_correlation(data: Path) -> None:
    (data / "labels" / "scores.csv.gz").write_bytes(
        gzip.compress(b"text,finbert_score\nmost negative,-0.5\nvery negative,0.1\n")
    )

    benchmark = run_benchmark(BenchmarkSets.read(data).only(["scores"]), [WordReader()])

    assert math.isnan(benchmark.agreement["scores"][0].correlation)


def test_parity_counts_only_recorded_probabilities(sets: BenchmarkSets, benchmark: Benchmark) -> None:
    report = finbert_parity(sets, benchmark)

    assert report is not None
    assert (report.digest, report.against) == ("cd" * 32, "recorded_outputs")
    assert (report.n, report.class_agreement) == (2, 0.5)


def test_without_a_finbert_there_is_no_parity(sets: BenchmarkSets) -> None:
    assert finbert_parity(sets, run_benchmark(sets, [VaderScorer()])) is None


def test_progress_reaches_the_number_of_readings(sets: BenchmarkSets) -> None:
    readers = [WordReader(), VaderScorer()]
    told: list[int] = []

    def advance(done: int, note: str = "") -> None:
        told.append(done)

    run_benchmark(sets, readers, advance=advance)

    assert told == sorted(told)
    assert told[-1] == n_readings(sets, readers) == 16


def test_a_benchmark_is_the_same_each_time(sets: BenchmarkSets, benchmark: Benchmark) -> None:
    assert run_benchmark(sets, [WordReader()]) == benchmark


def test_single_sets_can_be_asked_for(sets: BenchmarkSets) -> None:
    only = sets.only(["own"])

    assert [part.name for part in (*only.labelled, *only.recorded)] == ["own", "own"]
    with pytest.raises(NotFound, match="No set 'other'"):
        sets.only(["own", "other"])


def test_a_folder_without_labels_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="No label files in"):
        BenchmarkSets.read(tmp_path / "nowhere")


def test_a_recorded_output_that_is_no_number_is_refused(data: Path) -> None:
    (data / "labels" / "scores.csv.gz").write_bytes(gzip.compress(b"text,finbert_score\na,high\n"))

    with pytest.raises(InvalidSchema, match="'high' in column finbert_score is no number"):
        BenchmarkSets.read(data)


def test_scores_per_company_become_signs_where_companies_agree() -> None:
    rows = [
        {"text": "A beats B", "score": "0.4"},
        {"text": "A beats B", "score": "-0.4"},
        {"text": "A rises", "score": "0.2"},
        {"text": "A rises", "score": "0.1"},
        {"text": "A falls", "score": "-0.1"},
        {"text": "A meets", "score": "0"},
    ]

    labelled = labels_of_signs(rows)

    assert labelled.texts == ("A rises", "A falls", "A meets")
    assert labelled.labels == ("positive", "negative", "neutral")


@pytest.mark.parametrize(
    ("name", "reader", "n", "figures"),
    [
        ("phrasebank", "VADER 3.3.2", 3_372, (0.551, 0.498, 0.599)),
        ("cryptolin", "VADER 3.3.2", 1_867, (0.442, 0.441, 0.514)),
        ("twitter_financial_news_valid", "VADER 3.3.2", 2_388, (0.494, 0.447, 0.656)),
        ("cryptolin", "FinBERT (recorded outputs)", 1_867, (0.511, 0.520, 0.514)),
    ],
)
def test_published_reference_points_are_reproduced(
    recorded_data: Path, name: str, reader: str, n: int, figures: tuple[float, float, float]
) -> None:
    """Accuracy, macro-F1 and the majority class, as stated beside the recorded data."""
    sets = BenchmarkSets.read(recorded_data).only([name])

    found = {f.scorer.name: f for f in run_benchmark(sets, [VaderScorer()]).labelled[name]}[reader]

    accuracy, macro_f1 = found.accuracy.value or 0, found.macro_f1.value or 0
    assert found.n == n
    assert (round(accuracy, 3), round(macro_f1, 3), round(found.majority, 3)) == figures
