"""The family tree of errors.

::

    BellwetherError
    ├── InputError             the caller can mend it
    │   ├── InvalidSchema      a file or frame lacks what its contract asks for
    │   ├── InvalidShape       arrays whose lengths do not fit
    │   ├── InvalidTime        a moment without a zone, off the grid or impossible
    │   ├── UnknownAsset
    │   ├── UnsupportedHorizon
    │   └── UnreadableFile     truncated, wrongly encoded or not what its name says
    ├── ConfigurationError     a setting is missing, contradictory or unsafe
    ├── NotFound               no such prediction, version or run
    ├── DataError              the data cannot answer
    │   ├── NotYetKnown        as_of lies before the moment of knowledge
    │   ├── MissingSlot
    │   └── TooFewObservations
    ├── SourceError            an outside source failed
    │   ├── SourceTimeout
    │   ├── SourceRefused
    │   ├── RateLimited
    │   └── MalformedPayload
    ├── StoreError             the database failed
    │   ├── StoreUnavailable
    │   ├── LeaseLost
    │   └── Conflict
    ├── ArtifactError          a model file is not what was published
    │   ├── DigestMismatch
    │   ├── FeatureSetMismatch
    │   └── GoldenMismatch
    ├── ScorerUnavailable      a reader of the news cannot run here
    └── GateRefused            a check said no; carries the evidence

The docstring of a class is its default message. ``hint`` is the next step for the person who reads
the message; ``transient`` says whether trying again can help.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import timedelta


class BellwetherError(Exception):
    """Something failed."""

    transient: bool = False

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        self.message = message or inspect.cleandoc(type(self).__doc__ or "")
        self.hint = hint
        super().__init__(self.message)


class InputError(BellwetherError):
    """The input cannot be used."""


class InvalidSchema(InputError):
    """The data does not have the columns or types it should have."""


class InvalidShape(InputError):
    """Arrays do not fit together."""


class InvalidTime(InputError):
    """The time is not usable."""


class UnknownAsset(InputError):
    """The asset is not configured."""


class UnsupportedHorizon(InputError):
    """The horizon is not one of 1h, 4h, 24h."""


class UnreadableFile(InputError):
    """The file cannot be read."""


class ConfigurationError(BellwetherError):
    """A setting is missing, contradictory or unsafe."""


class NotFound(BellwetherError):
    """There is no such thing."""


class DataError(BellwetherError):
    """The data cannot answer this."""


class NotYetKnown(DataError):
    """The moment asked for lies before the moment of knowledge."""


class MissingSlot(DataError):
    """The slot was never filled."""


class TooFewObservations(DataError):
    """There are too few observations.

    ``needed`` and ``found`` count what the message speaks of.
    """

    def __init__(self, message: str, *, needed: int, found: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.needed = needed
        self.found = found


class SourceError(BellwetherError):
    """An outside source failed."""

    transient = True


class SourceTimeout(SourceError):
    """The source did not answer in time."""


class SourceRefused(SourceError):
    """The source refused the request."""

    transient = False


class RateLimited(SourceError):
    """The source asks to wait."""

    def __init__(self, message: str, *, retry_after: timedelta, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class MalformedPayload(SourceError):
    """The source answered with something else than its contract says."""

    transient = False


class StoreError(BellwetherError):
    """The database failed."""


class StoreUnavailable(StoreError):
    """The database cannot be reached."""

    transient = True


class LeaseLost(StoreError):
    """Another process took the lease; nothing was written."""

    transient = True


class Conflict(StoreError):
    """Another writer was first."""


class ArtifactError(BellwetherError):
    """The model file is not what was published."""


class DigestMismatch(ArtifactError):
    """The file's digest differs from the manifest."""

    def __init__(self, name: str, *, expected: str, found: str) -> None:
        super().__init__(
            f"{name}: file hash differs from the manifest (expected {expected[:12]}…, found {found[:12]}…).",
            hint="Fetch the version again; if it differs still, do not use it.",
        )
        self.expected = expected
        self.found = found


class FeatureSetMismatch(ArtifactError):
    """The model was trained on another feature set."""


class GoldenMismatch(ArtifactError):
    """The model does not give its golden predictions."""


class ScorerUnavailable(BellwetherError):
    """The scorer cannot run here."""

    def __init__(self, scorer: str, *, reason: str, hint: str | None = None) -> None:
        super().__init__(f"{scorer} is unavailable: {reason}", hint=hint)
        self.scorer = scorer
        self.reason = reason


class GateRefused(BellwetherError):
    """A check said no."""

    def __init__(self, message: str, *, evidence: Mapping[str, object], hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.evidence = dict(evidence)
