from __future__ import annotations

import os
from pathlib import Path

import pytest

from bellwether.store.embedded.layout import STATE_ROOT, Layout


def test_root_keeps_servers_apart_by_home_and_outside_of_it(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("concerns root alone")

    first, second = Layout.of(tmp_path / "a"), Layout.of(tmp_path / "b")

    assert first.base.parent == second.base.parent == STATE_ROOT
    assert first.base != second.base
    assert first.account is not None
    assert first.account.uid != 0


def test_a_home_has_one_layout_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert Layout.of(Path("here")) == Layout.of(tmp_path / "there" / ".." / "here")


@pytest.mark.parametrize(
    "name", ["x" * 90, "a, b", 'a "quote"', "ünïcode"], ids=["long", "comma", "quote", "accent"]
)
def test_a_path_that_is_no_good_for_a_socket_gets_a_short_private_folder_elsewhere(
    tmp_path: Path, name: str
) -> None:
    base = tmp_path / name
    base.mkdir()

    folder = Layout(base, base, None).create_socket_folder()

    assert folder.parent != base
    assert len(os.fsencode(folder)) < 90
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()


def test_a_short_path_keeps_its_socket(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = Path(os.path.relpath(tmp_path_factory.mktemp("base")))

    folder = Layout(base, base, None).create_socket_folder()

    assert folder == base / "run"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_servers_folder_names_its_home(new_home: Path) -> None:
    layout = Layout.of(new_home)
    layout.create()

    assert (layout.base / "home").read_text(encoding="utf-8") == f"{new_home}\n"
