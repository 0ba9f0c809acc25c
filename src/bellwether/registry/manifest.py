"""The manifest: everything that is known about a model version, in one JSON document.

The digest of a version is the digest of its manifest, which in turn holds the digests of its files;
whoever trusts the one (later by its signature) can trust all.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from bellwether.clock import require_utc
from bellwether.errors import ArtifactError, InputError
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.registry.names import ASSET

MANIFEST_NAME = "manifest.json"


def _parse_version(value: Any) -> Any:  # whatever the document holds
    if not isinstance(value, str):
        return value
    try:
        return ModelVersion.parse(value)
    except InputError as exc:
        raise ValueError(exc.message) from exc  # what pydantic turns into its own error


VersionText = Annotated[
    ModelVersion,
    BeforeValidator(_parse_version),
    PlainSerializer(str),
    WithJsonSchema({"type": "string"}),
]
"""A version, written ``finbert@1.4.0`` in documents."""

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A name without a path: no file outside the version's own folder can be meant."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
AssetName = Annotated[str, Field(pattern=ASSET)]
Moment = Annotated[AwareDatetime, AfterValidator(require_utc)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class FileRecord(_Record):
    """Digest and size of one file."""

    sha256: Sha256
    size_bytes: int = Field(ge=0)

    @classmethod
    def of(cls, content: bytes) -> Self:
        """The record of a file with these bytes."""
        return cls(sha256=sha256(content), size_bytes=len(content))


class FeatureSetRecord(_Record):
    """A feature set the columns come from; the digest covers the definitions of its features."""

    name: str
    digest: str


class ScorerRecord(_Record):
    """The reader of the news whose scores the features hold; see `ScorerInfo`."""

    family: str
    name: str
    digest: str
    is_reference: bool


class Metric(_Record):
    """A number that does not stand alone.

    ``value`` is None where it could not be had; ``reason`` then says why. ``lo`` and ``hi`` bound
    it where an interval was made; ``n`` counts the outcomes behind it.
    """

    value: float | None
    n: int = Field(ge=0)
    lo: float | None = None
    hi: float | None = None
    reason: str | None = None


class CalibrationRecord(_Record):
    """Slope and intercept on the logit."""

    slope: float
    intercept: float


class WindowRecord(_Record):
    """First and last tick that was learnt from, both included."""

    first_as_of: Moment
    last_as_of: Moment
    n_ticks: int


class GoldenRecord(_Record):
    """Inputs (None where missing) with the answers every load must repeat to 1e-6."""

    features: tuple[tuple[float | None, ...], ...]
    p_up: tuple[float, ...]


class Head(_Record):
    """The model of one horizon.

    Attributes
    ----------
    file : str
        Name of its ONNX file.
    candidate : str
        ``logistic``, ``boosting`` or a rule's name.
    parameters : dict
        Settings of the candidate, or frequencies of the rule.
    calibration : CalibrationRecord | None
        None for a rule.
    n_trials : int
        Settings tried for it, over all folds.
    window : WindowRecord
    metrics : dict
        Out-of-fold, by name.
    golden : GoldenRecord
    """

    file: FileName
    candidate: str
    parameters: dict[str, float]
    calibration: CalibrationRecord | None
    n_trials: int
    window: WindowRecord
    metrics: dict[str, Metric]
    golden: GoldenRecord


class Manifest(_Record):
    """A model version.

    Attributes
    ----------
    asset : str
    version : ModelVersion
    source : Source
        Whether it was trained live, in a replay or on the sample market.
    created_at : datetime
        Moment of the training on the clock of its source: simulated in a replay.
    columns : tuple of str
        Feature names in the order of the models' input.
    feature_sets : tuple of FeatureSetRecord
        Where the columns come from, in the same order.
    heads : dict of Horizon to Head
    scorer : ScorerRecord | None
        None for families that read no news.
    data_fingerprint, config_hash, code_commit : str
        What it was made from, how, and by which code.
    files : dict of str to FileRecord
        Every file of the version but this one.
    """

    schema_version: Literal[1] = 1
    asset: AssetName
    version: VersionText
    source: Source
    created_at: Moment
    columns: tuple[str, ...]
    feature_sets: tuple[FeatureSetRecord, ...]
    heads: dict[Horizon, Head] = Field(min_length=1)
    scorer: ScorerRecord | None
    data_fingerprint: str
    config_hash: str
    code_commit: str
    files: dict[FileName, FileRecord]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for horizon, head in self.heads.items():
            if head.file not in self.files:
                raise ValueError(f"the {horizon} model {head.file} is not among the files")
            if any(len(row) != len(self.columns) for row in head.golden.features):
                raise ValueError(f"golden inputs of {horizon} have another width than the columns")
            if len(head.golden.features) != len(head.golden.p_up):
                raise ValueError(f"golden inputs and answers of {horizon} differ in number")
        if MANIFEST_NAME in self.files:
            raise ValueError("a manifest cannot hold its own digest")
        return self

    def to_bytes(self) -> bytes:
        """The document; equal manifests are equal bytes."""
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        return orjson.dumps(self.model_dump(mode="json"), option=options)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the document: the digest of the version."""
        return sha256(self.to_bytes())

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read the document.

        Raises
        ------
        ArtifactError
            It is no manifest, or one whose parts do not fit together.
        """
        try:
            return cls.model_validate_json(content)
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ArtifactError(f"{MANIFEST_NAME} is not valid: {where} {first['msg']}".rstrip()) from exc


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
