"""Which readers of the news this machine has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bellwether.errors import ScorerUnavailable
from bellwether.sentiment.finbert import FinbertScorer, finbert_folder_digest
from bellwether.sentiment.lite import SHIPPED_FOLDER, LiteScorer, lite_folder_digest
from bellwether.sentiment.scorer import Scorer
from bellwether.sentiment.vader import VaderScorer
from bellwether.settings import Settings

FETCH_COMMAND = "bellwether score --fetch-finbert"
"""How a person gets FinBERT's weights; nothing fetches them unasked."""


def open_scorers(settings: Settings, *, workers: int | None = None) -> dict[str, Scorer | ScorerUnavailable]:
    """Open every reader.

    Parameters
    ----------
    settings : Settings
    workers : int or None
        Texts FinBERT reads at the same time; None means one per core.

    Returns
    -------
    dict
        ``vader``, ``finbert`` and ``lite``, in this order. A reader that cannot run here is the
        error that says why; it stops nothing else.
    """
    openings: dict[str, Callable[[], Scorer]] = {
        "vader": VaderScorer,
        "finbert": lambda: FinbertScorer(finbert_folder(settings), workers),
        "lite": lambda: LiteScorer(lite_folder(settings)),
    }
    return {family: _opened(opening) for family, opening in openings.items()}


def finbert_folder(settings: Settings) -> Path:
    """The folder FinBERT is read from: the one that is set, else the one that was fetched.

    Raises
    ------
    ScorerUnavailable
        Neither is there.
    """
    configured = settings.scorers.finbert_model
    folder = fetched_folder(settings.home) if configured is None else configured
    if folder.is_dir():
        return folder
    reason = f"FINBERT_MODEL is not set and there are no weights at {folder}"
    if configured is not None:
        reason = f"FINBERT_MODEL is {configured}, and there is no such folder"
    raise ScorerUnavailable(
        "finbert",
        reason=reason,
        hint=f"Run {FETCH_COMMAND} (111 MB), or set FINBERT_MODEL to a folder with its ONNX files.",
    )


def finbert_digest(settings: Settings) -> str:
    """Digest of the FinBERT that would be opened, without loading it; empty where there is none."""
    try:
        return finbert_folder_digest(finbert_folder(settings))
    except ScorerUnavailable:
        return ""


def lite_folder(settings: Settings) -> Path:
    """The folder the lite reader is read from: the one fitted on this machine, else the shipped one."""
    fitted = fitted_folder(settings.home)
    return fitted if fitted.is_dir() else SHIPPED_FOLDER


def lite_digest(settings: Settings) -> str:
    """Digest of the lite reader that would be opened, without loading it; empty where there is none."""
    try:
        return lite_folder_digest(lite_folder(settings))
    except ScorerUnavailable:
        return ""


def fitted_folder(home: Path) -> Path:
    """Where ``bellwether fit-lite`` puts a model unless told otherwise."""
    return home / "models" / "lite"


def fetched_folder(home: Path) -> Path:
    """Where the published conversion lies once it was fetched."""
    return home / "models" / "finbert"


def _opened(opening: Callable[[], Scorer]) -> Scorer | ScorerUnavailable:
    try:
        return opening()
    except ScorerUnavailable as unavailable:
        return unavailable
