"""``bellwether explain``: why a prediction is what it is."""

from __future__ import annotations

from typing import Annotated

import typer

from bellwether.cli.explain_view import explanation_lines
from bellwether.cli.frame import Invocation, command, single
from bellwether.cli.output import Answer
from bellwether.identity import PredictionId
from bellwether.pipelines.explain import explain
from bellwether.pipelines.explain_document import explanation_document
from bellwether.pipelines.place import open_place

app = single()


@command(
    app,
    "explain",
    examples=(
        "bellwether explain btc-1h-20250705T1415Z-finbert-1.4.0-live",
        "bellwether explain btc-1h-20010301T1200Z-vader-1.2.0-sample --run RUN --json",
    ),
)
def explain_prediction(
    cli: Invocation,
    prediction_id: Annotated[str, typer.Argument(help="The id, as `bellwether today` shows it.")],
    *,
    run: Annotated[str | None, typer.Option("--run", help="Read this replay or demo.")] = None,
) -> Answer:
    """Rebuild a prediction from raw rows, and show what moved it and what happened.

    Candles and headlines are taken as they were known then, the model from the registry's bytes.
    When anything differs from what was stored, in a single bit, the command ends with exit 3.
    """
    wanted = PredictionId.parse(prediction_id)
    with open_place(cli.settings, run) as place:
        explanation = explain(place, wanted)
    return Answer(
        explanation_document(explanation),
        show=explanation_lines(explanation, cli.moment),
        as_of=wanted.as_of,
        source=wanted.source.value,
        meta={"asset": wanted.asset, "horizon": wanted.horizon.value, "served_from": "database"},
        next_step=f"bellwether models show {wanted.version}" + (f" --run {run}" if run else ""),
        is_refused=not explanation.rebuilt.is_identical,
    )
