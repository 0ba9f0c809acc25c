"""The command line.

A command is a function that takes an `Invocation`, calls the domain or a pipeline, and returns an
`Answer`. It prints nothing, formats no JSON and catches no errors: the frame does.

::

    from typing import Annotated

    import typer

    from bellwether.cli.frame import Invocation, command, single
    from bellwether.cli.output import Answer
    from bellwether.cli.tables import Column, Table

    app = single()                              # or group("Read recorded files into the store.")


    @command(app, "runs", examples=("bellwether runs", "bellwether runs --limit 5 --json"))
    def show_runs(
        cli: Invocation,
        *,
        limit: Annotated[int, typer.Option(help="How many to show.", min=1)] = 20,
    ) -> Answer:
        \"\"\"Show the latest runs.\"\"\"
        with open_store(cli.settings) as database, cli.track("Reading runs", limit) as advance:
            runs = ...
        rows = [(run.run_id, run.status) for run in runs]
        return Answer(
            data=[asdict(run) for run in runs],
            show=[Table([Column("run"), Column("status", importance=0)], rows)],
            as_of=cli.clock.now(),
            next_step=f"bellwether runs show {runs[0].run_id}",
        )

and one line in `bellwether.cli.main.COMMANDS`::

    Entry("runs", "runs", "app", "List, show and remove replays and demos."),

``--json``, ``--quiet``, ``--verbose``, ``--no-color``, ``--wide`` and ``--local`` are there without
doing anything. Parts of the frame:

- ``cli.settings``, ``cli.clock``; ``cli.moment(at)`` writes a moment as ``--local`` wishes.
- ``cli.track`` is a `bellwether.progress.Track`: hand it to pipelines, which show progress with it.
- ``cli.note`` and ``cli.warn`` write to standard error, ``cli.confirm(question, yes=yes)`` asks before
  something dangerous and refuses where nobody can answer.
- ``Answer(is_refused=True)`` ends with exit 3 and still prints its data; raising
  `bellwether.errors.GateRefused` does the same. Any other error ends as `bellwether.cli.exits` says.
- `bellwether.formatting` writes counts, rates, intervals and sizes as the dashboard does.
"""
