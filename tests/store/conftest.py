from __future__ import annotations

import os
import pickle
import signal
import subprocess
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bellwether.store.embedded import EmbeddedServer
from bellwether.store.embedded.layout import Layout


@dataclass
class Child:
    """A forked process that runs one function."""

    pid: int
    _pipe: int

    @classmethod
    def start(cls, function: Callable[..., Any], *args: Any) -> Child:
        """Run ``function`` in a forked child, which ends without touching what the parent holds."""
        reading, writing = os.pipe()
        with warnings.catch_warnings():  # Python 3.12 warns of any fork beside threads
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid:
            os.close(writing)
            return cls(pid, reading)
        try:
            answer = ("result", function(*args))
        except BaseException as exc:  # noqa: BLE001 - the child must not go on as a second test run
            answer = ("error", f"{type(exc).__name__}: {exc}")
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(answer))
        os._exit(0)

    def result(self) -> Any:
        """What the function gave back.

        Raises
        ------
        AssertionError
            It raised, or its process was killed.
        """
        with os.fdopen(self._pipe, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(self.pid, 0)
        if not answer:
            raise AssertionError("The child was killed.")
        kind, value = pickle.loads(answer)
        if kind == "error":
            raise AssertionError(value)
        return value

    def kill(self) -> None:
        """End it as the kernel ends a process that has no say."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._pipe)


@pytest.fixture(scope="session")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory without a server, to copy: making one takes a second."""
    home = tmp_path_factory.mktemp("made once")
    EmbeddedServer.start(home).stop()
    yield Layout.of(home).data
    EmbeddedServer.destroy(home)


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    """A home of the test's own in which there is nothing; what it left is removed."""
    home = tmp_path / "a home"
    yield home
    EmbeddedServer.destroy(home)


@pytest.fixture
def home(new_home: Path, data_directory: Path) -> Path:
    """A home of the test's own whose server ran before and is down."""
    layout = Layout.of(new_home)
    layout.create()
    subprocess.run(["cp", "-a", str(data_directory), str(layout.data)], check=True)
    return new_home


@pytest.fixture
def in_a_child() -> Callable[..., Child]:
    """Start a function in a child process: ``in_a_child(function, *args).result()``."""
    return Child.start
