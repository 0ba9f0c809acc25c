import pytest

from bellwether.errors import InvalidSchema
from bellwether.news.keys import text_key
from bellwether.quality.readers import read_rows
from bellwether.quality.schemas import count_reasons
from bellwether.quality.score_files import read_scores
from bellwether.sentiment.scorer import SentimentScore

NOW_US = 1_000
SHARES = "text,finbert_positive,finbert_negative,finbert_neutral"


def read(*files, scorer=None):
    return read_scores(files, scorer=scorer, now_us=NOW_US)


def test_probabilities_give_a_score_and_are_kept(rows_of):
    found = read(rows_of(SHARES, "Bitcoin rises,0.75,0.25,0"))

    assert found.scores == {
        text_key("Bitcoin rises"): SentimentScore(0.5, positive=0.75, neutral=0.0, negative=0.25)
    }
    assert (found.info.family, found.info.name) == ("finbert", "FinBERT (recorded outputs)")
    assert found.info.is_reference


def test_a_score_alone_has_no_probabilities(rows_of):
    found = read(rows_of("text,finbert_score", "Bitcoin falls,-0.5"))

    assert found.scores == {text_key("Bitcoin falls"): SentimentScore(-0.5)}
    assert found.info.is_reference


def test_the_digest_is_the_origins_whatever_the_files_hold(rows_of):
    titles = rows_of(SHARES, "Bitcoin rises,0.75,0.25,0")
    summaries = rows_of("text,finbert_score", "Bitcoin falls,-0.5")

    digests = {read(titles).info.digest, read(summaries).info.digest, read(summaries, titles).info.digest}

    assert len(digests) == 1


def test_scores_of_another_scorer_go_under_its_name_and_are_no_reference(rows_of):
    found = read(rows_of("text,score", "Bitcoin rises,0.5"), scorer="Distil-7")

    assert (found.info.family, found.info.name) == ("distil-7", "Distil-7 (recorded)")
    assert not found.info.is_reference


def test_a_text_is_cleaned_as_headlines_are(rows_of):
    found = read(rows_of("text,finbert_score", "  Bitcoin &amp; co ,0.5"))

    assert set(found.scores) == {text_key("Bitcoin & co")}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A,0.5,0.2,0.1", "probabilities that do not sum to 1"),
        ("A,1.2,-0.2,0", "a probability outside 0 to 1"),
        ("A,nan,0.5,0.5", "a probability outside 0 to 1"),
        ("A,,0.5,0.5", "finbert_positive is missing"),
        ("A,half,0.5,0", "finbert_positive is not a number"),
        (",0.5,0.5,0", "no text"),
        ("x" * 1_001 + ",0.5,0.5,0", "a text of more than 1,000 characters"),
    ],
)
def test_a_row_without_usable_probabilities_is_refused_and_the_others_stay(rows_of, line, reason):
    found = read(rows_of(SHARES, "Bitcoin rises,0.75,0.25,0", line))

    assert len(found.scores) == 1
    assert [(r.row_number, r.kind, r.reason) for r in found.refused] == [(2, "scores", reason)]


def test_probabilities_rounded_to_two_places_are_fine(rows_of):
    assert len(read(rows_of(SHARES, "A,0.333,0.333,0.333", "B,0.34,0.33,0.34")).scores) == 2


@pytest.mark.parametrize("cell", ["1.01", "-1.01", "nan", "inf"])
def test_a_score_outside_its_range_is_refused(rows_of, cell):
    found = read(rows_of("text,finbert_score", f"A,{cell}"))

    assert count_reasons(found.refused) == {"a score outside -1 to 1": 1}


def test_the_same_score_twice_counts_once_and_the_fuller_record_is_kept(rows_of):
    alone, full = rows_of("text,finbert_score", "A,0.50001"), rows_of(SHARES, "A,0.75,0.25,0")

    for found in (read(alone, full), read(full, alone)):
        assert found.scores == {text_key("A"): SentimentScore(0.5, positive=0.75, neutral=0.0, negative=0.25)}
        assert (found.n_rows, found.refused) == (2, ())


def test_different_scores_of_one_text_are_all_refused(rows_of):
    found = read(
        rows_of("text,finbert_score", "A,0.5", "B,0.1", file="a.csv"),
        rows_of("text,finbert_score", "A,-0.5", file="b.csv"),
    )

    assert set(found.scores) == {text_key("B")}
    assert [(r.file, r.row_number) for r in found.refused] == [("a.csv", 1), ("b.csv", 1)]
    assert count_reasons(found.refused) == {"another score than another row for the same text": 2}


@pytest.mark.parametrize(
    ("header", "scorer", "message"),
    [
        pytest.param("text,score", None, "does not say who computed its score", id="nobody named"),
        pytest.param("text,tone", "x", "no column score .or finbert_score", id="no score"),
        pytest.param("title,score", "x", "no column text for scores", id="no text"),
        pytest.param("text,finbert_score", "x", "contradicts it", id="two names"),
        pytest.param("text,score", "FinBERT", "called FinBERT only where their column", id="a borrowed name"),
        pytest.param("text,score", "../x", "is no name for a scorer", id="no name"),
        pytest.param("text,finbert_positive,score", None, "does not say who", id="probabilities incomplete"),
    ],
)
def test_files_that_do_not_say_whose_scores_they_hold_are_refused(rows_of, header, scorer, message):
    line = ",".join(["0.1"] * (header.count(",") + 1))

    with pytest.raises(InvalidSchema, match=message) as caught:
        read(rows_of(header, line), scorer=scorer)
    assert caught.value.hint


def test_files_of_two_scorers_are_refused(rows_of):
    with pytest.raises(InvalidSchema, match="others do not"):
        read(rows_of("text,finbert_score", "A,0.1"), rows_of("text,score", "A,0.1"))


def test_every_recorded_finbert_output_is_a_score(recorded_data):
    files = [
        read_rows(recorded_data / "labels" / f"finbert_reference_{name}.csv.gz")
        for name in ("titles", "summaries")
    ]

    found = read(*files)

    assert (len(found.scores), found.n_rows, found.refused) == (12_572, 12_572, ())


def test_rows_of_a_text_can_be_refused_later_wherever_they_stand(rows_of):
    found = read(
        rows_of("text,finbert_score", "A,0.5", "B,0.1", file="a.csv"),
        rows_of("text,finbert_score", "C,0.2", "A,0.5", file="b.csv"),
    )

    refused = found.refuse([text_key("A")], "why", now_us=NOW_US)

    assert [(r.file, r.row_number, r.reason) for r in refused] == [("a.csv", 1, "why"), ("b.csv", 2, "why")]
