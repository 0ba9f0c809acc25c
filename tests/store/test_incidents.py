from __future__ import annotations

import pytest

from bellwether.errors import InputError
from bellwether.store.database import Connection, Database
from bellwether.store.incidents import Incident, close_incident, list_incidents, report_incident

KEY = "drift:news_volume:BTC"


def _report(conn: Connection, severity: str, at_us: int) -> None:
    report_incident(
        conn, KEY, severity=severity, runbook="docs/drift", title="Drift", at_us=at_us, details={"at": at_us}
    )


def test_an_incident_counts_its_sights_and_keeps_its_worst_severity(database: Database) -> None:
    with database.session() as conn:
        for severity, at_us in (("warn", 10), ("critical", 20), ("info", 30)):
            _report(conn, severity, at_us)

        assert list_incidents(conn) == [
            Incident(KEY, "critical", "docs/drift", "Drift", 10, 30, 3, None, {"at": 30})
        ]


def test_reporting_the_same_sight_twice_is_reporting_it_once(database: Database) -> None:
    with database.session() as conn:
        for at_us in (10, 20, 20, 15):
            _report(conn, "warn", at_us)

        assert [(each.seen_us, each.n_seen) for each in list_incidents(conn)] == [(20, 2)]


def test_after_its_end_the_same_key_opens_a_new_incident(database: Database) -> None:
    with database.session() as conn:
        _report(conn, "warn", 10)
        closed = [close_incident(conn, KEY, at_us=20), close_incident(conn, KEY, at_us=25)]
        _report(conn, "info", 30)

        assert closed == [True, False]
        assert [each.closed_us for each in list_incidents(conn)] == [None, 20]
        assert [each.opened_us for each in list_incidents(conn, is_open=True)] == [30]
        assert [each.opened_us for each in list_incidents(conn, is_open=False)] == [10]


def test_severities_have_three_names(database: Database) -> None:
    with pytest.raises(InputError, match="'bad' is no severity"), database.session() as conn:
        _report(conn, "bad", 10)
