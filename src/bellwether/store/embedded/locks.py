"""Locks on files that the kernel lets go of when their holder dies, however it dies.

A process number in a file goes stale, may be reused, and looks alive as long as a dead process
waits to be reaped. A lock does not: it lasts as long as any process holds the open file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class FileLock:
    """One open file and the lock on it.

    Two objects on one path exclude each other, also within a process.

    Parameters
    ----------
    path : Path
        Created where it is missing, for its owner alone.
    """

    def __init__(self, path: Path) -> None:
        self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @property
    def fd(self) -> int:
        """The open file's number; a child process that inherits it shares the lock."""
        if self._fd is None:
            raise ValueError("The lock is closed.")
        return self._fd

    def acquire(self) -> None:
        """Wait until nobody else holds the lock, and take it."""
        fcntl.flock(self.fd, fcntl.LOCK_EX)

    def try_acquire(self) -> bool:
        """Take the lock unless somebody holds it; say whether it was taken."""
        with suppress(BlockingIOError):
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def share(self) -> None:
        """Wait until nobody holds the lock alone, and hold it beside others."""
        fcntl.flock(self.fd, fcntl.LOCK_SH)

    def close(self) -> None:
        """Close the file here; the lock is free when no other process has the file open."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock on ``path`` alone during the block."""
    lock = FileLock(path)
    try:
        lock.acquire()
        yield
    finally:
        lock.close()


def is_held(path: Path) -> bool:
    """Whether some process holds the lock on ``path``."""
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        return not lock.try_acquire()
    finally:
        lock.close()
