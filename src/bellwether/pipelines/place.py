"""Places to read from: the live store, or the workspace of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bellwether.errors import NotFound
from bellwether.identity import PLACEBO_PREFIX, Horizon, Source
from bellwether.pipelines.workspace import open_run, registry_folder
from bellwether.registry.folder import FolderModelStore
from bellwether.settings import Settings
from bellwether.store.database import Connection, Database
from bellwether.store.opening import open_store
from bellwether.store.runs import RunRecord, get_run
from bellwether.store.scores import StoredScorer, list_scorers

DEFAULT_HORIZON = Horizon.H1
"""The horizon that is shown when none is asked for."""


@dataclass(frozen=True)
class Place:
    """Where a command reads.

    Attributes
    ----------
    database : Database
    registry : FolderModelStore
    asset : str
    source : Source
        Of everything that is read here.
    run : RunRecord or None
        The run whose workspace it is; None for the live store.
    """

    database: Database
    registry: FolderModelStore
    asset: str
    source: Source
    run: RunRecord | None

    @property
    def run_id(self) -> str | None:
        """The run's id; None for the live store."""
        return None if self.run is None else self.run.run_id

    @property
    def horizon(self) -> Horizon:
        """The run's own horizon, the default one in the live store."""
        return DEFAULT_HORIZON if self.run is None else Horizon(self.run.arguments["horizon"])

    def require_prediction_of(self, source: Source) -> None:
        """Check that predictions of a source can be here.

        Raises
        ------
        NotFound
            They are elsewhere.
        """
        if source is not self.source:
            where = "the live store" if self.run is None else f"run {self.run.run_id}"
            raise NotFound(
                f"There are no {source.value} predictions in {where}.",
                hint="bellwether runs list  shows the runs; add --run ID to read one."
                if self.run is None
                else None,
            )


@contextmanager
def open_place(settings: Settings, run_id: str | None) -> Iterator[Place]:
    """Open the live store, or a run's workspace, for the length of a block.

    Raises
    ------
    NotFound
        There is no such run.
    StoreUnavailable
        The database cannot be reached.
    """
    if run_id is not None:
        with open_run(settings, run_id) as workspace:
            with workspace.database.session() as conn:
                run = get_run(conn, run_id)
            asset, source = run.arguments["asset"], Source(run.arguments["source"])
            yield Place(workspace.database, workspace.registry, asset, source, run)
        return
    with open_store(settings) as database:
        registry = FolderModelStore(registry_folder(settings, None))
        yield Place(database, registry, settings.asset, Source.LIVE, None)


def newest_readers(conn: Connection) -> dict[str, StoredScorer]:
    """The newest scorer of each family, placebos left out, in the order of their families' first scorers."""
    return {
        scorer.info.family: scorer
        for scorer in list_scorers(conn)
        if not scorer.info.family.startswith(PLACEBO_PREFIX)
    }
