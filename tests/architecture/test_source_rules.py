"""Rules a reader of the code relies on; each failure says what to write instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "bellwether"
SOURCES = sorted(PACKAGE.rglob("*.py"))

_NOW = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
_STATEMENT = re.compile(
    r"\b(SELECT\b.+\bFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|(CREATE|DROP|ALTER)\s+(TABLE|DATABASE))\b",
    re.DOTALL,
)
_LONGEST_FILE = 400


def relative(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def findings(file: Path, finds: Callable[[ast.AST], bool]) -> list[str]:
    tree = ast.parse(file.read_text())
    lines = (getattr(node, "lineno", 0) for node in ast.walk(tree) if finds(node))
    return [f"{relative(file)}:{line}" for line in lines]


def asks_for_the_time(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ((node.value.id if isinstance(node.value, ast.Name) else node.value.attr), node.attr) in _NOW
    )


def holds_sql(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _STATEMENT.search(node.value) is not None
    )


def test_only_the_clock_asks_what_time_it_is() -> None:
    elsewhere = (file for file in SOURCES if relative(file) != "clock.py")
    found = [place for file in elsewhere for place in findings(file, asks_for_the_time)]

    assert not found, f"Take a Clock or the moment as an argument: {found}"


def test_sql_is_written_in_the_store_alone() -> None:
    elsewhere = (file for file in SOURCES if not relative(file).startswith("store/"))
    found = [place for file in elsewhere for place in findings(file, holds_sql)]

    assert not found, f"Give the statement a function in a repository module of bellwether.store: {found}"


def test_a_file_can_be_read_in_one_sitting() -> None:
    lengths = {relative(file): len(file.read_text().splitlines()) for file in SOURCES}
    long = {name: length for name, length in lengths.items() if length > _LONGEST_FILE}

    assert not long, f"Look for the missing noun and give it a file: {long}"


@pytest.mark.parametrize(
    ("source", "finds", "is_found"),
    [
        ("x = datetime.now(UTC)", asks_for_the_time, True),
        ("x = datetime.datetime.now(UTC)", asks_for_the_time, True),
        ("x = map(time.time, [])", asks_for_the_time, True),
        ("x = clock.now()", asks_for_the_time, False),
        ("x = time.perf_counter()", asks_for_the_time, False),
        ("conn.execute('SELECT 1 FROM runs')", holds_sql, True),
        ("conn.execute(f'INSERT INTO {t} VALUES (1)')", holds_sql, True),
        ("say('Select a model from the list')", holds_sql, False),
    ],
)
def test_the_rules_find_what_they_are_for(
    source: str, finds: Callable[[ast.AST], bool], *, is_found: bool
) -> None:
    assert any(finds(node) for node in ast.walk(ast.parse(source))) is is_found


def test_every_public_name_exists() -> None:
    with_all = [module_name(file) for file in SOURCES if "__all__ = " in file.read_text()]
    modules = map(import_module, with_all)

    assert [(m.__name__, n) for m in modules for n in m.__all__ if not hasattr(m, n)] == []


def module_name(file: Path) -> str:
    path = file.relative_to(PACKAGE.parent).with_suffix("")
    return ".".join(part for part in path.parts if part != "__init__")


def test_nothing_speaks_of_a_package_registry_or_of_one_machine() -> None:
    """Whoever builds this uses the index their own tools are set to."""
    # spelt in pieces, so that the names stand nowhere in full
    registries = ("py" + "pi.", "python" + "hosted", "npm" + "js", "/" + "root/")
    suspicious = re.compile("|".join(map(re.escape, registries)) + r"|/home/\w+/")
    texts = [
        *SOURCES,
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "requirements").glob("*.txt"),
        *(ROOT / name for name in ("Makefile", "pyproject.toml", "README.md", ".ci/run")),
    ]

    found = [str(file.relative_to(ROOT)) for file in texts if suspicious.search(file.read_text())]

    assert found == []
