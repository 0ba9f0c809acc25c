from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellwether.clock import HOUR_US, MINUTE_US
from bellwether.news.duplicates import WINDOW_US, mark_duplicates
from bellwether.news.headlines import HeadlineRow


def headline(number: int, text: str, known_us: int, **changes) -> HeadlineRow:
    row = HeadlineRow(
        key=UUID(int=number), revision=0, asset="BTC", publisher="Wire", url=None, title=text, text=text,
        summary=None, event_us=known_us, known_us=known_us, is_known_assumed=False,
    )  # fmt: skip
    return replace(row, **changes)


def repeats(*rows: HeadlineRow) -> dict[int, int]:
    return {repeat.int: original.int for repeat, original in mark_duplicates(rows).items()}


FIRST = "Standard Chartered opens bitcoin trading for institutional clients"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(FIRST, FIRST, id="equal"),
        pytest.param(FIRST, "STANDARD CHARTERED opens Bitcoin trading, for institutional clients!",
                     id="case and punctuation"),
        pytest.param(FIRST, "Standard Chartered opened Bitcoin trading for institutional clients",
                     id="a letter"),
        pytest.param("Fiat is hopeless, says the founder of the party",
                     "The founder of the party says: ‘Fiat is hopeless’", id="turned round"),
        pytest.param("Fund raises $100M to back Bitcoin-focused startups",
                     "Fund raises $100M to back Bitcoin focused start-ups", id="hyphens"),
        pytest.param("Bitcoin falls", "bitcoin falls!", id="short and equal"),
        pytest.param("🚀🚀", "🚀🚀", id="no words at all"),
    ],
)  # fmt: skip
def test_the_later_of_two_that_tell_the_same_is_the_duplicate(first, second):
    assert repeats(headline(2, first, 0), headline(1, second, HOUR_US)) == {1: 2}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("Bitcoin price prediction for July 15 by analysts",
                     "Bitcoin price prediction for July 16 by analysts", id="another number"),
        pytest.param("Bitcoin closes the day at -5% after the announcement",
                     "Bitcoin closes the day at +5% after the announcement", id="another sign"),
        pytest.param("Bitcoin falls", "Bitcoin calls", id="short and nearly equal"),
        pytest.param("Bitcoin beats ether", "Ether beats bitcoin", id="short and turned round"),
        pytest.param(FIRST, "Regulator fines a bank over missing reports on clients", id="another story"),
        pytest.param("🚀🚀", "🔥🔥", id="other signs"),
    ],
)  # fmt: skip
def test_what_differs_in_a_number_or_in_the_story_is_no_duplicate(first, second):
    assert repeats(headline(1, first, 0), headline(2, second, HOUR_US)) == {}


def test_of_two_known_at_the_same_moment_the_smaller_key_is_the_original():
    assert repeats(headline(7, FIRST, 0), headline(3, FIRST, 0)) == {7: 3}


def test_a_title_that_comes_again_after_the_window_is_news_again():
    within, after = headline(2, FIRST, WINDOW_US), headline(3, FIRST, WINDOW_US + 1)

    assert repeats(headline(1, FIRST, 0), within) == {2: 1}
    assert repeats(headline(1, FIRST, 0), after) == {}


def test_a_chain_of_repeats_reaches_back_one_window_only():
    """The third repeats the second, not the first, which lies out of its window."""
    days = [headline(n, FIRST, n * 40 * HOUR_US) for n in range(1, 4)]

    assert repeats(*days) == {2: 1, 3: 2}


def test_an_edit_does_not_make_a_headline_a_duplicate_after_the_fact():
    other = headline(1, "Regulator fines a bank over missing reports on clients", 0)
    edited = [
        headline(2, FIRST, HOUR_US),
        headline(2, other.text, 2 * HOUR_US, revision=1),
    ]

    assert repeats(other, *edited) == {}


def test_a_headline_that_copies_the_edited_wording_of_another_is_a_duplicate():
    edited = [
        headline(1, "Regulator fines a bank over missing reports on clients", 0),
        headline(1, FIRST, HOUR_US, revision=1),
    ]

    assert repeats(*edited, headline(2, FIRST, 2 * HOUR_US)) == {2: 1}


def test_a_wording_that_another_replaced_at_the_same_moment_never_counts():
    corrected = [
        headline(1, FIRST, 0),
        headline(1, "Regulator fines a bank over missing reports", 0, revision=1),
    ]

    assert repeats(*corrected, headline(2, FIRST, HOUR_US)) == {}


class TestSummaries:
    SUMMARY = "The bank is the first of its size to do so."
    ARTICLE = headline(5, FIRST, HOUR_US, summary=SUMMARY)

    @pytest.mark.parametrize("number", [4, 6], ids=["key before the article", "key after the article"])
    def test_a_text_that_is_the_summary_of_an_article_known_by_then_repeats_it(self, number):
        text = headline(number, self.SUMMARY, HOUR_US, title=None)

        assert repeats(text, self.ARTICLE) == {number: 5}

    def test_an_article_known_only_later_changes_nothing(self):
        text = headline(4, self.SUMMARY, HOUR_US - 1, title=None)

        assert repeats(text, self.ARTICLE) == {}

    def test_an_equal_summary_does_not_make_two_articles_one(self):
        other = headline(6, "Regulator fines a bank", 2 * HOUR_US, summary=self.SUMMARY)

        assert repeats(self.ARTICLE, other) == {}


_TEXTS = st.sampled_from(
    [
        FIRST,
        FIRST + " today",
        FIRST.upper(),
        "Bitcoin price prediction for July 15 by analysts",
        "Bitcoin price prediction for July 16 by analysts",
        "Bitcoin falls",
        "bitcoin falls.",
        "The bank is the first of its size to do so.",
    ]
)
_ROWS = st.lists(
    st.builds(
        lambda number, text, step, revision, has_title: headline(
            number,
            text,
            step * 12 * HOUR_US,
            revision=revision,
            title=text if has_title else None,
            summary="The bank is the first of its size to do so." if has_title else None,
        ),
        st.integers(1, 12),
        _TEXTS,
        st.integers(0, 12),
        st.integers(0, 2),
        st.booleans(),
    ),
    max_size=25,
    unique_by=lambda row: (row.key, row.known_us, row.revision),
)


@given(_ROWS, st.integers(-1, 13))
def test_what_comes_later_changes_no_judgement(rows, last_step):
    moment = last_step * 12 * HOUR_US
    known_by_then = [row for row in rows if row.known_us <= moment]
    judged = {row.key for row in known_by_then}

    whole = mark_duplicates(rows)

    assert mark_duplicates(known_by_then) == {k: o for k, o in whole.items() if k in judged}


@given(_ROWS, st.integers(0, 12))
def test_the_window_before_is_all_that_a_judgement_needs(rows, first_step):
    start_us = first_step * 12 * HOUR_US
    stretch = [row for row in rows if row.known_us >= start_us - WINDOW_US]
    first_known = {key: min(r.known_us for r in rows if r.key == key) for key in {r.key for r in rows}}
    late = {key for key, known_us in first_known.items() if known_us >= start_us}

    whole = mark_duplicates(rows)

    part = mark_duplicates(stretch)
    assert {k: o for k, o in part.items() if k in late} == {k: o for k, o in whole.items() if k in late}


@given(_ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_arrival_does_not_matter(rows_and_permutation):
    rows, permutation = rows_and_permutation

    assert mark_duplicates(permutation) == mark_duplicates(rows)


@given(_ROWS)
def test_an_original_was_known_before_its_duplicate_and_within_the_window(rows):
    first_known = {key: min(r.known_us for r in rows if r.key == key) for key in {r.key for r in rows}}

    for repeat, original in mark_duplicates(rows).items():
        assert repeat != original
        assert first_known[original] <= first_known[repeat]


@settings(max_examples=20)
@given(st.integers(2, 400))
def test_many_copies_in_one_group_all_name_the_first(n_copies):
    """More than one comparing chunk long."""
    rows = [headline(n + 1, FIRST, n * MINUTE_US) for n in range(n_copies)]

    assert repeats(*rows) == {n + 1: 1 for n in range(1, n_copies)}
