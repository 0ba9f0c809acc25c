"""The examples in docstrings run and print what they say."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "bellwether"


def modules_with_examples() -> list[str]:
    files = sorted(file for file in PACKAGE.rglob("*.py") if ">>> " in file.read_text())
    paths = [file.relative_to(PACKAGE.parent).with_suffix("") for file in files]
    return [".".join(part for part in path.parts if part != "__init__") for path in paths]


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_a_module_are_true(name: str) -> None:
    outcome = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)

    assert outcome.attempted > 0
    assert outcome.failed == 0
