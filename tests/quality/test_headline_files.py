from datetime import UTC, datetime

import pytest

from bellwether.clock import from_us, iso, to_us
from bellwether.errors import InvalidSchema
from bellwether.news.keys import headline_key, text_key
from bellwether.quality.headline_files import read_headlines, read_revisions
from bellwether.quality.readers import read_rows
from bellwether.quality.schemas import count_reasons

NOW_US = to_us(datetime(2025, 7, 6, tzinfo=UTC))
FULL = "published_at,first_seen_at,title,summary,source,url,time_known"


def read(file):
    return read_headlines(file, asset="BTC", now_us=NOW_US)


def test_a_full_row_becomes_a_headline(rows_of):
    line = "2025-07-05T09:12:30Z,2025-07-05T10:00:00Z,Bitcoin &amp; co rise,Why.,Wire,http://A.example/x/?utm_source=r,1"

    [found] = read(rows_of(FULL, line)).headlines

    row = found.row
    assert row.key == text_key("https://a.example/x")
    assert (row.revision, row.asset, row.publisher) == (0, "BTC", "Wire")
    assert (row.url, row.title, row.text) == ("https://a.example/x", "Bitcoin & co rise", "Bitcoin & co rise")
    assert row.summary == "Why."
    assert iso(from_us(row.event_us)) == "2025-07-05T09:12:30Z"
    assert iso(from_us(row.known_us)) == "2025-07-05T10:05:00Z"
    assert not row.is_known_assumed
    assert not found.is_in_titles


def test_a_row_of_text_alone_is_a_headline_without_title(rows_of):
    line = "2025-07-05T09:12:30Z,1,Bitcoin rises after the news.,1"

    [found] = read(rows_of("published_at,time_known,text,also_in_titles_file", line)).headlines

    row = found.row
    assert (row.title, row.text, row.summary, row.url) == (None, "Bitcoin rises after the news.", None, None)
    assert row.publisher == "unknown"
    assert row.key == headline_key(None, publisher="unknown", text=row.text, event_us=row.event_us)
    assert iso(from_us(row.known_us)) == "2025-07-05T10:12:30Z"
    assert row.is_known_assumed
    assert found.is_in_titles


@pytest.mark.parametrize("line", ["2025-07-05,1", "2025-07-05T00:00:00Z,0", "2025-07-05T17:00:00Z,0"])
def test_a_row_with_only_a_date_is_known_at_the_midnight_after(rows_of, line):
    [found] = read(rows_of("published_at,time_known,title", f"{line},Bitcoin rises")).headlines

    assert iso(from_us(found.row.known_us)) == "2025-07-06T00:00:00Z"
    assert found.row.is_known_assumed


def test_the_title_is_scored_and_the_text_beside_it_is_its_summary(rows_of):
    [found] = read(rows_of("published_at,title,text", "2025-07-05T09:00Z,Bitcoin rises,It rose.")).headlines

    assert (found.row.text, found.row.summary) == ("Bitcoin rises", "It rose.")


def test_a_summary_equal_to_the_text_is_not_kept_twice(rows_of):
    [found] = read(rows_of("published_at,text,summary", "2025-07-05T09:00Z,It rose.,It rose.")).headlines

    assert found.row.summary is None


def test_an_address_that_cannot_be_used_is_left_out_and_counted(rows_of):
    file = rows_of(
        "published_at,title,url",
        "2025-07-05T09:00Z,Bitcoin rises,ftp://a.example/x",
        "2025-07-05T09:00Z,Bitcoin falls,https://a.example:port/x",
        "2025-07-05T09:00Z,Ether falls,https://a.example/x",
    )

    found = read(file)

    assert [h.row.url for h in found.headlines] == [None, None, "https://a.example/x"]
    assert found.notes == {
        "url left out: The address is not http or https": 1,
        "url left out: The address is malformed": 1,
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("2025-07-05T09:00Z,,,1", "no title and no text", id="empty"),
        pytest.param("2025-07-05T09:00Z,,&nbsp; ,1", "no title and no text", id="nothing but space"),
        pytest.param("2025-07-05T09:00Z,," + "x" * 1_001 + ",1", "a text of more than 1,000 characters",
                     id="over-long"),
        pytest.param(",,Bitcoin,1", "published_at is missing", id="no time"),
        pytest.param("July 5,,Bitcoin,1", "published_at is not a time", id="unparseable time"),
        pytest.param("2025-07-05T09:00,,Bitcoin,1", "published_at has no time zone", id="no zone"),
        pytest.param("2025-07-05T09:00Z,then,Bitcoin,1", "first_seen_at is not a time",
                     id="unparseable sight"),
        pytest.param("2025-07-05T09:00Z,,Bitcoin,2", "time_known is neither 0 nor 1", id="wrong flag"),
        pytest.param("2025-07-06T01:00:01Z,,Bitcoin,1", "published in the future", id="future"),
        pytest.param("2025-07-05T09:00Z,2025-07-06T00:05:01Z,Bitcoin,1", "first seen in the future",
                     id="seen in the future"),
        pytest.param("2025-07-05T09:05:01Z,2025-07-05T08:00Z,Bitcoin,1",
                     "published more than an hour after it was first seen", id="published later"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_headline_is_refused_and_the_good_rows_stay(rows_of, line, reason):
    good = "2025-07-05T09:00Z,,Bitcoin,1"

    found = read(rows_of("published_at,first_seen_at,title,time_known", good, line, good))

    assert len(found.headlines) == 2
    assert [(r.row_number, r.kind, r.reason) for r in found.refused] == [(2, "headlines", reason)]


def test_a_source_too_long_for_a_name_is_refused(rows_of):
    found = read(rows_of("published_at,title,source", "2025-07-05T09:00Z,Bitcoin," + "x" * 201))

    assert count_reasons(found.refused) == {"a source of more than 200 characters": 1}


def test_a_row_published_an_hour_after_it_was_known_stays(rows_of):
    found = read(rows_of(FULL, "2025-07-05T09:05Z,2025-07-05T08:00Z,Bitcoin,,,,1"))

    assert len(found.headlines) == 1


@pytest.mark.parametrize(
    ("header", "line", "message"),
    [
        ("title,url", "a,b", "no column published_at for headlines; it has: title, url"),
        ("published_at,url", "a,b", "no column title or text for headlines"),
    ],
)
def test_a_file_without_a_needed_column_is_refused(rows_of, header, line, message):
    with pytest.raises(InvalidSchema, match=message):
        read(rows_of(header, line))


class TestRevisions:
    HEADER = "seen_at,title,url"

    def test_versions_come_in_the_order_they_were_seen(self, rows_of):
        file = rows_of(
            self.HEADER,
            "2025-07-05T11:00Z,C,https://a.example/x?utm_source=r",
            "2025-07-05T10:00Z,A,https://a.example/x",
            "2025-07-05T10:00Z,B,https://a.example/x",
        )

        found = read_revisions(file, now_us=NOW_US)

        assert [(r.row_number, r.text) for r in found.revisions] == [(2, "A"), (3, "B"), (1, "C")]
        assert {r.key for r in found.revisions} == {text_key("https://a.example/x")}
        assert iso(from_us(found.revisions[0].knowledge.known_us)) == "2025-07-05T10:05:00Z"

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("2025-07-05T10:00Z,,https://a.example/x", "no title"),
            ("2025-07-05T10:00Z,A,", "url is missing"),
            ("2025-07-05T10:00Z,A,a.example", "The address is not http or https"),
            ("2025-07-06T10:00Z,A,https://a.example/x", "first seen in the future"),
            ("soon,A,https://a.example/x", "seen_at is not a time"),
        ],
    )
    def test_a_row_that_is_no_version_is_refused(self, rows_of, line, reason):
        found = read_revisions(rows_of(self.HEADER, line), now_us=NOW_US)

        assert found.revisions == ()
        assert count_reasons(found.refused) == {reason: 1}


class TestRecordedFiles:
    """Figures of the recorded files; the data's description says the same."""

    @pytest.mark.parametrize(
        ("name", "n_rows", "n_headlines"),
        [
            # 41 articles came twice, told apart by tracking parameters alone
            ("news_2025_07_dense.csv.gz", 9_492, 9_451),
            ("news_2021_2022_titles.csv.gz", 7_465, 7_465),
            ("news_2021_2023_btc_summaries.csv.gz", 8_522, 8_522),
        ],
    )
    def test_every_recorded_row_is_a_headline(self, recorded_data, name, n_rows, n_headlines):
        now_us = to_us(datetime(2025, 8, 1, tzinfo=UTC))

        found = read_headlines(read_rows(recorded_data / "news" / name), asset="BTC", now_us=now_us)

        assert len(found.headlines) == n_rows
        assert len({h.row.key for h in found.headlines}) == n_headlines
        assert found.refused == ()
