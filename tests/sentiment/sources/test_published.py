"""Fetching over a real connection, from a hub on this machine that behaves as the documented one."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bellwether.clock import SimulatedClock
from bellwether.errors import (
    DigestMismatch,
    MalformedPayload,
    SourceError,
    SourceRefused,
    SourceTimeout,
)
from bellwether.sentiment.sources.published import FetchManifest, PublishedModel, fetch_model

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COMMIT = "4c9b" * 10
FILES = {
    "config.json": b'{"a": 1}',
    "tokenizer.json": b"{}",
    "onnx/model_quantized.onnx": b"\x08\x07" * 300_000,
}


@dataclass
class Hub:
    """What the hub holds, and what it was asked."""

    address: str
    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    headers: dict[str, str] = field(default_factory=lambda: {"X-Repo-Commit": COMMIT})
    status: int = 200
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub that sends models on to another address, as the real one does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.asked.append(self.path)
            name = self.path.split("/resolve/")[-1].split("/", 1)[-1].removeprefix("cdn/")
            if hub.status != 200:
                self.send_error(hub.status)
            elif name.endswith(".onnx") and "/resolve/" in self.path:
                self.send_response(302)
                self.send_header("Location", f"/cdn/{name}")
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._send(hub.files[name.removeprefix("/cdn/")])

        def _send(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            for header, value in hub.headers.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hub = Hub(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield hub
        server.shutdown()
        thread.join()


def published(hub: Hub, **sha256: str) -> PublishedModel:
    return PublishedModel(
        address=hub.address,
        repository="Someone/finbert",
        revision="main",
        files={
            "config.json": "config.json",
            "tokenizer.json": "tokenizer.json",
            "model.onnx": "onnx/model_quantized.onnx",
        },
        sha256={name.replace("_", "."): digest for name, digest in sha256.items()},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "models" / "finbert"


def fetch(hub: Hub, folder: Path, **sha256: str) -> FetchManifest:
    return fetch_model(published(hub, **sha256), folder, clock=SimulatedClock(NOON))


def test_the_first_fetch_records_the_revision_and_every_digest(hub: Hub, folder: Path) -> None:
    manifest = fetch(hub, folder)

    assert (folder / "model.onnx").read_bytes() == FILES["onnx/model_quantized.onnx"]
    assert (manifest.repository, manifest.revision, manifest.fetched_at) == ("Someone/finbert", COMMIT, NOON)
    assert manifest.sha256["config.json"] == hashlib.sha256(FILES["config.json"]).hexdigest()
    assert FetchManifest.find(folder) == manifest


def test_all_files_are_of_the_revision_the_first_one_told(hub: Hub, folder: Path) -> None:
    fetch(hub, folder)

    assert hub.asked[0] == "/Someone/finbert/resolve/main/config.json"
    assert hub.asked[1] == f"/Someone/finbert/resolve/{COMMIT}/tokenizer.json"
    assert hub.asked[2] == f"/Someone/finbert/resolve/{COMMIT}/onnx/model_quantized.onnx"


def test_what_is_there_whole_is_not_fetched_again(hub: Hub, folder: Path) -> None:
    first = fetch(hub, folder)
    asked = len(hub.asked)

    assert fetch(hub, folder) == first
    assert len(hub.asked) == asked


def test_a_damaged_file_is_fetched_again_from_the_recorded_revision(hub: Hub, folder: Path) -> None:
    fetch(hub, folder)
    (folder / "model.onnx").write_bytes(b"damaged")

    fetch(hub, folder)

    assert (folder / "model.onnx").read_bytes() == FILES["onnx/model_quantized.onnx"]
    assert hub.asked[4] == f"/Someone/finbert/resolve/{COMMIT}/config.json"


def test_other_bytes_than_the_first_time_are_refused_and_change_nothing(hub: Hub, folder: Path) -> None:
    fetch(hub, folder)
    (folder / "config.json").unlink()
    hub.files["tokenizer.json"] = b"other"

    with pytest.raises(DigestMismatch, match=r"tokenizer\.json: file hash differs"):
        fetch(hub, folder)

    assert (folder / "tokenizer.json").read_bytes() == b"{}"
    assert not folder.with_name("finbert.part").exists()


def test_other_bytes_than_pinned_are_refused(hub: Hub, folder: Path) -> None:
    with pytest.raises(DigestMismatch, match=r"model\.onnx: file hash differs"):
        fetch(hub, folder, model_onnx="0" * 64)

    assert not folder.exists()


@pytest.mark.parametrize(
    ("status", "error"), [(404, SourceRefused), (403, SourceRefused), (503, SourceError), (429, SourceError)]
)
def test_a_hub_that_says_no_is_told_apart_from_one_that_is_ill(
    hub: Hub, folder: Path, status: int, error: type[SourceError]
) -> None:
    hub.status = status

    with pytest.raises(SourceError, match=f"answered {status}") as caught:
        fetch(hub, folder)

    assert type(caught.value) is error
    assert caught.value.transient is (error is SourceError)
    assert not folder.exists()


def test_an_answer_without_a_revision_is_refused(hub: Hub, folder: Path) -> None:
    hub.headers = {}

    with pytest.raises(MalformedPayload, match="does not say which revision it is"):
        fetch(hub, folder)


def test_more_than_such_a_file_may_have_is_not_saved(hub: Hub, folder: Path) -> None:
    hub.files["config.json"] = b"x" * 1_000_001

    with pytest.raises(MalformedPayload, match=r"config\.json is larger than 1,000,000 bytes"):
        fetch(hub, folder)


def test_a_hub_nobody_listens_at_cannot_be_reached(folder: Path) -> None:
    nobody = Hub("http://127.0.0.1:1")

    with pytest.raises(SourceError, match="cannot be reached"):
        fetch(nobody, folder)


def test_a_fetch_ends_at_its_deadline(hub: Hub, folder: Path) -> None:
    class SlowClock:
        """Eleven minutes pass each time somebody looks."""

        moment = NOON

        def now(self) -> datetime:
            self.moment += timedelta(minutes=11)
            return self.moment

    with pytest.raises(SourceTimeout, match="did not come within 0:20:00"):
        fetch_model(published(hub), folder, clock=SlowClock())
