"""Settings: one frozen tree, read once at the entry point from the environment and ``.env``.

Whoever needs a setting is handed its group; nothing else reads the environment. Every variable is
described in ``.env.example``, which a test compares with this tree. Constants of a method are not
settings: they stand beside the method with their source.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bellwether.errors import ConfigurationError

ENV_FILE = Path(".env")
"""Where variables may also stand, in the folder a command is started from."""

_GROUP = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Variable:
    """Annotation of a field: the environment variable its value comes from."""

    name: str


_TLS_MODES = frozenset({"require", "verify-ca", "verify-full"})
_DEFAULT_PASSWORDS = frozenset({"bellwether", "changeme", "change-me", "example", "password", "postgres"})


class Environment(StrEnum):
    """Where the system runs: at somebody's desk, or for others to rely on."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _is_postgres_url(url: SecretStr) -> SecretStr:
    """Refuse what is no PostgreSQL URL, without repeating the value: it may hold a password."""
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("is not a PostgreSQL URL; write postgresql://user:password@host:5432/database")
    if "options" in parse_qs(parts.query):
        raise ValueError("carries options=, which a transaction pooler refuses; leave it out")
    return url


def _names_a_database(url: SecretStr) -> SecretStr:
    if not urlsplit(url.get_secret_value()).path.strip("/"):
        raise ValueError("names no database; end it with /bellwether, say")
    return url


Folder = Annotated[Path, AfterValidator(Path.expanduser)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_is_postgres_url), AfterValidator(_names_a_database)]
ServerUrl = Annotated[SecretStr, AfterValidator(_is_postgres_url)]
LogLevel = Literal["debug", "info", "warning", "error"]


class StoreSettings(BaseModel):
    """Where observations, features and predictions are kept.

    Attributes
    ----------
    url : SecretStr or None
        The live database; None means the embedded server under the home.
    workspace_url : SecretStr or None
        The server on which replays and demos get a database each; None means the embedded one.
    """

    model_config = _GROUP

    url: Annotated[DatabaseUrl | None, Variable("DATABASE_URL")] = None
    workspace_url: Annotated[ServerUrl | None, Variable("BELLWETHER_WORKSPACE_DATABASE_URL")] = None


class ScorerSettings(BaseModel):
    """What the readers of the news need.

    Attributes
    ----------
    finbert_model : Path or None
        Folder with ``model.onnx``, ``tokenizer.json`` and ``config.json``. That the folder is not
        there is no error here: the scorer says it is unavailable, and the others go on.
    """

    model_config = _GROUP

    finbert_model: Annotated[Folder | None, Variable("FINBERT_MODEL")] = None


class LogSettings(BaseModel):
    """How much is logged.

    Attributes
    ----------
    level : str or None
        The least severe level that is written; None leaves it to the environment and ``--verbose``.
    """

    model_config = _GROUP

    level: Annotated[LogLevel | None, Variable("BELLWETHER_LOG_LEVEL")] = None


class Settings(BaseSettings):
    """The whole tree.

    Attributes
    ----------
    env : Environment
        ``production`` refuses what is unsafe: a remote database without TLS, default or missing
        secrets.
    home : Path
        Folder for everything Bellwether keeps on this machine: embedded database, runs, registry.
    data : Path or None
        Folder of recorded news, prices and labels; `doctor`, `benchmark` and the tests read it.
    asset : str
        What is tracked, in capitals.
    store, scorers, log
        Settings of one part each.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    env: Annotated[Environment, Variable("BELLWETHER_ENV")] = Environment.DEVELOPMENT
    home: Annotated[Folder, Variable("BELLWETHER_HOME")] = Path(".bellwether")
    data: Annotated[Folder | None, Variable("BELLWETHER_DATA")] = None
    asset: Annotated[str, Variable("BELLWETHER_ASSET"), Field(pattern=r"^[A-Z0-9]{2,10}$")] = "BTC"
    store: StoreSettings = StoreSettings()
    scorers: ScorerSettings = ScorerSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing behind the caller's back: a tree built in code is the same everywhere."""
        return (init_settings,)

    @model_validator(mode="after")
    def _refuse_what_cannot_be(self) -> Self:
        if self.home.is_file():
            raise ValueError(f"BELLWETHER_HOME is a file, not a folder: {self.home}")
        if self.env is Environment.PRODUCTION:
            for name, url in self._urls():
                _refuse_unsafe(name, url)
        return self

    def _urls(self) -> Iterator[tuple[str, SecretStr]]:
        named = {
            "DATABASE_URL": self.store.url,
            "BELLWETHER_WORKSPACE_DATABASE_URL": self.store.workspace_url,
        }
        return ((name, url) for name, url in named.items() if url is not None)

    def secrets(self) -> frozenset[str]:
        """Every secret value of the tree, for redaction: the URLs and the passwords inside them."""
        found = set[str]()
        for _, url in self._urls():
            value = url.get_secret_value()
            password = urlsplit(value).password
            found |= {value} | ({password, unquote(password)} if password else set())
        return frozenset(found)


@dataclass(frozen=True)
class Place:
    """Where in the tree the value of a variable goes, ``store.url`` for example."""

    variable: str
    path: str
    is_secret: bool


def places() -> tuple[Place, ...]:
    """Every environment variable the settings read, in the order of the tree."""
    return tuple(_places(Settings, prefix=""))


def _places(group: type[BaseModel], *, prefix: str) -> Iterator[Place]:
    for name, field in group.model_fields.items():
        if isinstance(field.default, BaseModel):
            yield from _places(type(field.default), prefix=f"{prefix}{name}.")
        for mark in field.metadata:
            if isinstance(mark, Variable):
                yield Place(mark.name, f"{prefix}{name}", "SecretStr" in str(field.annotation))


def load_settings(env_file: Path | None = ENV_FILE, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the tree from the environment, and from ``env_file`` what the environment leaves open.

    An empty variable counts as not set, except that production refuses an empty secret: there it
    is nearly always a secret that did not arrive.

    Parameters
    ----------
    env_file : Path or None
        A file of ``NAME=value`` lines; one that is not there is no error.
    environ : mapping or None
        The environment; None means this process's own.

    Raises
    ------
    ConfigurationError
        A value is malformed, contradictory or, in production, unsafe. The message is one sentence
        and never holds the value of a secret.
    """
    found = _file_values(env_file) | dict(os.environ if environ is None else environ)
    try:
        settings = Settings(**_tree(found))
    except ValidationError as exc:
        # without "from": the chained error would print the rejected value
        raise ConfigurationError(_sentence(exc), hint="Settings are described in .env.example.") from None
    if settings.env is Environment.PRODUCTION:
        _refuse_blank_secrets(found)
    return settings


def _file_values(env_file: Path | None) -> dict[str, str]:
    if env_file is None:
        return {}
    read = DotEnvSettingsSource(Settings, env_file=env_file, case_sensitive=True).env_vars
    return {name: value for name, value in read.items() if value is not None}


def _tree(found: Mapping[str, str]) -> dict[str, Any]:
    """Nested keyword arguments of `Settings`; values are the variables' texts."""
    tree: dict[str, Any] = {}
    for place in places():
        if text := found.get(place.variable):
            *groups, leaf = place.path.split(".")
            branch = tree
            for group in groups:
                branch = branch.setdefault(group, {})
            branch[leaf] = text
    return tree


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables in ``environ`` that look like ours and are not, a misspelt name for example."""
    known = {place.variable for place in places()} | _TEST_VARIABLES
    return sorted(name for name in environ if name.startswith("BELLWETHER_") and name not in known)


_TEST_VARIABLES = {
    "BELLWETHER_REQUIRE_DATA",
    "BELLWETHER_TEST_DATABASE_URL",
    "BELLWETHER_TEST_FINBERT",
}
"""Read by the test suite alone."""


def _refuse_blank_secrets(found: Mapping[str, str]) -> None:
    for place in places():
        if place.is_secret and found.get(place.variable) == "":
            raise ConfigurationError(
                f"{place.variable} is set but empty.",
                hint="Give the secret a value, or remove the variable to use the embedded server.",
            )


def _refuse_unsafe(name: str, url: SecretStr) -> None:
    """Hold production's rules for one database URL."""
    parts = urlsplit(url.get_secret_value())
    query = parse_qs(parts.query)
    if parts.password and unquote(parts.password).lower() in _DEFAULT_PASSWORDS:
        raise ValueError(f"{name} carries a default password; production needs one of its own")
    if all(_is_loopback(host) for host in _hosts(parts, query)):
        return
    if not set(query.get("sslmode", [])) or not set(query["sslmode"]) <= _TLS_MODES:
        raise ValueError(f"{name} leaves this machine without TLS; add sslmode=require or stronger")
    if not parts.password and "sslcert" not in query:
        raise ValueError(f"{name} carries no password; production needs one")


def _hosts(parts: SplitResult, query: dict[str, list[str]]) -> list[str]:
    """Every host the URL may lead to: libpq allows several, and ``host=`` beside them."""
    netloc = parts.netloc.rpartition("@")[2]
    listed = [host for source in (query.get("host", []), query.get("hostaddr", [])) for host in source]
    hosts = [piece for text in (netloc, *listed) for piece in text.split(",") if piece]
    return [_without_port(host) for host in hosts]


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host) if host.count(":") > 1 else unquote(host.partition(":")[0])


def _is_loopback(host: str) -> bool:
    """Whether traffic to ``host`` stays on this machine; a path is a Unix socket."""
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _sentence(error: ValidationError) -> str:
    """The first complaint as one sentence, without the value that caused it."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    complaint = first["msg"].removeprefix("Value error, ").rstrip(".")
    path = ".".join(str(part) for part in first["loc"])
    names = {place.path: place.variable for place in places()}
    if path not in names:
        return f"{complaint}."
    separator = " " if first["type"] == "value_error" else ": "
    return f"{names[path]}{separator}{complaint[0].lower()}{complaint[1:]}."
