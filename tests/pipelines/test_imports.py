from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bellwether.clock import HOUR_US, MINUTE_US, SimulatedClock, from_us, iso, parse_moment, to_us
from bellwether.errors import InputError, InvalidSchema, UnreadableFile
from bellwether.market.candles import COMPOSITE
from bellwether.news.keys import text_key
from bellwether.pipelines.import_summary import ImportSummary
from bellwether.pipelines.imports import (
    NO_HEADLINE,
    OTHER_SCORE,
    TOLD_SUMMARY,
    import_candles,
    import_headlines,
    import_revisions,
    import_scores,
)
from bellwether.store.candles import load_candles
from bellwether.store.database import Database
from bellwether.store.headlines import list_versions, news_events
from bellwether.store.rehearsal import rehearsal
from bellwether.store.scores import find_scores, list_scorers

CLOCK = SimulatedClock(datetime(2025, 8, 1, tzinfo=UTC))
EVER = {"known_from_us": 0, "known_to_us": to_us(CLOCK.now()) * 2}
QUARTER_US = 15 * MINUTE_US


@pytest.fixture
def write(tmp_path):
    """Write a CSV file of lines, ``write("a.csv", "a,b", "1,2")``, and return its path."""

    def write_lines(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write_lines


def conserved(summary: ImportSummary) -> ImportSummary:
    """The summary, after checking that every row went somewhere."""
    accounted = summary.n_new + summary.n_known + summary.n_quarantined + summary.n_dropped
    assert summary.n_read == accounted
    return summary


def headlines(database: Database, *files: Path, **options) -> ImportSummary:
    return conserved(import_headlines(database, files, asset="BTC", clock=CLOCK, **options))


def revisions(database: Database, *files: Path) -> ImportSummary:
    return conserved(import_revisions(database, files, asset="BTC", clock=CLOCK))


def candles(database: Database, *files: Path, **options) -> ImportSummary:
    return conserved(import_candles(database, files, asset="BTC", clock=CLOCK, **options))


def scores(database: Database, *files: Path, **options) -> ImportSummary:
    return conserved(import_scores(database, files, clock=CLOCK, **options))


def versions(database: Database) -> list[tuple[int, str, str]]:
    """Revision, text and moment of knowledge of every stored version, in order."""
    with database.session() as conn:
        rows = list_versions(conn, "BTC", **EVER)
    return [(row.revision, row.text, iso(from_us(row.known_us))) for row in rows]


def wordings_at(database: Database, moment: str) -> list[str]:
    """Wordings in force, as the store's own point-in-time function says."""
    with database.session() as conn:
        return [
            text for (text,) in conn.execute("SELECT text FROM headlines_as_of(%s) ORDER BY text", [moment])
        ]


def repeats(database: Database) -> dict[str, str]:
    """Texts of duplicates and of their originals."""
    with database.session() as conn:
        rows = conn.execute("""
            SELECT h.text, o.text FROM headline_duplicates d
            JOIN raw_headlines h ON h.key = d.headline AND h.revision = 0
            JOIN raw_headlines o ON o.key = d.original AND o.revision = 0
        """)
        return dict(rows.fetchall())


def quarantined(database: Database) -> list[tuple[str, int, str, str]]:
    with database.session() as conn:
        return conn.execute(
            "SELECT file, row_number, kind, reason FROM quarantine ORDER BY file, row_number"
        ).fetchall()


SEEN = "published_at,first_seen_at,title,url"


class TestHeadlines:
    def test_rows_are_stored_with_the_moment_they_were_known(self, database, write):
        file = write(
            "a.csv",
            SEEN,
            "2025-07-05T09:10Z,2025-07-05T10:00Z,Bitcoin rises,https://a.example/1",
            "2025-07-05T11:10Z,,Bitcoin falls,https://a.example/2",
        )

        summary = headlines(database, file)

        assert versions(database) == [
            (0, "Bitcoin rises", "2025-07-05T10:05:00Z"),
            (0, "Bitcoin falls", "2025-07-05T12:10:00Z"),
        ]
        assert (summary.n_read, summary.n_new, summary.n_known) == (2, 2, 0)
        assert (iso(from_us(summary.from_us)), iso(from_us(summary.to_us))) == (
            "2025-07-05T10:05:00Z",
            "2025-07-05T12:10:00Z",
        )

    def test_importing_twice_changes_nothing(self, database, write):
        file = write("a.csv", SEEN, "2025-07-05T09:10Z,,Bitcoin rises,https://a.example/1", ",,no time,")
        headlines(database, file)
        before = (versions(database), quarantined(database))

        summary = headlines(database, file)

        assert (versions(database), quarantined(database)) == before
        assert (summary.n_new, summary.n_known, summary.n_quarantined) == (0, 1, 1)

    def test_files_may_overlap_and_tracking_parameters_do_not_make_a_headline(self, database, write):
        a = write("a.csv", SEEN, "2025-07-05T09:10Z,2025-07-05T10:00Z,Bitcoin rises,https://a.example/1")
        b = write(
            "b.csv",
            SEEN,
            "2025-07-05T09:10Z,2025-07-05T10:00Z,Bitcoin rises,http://a.example/1/?utm_source=b",
        )

        summary = headlines(database, a, b)

        assert (summary.n_new, summary.n_known) == (1, 1)

    def test_a_title_seen_later_with_other_words_is_a_revision(self, database, write):
        file = write(
            "a.csv",
            SEEN,
            "2025-07-05T09:10Z,2025-07-05T12:00Z,Bitcoin soars,https://a.example/1",
            "2025-07-05T09:10Z,2025-07-05T10:00Z,Bitcoin rises,https://a.example/1",
        )

        summary = headlines(database, file)

        assert versions(database) == [
            (0, "Bitcoin rises", "2025-07-05T10:05:00Z"),
            (1, "Bitcoin soars", "2025-07-05T12:05:00Z"),
        ]
        assert (summary.n_new, summary.n_revised) == (2, 1)

    def test_bad_rows_go_to_quarantine_and_the_good_ones_of_the_file_stay(self, database, write):
        file = write(
            "a.csv",
            SEEN,
            "2025-07-05T09:10Z,,Bitcoin rises,https://a.example/1",
            "someday,,Bitcoin falls,https://a.example/2",
            "2025-07-05T09:10Z,,,https://a.example/3",
            "2025-07-05T09:10Z,,too few fields",
            "2026-07-05T09:10Z,,Bitcoin in a year,https://a.example/4",
        )

        summary = headlines(database, file)

        assert [text for _, text, _ in versions(database)] == ["Bitcoin rises"]
        assert quarantined(database) == [
            ("a.csv", 2, "headlines", "published_at is not a time"),
            ("a.csv", 3, "headlines", "no title and no text"),
            ("a.csv", 4, "headlines", "fewer fields than the header"),
            ("a.csv", 5, "headlines", "published in the future"),
        ]
        assert summary.n_quarantined == 4

    def test_a_file_that_cannot_be_used_stores_nothing_of_the_others(self, database, write, tmp_path):
        good = write("a.csv", SEEN, "2025-07-05T09:10Z,,Bitcoin rises,https://a.example/1", ",,bad,")

        with pytest.raises(InvalidSchema, match="no column published_at"):
            headlines(database, good, write("b.csv", "title", "Bitcoin falls"))
        with pytest.raises(UnreadableFile, match="There is no file"):
            headlines(database, good, tmp_path / "c.csv")

        assert versions(database) == []
        assert quarantined(database) == []

    def test_repeats_are_marked_with_the_import(self, database, write):
        file = write(
            "a.csv",
            SEEN,
            "2025-07-05T09:10Z,,Bank opens bitcoin trading for its clients,https://a.example/1",
            "2025-07-05T11:10Z,,Bank opens Bitcoin trading for its clients!,https://b.example/1",
        )

        summary = headlines(database, file)

        assert summary.n_duplicates == 1
        assert repeats(database) == {
            "Bank opens Bitcoin trading for its clients!": "Bank opens bitcoin trading for its clients"
        }

    def test_an_earlier_headline_imported_later_changes_who_repeats_whom(self, database, write):
        title = "Bank opens bitcoin trading for its clients"
        late = write("late.csv", SEEN, f"2025-07-06T09:10Z,,{title} 2,https://a.example/1".replace(" 2", ""))
        early = write("early.csv", SEEN, f"2025-07-05T09:10Z,,{title.upper()},https://b.example/1")
        headlines(database, late)
        assert repeats(database) == {}

        headlines(database, early)

        assert repeats(database) == {title: title.upper()}

    def test_a_late_edit_of_an_old_headline_is_not_judged_as_new(self, database, write):
        """Its new words repeat a headline of its day; but the news was known weeks before."""
        title = "Bank opens bitcoin trading for its clients"
        headlines(
            database,
            write(
                "a.csv",
                SEEN,
                "2025-07-01T09:10Z,2025-07-01T10:00Z,Something else entirely,https://a.example/1",
                f"2025-07-20T09:10Z,2025-07-20T10:00Z,{title},https://b.example/1",
            ),
        )

        headlines(
            database, write("b.csv", SEEN, f"2025-07-01T09:10Z,2025-07-20T12:00Z,{title},https://a.example/1")
        )

        assert repeats(database) == {}
        assert versions(database)[-1] == (1, title, "2025-07-20T12:05:00Z")

    def test_a_mark_goes_when_the_headline_turns_out_to_have_been_known_before(self, database, write):
        title = "Bank opens bitcoin trading for its clients"
        row = f"2025-07-01T08:10Z,{{}},{title},https://{{}}.example/1"
        headlines(
            database,
            write("a.csv", SEEN, row.format("2025-07-08T10:00Z", "a"), row.format("2025-07-09T10:00Z", "b")),
        )
        assert repeats(database) == {title: title}

        headlines(database, write("b.csv", SEEN, row.format("2025-07-01T10:00Z", "b")))

        assert repeats(database) == {}

    def test_two_imports_at_once_lose_nothing(self, database, write):
        """Each numbers its revisions after what it reads; none may number past the other."""
        files = [
            write(
                f"{n}.csv",
                SEEN,
                *(
                    f"2025-07-05T09:10Z,2025-07-05T1{n}:{minute:02}Z,Bitcoin at {n}:{minute},https://a.example/{minute}"
                    for minute in range(40)
                ),
            )
            for n in range(4)
        ]

        with ThreadPoolExecutor(4) as pool:
            summaries = list(pool.map(lambda file: headlines(database, file), files))

        assert sum(summary.n_new for summary in summaries) == 160
        assert len(versions(database)) == 160
        assert len(wordings_at(database, "2025-07-06")) == 40

    def test_columns_are_renamed(self, database, write):
        file = write("a.csv", "when,headline", "2025-07-05T09:10Z,Bitcoin rises")

        headlines(database, file, renames={"published_at": "when", "title": "headline"})

        assert [text for _, text, _ in versions(database)] == ["Bitcoin rises"]

    def test_no_file_is_an_error(self, database):
        with pytest.raises(InputError, match="No file was named"):
            headlines(database)

    def test_a_rehearsal_says_the_same_and_leaves_nothing(self, database, write):
        file = write(
            "a.csv", SEEN, "2025-07-05T09:10Z,,Bitcoin rises,https://a.example/1", "2025-07-05T09:10Z,,,"
        )

        with rehearsal(database) as stand_in:
            rehearsed = headlines(stand_in, file)

        assert versions(database) == []
        assert quarantined(database) == []
        assert headlines(database, file) == rehearsed


class TestTitlesAndSummaries:
    TITLES = (
        "published_at,title,summary,url",
        "2022-01-05T09:10Z,Bank opens bitcoin trading,The bank is the first to do so.,https://a.example/1",
    )
    SUMMARIES = (
        "published_at,text,also_in_titles_file",
        "2022-01-05T09:10Z,The bank is the first to do so.,1",
        "2022-01-05T10:10Z,Another story without a title.,0",
    )

    @pytest.fixture
    def titles(self, write):
        return write("titles.csv", *self.TITLES)

    @pytest.fixture
    def summaries(self, write):
        return write("summaries.csv", *self.SUMMARIES)

    def test_loaded_together_in_any_order_the_summary_is_dropped(self, database, titles, summaries):
        summary = headlines(database, summaries, titles)

        assert summary.dropped == {TOLD_SUMMARY: 1}
        assert [text for _, text, _ in versions(database)] == [
            "Bank opens bitcoin trading",
            "Another story without a title.",
        ]

    def test_the_summary_is_dropped_when_the_titles_are_stored(self, database, titles, summaries):
        headlines(database, titles)

        assert headlines(database, summaries).dropped == {TOLD_SUMMARY: 1}

    def test_the_summary_repeats_its_article_when_it_was_stored_before(self, database, titles, summaries):
        """Nothing stored is taken back; the mark makes features count the news once all the same."""
        assert headlines(database, summaries).dropped == {}

        headlines(database, titles)

        assert repeats(database) == {"The bank is the first to do so.": "Bank opens bitcoin trading"}

    def test_alone_the_summaries_stay(self, database, summaries):
        summary = headlines(database, summaries)

        assert (summary.n_new, summary.dropped) == (2, {})


class TestRevisions:
    HEADER = "seen_at,title,url"
    EDITS = (
        "2025-07-05T10:00Z,Bitcoin rises,https://a.example/1?utm_source=x",
        "2025-07-05T12:00Z,Bitcoin soars,https://a.example/1",
    )

    def stored(self, write, title: str) -> Path:
        return write("a.csv", SEEN, f"2025-07-05T09:10Z,2025-07-05T10:00Z,{title},https://a.example/1")

    def test_an_edit_is_known_from_when_it_was_seen(self, database, write):
        headlines(database, self.stored(write, "Bitcoin rises"))

        summary = revisions(database, write("r.csv", self.HEADER, *self.EDITS))

        assert (summary.n_new, summary.n_known) == (1, 1)
        assert wordings_at(database, "2025-07-05T10:04Z") == []
        assert wordings_at(database, "2025-07-05T10:05Z") == ["Bitcoin rises"]
        assert wordings_at(database, "2025-07-05T12:04Z") == ["Bitcoin rises"]
        assert wordings_at(database, "2025-07-05T12:05Z") == ["Bitcoin soars"]

    def test_a_title_stored_in_its_last_wording_is_overridden(self, database, write):
        """The record had kept the later title with the earlier moment: a look into the future."""
        headlines(database, self.stored(write, "Bitcoin soars"))

        revisions(database, write("r.csv", self.HEADER, *self.EDITS))

        assert wordings_at(database, "2025-07-05T10:05Z") == ["Bitcoin rises"]
        assert wordings_at(database, "2025-07-05T12:05Z") == ["Bitcoin soars"]

    def test_an_edit_from_between_two_stored_ones_counts_only_between(self, database, write):
        headlines(database, self.stored(write, "Bitcoin rises"))
        revisions(database, write("r.csv", self.HEADER, self.EDITS[1]))

        revisions(
            database, write("s.csv", self.HEADER, "2025-07-05T11:00Z,Bitcoin climbs,https://a.example/1")
        )

        assert wordings_at(database, "2025-07-05T10:30Z") == ["Bitcoin rises"]
        assert wordings_at(database, "2025-07-05T11:30Z") == ["Bitcoin climbs"]
        assert wordings_at(database, "2025-07-05T12:30Z") == ["Bitcoin soars"]

    def test_importing_headlines_and_edits_again_in_any_order_changes_nothing(self, database, write):
        titles = self.stored(write, "Bitcoin soars")
        edits = write("r.csv", self.HEADER, *self.EDITS)
        headlines(database, titles)
        revisions(database, edits)
        before = versions(database)

        again = [revisions(database, edits), headlines(database, titles), revisions(database, edits)]

        assert [summary.n_new for summary in again] == [0, 0, 0]
        assert versions(database) == before

    def test_an_edit_without_its_headline_waits_in_quarantine(self, database, write):
        edits = write("r.csv", self.HEADER, *self.EDITS)

        summary = revisions(database, edits)
        assert summary.quarantined == {NO_HEADLINE: 2}

        headlines(database, self.stored(write, "Bitcoin rises"))
        assert revisions(database, edits).n_new == 1


BARS = "open_time,open,high,low,close,volume"


def bars(*numbers: int, close: float = 11) -> list[str]:
    start_us = to_us(parse_moment("2025-07-05"))
    return [f"{iso(from_us(start_us + n * QUARTER_US))},10,12,9,{close},5" for n in numbers]


class TestCandles:
    def load(self, database, interval_us: int = QUARTER_US, venue: str = COMPOSITE):
        with database.session() as conn:
            return load_candles(conn, "BTC", venue, interval_us, from_us=0, to_us=to_us(CLOCK.now()))

    def test_bars_are_stored_known_at_their_close(self, database, write):
        summary = candles(database, write("a.csv", BARS, *bars(0, 1, 2)))

        stored = self.load(database)
        assert (len(stored), summary.n_new) == (3, 3)
        assert (stored.known_us - stored.open_us == QUARTER_US).all()

    def test_importing_twice_and_overlapping_files_change_nothing(self, database, write):
        a, b = write("a.csv", BARS, *bars(0, 1, 2)), write("b.csv", BARS, *bars(1, 2, 3))

        first, second = candles(database, a, b), candles(database, b, a)

        assert (first.n_new, first.n_known) == (4, 2)
        assert (second.n_new, second.n_known) == (0, 6)
        assert len(self.load(database)) == 4

    def test_a_bar_with_other_values_is_its_next_revision(self, database, write):
        candles(database, write("a.csv", BARS, *bars(0, 1)))

        summary = candles(database, write("b.csv", BARS, *bars(1, 2, close=11.5)))

        assert (summary.n_new, summary.n_revised) == (2, 1)
        stored = self.load(database)
        assert stored.revision.tolist() == [0, 0, 1, 0]
        assert stored.close.tolist() == [11, 11, 11.5, 11.5]

    def test_every_fault_is_counted_and_the_good_bars_stay(self, database, write):
        file = write(
            "a.csv",
            BARS,
            *bars(0, 1, 2),
            "2025-07-05T10:07Z,10,12,9,11,5",
            "2025-07-05T10:15Z,-10,12,9,11,5",
            "2025-07-05T10:30Z,10,nan,9,11,5",
            "2030-07-05T10:30Z,10,12,9,11,5",
        )

        summary = candles(database, file)

        assert summary.n_new == 3
        assert summary.quarantined == {
            "a price is not above zero": 1,
            "a price is not finite": 1,
            "in the future: the bar has not closed": 1,
            "off the grid of 15m bars": 1,
        }
        assert len(quarantined(database)) == 4

    def test_gaps_are_told_and_not_filled(self, database, write):
        summary = candles(database, write("a.csv", BARS, *bars(0, 1, 5, 6)))

        assert [gap.n_bars for gap in summary.gaps] == [3]
        assert len(self.load(database)) == 4

    def test_venues_are_kept_apart(self, database, write):
        file = write("a.csv", BARS, *bars(0, 1))

        candles(database, file, venue="kraken")

        assert len(self.load(database, venue="kraken")) == 2
        assert len(self.load(database)) == 0

    def test_a_single_bar_takes_its_interval_from_the_option(self, database, write):
        candles(database, write("a.csv", BARS, *bars(0)), interval="1h")

        assert len(self.load(database, HOUR_US)) == 1


class TestScores:
    def scored(self, database, text: str) -> list[float]:
        with database.session() as conn:
            found = [find_scores(conn, s.scorer_id, [text_key(text)]) for s in list_scorers(conn)]
        return [score.score for by_key in found for score in by_key.values()]

    def test_scores_are_stored_by_text_under_their_origin(self, database, write):
        summary = scores(
            database, write("a.csv", "text,finbert_score", "Bitcoin rises,0.5", "Bitcoin falls,-0.5")
        )

        assert (summary.n_new, summary.scorer) == (2, "FinBERT (recorded outputs)")
        assert self.scored(database, "Bitcoin rises") == [0.5]
        with database.session() as conn:
            [scorer] = list_scorers(conn)
        assert (scorer.info.family, scorer.info.is_reference, scorer.origin) == (
            "finbert", True, "ProsusAI/finbert",
        )  # fmt: skip

    def test_files_of_one_origin_share_one_scorer_whenever_they_come(self, database, write):
        scores(database, write("a.csv", "text,finbert_score", "Bitcoin rises,0.5"))
        scores(
            database,
            write(
                "b.csv", "text,finbert_positive,finbert_negative,finbert_neutral", "Bitcoin falls,0.1,0.8,0.1"
            ),
        )

        with database.session() as conn:
            assert len(list_scorers(conn)) == 1

    def test_importing_twice_changes_nothing(self, database, write):
        file = write("a.csv", "text,finbert_score", "Bitcoin rises,0.5", "Bitcoin rises,0.5")

        first, second = scores(database, file), scores(database, file)

        assert (first.n_new, first.n_known) == (1, 1)
        assert (second.n_new, second.n_known) == (0, 2)

    def test_a_different_score_for_a_stored_text_goes_to_quarantine(self, database, write):
        scores(database, write("a.csv", "text,finbert_score", "Bitcoin rises,0.5"))

        summary = scores(
            database, write("b.csv", "text,finbert_score", "Bitcoin rises,0.4", "Bitcoin falls,0")
        )

        assert summary.n_new == 1
        assert quarantined(database) == [("b.csv", 1, "scores", OTHER_SCORE)]
        assert self.scored(database, "Bitcoin rises") == [0.5]


class TestRecordedFiles:
    """Figures of the recorded files, which their description states too."""

    @pytest.fixture
    def news(self, recorded_data):
        return recorded_data / "news"

    def unmarked_copies(self, database) -> int:
        """Headlines whose very words were known within the two days before, and that are not marked."""
        with database.session() as conn:
            [(n,)] = conn.execute("""
                SELECT count(*) FROM (
                    SELECT key, known_at,
                           lag(known_at) OVER (PARTITION BY lower(text) ORDER BY known_at, key) AS before
                    FROM raw_headlines WHERE revision = 0
                ) AS told
                WHERE known_at - before <= interval '48 hours'
                  AND key NOT IN (SELECT headline FROM headline_duplicates)
            """)
        return n

    def test_the_dense_month_with_its_edits(self, database, news):
        dense = headlines(database, news / "news_2025_07_dense.csv.gz")
        # 33 in the same words, 24 nearly so
        assert (dense.n_duplicates, self.unmarked_copies(database)) == (57, 0)
        edits = revisions(database, news / "news_2025_07_headline_revisions.csv")

        # 41 rows have another row's address but for tracking parameters; one of them has another title
        assert (dense.n_read, dense.n_new, dense.n_known, dense.n_quarantined) == (9_492, 9_452, 40, 0)
        assert edits.n_read == 84
        assert edits.quarantined == {}
        with database.session() as conn:
            events = news_events(conn, "BTC", scorer_id=None, **EVER)
        assert len(np.unique(events.headline)) == 9_451
        assert len(events) == dense.n_new + edits.n_new
        known = (events.known_us % HOUR_US) // MINUTE_US
        assert set(known.tolist()) == {5}

    def test_titles_and_summaries_overlap(self, database, news):
        files = (news / "news_2021_2022_titles.csv.gz", news / "news_2021_2023_btc_summaries.csv.gz")

        summary = headlines(database, *files)

        assert summary.n_read == 7_465 + 8_522
        assert summary.dropped == {TOLD_SUMMARY: 2_902}
        assert summary.n_new == 7_465 + 5_620
        assert headlines(database, *reversed(files)).n_new == 0

    def test_the_quarter_hours_have_one_gap(self, database, recorded_data):
        summary = candles(database, recorded_data / "prices" / "btcusdt_15m.parquet")

        assert (summary.n_new, summary.n_quarantined) == (89_947, 0)
        [gap] = summary.gaps
        assert (iso(from_us(gap.from_us)), gap.n_bars) == ("2023-03-24T12:45:00Z", 5)

    def test_an_hour_file_is_an_hour_file(self, database, recorded_data):
        summary = candles(database, recorded_data / "prices" / "btcusdt_1h.parquet")

        assert summary.n_new == 66_293
        assert sum(gap.n_bars for gap in summary.gaps) == 19

    def test_a_file_of_five_minute_bars_is_refused(self, database, recorded_data):
        with pytest.raises(InvalidSchema, match="holds 5m bars, which are not supported"):
            candles(database, recorded_data / "prices" / "btcusdt_5m.parquet")

    def test_the_recorded_outputs_of_finbert(self, database, recorded_data):
        labels = recorded_data / "labels"

        summary = scores(
            database,
            labels / "finbert_reference_titles.csv.gz",
            labels / "finbert_reference_summaries.csv.gz",
        )

        assert (summary.n_new, summary.n_quarantined) == (12_572, 0)


def test_a_parquet_file_gives_the_same_as_csv(database, write, tmp_path):
    file = write("a.csv", BARS, *bars(0, 1, 2))
    frame = pl.read_csv(file).with_columns(pl.col("open_time").str.to_datetime(time_zone="UTC"))
    frame.write_parquet(tmp_path / "a.parquet")
    candles(database, file)

    summary = candles(database, tmp_path / "a.parquet")

    assert (summary.n_new, summary.n_known) == (0, 3)


def test_progress_counts_rows(database, write):
    seen: dict[str, Sequence[int]] = {}

    class Recorder:
        def __init__(self, label: str, total: int) -> None:
            self.done = seen[f"{label}, {total}"] = []

        def __enter__(self):
            return lambda done, *_: self.done.append(done)

        def __exit__(self, *_):
            return None

    candles(database, write("a.csv", BARS, *bars(0, 1, 2)), track=Recorder)

    assert seen == {"Reading files, 1": [1], "Importing candles, 3": [3]}
