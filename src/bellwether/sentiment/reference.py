"""What may be called FinBERT: a pinned conversion of it, or a folder whose parity was measured.

Anything else that is loaded through the FinBERT reader is shown as what it is. A parity report
stands beside the model as ``parity_report.json`` and speaks of one digest only: change a byte of the
model and it no longer counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bellwether.errors import InputError

PINNED_CONVERSIONS: Mapping[str, str] = MappingProxyType({})
"""Digests (`ModelFiles.digest`) of conversions known to be FinBERT, with their names.

Empty: when this was written no conversion had been fetched and measured by its authors. Add a
line when one has, with the parity it was given.
"""

PARITY_REPORT = "parity_report.json"
FETCH_MANIFEST = "manifest.json"

Original = Literal["original_fp32", "recorded_outputs"]
"""What a folder was compared with: the original weights in single precision, or recorded outputs."""

MIN_AGREEMENT: Mapping[Original, float] = MappingProxyType({"original_fp32": 0.99, "recorded_outputs": 0.97})
"""Share of texts that must get the same class. Recorded outputs were made with other software."""

MIN_TEXTS = 500
"""At 97 % agreement the share is known to within 1.5 points from here on."""

FINBERT_SHAPE: Mapping[str, object] = MappingProxyType(
    {"num_hidden_layers": 12, "hidden_size": 768, "vocab_size": 30_522}
)
"""What ``config.json`` of FinBERT and of every conversion of it says."""


class ParityReport(BaseModel):
    """How often a model folder and the real FinBERT give a text the same class.

    Attributes
    ----------
    digest : str
        The folder's digest.
    against : str
        ``original_fp32`` or ``recorded_outputs``.
    n : int
        Texts compared.
    class_agreement : float
        Share of them with the same class, 0 to 1.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    digest: str
    against: Original
    n: int = Field(ge=0)
    class_agreement: float = Field(ge=0, le=1)

    @property
    def passes(self) -> bool:
        """Whether that is enough to be called FinBERT."""
        return self.n >= MIN_TEXTS and self.class_agreement >= MIN_AGREEMENT[self.against]

    def write(self, folder: Path) -> Path:
        """Write the report beside the model.

        Raises
        ------
        InputError
            The folder cannot be written to.
        """
        path = folder / PARITY_REPORT
        try:
            path.write_bytes(orjson.dumps(self.model_dump(), option=orjson.OPT_INDENT_2))
        except OSError as exc:
            raise InputError(
                f"{path} cannot be written ({exc.strerror}).", hint="Copy the model to a folder of your own."
            ) from exc
        return path


@dataclass(frozen=True)
class Standing:
    """What a model folder is shown as, and whether it is FinBERT itself."""

    name: str
    is_reference: bool


def standing(folder: Path, *, digest: str, config: Mapping[str, Any]) -> Standing:
    """Decide what the model of a folder may be called."""
    if digest in PINNED_CONVERSIONS:
        return Standing(f"FinBERT ({PINNED_CONVERSIONS[digest]})", is_reference=True)
    report = _parity_report(folder)
    if not _has_finbert_shape(config):
        return Standing(f"{_plain_name(folder)} (FinBERT-shaped, not FinBERT)", is_reference=False)
    if report is not None and report.digest == digest and report.passes:
        return Standing(f"FinBERT ({report.class_agreement:.1%} parity)", is_reference=True)
    return Standing(f"{_plain_name(folder)} (not shown to be FinBERT)", is_reference=False)


def _has_finbert_shape(config: Mapping[str, Any]) -> bool:
    return all(config.get(key) == value for key, value in FINBERT_SHAPE.items())


def _parity_report(folder: Path) -> ParityReport | None:
    """The folder's report; one that cannot be read is none."""
    try:
        return ParityReport.model_validate_json((folder / PARITY_REPORT).read_bytes())
    except (OSError, ValidationError):
        return None


def _plain_name(folder: Path) -> str:
    """The repository a folder was fetched from, else the folder's own name."""
    try:
        manifest = orjson.loads((folder / FETCH_MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        manifest = None
    repository = manifest.get("repository") if isinstance(manifest, dict) else None
    return repository if isinstance(repository, str) else folder.resolve().name
