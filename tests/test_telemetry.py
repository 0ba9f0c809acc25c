"""Logs say what happened and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bellwether.telemetry import HIDDEN, Redactor, configure_logging, get_logger, log_level


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("postgresql://me:pw@h:5432/b", "postgresql://me:[hidden]@h:5432/b"),
        ("redis://:pw@h/0 and more", "redis://:[hidden]@h/0 and more"),
        ("see https://example.org:443/a@b", "see https://example.org:443/a@b"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [hidden]"),
        ("host=h password=pw dbname=b", "host=h password=[hidden] dbname=b"),
        ("password='two words' x", "password=[hidden] x"),
        ("?api_key=k123&asset=BTC", "?api_key=[hidden]&asset=BTC"),
        ("client_secret: s3 done", "client_secret: [hidden] done"),
        ("ghp_abcdefghijklmnop123", "[hidden]"),
        ("BTC rose 3.1%", "BTC rose 3.1%"),
    ],
)
def test_secrets_are_known_by_their_place(text: str, clean: str) -> None:
    assert Redactor()(text) == clean


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    redact = Redactor(["hunter22", "postgresql://me:hunter22@h/b"])

    assert redact("xhunter22x postgresql://me:hunter22@h/b") == "x[hidden]x [hidden]"


def test_a_very_short_secret_does_not_blank_the_text() -> None:
    assert Redactor(["a"])("a banana") == "a banana"


@given(secret=st.text(st.characters(categories=["L", "N"]), min_size=4), before=st.text(), after=st.text())
def test_no_known_secret_survives(secret: str, before: str, after: str) -> None:
    clean = Redactor([secret])(before + secret + after)

    assert secret not in clean.replace(HIDDEN, "")


@pytest.mark.parametrize(
    "key", ["password", "db_password", "accessToken", "API-KEY", "client_secret", "Authorization", "dsn"]
)
def test_a_value_named_like_a_secret_is_hidden_whatever_it_is(key: str) -> None:
    assert Redactor().value({key: 12345, "n": 3}) == {key: HIDDEN, "n": 3}


@pytest.mark.parametrize("key", ["tokens_per_headline", "tokenizer", "passed", "compass", "key", "secretary"])
def test_a_name_that_only_resembles_one_is_left_alone(key: str) -> None:
    assert Redactor().value({key: "x"}) == {key: "x"}


def test_values_are_cleaned_as_deep_as_they_go() -> None:
    value = {"rows": [{"url": "redis://:pw@h"}, ("hunter22", None, 1.5, True)]}

    assert Redactor(["hunter22"]).value(value) == {
        "rows": [{"url": "redis://:[hidden]@h"}, [HIDDEN, None, 1.5, True]]
    }


def test_production_writes_one_clean_json_object_a_line() -> None:
    stream = io.StringIO()
    configure_logging(level="info", as_json=True, redactor=Redactor(["hunter22"]), stream=stream)

    get_logger("store").info("connected", url="postgresql://me:hunter22@h/b", access_token="t", rows=3)

    event = json.loads(stream.getvalue())
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "connected",
        "level": "info",
        "part": "store",
        "url": "postgresql://me:[hidden]@h/b",
        "access_token": HIDDEN,
        "rows": 3,
    }


def test_a_traceback_is_cleaned_too() -> None:
    stream = io.StringIO()
    configure_logging(level="info", as_json=True, redactor=Redactor(["hunter22"]), stream=stream)

    try:
        int("hunter22")
    except ValueError:
        get_logger("store").exception("failed")

    assert "base 10: '[hidden]'" in json.loads(stream.getvalue())["exception"]


def test_development_writes_lines_for_people() -> None:
    stream = io.StringIO()
    configure_logging(level="debug", as_json=False, redactor=Redactor(), stream=stream)

    get_logger("news").debug("parsed", n=3)

    line = stream.getvalue()
    assert "parsed" in line
    assert "n=3" in line
    assert "\x1b" not in line


def test_what_is_less_severe_than_the_level_is_not_written() -> None:
    stream = io.StringIO()
    configure_logging(level="warning", as_json=True, redactor=Redactor(), stream=stream)

    get_logger("news").info("quiet")

    assert stream.getvalue() == ""


def test_libraries_log_the_same_way_from_warnings_up() -> None:
    stream = io.StringIO()
    configure_logging(level="debug", as_json=True, redactor=Redactor(), stream=stream)

    logging.getLogger("alembic").info("chatter")
    logging.getLogger("alembic").warning("password=%s", "pw")

    event = json.loads(stream.getvalue())
    assert event["event"] == "password=[hidden]"
    assert event["logger"] == "alembic"


@pytest.mark.parametrize(
    ("configured", "is_production", "is_verbose", "level"),
    [
        (None, False, False, "warning"),
        (None, False, True, "debug"),
        (None, True, False, "info"),
        (None, True, True, "info"),
        ("error", False, True, "error"),
    ],
)
def test_the_level_is_configured_or_follows_the_environment(
    configured: str | None, *, is_production: bool, is_verbose: bool, level: str
) -> None:
    assert log_level(configured=configured, is_production=is_production, is_verbose=is_verbose) == level
