"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A law is not a benchmark: on a busy machine an example may take its time.
settings.register_profile("bellwether", deadline=None)
settings.load_profile("bellwether")

_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def recorded_data() -> Path:
    """The folder of recorded prices, news and labels; ``BELLWETHER_DATA`` says where it is."""
    default = _ROOT.parent / "shared" / "data"
    folder = Path(os.environ.get("BELLWETHER_DATA", default))
    return _present(folder, "the recorded data", "BELLWETHER_DATA")


@pytest.fixture(scope="session")
def finbert_folder(recorded_data: Path) -> Path:
    """A model folder of FinBERT's shape; ``BELLWETHER_TEST_FINBERT`` says where it is."""
    default = recorded_data.parent / "models" / "finbert_minilm"
    folder = Path(os.environ.get("BELLWETHER_TEST_FINBERT", default))
    return _present(folder, "the FinBERT-shaped test model", "BELLWETHER_TEST_FINBERT")


def _present(folder: Path, what: str, variable: str) -> Path:
    """``folder``, or the test is skipped; with ``BELLWETHER_REQUIRE_DATA=1`` it fails instead."""
    if folder.is_dir():
        return folder
    reason = f"{what} is not at {folder}; {variable} says where it is"
    if os.environ.get("BELLWETHER_REQUIRE_DATA") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
