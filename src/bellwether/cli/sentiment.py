"""``bellwether score``, ``benchmark sentiment`` and ``fit-lite``: the readers of the news."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bellwether.cli.frame import Invocation, command, group, single
from bellwether.cli.output import Answer
from bellwether.cli.sentiment_view import benchmark_json, benchmark_parts, score_json, score_parts
from bellwether.errors import InputError, ScorerUnavailable
from bellwether.formatting import rate
from bellwether.news.texts import clean_text
from bellwether.sentiment.opening import fetched_folder, finbert_folder, fitted_folder, open_scorers
from bellwether.sentiment.reference import MIN_AGREEMENT, MIN_TEXTS
from bellwether.sentiment.scorer import Scorer

score_app = single()
benchmark_app = group("Measure what can be measured on recorded data.")
fit_lite_app = single()

MAX_INPUT_BYTES = 64_000_000
"""Of standard input; two million headlines a line each."""

DataFolder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder with label files or labels/; by default BELLWETHER_DATA."),
]


@command(
    score_app,
    "score",
    examples=(
        'bellwether score "Bitcoin slides as miners sell"',
        "bellwether score --stdin --json < headlines.txt",
    ),
)
def score(
    cli: Invocation,
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="Headlines to read.")] = None,
    *,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read one headline per line.")] = False,
    fetch_finbert: Annotated[
        bool, typer.Option("--fetch-finbert", help="First fetch FinBERT's published weights (111 MB).")
    ] = False,
) -> Answer:
    """Read headlines with every reader there is, side by side.

    A headline is cleaned as collected ones are, so that it gets the score it would be stored with.
    """
    if fetch_finbert:
        _fetch_finbert(cli)
        if not texts and not stdin:
            return Answer([], next_step='bellwether score "Bitcoin slides as miners sell"')
    given = _given_texts(texts or [], stdin=stdin)
    cleaned = [clean_text(text) for text in given]
    readers = open_scorers(cli.settings)
    _say_unavailable(cli, readers)
    scored = {
        family: reader if isinstance(reader, ScorerUnavailable) else (reader.info, reader.score(cleaned))
        for family, reader in readers.items()
    }
    return Answer(score_json(given, scored), show=score_parts(given, scored))


@command(
    benchmark_app,
    "sentiment",
    examples=(
        "bellwether benchmark sentiment --data data",
        "bellwether benchmark sentiment --data data --set cryptolin --json",
    ),
)
def benchmark_sentiment(
    cli: Invocation,
    *,
    data: DataFolder = None,
    only: Annotated[list[str] | None, typer.Option("--set", help="Only this set; may be repeated.")] = None,
    write_parity: Annotated[
        bool, typer.Option("--write-parity", help="Write FinBERT's parity report beside its model.")
    ] = False,
) -> Answer:
    """Measure every reader on every labelled set, and against recorded outputs of FinBERT.

    A set is a file of the data folder; files ending in _train are left out. With --write-parity a
    model folder that agrees with the recorded outputs may be called FinBERT from then on.
    """
    # Statistics and the sets are needed by nothing else here, and scipy takes a second to load.
    from bellwether.sentiment.benchmark import finbert_parity, n_readings, run_benchmark  # noqa: PLC0415
    from bellwether.sentiment.benchmark_sets import BenchmarkSets  # noqa: PLC0415

    sets = BenchmarkSets.read(_needed(data or cli.settings.data))
    sets = sets.only(only) if only else sets
    readers = open_scorers(cli.settings)
    _say_unavailable(cli, readers)
    scorers = [reader for reader in readers.values() if not isinstance(reader, ScorerUnavailable)]
    with cli.track("Reading labelled texts", n_readings(sets, scorers)) as advance:
        benchmark = run_benchmark(sets, scorers, advance=advance)
    for part in sets.labelled:
        if part.note is not None:
            cli.note(f"{part.name}: {part.note}")
    parity = finbert_parity(sets, benchmark)
    is_refused = False
    if write_parity and parity is not None:
        path = parity.write(finbert_folder(cli.settings))
        cli.note(f"Wrote {path}: {rate(parity.class_agreement)} of {parity.n} texts get FinBERT's class.")
        is_refused = not parity.passes
        if is_refused:
            cli.warn(
                f"Too little to be called FinBERT: {rate(MIN_AGREEMENT[parity.against])} "
                f"of at least {MIN_TEXTS} texts are needed."
            )
    return Answer(
        benchmark_json(sets, benchmark, readers), show=benchmark_parts(benchmark), is_refused=is_refused
    )


@command(
    fit_lite_app,
    "fit-lite",
    examples=(
        "bellwether fit-lite headlines.csv --about 'Own labels, 2025'",
        "bellwether fit-lite headlines.csv.gz --data data --dry-run",
    ),
)
def fit_lite_command(
    cli: Invocation,
    files: Annotated[list[Path], typer.Argument(help="CSV files with the columns text and label.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; by default where `score` looks for it.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name the reader is shown with.")] = "lite (own fit)",
    about: Annotated[str | None, typer.Option(help="What the texts are, and their licence.")] = None,
    seed: Annotated[int, typer.Option(help="Of folds and intervals.", min=0)] = 0,
    slots: Annotated[int, typer.Option(help="Slots to hash into.", min=256, max=2**18)] = 2**15,
    data: DataFolder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace a model without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Fit and measure, write nothing.")] = False,
) -> Answer:
    """Fit the lite reader on labelled headlines.

    The figures shown are of texts held out from the fit. With --data the card also says how the
    reader does on other sets.
    """
    from bellwether.pipelines.fitting import LiteRequest, fit_lite_model  # noqa: PLC0415 - scikit-learn

    folder = out or fitted_folder(cli.settings.home)
    if not dry_run and (folder / "model.onnx").exists():
        cli.confirm(f"Replace the lite model in {folder}?", yes=yes)
    request = LiteRequest(
        tuple(files), name=name, about=about, seed=seed, n_slots=slots, measure_on=data or cli.settings.data
    )
    result = fit_lite_model(request, None if dry_run else folder, track=cli.track)
    return Answer(
        result.to_json(),
        show=[result.card.rstrip()],
        next_step=None if dry_run else 'bellwether score "Bitcoin slides as miners sell"',
    )


def _fetch_finbert(cli: Invocation) -> None:
    from bellwether.sentiment.sources.published import XENOVA_FINBERT, fetch_model  # noqa: PLC0415 - the network

    folder = fetched_folder(cli.settings.home)
    manifest = fetch_model(XENOVA_FINBERT, folder, clock=cli.clock, track=cli.track)
    cli.note(f"{manifest.repository} at {manifest.revision[:12]} is in {folder}.")


def _given_texts(texts: list[str], *, stdin: bool) -> list[str]:
    if stdin and texts:
        raise InputError("Texts are given and --stdin is asked for.", hint="Use one of them.")
    if not stdin and not texts:
        raise InputError("No headline is given.", hint="Write it in quotes, or use --stdin.")
    if not stdin and not all(text.strip() for text in texts):
        raise InputError("A headline is empty.", hint="Write its words in quotes.")
    return _lines() if stdin else texts


def _lines() -> list[str]:
    raw = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
    if len(raw) > MAX_INPUT_BYTES:
        raise InputError(f"Standard input is longer than {MAX_INPUT_BYTES:,} bytes.", hint="Split it.")
    try:
        text = raw.decode()
    except UnicodeDecodeError as exc:
        raise InputError(f"Standard input is not UTF-8 ({exc.reason} at byte {exc.start:,}).") from exc
    return text.removesuffix("\n").split("\n") if text else []


def _needed(data: Path | None) -> Path:
    if data is None:
        raise InputError("No data folder is named.", hint="Name it with --data or BELLWETHER_DATA.")
    return data


def _say_unavailable(cli: Invocation, readers: dict[str, Scorer | ScorerUnavailable]) -> None:
    for reader in readers.values():
        if isinstance(reader, ScorerUnavailable):
            cli.note(f"{reader.message}. {reader.hint or ''}".rstrip())
