from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bellwether.store.embedded.locks import FileLock, held, is_held


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a lock"


def test_a_lock_excludes_others_also_within_a_process(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    first.acquire()
    while_held = second.try_acquire()
    first.close()

    assert not while_held
    assert second.try_acquire()
    second.close()


def test_a_shared_lock_is_held_beside_others_and_ends_with_the_last(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    first.share()
    second.share()
    first.close()
    with_one_left = is_held(path)
    second.close()

    assert with_one_left
    assert not is_held(path)


def test_a_lock_that_nobody_made_is_not_held(path: Path) -> None:
    assert not is_held(path)
    assert not path.exists()


def test_a_block_holds_its_lock_until_it_ends(path: Path) -> None:
    with held(path):
        inside = is_held(path)

    assert inside
    assert not is_held(path)


def test_a_lock_file_is_its_owners_alone(path: Path) -> None:
    FileLock(path).close()

    assert path.stat().st_mode & 0o777 == 0o600


def test_closing_twice_is_nothing_and_a_closed_lock_says_so(path: Path) -> None:
    lock = FileLock(path)
    lock.close()
    lock.close()

    with pytest.raises(ValueError, match="closed"):
        lock.acquire()


def _acquire_and_stay(path: str, said: int) -> None:
    FileLock(Path(path)).acquire()
    os.write(said, b"held")
    signal.pause()


def test_a_killed_process_holds_nothing(path: Path, in_a_child: Callable[..., Any]) -> None:
    listening, said = os.pipe()
    child = in_a_child(_acquire_and_stay, str(path), said)
    os.read(listening, 4)
    before = is_held(path)
    child.kill()

    assert before
    assert not is_held(path)
