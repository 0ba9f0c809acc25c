from __future__ import annotations

from dataclasses import replace

from bellwether.quality.quarantine import QuarantineRow
from bellwether.store.database import Database
from bellwether.store.quarantine import count_quarantine, insert_quarantine

ROW = QuarantineRow("prices.csv", 3, "candles", "negative price", '{"close": -1}', 1_000)


def test_refused_rows_are_counted_by_kind_and_reason_the_most_frequent_first(database: Database) -> None:
    rows = [
        replace(ROW, reason="off the grid"),
        ROW,
        replace(ROW, row_number=4),
        replace(ROW, kind="headlines", reason="no text"),
    ]
    with database.session() as conn:
        n_added = insert_quarantine(conn, rows)

        assert n_added == 4
        assert list(count_quarantine(conn).items()) == [
            (("candles", "negative price"), 2),
            (("candles", "off the grid"), 1),
            (("headlines", "no text"), 1),
        ]


def test_a_row_is_refused_once_however_often_its_file_is_read(database: Database) -> None:
    with database.session() as conn:
        insert_quarantine(conn, [ROW])

        assert insert_quarantine(conn, [replace(ROW, seen_us=9_000)]) == 0


def test_another_content_at_the_same_place_is_another_row(database: Database) -> None:
    with database.session() as conn:
        insert_quarantine(conn, [ROW])

        assert insert_quarantine(conn, [replace(ROW, payload='{"close": -2}')]) == 1


def test_a_payload_that_is_no_text_for_postgres_is_kept_all_the_same(database: Database) -> None:
    with database.session() as conn:
        n_added = insert_quarantine(conn, [replace(ROW, payload="a\0b\ud800c")])
        row = conn.execute("SELECT payload FROM quarantine").fetchone()

    assert n_added == 1
    assert row == ("a\N{REPLACEMENT CHARACTER}b?c",)
