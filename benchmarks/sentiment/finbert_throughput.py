"""How fast a FinBERT-shaped folder reads headlines, against two references.

The readers are the scripts in ``readers/``: bellwether's own, the same with a database before and
behind it, a bare loop over onnxruntime, and the pipeline of transformers on a torch model of the same
shape. Each measurement is a process of its own, pinned to one or two cores; rounds take turns, so
that what else the machine does falls on all alike, and the least wall and CPU time of the rounds are
reported. CPU-ms are of all threads of the process.

torch and transformers need an interpreter of their own (extra ``finetune``); without
``--reference-python`` that reference is left out.

Run: python benchmarks/sentiment/finbert_throughput.py MODEL_FOLDER news.csv.gz
     [--reference-python PYTHON] [--n 400] [--rounds 3] [--json]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

READERS = Path(__file__).parent / "readers"
OWN = "bellwether"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Case = tuple[str, int]
"""Reader and number of cores."""

PLAN: tuple[Case, ...] = (
    (OWN, 1),
    ("bare", 1),
    ("transformers", 1),
    (OWN, 2),
    ("stored", 2),
    ("transformers", 2),
)


def main() -> None:
    """Take the measurements in turns and print them with their ratios."""
    arguments = _arguments()
    plan = [case for case in PLAN if arguments.reference_python or case[0] != "transformers"]
    texts = _titles(arguments.headlines, arguments.n)
    rounds = [{case: _measure(case, arguments, texts) for case in plan} for _ in range(arguments.rounds)]
    best = {
        case: {unit: min(taken[case][unit] for taken in rounds) for unit in ("wall_ms", "cpu_ms")}
        for case in plan
    }
    if arguments.json:
        print(json.dumps([{"reader": name, "cores": cores, **best[name, cores]} for name, cores in plan]))
    else:
        _print(best, len(texts), arguments.rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, help="folder with the ONNX files")
    parser.add_argument("headlines", type=Path, help="CSV file with a column title")
    parser.add_argument("--reference-python", type=Path, help="interpreter with torch and transformers")
    parser.add_argument("--n", type=int, default=400, help="headlines a measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _titles(path: Path, n: int) -> list[str]:
    """The first ``n`` different titles of a file, in order."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        return list(dict.fromkeys(row["title"] for row in csv.DictReader(lines)))[:n]


def _measure(case: Case, arguments: argparse.Namespace, texts: Sequence[str]) -> dict[str, float]:
    """Measure one reader in a process of its own; milliseconds a headline."""
    name, cores = case
    python = arguments.reference_python if name == "transformers" else sys.executable
    done = subprocess.run(
        [str(python), str(READERS / f"{name}_reader.py"), str(arguments.model), str(cores)],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **ONE_THREAD, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
    )
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr}")
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _print(best: dict[Case, dict[str, float]], n: int, rounds: int) -> None:
    """A table, and how many times bellwether's time each reader takes on as many cores."""
    print(f"{n} headlines, the first ten to warm up; least of {rounds} rounds")
    print(
        f"{'reader':<14} {'cores':>5} {'headlines/s':>12} {'CPU-ms':>8} {'wall ratio':>11} {'CPU ratio':>10}"
    )
    for (name, cores), taken in best.items():
        own = best[OWN, cores]
        print(
            f"{name:<14} {cores:>5} {1000 / taken['wall_ms']:>12.1f} {taken['cpu_ms']:>8.2f} "
            f"{taken['wall_ms'] / own['wall_ms']:>11.2f} {taken['cpu_ms'] / own['cpu_ms']:>10.2f}"
        )


if __name__ == "__main__":
    main()
