from __future__ import annotations

import numpy as np
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bellwether.sample import wording
from bellwether.sample.names import NAMES, PUBLISHERS
from bellwether.sample.reports import REPORTS
from bellwether.sample.stories import STORIES
from bellwether.sample.summaries import SUMMARIES


def test_the_grammar_has_several_hundred_thousand_titles() -> None:
    assert wording.n_titles() > 500_000


def test_no_symbol_is_unused_or_defined_twice() -> None:
    tables = (NAMES, STORIES, REPORTS, SUMMARIES)
    names = [name for table in tables for name in table]
    used = " ".join(phrase for table in tables for phrases in table.values() for phrase in phrases)

    assert len(names) == len(set(names))
    for name in names:
        is_start = name.partition(".")[0] in {"story", "report", "summary", "strong"}
        assert is_start or f"{{{name}}}" in used, name


@pytest.mark.parametrize("tone", [-0.95, -0.5, 0.0, 0.5, 0.95])
def test_no_wording_leaves_a_symbol_open(tone: float) -> None:
    rng = np.random.default_rng(3)

    for _ in range(200):
        texts = (
            wording.story_title(rng, tone),
            wording.report_title(rng, tone, return_=0.0123, price_usd=1034.0),
            wording.summary(rng, tone),
        )
        for text in texts:
            assert "{" not in text
            assert text[0] == text[0].upper()


def test_a_report_tells_the_markets_own_figures() -> None:
    rng = np.random.default_rng(0)

    titles = [wording.report_title(rng, -0.6, return_=-0.0213, price_usd=1034.4) for _ in range(100)]

    assert all("2.1%" in title or "$1,034" in title for title in titles)


def test_tones_are_read_partly_and_traps_are_there() -> None:
    """A general lexicon sees the tone of most stories, is blind to many and wrong about some."""
    rng = np.random.default_rng(1)
    vader = SentimentIntensityAnalyzer()

    def shares(tone: float) -> tuple[float, float]:
        scores = np.array(
            [vader.polarity_scores(wording.story_title(rng, tone))["compound"] for _ in range(1500)]
        )
        return float((scores * np.sign(tone) >= 0.05).mean()), float((scores * np.sign(tone) <= -0.05).mean())

    for tone in (-0.5, 0.5):
        right, wrong = shares(tone)
        assert 0.4 < right < 0.8
        assert 0.05 < wrong < 0.4


def test_a_copy_is_the_same_title_in_half_of_the_cases_and_nearly_the_same_else() -> None:
    rng = np.random.default_rng(2)
    title = "Bitcoin climbs 1.2% to $1,034 as traders buy the dip"

    copies = [wording.copied_title(rng, title, publisher="Blockherd") for _ in range(400)]

    assert 0.4 < np.mean([copy == title for copy in copies]) < 0.6
    assert set(copies) == {
        title,
        f"{title} | Blockherd",
        f"JUST IN: {title}",
        "Bitcoin Climbs 1.2% To $1,034 As Traders Buy The Dip",
        "BTC climbs 1.2% to $1,034 as traders buy the dip",
    }


def test_an_edit_changes_the_title_and_keeps_its_words() -> None:
    rng = np.random.default_rng(4)

    edits = [wording.edited_title(rng, "Quorvane names new treasurer") for _ in range(20)]

    assert all("Quorvane names new treasurer" in edit for edit in edits)
    assert all(edit != "Quorvane names new treasurer" for edit in edits)


def test_there_is_one_mass_publisher_among_at_least_eight() -> None:
    shares = sorted((publisher.share for publisher in PUBLISHERS), reverse=True)

    assert len(PUBLISHERS) >= 8
    assert shares[0] >= 2 * shares[1]
    assert sum(shares) == pytest.approx(1.0)
    assert sum(publisher.copy_share for publisher in PUBLISHERS) == pytest.approx(1.0)
    assert all(publisher.domain.endswith(".example") for publisher in PUBLISHERS)
