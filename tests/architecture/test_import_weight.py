"""What serving will import loads nothing heavy: each second of imports is ten at a tenth of a core."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "bellwether"

HEAVY = (
    "polars",
    "pandas",
    "pandera",
    "scipy",
    "sklearn",
    "lightgbm",
    "optuna",
    "matplotlib",
    "talib",
    "torch",
    "transformers",
)


def modules(folder: str) -> list[str]:
    """Every module of a package, migrations apart: they run only when a database is upgraded."""
    files = sorted((PACKAGE / folder).rglob("*.py"))
    paths = [
        file.relative_to(PACKAGE.parent).with_suffix("") for file in files if "migrations" not in file.parts
    ]
    return [".".join(part for part in path.parts if part != "__init__") for path in paths]


LIGHT = {
    "the ground floor": [
        f"bellwether.{name}"
        for name in ("clock", "errors", "identity", "settings", "telemetry", "formatting", "progress")
    ],
    "the store": modules("store"),
    "the registry": modules("registry"),
    "scorers": [
        f"bellwether.sentiment.{name}" for name in ("scorer", "vader", "finbert", "lite", "recorded")
    ],
    "inference": ["bellwether.learning.inference"],
}


@pytest.mark.parametrize("names", LIGHT.values(), ids=LIGHT.keys())
def test_serving_can_import_it_lightly(names: list[str]) -> None:
    program = f"import sys, {', '.join(names)}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
