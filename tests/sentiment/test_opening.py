from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bellwether.errors import ScorerUnavailable
from bellwether.sentiment.lite import SHIPPED_FOLDER, LiteScorer
from bellwether.sentiment.opening import (
    fetched_folder,
    finbert_digest,
    finbert_folder,
    fitted_folder,
    lite_digest,
    lite_folder,
    open_scorers,
)
from bellwether.sentiment.scorer import Scorer
from bellwether.settings import ScorerSettings, Settings

MakeFolder = Callable[..., Path]


def digest_of(reader: Scorer | ScorerUnavailable) -> str:
    assert not isinstance(reader, ScorerUnavailable)
    return reader.info.digest


def test_readers_come_in_one_order_and_a_missing_one_says_why(tmp_path: Path) -> None:
    readers = open_scorers(Settings(home=tmp_path))

    assert list(readers) == ["vader", "finbert", "lite"]
    missing = readers["finbert"]
    assert isinstance(missing, ScorerUnavailable)
    assert missing.reason.startswith("FINBERT_MODEL is not set and there are no weights at")
    assert missing.hint is not None
    assert "bellwether score --fetch-finbert" in missing.hint
    assert not isinstance(readers["vader"], ScorerUnavailable)
    assert not isinstance(readers["lite"], ScorerUnavailable)


def test_a_configured_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, scorers=ScorerSettings(finbert_model=tmp_path / "nowhere"))

    missing = open_scorers(settings)["finbert"]

    assert isinstance(missing, ScorerUnavailable)
    assert "there is no such folder" in missing.reason


def test_a_broken_folder_stops_no_other_reader(tmp_path: Path, make_finbert: MakeFolder) -> None:
    folder = make_finbert(model=b"broken")

    readers = open_scorers(Settings(home=tmp_path, scorers=ScorerSettings(finbert_model=folder)))

    assert isinstance(readers["finbert"], ScorerUnavailable)
    assert "not an ONNX model" in readers["finbert"].reason
    assert not isinstance(readers["vader"], ScorerUnavailable)


def test_the_configured_folder_goes_before_the_fetched_one(tmp_path: Path, make_finbert: MakeFolder) -> None:
    configured = make_finbert("configured")
    home = tmp_path / "home"
    fetched_folder(home).mkdir(parents=True)

    assert finbert_folder(Settings(home=home)) == fetched_folder(home)
    with_setting = Settings(home=home, scorers=ScorerSettings(finbert_model=configured))
    assert finbert_folder(with_setting) == configured


def test_finberts_digest_is_known_before_it_is_opened(tmp_path: Path, make_finbert: MakeFolder) -> None:
    settings = Settings(home=tmp_path, scorers=ScorerSettings(finbert_model=make_finbert()))

    assert finbert_digest(settings) == digest_of(open_scorers(settings)["finbert"])
    assert finbert_digest(Settings(home=tmp_path)) == ""


def test_a_lite_reader_fitted_here_goes_before_the_shipped_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert lite_folder(settings) == SHIPPED_FOLDER
    assert lite_digest(settings) == LiteScorer().info.digest

    fitted_folder(tmp_path).mkdir(parents=True)

    assert lite_folder(settings) == fitted_folder(tmp_path)
    assert lite_digest(settings) == ""
    assert isinstance(open_scorers(settings)["lite"], ScorerUnavailable)
