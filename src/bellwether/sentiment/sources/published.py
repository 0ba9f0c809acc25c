"""Fetch the published ONNX conversion of FinBERT, once and when asked.

The model's card states no licence, so its weights never come with Bellwether. No digest of the
conversion was known when this was written: the first fetch takes the newest revision and records it
with the SHA-256 of each file in ``manifest.json`` beside them, and every later fetch must give the
same bytes. To pin them from the start, write both into `XENOVA_FINBERT`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from bellwether import __version__
from bellwether.clock import Clock
from bellwether.errors import DigestMismatch, MalformedPayload, SourceError, SourceRefused, SourceTimeout
from bellwether.progress import Advance, Track, untracked
from bellwether.sentiment.model_files import CONFIG, MAX_BYTES, MODEL, TOKENIZER
from bellwether.sentiment.reference import FETCH_MANIFEST

PHASE_TIMEOUT = httpx2.Timeout(30, connect=10)
"""Longest silence, seconds."""

DEADLINE = timedelta(minutes=20)
"""For all files together: 111 MB at 100 kB/s."""

CHUNK_BYTES = 1 << 18
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class PublishedModel:
    """Where a model is published.

    Attributes
    ----------
    address : str
        Of the hub, without a path.
    repository : str
    revision : str
        A commit, or a branch of which the first fetch takes the newest commit.
    files : mapping of str to str
        Path in the repository by name here.
    sha256 : mapping of str to str
        Pinned digests by name here; may be empty.
    """

    address: str
    repository: str
    revision: str
    files: Mapping[str, str]
    sha256: Mapping[str, str]

    def url(self, name: str, revision: str) -> str:
        """Address of a file at a revision."""
        return f"{self.address}/{self.repository}/resolve/{revision}/{self.files[name]}"


XENOVA_FINBERT = PublishedModel(
    address="https://huggingface.co",
    repository="Xenova/finbert",
    revision="main",
    files={CONFIG: "config.json", TOKENIZER: "tokenizer.json", MODEL: "onnx/model_quantized.onnx"},
    sha256={},
)
"""The int8 conversion of ProsusAI/finbert (address as documented in November 2026)."""


class FetchManifest(BaseModel):
    """What was fetched.

    Attributes
    ----------
    repository, revision : str
        Where from, and the commit.
    fetched_at : datetime
        UTC.
    sha256 : dict of str to str
        Digest (hex) of each file.
    """

    model_config = ConfigDict(frozen=True)

    repository: str
    revision: str
    fetched_at: datetime
    sha256: dict[str, str]

    @classmethod
    def find(cls, folder: Path) -> FetchManifest | None:
        """The manifest in a folder, or None where there is none that can be read."""
        try:
            return cls.model_validate_json((folder / FETCH_MANIFEST).read_bytes())
        except (OSError, ValidationError):
            return None

    def is_intact(self, folder: Path) -> bool:
        """Whether every file is there, byte for byte."""
        return all(
            (folder / name).is_file() and _sha256(folder / name) == digest
            for name, digest in self.sha256.items()
        )


def fetch_model(
    model: PublishedModel, folder: Path, *, clock: Clock, track: Track = untracked
) -> FetchManifest:
    """Fetch a published model into a folder; one that is already there whole is left as it is.

    Parameters
    ----------
    model : PublishedModel
    folder : Path
        Gets the files and their manifest, all at once or not at all.
    clock : Clock
        Keeps the deadline and stamps the manifest.
    track : Track
        Shown how many bytes of each file have come.

    Raises
    ------
    SourceTimeout, SourceRefused, SourceError
        The hub was too slow, said no, or could not be reached.
    MalformedPayload
        It sent more than such a file may have, or did not say which revision it sent.
    DigestMismatch
        It sent other bytes than were pinned, or fetched before.
    """
    before = FetchManifest.find(folder)
    if before is not None and before.is_intact(folder):
        return before
    staging = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        manifest = _Fetch(model, clock, before, track=track).run(staging)
        (staging / FETCH_MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest


class _Fetch:
    """One fetch of all files of a model."""

    def __init__(
        self, model: PublishedModel, clock: Clock, before: FetchManifest | None, *, track: Track
    ) -> None:
        self._model = model
        self._clock = clock
        self._track = track
        self._give_up_at = clock.now() + DEADLINE
        self._revision = model.revision if before is None else before.revision
        self._expected = {**({} if before is None else before.sha256), **model.sha256}

    def run(self, staging: Path) -> FetchManifest:
        """Fetch into a staging folder; the first file decides the commit of the others."""
        headers = {"User-Agent": f"bellwether/{__version__}"}
        with httpx2.Client(timeout=PHASE_TIMEOUT, follow_redirects=True, headers=headers) as client:
            digests = {name: self._file(client, name, staging / name) for name in self._model.files}
        return FetchManifest(
            repository=self._model.repository,
            revision=self._revision,
            fetched_at=self._clock.now(),
            sha256=digests,
        )

    def _file(self, client: httpx2.Client, name: str, path: Path) -> str:
        url = self._model.url(name, self._revision)
        with _translated(url), client.stream("GET", url) as response:
            self._check(response)
            size_bytes = int(response.headers.get("content-length", 0))
            with self._track(f"Fetching {name} (bytes)", size_bytes) as advance:
                self._save(response, path, advance)
        found = _sha256(path)
        expected = self._expected.get(name, found)
        if found != expected:
            raise DigestMismatch(name, expected=expected, found=found)
        return found

    def _check(self, response: httpx2.Response) -> None:
        response.raise_for_status()
        hops = [*response.history, response]
        if any(hop.url.scheme != hops[0].url.scheme for hop in hops):
            raise SourceRefused(f"{hops[0].url} redirects to {response.url}, which is not encrypted.")
        if _COMMIT.fullmatch(self._revision) is None:
            commits = [hop.headers.get("x-repo-commit", "") for hop in hops]
            self._revision = next(filter(_COMMIT.fullmatch, commits), "")
            if not self._revision:
                raise MalformedPayload(f"{hops[0].url} does not say which revision it is.")

    def _save(self, response: httpx2.Response, path: Path, advance: Advance) -> None:
        received = 0
        with path.open("wb") as file:
            for chunk in response.iter_bytes(CHUNK_BYTES):
                received += len(chunk)
                if received > MAX_BYTES[path.name]:
                    raise MalformedPayload(f"{path.name} is larger than {MAX_BYTES[path.name]:,} bytes.")
                if self._clock.now() > self._give_up_at:
                    raise SourceTimeout(f"{path.name} did not come within {DEADLINE}.", hint="Try again.")
                file.write(chunk)
                advance(received)


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """The client's errors in our words."""
    try:
        yield
    except httpx2.TimeoutException as exc:
        raise SourceTimeout(f"{url} did not answer in time.", hint="Try again.") from exc
    except httpx2.HTTPStatusError as exc:
        status = exc.response.status_code
        kind = SourceError if status >= 500 or status == 429 else SourceRefused
        raise kind(f"{url} answered {status}.") from exc
    except httpx2.HTTPError as exc:
        raise SourceError(f"{url} cannot be reached: {exc}", hint="Check the network and try again.") from exc


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
