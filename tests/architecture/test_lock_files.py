"""The lock files pin what ``pyproject.toml`` asks for, with hashes and nothing of one machine.

No network: whether a newer release exists is not asked; whether the pins still fit is.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CORE = PROJECT["project"]["dependencies"]
UNLOCKED = {"finetune"}  # torch's builds differ by index; it is installed by hand
EXTRAS = {
    name: requirements
    for name, requirements in PROJECT["project"]["optional-dependencies"].items()
    if name not in UNLOCKED
}

WANTED = {
    "core": CORE,
    **{name: [*CORE, *requirements] for name, requirements in EXTRAS.items()},
    "dev": [*CORE, *(r for rs in EXTRAS.values() for r in rs), *PROJECT["dependency-groups"]["dev"]],
}
FILES = sorted((ROOT / "requirements").glob("*.txt"))


def pins(name: str) -> dict[str, str]:
    """Version by normalised name."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    found = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, flags=re.MULTILINE)
    return {normalised(project): version for project, version in found}


def normalised(project: str) -> str:
    return re.sub(r"[-_.]+", "-", project).lower()


def test_there_is_one_file_for_the_core_each_extra_and_development() -> None:
    assert {file.stem for file in FILES} == set(WANTED)


@pytest.mark.parametrize("name", WANTED)
def test_every_requirement_is_pinned_to_a_version_it_allows(name: str) -> None:
    pinned = pins(name)

    for requirement in map(Requirement, WANTED[name]):
        assert Version(pinned[normalised(requirement.name)]) in requirement.specifier, str(requirement)


def test_every_file_pins_the_same_versions() -> None:
    everything = pins("dev")

    for name in WANTED:
        assert pins(name).items() <= everything.items()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_pin_has_hashes_and_no_address(file: Path) -> None:
    text = file.read_text()
    blocks = re.split(r"\n(?=[a-z])", text)[1:]

    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "@ " not in text
    assert str(ROOT) not in text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_torch_stays_in_an_environment_of_its_own(file: Path) -> None:
    assert not {"torch", "transformers"} & set(pins(file.stem))
