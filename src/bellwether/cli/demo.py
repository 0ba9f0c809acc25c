"""``bellwether demo``: everything once, on invented data."""

from __future__ import annotations

from bellwether.cli.frame import Invocation, command, single
from bellwether.cli.output import Answer
from bellwether.cli.replay_view import result_lines
from bellwether.cli.today_view import today_lines
from bellwether.clock import parse_moment
from bellwether.pipelines.demo import run_demo
from bellwether.pipelines.place import open_place
from bellwether.pipelines.report import REPORT
from bellwether.pipelines.today import read_today
from bellwether.pipelines.today_document import empty_document, today_document

app = single()


@command(app, "demo", examples=("bellwether demo", "bellwether demo --json"))
def demo(cli: Invocation) -> Answer:
    """Run the whole loop once on the sample market: no network, key or download is needed.

    Headlines and prices are simulated, read by every reader this machine has, turned into features,
    learned from, compared, and the winner or a baseline is deployed.
    """
    cli.note("Sample data: invented, not a record of any market.")
    result = run_demo(settings=cli.settings, clock=cli.clock, track=cli.track)
    run_id = str(result.data["run_id"])
    with open_place(cli.settings, run_id) as place:
        answer = read_today(place, place.horizon, now=cli.clock.now())
    shown = (
        []
        if answer is None
        else ["", "Today, at the end of the sample:", "", *today_lines(answer, cli.moment)]
    )
    return Answer(
        {"replay": result.data, "today": empty_document() if answer is None else today_document(answer)},
        show=[
            "Sample data. Not a record of any market.",
            "",
            *result_lines(result.data, result.report),
            *shown,
        ],
        as_of=parse_moment(result.data["window"]["to"]),
        source=result.data["arguments"]["source"],
        meta={"asset": result.data["arguments"]["asset"], "horizon": result.data["arguments"]["horizon"]},
        next_step=f"open {result.report / REPORT}, or run  bellwether today --run {run_id}",
    )
