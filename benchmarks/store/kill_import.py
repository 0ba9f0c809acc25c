"""Kill imports, and the database under them, at random moments; then count against the file.

Each round starts from an empty store. An import is started and killed with SIGKILL at a moment drawn
evenly from the length of the last one that ended, up to three times, then run to its end. With
``--victim database`` the embedded server's postmaster is killed instead, and the import is run again
until it succeeds. After every round each row of the file must be in the store and nothing twice, and
every stored byte but the moment of storing must equal what an undisturbed import stores.

Run: python benchmarks/store/kill_import.py news.csv.gz [--kills 50] [--victim import|database] [--seed 0]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, LiteralString

from bellwether.news.texts import clean_text
from bellwether.news.urls import canonical_url
from bellwether.store.database import Connection, Database
from bellwether.store.embedded import EmbeddedServer
from bellwether.store.embedded.layout import Layout
from bellwether.store.opening import LIVE_DATABASE

KILLS_A_ROUND = 3
PATIENCE_SECONDS = 120
TABLES = "raw_headlines, headline_duplicates, publishers, quarantine"

DIGESTS = (
    """
    SELECT md5(string_agg(md5(concat_ws(E'\\x1f', h.key, h.revision, h.asset, p.name, h.url, h.title, h.text,
        h.summary, h.event_time, h.known_at, h.is_known_assumed)), '' ORDER BY h.key, h.revision))
    FROM raw_headlines h JOIN publishers p USING (publisher_id)
    """,
    """
    SELECT md5(string_agg(concat_ws(' ', headline, original), ',' ORDER BY headline))
    FROM headline_duplicates
    """,
    "SELECT md5(string_agg(concat_ws(' ', row_number, reason), ',' ORDER BY row_number)) FROM quarantine",
)


@dataclass
class Tally:
    """What happened over all rounds."""

    n_versions: int = 0
    rounds: int = 0
    kills: int = 0
    left_part: int = 0
    lost: int = 0
    doubled: int = 0
    differing: int = 0
    exits: Counter[int] = field(default_factory=Counter)


def file_rows(path: Path) -> set[tuple[str, str]]:
    """Address and title of every row of the file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return {(canonical_url(row["url"]), clean_text(row["title"])) for row in csv.DictReader(lines)}


def start_import(home: Path, path: Path) -> subprocess.Popen[bytes]:
    """Start ``bellwether import headlines`` on the embedded store of ``home``."""
    program = Path(sys.executable).with_name("bellwether")
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "BELLWETHER_HOME": str(home)
    }
    return subprocess.Popen(
        [program, "import", "headlines", path, "--quiet"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def run_import(home: Path, path: Path, tally: Tally) -> float:
    """Run it to its end, again while the database is away; the seconds of the run that ended well."""
    for _ in range(10):
        started = perf_counter()
        code = start_import(home, path).wait(PATIENCE_SECONDS)
        tally.exits[code] += 1
        if code == 0:
            return perf_counter() - started
    raise SystemExit("The import did not succeed in ten runs.")


@contextmanager
def looking(home: Path) -> Iterator[Connection]:
    """A transaction on the store; a server that was killed is recovered first."""
    server = EmbeddedServer.start(home)
    try:
        with Database(server.dsn(LIVE_DATABASE)) as database, database.session() as conn:
            yield conn
    finally:
        server.stop()


def scalar(conn: Connection, query: LiteralString) -> Any:
    """The one value of a query."""
    row = conn.execute(query).fetchone()
    assert row is not None
    return row[0]


def digests(home: Path) -> list[str | None]:
    """Of everything an import stores, but the moment of storing."""
    with looking(home) as conn:
        return [scalar(conn, query) for query in DIGESTS]


def count_rows(home: Path) -> int:
    """Versions of headlines in the store."""
    with looking(home) as conn:
        return int(scalar(conn, "SELECT count(*) FROM raw_headlines"))


def empty(home: Path) -> None:
    """Take everything out again."""
    with looking(home) as conn:
        conn.execute(f"TRUNCATE {TABLES}")


def kill_postmaster(home: Path) -> bool:
    """Kill the database's first process; False when none runs at this moment."""
    with suppress(OSError, ValueError, IndexError):
        os.kill(int(Layout.of(home).pid_file.read_text().splitlines()[0]), signal.SIGKILL)
        return True
    return False


def one_kill(home: Path, path: Path, after_seconds: float, victim: str) -> tuple[bool, int]:
    """Start an import and kill it, or the database under it, if both still live by then."""
    process = start_import(home, path)
    try:
        return False, process.wait(after_seconds)
    except subprocess.TimeoutExpired:
        if victim == "database":
            return kill_postmaster(home), process.wait(PATIENCE_SECONDS)
        process.kill()
        return True, process.wait(PATIENCE_SECONDS)


def one_round(
    home: Path, path: Path, tally: Tally, *, draw: random.Random, length_seconds: float, victim: str
) -> float:
    """Kill up to `KILLS_A_ROUND` imports of an empty store, then let one end; how long that one took."""
    empty(home)
    for _ in range(draw.randint(1, KILLS_A_ROUND)):
        is_killed, code = one_kill(home, path, draw.uniform(0, length_seconds), victim)
        tally.kills += is_killed
        tally.exits[code] += 1
        tally.left_part += 0 < count_rows(home) < tally.n_versions
    tally.rounds += 1
    return run_import(home, path, tally)


def judge(home: Path, rows: set[tuple[str, str]], whole: list[str | None], tally: Tally) -> None:
    """Count what the file has and the store lacks, and what the store has twice."""
    with looking(home) as conn:
        stored = set(conn.execute("SELECT url, text FROM raw_headlines").fetchall())
        tally.doubled += int(
            scalar(conn, "SELECT count(*) - count(DISTINCT (key, text, known_at)) FROM raw_headlines")
        )
    tally.lost += len(rows - stored)
    tally.differing += digests(home) != whole


def main() -> None:
    """Measure an undisturbed import, then kill and count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="a headline file, .csv.gz, whose rows are all good")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--victim", choices=("import", "database"), default="import")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rows = file_rows(arguments.file)
    home = Path(tempfile.mkdtemp(prefix="bellwether-kill-"))
    try:
        tally = Tally()
        run_import(home, arguments.file, Tally())  # makes and migrates the store
        empty(home)
        undisturbed_seconds = length_seconds = run_import(home, arguments.file, Tally())
        tally.n_versions = count_rows(home)
        whole = digests(home)
        draw = random.Random(arguments.seed)
        while tally.kills < arguments.kills:
            # other work on the machine may make the next one faster or slower than the first
            length_seconds = one_round(
                home,
                arguments.file,
                tally,
                draw=draw,
                length_seconds=length_seconds,
                victim=arguments.victim,
            )
            judge(home, rows, whole, tally)
            print(tally, flush=True)
    finally:
        EmbeddedServer.destroy(home)
        shutil.rmtree(home)
    print(
        f"\n{tally.kills} kills of the {arguments.victim} in {tally.rounds} rounds "
        f"(an undisturbed run takes {undisturbed_seconds:.1f} s); after {tally.left_part} of them part "
        f"of the {tally.n_versions:,} versions was stored.\n"
        f"{len(rows):,} different rows in the file: lost {tally.lost}, doubled {tally.doubled}, "
        f"rounds that ended with other content than an undisturbed import: {tally.differing}.\n"
        f"exits: {dict(tally.exits)}"
    )
    raise SystemExit(tally.lost + tally.doubled + tally.differing > 0)


if __name__ == "__main__":
    main()
