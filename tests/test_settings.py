"""Settings are read once, are what ``.env.example`` says, and stop on what cannot be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bellwether.errors import ConfigurationError
from bellwether.settings import (
    Environment,
    Settings,
    StoreSettings,
    load_settings,
    places,
    unknown_variables,
)

ROOT = Path(__file__).resolve().parents[1]
REMOTE = "postgresql://me:long-secret-1@db.example.org/bellwether"


def load(**environ: str) -> Settings:
    return load_settings(env_file=None, environ=environ)


def test_without_any_variable_the_defaults_hold() -> None:
    settings = load()

    assert settings.env is Environment.DEVELOPMENT
    assert settings.home == Path(".bellwether")
    assert settings.asset == "BTC"
    assert settings.store.url is None
    assert settings.scorers.finbert_model is None


def test_each_variable_reaches_its_place() -> None:
    settings = load(
        BELLWETHER_ENV="production",
        BELLWETHER_HOME="/tmp/home",
        BELLWETHER_DATA="/tmp/data",
        BELLWETHER_ASSET="ETH",
        DATABASE_URL=f"{REMOTE}?sslmode=require",
        BELLWETHER_WORKSPACE_DATABASE_URL="postgresql://localhost",
        FINBERT_MODEL="/tmp/model",
        BELLWETHER_LOG_LEVEL="error",
    )

    assert settings.env is Environment.PRODUCTION
    assert settings.home == Path("/tmp/home")
    assert settings.data == Path("/tmp/data")
    assert settings.asset == "ETH"
    assert settings.store.url == SecretStr(f"{REMOTE}?sslmode=require")
    assert settings.store.workspace_url == SecretStr("postgresql://localhost")
    assert settings.scorers.finbert_model == Path("/tmp/model")
    assert settings.log.level == "error"


def test_the_example_file_names_exactly_the_variables_there_are() -> None:
    written = (ROOT / ".env.example").read_text()

    named = re.findall(r"^# ([A-Z_]+)=", written, flags=re.MULTILINE)

    assert named == [place.variable for place in places()]


def test_the_example_file_is_valid_when_every_line_is_used(tmp_path: Path) -> None:
    used = re.sub(r"^# (?=[A-Z_]+=)", "", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(used)

    assert load_settings(tmp_path / ".env", {}).asset == "BTC"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BELLWETHER_ASSET=ETH\nBELLWETHER_HOME=there\n")

    settings = load_settings(tmp_path / ".env", {"BELLWETHER_ASSET": "SOL"})

    assert settings.asset == "SOL"
    assert settings.home == Path("there")


def test_a_tilde_is_the_home_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/users/me")

    assert load(BELLWETHER_HOME="~/bellwether").home == Path("/users/me/bellwether")


def test_names_of_fields_are_not_read_from_the_environment() -> None:
    """HOME and ENV are other people's variables."""
    settings = load(HOME="/home/me", ENV="production", URL=REMOTE, ASSET="ETH")

    assert settings == Settings()


def test_a_tree_built_in_code_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELLWETHER_ASSET", "ETH")

    assert Settings().asset == "BTC"


def test_the_tree_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load().asset = "ETH"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"BELLWETHER_ENV": "prod"}, "BELLWETHER_ENV: input should be 'development' or 'production'."),
        ({"BELLWETHER_ASSET": "btc"}, "BELLWETHER_ASSET: string should match pattern"),
        ({"BELLWETHER_LOG_LEVEL": "loud"}, "BELLWETHER_LOG_LEVEL: input should be 'debug', 'info'"),
        ({"DATABASE_URL": "mysql://me:pw@h/x"}, "DATABASE_URL is not a PostgreSQL URL"),
        ({"DATABASE_URL": "postgresql://localhost"}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": "postgresql://localhost/b?options=-c%20x"}, "DATABASE_URL carries options="),
        ({"BELLWETHER_HOME": __file__}, "BELLWETHER_HOME is a file, not a folder"),
    ],
)
def test_what_cannot_be_stops_with_one_sentence(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(sentence)) as caught:
        load(**environ)

    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (REMOTE, "without TLS"),
        (f"{REMOTE}?sslmode=prefer", "without TLS"),
        (f"{REMOTE}?sslmode=require&sslmode=disable", "without TLS"),
        ("postgresql://me:long-secret-1@/b?host=db.example.org", "without TLS"),
        ("postgresql://me:long-secret-1@localhost/b?hostaddr=192.0.2.7", "without TLS"),
        ("postgresql://me:long-secret-1@localhost,db.example.org/b", "without TLS"),
        ("postgresql://me@db.example.org/b?sslmode=require", "carries no password"),
        ("postgresql://me:@db.example.org/b?sslmode=require", "carries no password"),
        ("postgresql://me:changeme@db.example.org/b?sslmode=require", "carries a default password"),
        ("postgresql://postgres:Postgres@localhost/b", "carries a default password"),
    ],
)
@pytest.mark.parametrize("name", ["DATABASE_URL", "BELLWETHER_WORKSPACE_DATABASE_URL"])
def test_production_refuses_what_is_unsafe(name: str, url: str, sentence: str) -> None:
    assert load(**{name: url}).env is Environment.DEVELOPMENT

    with pytest.raises(ConfigurationError, match=f"{name} .*{sentence}"):
        load(BELLWETHER_ENV="production", **{name: url})


@pytest.mark.parametrize(
    "url",
    [
        f"{REMOTE}?sslmode=require",
        f"{REMOTE}?sslmode=verify-full",
        "postgresql://me@db.example.org/b?sslmode=verify-full&sslcert=me.crt",
        "postgresql://me:long-secret-1@127.0.0.1:5433/b",
        "postgresql://me:long-secret-1@[::1]:5433/b",
        "postgresql://me@localhost/b",
        "postgresql:///b?host=/run/postgresql",
        "postgresql://%2Frun%2Fpostgresql/b",
    ],
)
def test_production_accepts_tls_and_what_stays_on_the_machine(url: str) -> None:
    assert load(BELLWETHER_ENV="production", DATABASE_URL=url).store.url == SecretStr(url)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load(DATABASE_URL="", BELLWETHER_HOME="").home == Path(".bellwether")


def test_production_refuses_a_secret_that_did_not_arrive() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL is set but empty"):
        load(BELLWETHER_ENV="production", DATABASE_URL="")


def test_no_message_repeats_a_secret() -> None:
    for url in ("mysql://me:long-secret-1@h/x", REMOTE, "postgresql://me:long-secret-1@h/x?options=1"):
        with pytest.raises(ConfigurationError, match="DATABASE_URL") as caught:
            load(BELLWETHER_ENV="production", DATABASE_URL=url)

        assert "long-secret-1" not in f"{caught.value}{caught.value.__cause__}{caught.value.hint}"


def test_the_tree_hides_its_secrets_and_lists_them_for_redaction() -> None:
    settings = Settings(store=StoreSettings(url=SecretStr("postgresql://me:p%40ss-word@localhost/b")))

    assert "ss-word" not in repr(settings)
    assert settings.secrets() == {"postgresql://me:p%40ss-word@localhost/b", "p%40ss-word", "p@ss-word"}


def test_a_misspelt_variable_is_found() -> None:
    environ = {"BELLWETHER_HOEM": "x", "BELLWETHER_HOME": "y", "BELLWETHER_TEST_FINBERT": "z", "PATH": "p"}

    assert unknown_variables(environ) == ["BELLWETHER_HOEM"]
