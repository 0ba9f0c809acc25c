from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from bellwether.news.keys import text_key
from bellwether.sentiment.recorded import RecordedScorer, recorded_finbert_info, recorded_info
from bellwether.sentiment.scorer import SentimentScore

KNOWN = SentimentScore(0.4)


def test_texts_that_were_not_recorded_have_no_score() -> None:
    scorer = RecordedScorer(recorded_finbert_info(), {text_key("known"): KNOWN})

    assert scorer.score(["unknown", "known", ""]) == [None, KNOWN, None]


def test_scores_may_be_found_by_a_query_asked_once_for_all_texts() -> None:
    asked: list[Sequence[UUID]] = []

    def find(keys: Sequence[UUID]) -> Mapping[UUID, SentimentScore]:
        asked.append(keys)
        return {text_key("known"): KNOWN}

    scores = RecordedScorer(recorded_finbert_info(), find).score(["known", "unknown"])

    assert scores == [KNOWN, None]
    assert asked == [[text_key("known"), text_key("unknown")]]


def test_recorded_finbert_is_the_real_model_by_declaration() -> None:
    info = recorded_finbert_info()

    assert (info.family, info.is_reference) == ("finbert", True)
    assert (info.positive_above, info.negative_below) == (0.2, -0.2)


def test_scores_imported_under_a_name_are_nobodys_reference() -> None:
    info = recorded_info("finbert", "desk model")

    assert (info.name, info.is_reference) == ("desk model (recorded)", False)


def test_each_origin_is_a_scorer_of_its_own() -> None:
    digests = {recorded_info("lite", name).digest for name in ("a", "b")} | {recorded_finbert_info().digest}

    assert len(digests) == 3
