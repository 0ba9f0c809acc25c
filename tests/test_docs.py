"""What the documents promise is there: every error, every command, every link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bellwether.cli.exits import exit_code
from bellwether.cli.main import COMMANDS
from bellwether.cli.output import kind_of
from bellwether.errors import BellwetherError

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def all_errors(kind: type[BellwetherError] = BellwetherError) -> Iterator[type[BellwetherError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


def error_sections() -> dict[str, str]:
    """Text by heading of the page on errors."""
    _, *sections = re.split(r"^## ", (ROOT / "docs" / "errors.md").read_text(), flags=re.MULTILINE)
    return {title: text for title, _, text in (section.partition("\n") for section in sections)}


def test_every_error_has_a_section_and_every_section_an_error() -> None:
    kinds = {kind_of(kind) for kind in all_errors()}

    assert set(error_sections()) == kinds | {"usage", "interrupted", "unexpected"}


@pytest.mark.parametrize("kind", list(all_errors()), ids=kind_of)
def test_a_section_gives_the_exit_code_and_the_next_step(kind: type[BellwetherError]) -> None:
    section = error_sections()[kind_of(kind)]

    assert section.strip().startswith(f"Exit {int(exit_code(kind.__new__(kind)))}. ")
    assert "**Next:**" in section


def test_the_first_page_names_every_command() -> None:
    page = (ROOT / "README.md").read_text()

    assert [
        entry.name for entry in COMMANDS if not re.search(rf"^\| `{entry.name}\b", page, re.MULTILINE)
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_inside_the_project_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())

    assert [target for target in targets if not (document.parent / target).exists()] == []
