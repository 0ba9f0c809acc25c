"""Files that survive a killed process and a pulled plug: whole, or not there."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bellwether.errors import StoreError


def write_new(path: Path, content: bytes) -> None:
    """Write a file and wait until its bytes are on disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file in one step: a reader sees the old or the new bytes, never a part.

    The caller holds the lock that keeps other writers of ``path`` away.
    """
    draft = path.with_name(path.name + ".new")
    write_new(draft, content)
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until names made or renamed in ``folder`` are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``, waiting for it; it goes with the process, even a killed one."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the operating system's errors into ours.

    Raises
    ------
    StoreError
        For every OSError; ``what`` opens the message.
    """
    try:
        yield
    except OSError as exc:
        raise StoreError(f"{what}: {exc.strerror}.", hint="Check the disk's space and permissions.") from exc
