"""``bellwether import`` as it is typed, on a database of its own."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from psycopg.conninfo import conninfo_to_dict

from bellwether.cli import main
from bellwether.clock import SimulatedClock
from bellwether.pipelines.sample import write_sample
from bellwether.sample.market import sample_market

CLOCK = SimulatedClock(datetime(2025, 8, 1, tzinfo=UTC))

HEADLINES = """published_at,title,url
2025-07-05T09:10Z,Bank opens bitcoin trading for its clients,https://a.example/1
2025-07-05T11:10Z,Bank opens Bitcoin trading for its clients!,ftp://b.example/1
soon,Bitcoin falls,
"""
CANDLES = """time,open,high,low,close,volume
2025-07-05T09:00Z,10,12,9,11,5
2025-07-05T09:15Z,10,12,9,11,5
2025-07-05T10:15Z,10,12,9,11,5
2025-07-05T10:30Z,-1,12,9,11,5
"""


def as_url(dsn: str) -> str:
    """A connection string of whatever form as the URL that settings take."""
    parts = conninfo_to_dict(dsn)
    return f"postgresql:///{parts.pop('dbname')}?{urlencode(parts)}"


@pytest.fixture
def run(capsys, monkeypatch, database_dsn, tmp_path):
    """Run a line in a folder with ``news.csv`` and ``bars.csv``; gives exit, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", as_url(database_dsn))
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path / "home"))
    for variable in ("BELLWETHER_ENV", "BELLWETHER_ASSET", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)
    Path("news.csv").write_text(HEADLINES)
    Path("bars.csv").write_text(CANDLES)

    def run_line(line: str) -> tuple[int, str, str]:
        code = main.run(line.split(), clock=CLOCK)
        written = capsys.readouterr()
        return code, written.out, written.err

    return run_line


def test_people_read_where_every_row_went_and_what_to_do_next(run):
    code, out, err = run("import headlines news.csv")

    assert code == 0
    assert [line.rstrip() for line in out.splitlines()] == [
        "Imported headlines from news.csv.",
        " rows of the files                        count",
        " new                                          2",
        "   of them repeat an earlier headline         1",
        " already there                                0",
        " quarantined: published_at is not a time      1",
        " read                                         3",
        "1 rows kept, url left out: The address is not http or https.",
        "Refused rows are kept as they stood, with the reason, in the table quarantine.",
        "next: bellwether import candles FILE",
    ]
    assert "Importing headlines: done, 2 of 2" in err


def test_people_read_of_what_length_and_where_the_bars_are_and_what_is_missing(run):
    _, out, _ = run("import candles bars.csv --map open_time=time --quiet")

    lines = out.splitlines()
    assert lines[0] == "Imported candles (15m, composite) from bars.csv."
    assert lines[-2:] == [
        "Bars missing: 3, from 2025-07-05 09:30 UTC.",
        "next: bellwether import headlines FILE",
    ]


def test_programs_read_one_document(run):
    code, out, err = run("import candles bars.csv --map open_time=time --json --quiet")

    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["meta"]["asset"] == "BTC"
    data = document["data"]
    assert {name: data[name] for name in ("kind", "n_read", "n_new", "n_known", "n_revised")} == {
        "kind": "candles", "n_read": 4, "n_new": 3, "n_known": 0, "n_revised": 0,
    }  # fmt: skip
    assert data["quarantined"] == {"a price is not above zero": 1}
    assert (data["venue"], data["interval"]) == ("composite", "15m")
    assert data["gaps"] == [{"from": "2025-07-05T09:30:00Z", "to": "2025-07-05T10:15:00Z", "n_bars": 3}]
    assert (data["from"], data["to"]) == ("2025-07-05T09:00:00Z", "2025-07-05T10:15:00Z")


def test_importing_again_adds_nothing(run):
    run("import headlines news.csv --quiet")

    _, out, _ = run("import headlines news.csv --json --quiet")

    data = json.loads(out)["data"]
    assert (data["n_new"], data["n_known"]) == (0, 2)


def test_a_dry_run_says_the_same_and_writes_nothing(run):
    _, rehearsed, _ = run("import headlines news.csv --dry-run --json --quiet")
    _, done, _ = run("import headlines news.csv --json --quiet")

    rehearsed_data, data = json.loads(rehearsed)["data"], json.loads(done)["data"]
    assert (rehearsed_data.pop("is_dry_run"), data.pop("is_dry_run")) == (True, False)
    assert rehearsed_data == data
    assert data["n_new"] == 2


def test_edits_and_scores_have_their_commands(run):
    Path("edits.csv").write_text(
        "seen_at,title,url\n2025-07-06T09:00Z,Bank trades bitcoin,https://a.example/1\n"
    )
    Path("scores.csv").write_text("text,finbert_score\nBitcoin rises,0.5\n")
    run("import headlines news.csv --quiet")

    _, edits, _ = run("import revisions edits.csv --json --quiet")
    _, scores, _ = run("import scores scores.csv --json --quiet")

    assert json.loads(edits)["data"]["n_revised"] == 1
    assert json.loads(scores)["data"]["scorer"] == "FinBERT (recorded outputs)"


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("import headlines nothing.csv", 2, "There is no file nothing.csv."),
        ("import candles bars.csv", 2, "bars.csv has no column open_time for candles; it has: time, open"),
        ("import candles bars.csv --map open_time=start", 2, "no column 'start' to read as 'open_time'"),
        ("import candles bars.csv --map open_time", 2, "--map open_time says nothing new."),
        ("import candles bars.csv --map open_time=time --interval 1h", 2, "holds 15m bars, not 1h"),
        ("import candles bars.csv --map open_time=time --venue Kraken!", 2, "'Kraken!' is no venue."),
        ("import headlines news.csv --asset B$", 2, "'B$' is no asset."),
        ("import headlines news.csv --run none", 2, "No such option: --run"),
        ("import scores news.csv --map text=title", 2, "news.csv has no column score"),
        ("import headlines", 2, "Missing argument"),
    ],
)
def test_a_mistake_is_said_with_the_next_step(run, line, code, message):
    exit_code, out, err = run(line)

    assert (exit_code, out) == (code, "")
    assert message in " ".join(err.split())


def test_invented_news_and_prices_stay_out_of_the_store_whatever_they_are_called(run):
    market = sample_market(seed=1, start=datetime(2001, 1, 1, tzinfo=UTC), days=2)
    files = write_sample(market, Path("market"))
    files.headlines.rename("news.csv.gz")

    refused = [
        run(f"import {line} --quiet")
        for line in ("headlines news.csv.gz", f"revisions {files.revisions}", f"candles {files.candles}")
    ]
    _, taken, _ = run("import headlines news.csv --json --quiet")

    assert [(code, out) for code, out, _ in refused] == [(2, "")] * 3
    for name, (_, _, err) in zip(
        ("news.csv.gz", files.revisions.name, files.candles.name), refused, strict=True
    ):
        assert f"{name} holds sample data" in " ".join(err.split())
        assert "bellwether replay" in err
    assert json.loads(taken)["data"]["n_known"] == 0


def test_headlines_of_another_asset_are_its_own(run):
    run("import headlines news.csv --quiet")

    _, out, _ = run("import headlines news.csv --asset eth --json --quiet")

    assert json.loads(out)["data"]["n_new"] == 2
    assert json.loads(out)["meta"]["asset"] == "ETH"
