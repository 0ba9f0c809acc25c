"""The doctor says what is well, what is worth knowing and what is wrong, and changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from bellwether.pipelines.doctor import AREAS, Finding, Status, _disk_finding, _schema_finding, examine
from bellwether.settings import ScorerSettings, Settings, StoreSettings
from bellwether.store import migrate


def as_url(dsn: str) -> SecretStr:
    """A connection string as the URL a person would set."""
    parts = conninfo_to_dict(dsn)
    return SecretStr(f"postgresql:///{parts.pop('dbname')}?{urlencode(parts)}")


def look(area: str, settings: Settings, **environ: str) -> list[Finding]:
    return examine(settings, environ, [area])


def test_python_says_its_version() -> None:
    found = look("python", Settings())

    assert found[0].status is Status.OK
    assert found[0].text.startswith(f"Python {sys.version_info[0]}.{sys.version_info[1]}.")


def test_a_misspelt_variable_is_a_note() -> None:
    found = look("configuration", Settings(), BELLWETHER_HOEM="x")

    assert [finding.status for finding in found] == [Status.OK, Status.NOTE]
    assert found[1].text == "BELLWETHER_HOEM is set but is no setting"


def test_a_current_database_is_well(database_dsn: str) -> None:
    settings = Settings(store=StoreSettings(url=as_url(database_dsn)))

    (found,) = look("database", settings)

    assert found.status is Status.OK
    assert found.text == f"database reachable, schema {migrate.head()} is current"


def test_an_empty_database_is_a_note_and_stays_empty(fresh_dsn: str) -> None:
    (found,) = look("database", Settings(store=StoreSettings(url=as_url(fresh_dsn))))

    assert found.status is Status.NOTE
    assert "empty" in found.text
    assert migrate.current(fresh_dsn) is None


def test_an_unreachable_database_is_a_problem_with_a_fix_and_without_the_password() -> None:
    url = SecretStr("postgresql://me:long-secret-1@127.0.0.1:1/bellwether")

    (found,) = look("database", Settings(store=StoreSettings(url=url)))

    assert found.status is Status.PROBLEM
    assert "Could not reach the database" in found.text
    assert found.fix is not None
    assert "long-secret-1" not in repr(found)


@pytest.mark.parametrize(
    ("schema", "status"),
    [("0003", Status.OK), ("0002", Status.NOTE), (None, Status.NOTE), ("0004", Status.PROBLEM)],
)
def test_a_schema_is_current_behind_missing_or_too_new(schema: str | None, status: Status) -> None:
    assert _schema_finding(schema, "0003").status is status


@pytest.mark.parametrize(
    ("free_mib", "status"),
    [(511, Status.PROBLEM), (512, Status.NOTE), (2047, Status.NOTE), (2048, Status.OK)],
)
def test_little_disk_is_a_note_and_too_little_a_problem(free_mib: int, status: Status) -> None:
    assert _disk_finding(free_mib * 2**20, Path("home")).status is status


def test_the_disk_of_a_home_that_is_not_there_yet_is_its_parents(tmp_path: Path) -> None:
    (found,) = look("disk", Settings(home=tmp_path / "not" / "yet"))

    assert "free for" in found.text
    assert list(tmp_path.iterdir()) == []


def test_without_weights_finbert_is_off_and_the_others_are_ready(tmp_path: Path) -> None:
    found = {finding.text.split()[0]: finding for finding in look("scorers", Settings(home=tmp_path))}

    assert found["vader"].status is Status.OK
    assert found["lite"].status is Status.OK
    assert found["finbert"].status is Status.NOTE
    assert "FINBERT_MODEL" in found["finbert"].text
    assert found["finbert"].fix is not None


def test_a_model_that_is_not_finbert_is_shown_as_what_it_is(
    finbert_folder: Path, recorded_data: Path
) -> None:
    settings = Settings(scorers=ScorerSettings(finbert_model=finbert_folder), data=recorded_data)

    found = examine(settings, {}, ["scorers", "data"])

    finbert, agreement = found[1], found[3]
    assert "not FinBERT" in finbert.text
    assert finbert.status is agreement.status is Status.NOTE
    assert agreement.why == ("below 97.0% it is not called FinBERT",)


def test_without_recorded_data_there_is_nothing_to_compare() -> None:
    assert look("data", Settings()) == []


def test_every_area_is_looked_at_unless_some_are_named(database_dsn: str) -> None:
    settings = Settings(store=StoreSettings(url=as_url(database_dsn)))

    assert {finding.area for finding in examine(settings, {}, [])} == set(AREAS) - {"data"}
