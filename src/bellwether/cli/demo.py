"""``bellwether demo``: everything once, on invented data."""

from __future__ import annotations

from bellwether.cli.frame import Invocation, command, single
from bellwether.cli.output import Answer
from bellwether.cli.replay_view import result_lines
from bellwether.clock import parse_moment
from bellwether.pipelines.demo import run_demo

app = single()


@command(app, "demo", examples=("bellwether demo", "bellwether demo --json"))
def demo(cli: Invocation) -> Answer:
    """Run the whole loop once on the sample market: no network, key or download is needed.

    Headlines and prices are simulated, read by every reader this machine has, turned into features,
    learned from, compared, and the winner or a baseline is deployed.
    """
    cli.note("Sample data: invented, not a record of any market.")
    result = run_demo(settings=cli.settings, clock=cli.clock, track=cli.track)
    return Answer(
        result.data,
        show=["Sample data. Not a record of any market.", "", *result_lines(result.data, result.report)],
        as_of=parse_moment(result.data["window"]["to"]),
        source=result.data["arguments"]["source"],
        meta={"asset": result.data["arguments"]["asset"], "horizon": result.data["arguments"]["horizon"]},
        next_step=f"bellwether today --run {result.data['run_id']}",
    )
