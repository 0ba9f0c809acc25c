"""How the embedded server is set up: for a small machine, durable, reachable by its owner alone."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Mapping
from pathlib import Path

from bellwether.store.embedded.layout import Layout

ROLE = "bellwether"
"""The database role, a superuser of its own server."""

PORT = 5432
"""Only part of the socket's file name; the server listens on no network address."""

SYNC_METHOD = "syncfs" if sys.platform == "linux" else "fsync"
"""How a whole data directory is written to disk: by one call per file system where there is one."""

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "minimal",  # there is no replica, and a bulk load then writes less
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "min_wal_size": "64MB",
    "io_method": "sync",  # saves three processes
    "jit": "off",  # compiles longer than our statements run
    "max_parallel_workers_per_gather": "0",  # sums of floats in one order
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "cluster_name": "bellwether",
    # after a crash every file is synced first: one by one that took 2.8 s here, at once 0.2 s
    "recovery_init_sync_method": SYNC_METHOD,
}


def write_configuration(layout: Layout, socket_folder: Path, settings: Mapping[str, str]) -> None:
    """Write the three configuration files into the data directory.

    Authentication is ``peer``: the kernel tells the server which user connects, and only the one
    who started it is let in. There is no password to keep.

    Parameters
    ----------
    layout : Layout
    socket_folder : Path
        Where the server puts its socket.
    settings : mapping
        Server parameters that differ from ours.
    """
    listed = _SETTINGS | {"unix_socket_directories": f'"{socket_folder}"'} | dict(settings)
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in listed.items()]
    user = pwd.getpwuid(os.geteuid()).pw_name
    _write(layout, "postgresql.conf", "\n".join(lines))
    _write(layout, "pg_hba.conf", "local all all peer map=owner")
    _write(layout, "pg_ident.conf", f'owner "{user}" {ROLE}')


def _write(layout: Layout, name: str, text: str) -> None:
    path = layout.data / name
    path.write_text(text + "\n", encoding="utf-8")
    path.chmod(0o600)
    layout.give(path)
