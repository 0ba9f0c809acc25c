from uuid import UUID

from bellwether.news.headlines import HeadlineRow
from bellwether.news.summaries import FoundHeadline, without_told_summaries

TEXT = "The bank is the first of its size to do so."


def row(number: int, title: str | None, summary: str | None = None) -> HeadlineRow:
    return HeadlineRow(
        key=UUID(int=number), revision=0, asset="BTC", publisher="Wire", url=None, title=title,
        text=title or TEXT, summary=summary, event_us=0, known_us=0, is_known_assumed=True,
    )  # fmt: skip


ARTICLE = row(1, "Bank opens bitcoin trading", TEXT)
SUMMARY = row(2, None)


def numbers(found: list[FoundHeadline], articles=()) -> tuple[list[int], int]:
    kept, n_dropped = without_told_summaries(found, articles)
    return [each.key.int for each in kept], n_dropped


def test_a_summary_goes_when_its_article_is_in_the_same_import_in_any_order():
    article, summary = FoundHeadline(ARTICLE), FoundHeadline(SUMMARY, is_in_titles=True)

    assert numbers([article, summary]) == ([1], 1)
    assert numbers([summary, article]) == ([1], 1)


def test_a_summary_goes_when_its_article_is_stored():
    assert numbers([FoundHeadline(SUMMARY, is_in_titles=True)], [ARTICLE]) == ([], 1)


def test_a_summary_stays_without_its_article():
    other = row(3, "Bank opens bitcoin trading", "Another summary.")

    assert numbers([FoundHeadline(SUMMARY, is_in_titles=True), FoundHeadline(other)]) == ([2, 3], 0)


def test_a_summary_stays_when_its_file_does_not_say_that_the_article_is_there():
    assert numbers([FoundHeadline(SUMMARY), FoundHeadline(ARTICLE)]) == ([2, 1], 0)


def test_a_title_is_never_dropped():
    titled = row(4, TEXT)

    assert numbers([FoundHeadline(titled, is_in_titles=True), FoundHeadline(ARTICLE)]) == ([4, 1], 0)
