"""Fingerprints of what a result depends on: data, code and installed libraries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

import orjson

import bellwether
from bellwether.errors import UnreadableFile

_CHUNK_BYTES = 1 << 20


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal.

    Raises
    ------
    UnreadableFile
        There is no such file, or it may not be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as exc:
        raise UnreadableFile(
            f"Cannot read {path}: {exc.strerror}.", hint="Check the path and its permissions."
        ) from exc
    return digest.hexdigest()


def data_hash(groups: Iterable[tuple[str, Iterable[Path]]]) -> str:
    """One hash over several groups of files; names and order of the files do not matter."""
    digest = hashlib.sha256()
    for kind, files in groups:
        for line in sorted({file_digest(path) for path in files}):
            digest.update(f"{kind}:{line}\n".encode())
    return digest.hexdigest()


def arguments_hash(arguments: Mapping[str, object]) -> str:
    """SHA-256 over the arguments that decide a result, whatever their order."""
    return hashlib.sha256(orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS)).hexdigest()


@cache
def code_hash() -> str:
    """SHA-256 over the package's own source and shipped files."""
    root = Path(bellwether.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def libraries_hash() -> str:
    """SHA-256 over the name and version of every installed distribution.

    The lock file says what should be installed; this says what is.
    """
    installed = {f"{dist.name.lower()}=={dist.version}" for dist in metadata.distributions()}
    return hashlib.sha256("\n".join(sorted(installed)).encode()).hexdigest()
