"""Where the embedded server keeps its files, and as whom it runs.

PostgreSQL refuses to run as root, and the unprivileged user it runs as then may not be able to enter
the home. So as root everything lies under ``/var/lib/bellwether/<hash of the home>``; no existing
folder changes its mode, no user is added. As an ordinary user everything lies under the home.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bellwether.errors import StoreUnavailable

STATE_ROOT = Path("/var/lib/bellwether")
"""Parent of every server that root starts."""

_UNPRIVILEGED = "nobody"
_LONGEST_SOCKET_FOLDER = 88
"""Bytes. A socket's path has room for 107 (103 on macOS), and the file's name takes 15."""

_PLAIN_PATH = re.compile(r"[\w./ -]+", re.ASCII)


@dataclass(frozen=True)
class Account:
    """An operating-system user that the server runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Layout:
    """Folders and files of one home's server.

    Attributes
    ----------
    home : Path
        ``BELLWETHER_HOME``, absolute.
    base : Path
        Holds all the others. As root its name says nothing; the file ``home`` in it names the home.
    account : Account or None
        Whom the server runs as when that is not the caller; None as an ordinary user.
    """

    home: Path
    base: Path
    account: Account | None

    @classmethod
    def of(cls, home: Path) -> Layout:
        """The layout for a home; nothing is created.

        Raises
        ------
        StoreUnavailable
            As root on a machine without the user ``nobody``.
        """
        home = home.expanduser().resolve()
        if os.geteuid() != 0:
            return cls(home, home / "postgres", None)
        digest = hashlib.blake2b(os.fsencode(home), digest_size=8).hexdigest()
        return cls(home, STATE_ROOT / digest, _unprivileged_account())

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.base / "data"

    @property
    def fresh_data(self) -> Path:
        """A data directory in the making; it is renamed when it is complete."""
        return self.base / "data.new"

    @property
    def pid_file(self) -> Path:
        """The server's own note of its process number and socket folder."""
        return self.data / "postmaster.pid"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.base / "server.log"

    @property
    def turn(self) -> Path:
        """Lock held while somebody starts or stops the server."""
        return self.base / "turn.lock"

    @property
    def users(self) -> Path:
        """Lock shared by every process that uses the server."""
        return self.base / "users.lock"

    @property
    def alive(self) -> Path:
        """Lock held by the server's processes as long as any of them lives."""
        return self.base / "alive.lock"

    def create(self) -> None:
        """Create the base folder: private, but as root passable for the server's user.

        Raises
        ------
        StoreUnavailable
            The place cannot be written.
        """
        try:
            self.base.parent.mkdir(parents=True, exist_ok=True)
            self.base.mkdir(mode=0o711 if self.account else 0o700, exist_ok=True)
            (self.base / "home").write_bytes(os.fsencode(self.home) + b"\n")
            self.log.touch(mode=0o600)
            self.give(self.log)
        except OSError as exc:
            raise StoreUnavailable(
                f"The embedded database cannot use {self.base}: {exc.strerror}.",
                hint="Set BELLWETHER_HOME to a folder that can be written, or DATABASE_URL to a server.",
            ) from exc

    def give(self, path: Path) -> None:
        """Make the server's user the owner of a path we created."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)

    def create_socket_folder(self) -> Path:
        """A folder for the socket that only its owner may enter, with a short and plain path."""
        folder = self.base / "run"
        if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER and _PLAIN_PATH.fullmatch(str(folder)):
            folder.mkdir(mode=0o700, exist_ok=True)
        else:
            folder = Path(tempfile.mkdtemp(prefix="bellwether-", dir=_runtime_folder()))
        self.give(folder)
        return folder


def _unprivileged_account() -> Account:
    try:
        entry = pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        raise StoreUnavailable(
            f"PostgreSQL does not run as root, and there is no user {_UNPRIVILEGED!r} to run it as.",
            hint="Run as an ordinary user, or set DATABASE_URL to a server.",
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _runtime_folder() -> str:
    """A short folder for sockets; the system's own for this user, where it has one."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isdir(folder) and os.access(folder, os.W_OK) and len(os.fsencode(folder)) < 60:  # noqa: PTH112 - "" is no folder
        return folder
    return tempfile.gettempdir()
