"""``bellwether models``: the model versions of the registry, live or of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bellwether.cli.frame import Invocation, command, group
from bellwether.cli.output import Answer
from bellwether.cli.tables import Column, Table
from bellwether.formatting import MISSING, count, judged_rate, number, storage
from bellwether.identity import Horizon, ModelVersion
from bellwether.pipelines.workspace import registry_folder, run_folder, run_ids, unknown_run
from bellwether.registry.channels import Channels
from bellwether.registry.folder import FolderModelStore
from bellwether.registry.manifest import Head, Manifest

app = group("List and show model versions.")

RunId = Annotated[str | None, typer.Option("--run", help="Read the registry of this replay or demo.")]
Asset = Annotated[str | None, typer.Option(help="Only this asset, BTC for example.")]


@dataclass(frozen=True)
class _Registry:
    """The registry a command reads: the live one, or a run's."""

    store: FolderModelStore
    channels: Channels

    @classmethod
    def at(cls, folder: Path) -> _Registry:
        return cls(FolderModelStore(folder), Channels(folder))

    def manifests(self, asset: str | None, family: str | None) -> Iterator[Manifest]:
        for known in self.store.list_assets() if asset is None else [asset]:
            for version in self.store.list_versions(known, family):
                yield self.store.read_manifest(known, version)

    def asset_of(self, version: ModelVersion, asset: str | None, preferred: str) -> str:
        """The asset whose version is meant, where it is not said: the configured one's first."""
        if asset is not None:
            return asset
        holders = [known for known in self.store.list_assets() if version in self.store.list_versions(known)]
        return preferred if preferred in holders or not holders else holders[0]

    def roles(self, manifest: Manifest) -> dict[Horizon, str | None]:
        """What each of a version's horizons serves as now."""
        return {horizon: self._role(manifest, horizon) for horizon in manifest.heads}

    def _role(self, manifest: Manifest, horizon: Horizon) -> str | None:
        state = self.channels.current(manifest.asset, horizon)
        named = {
            "champion": state.champion,
            "challenger": state.challenger,
            "previous": state.previous,
        }
        return next((role for role, version in named.items() if version == manifest.version), None)


@command(
    app,
    "list",
    examples=("bellwether models list --family finbert", "bellwether models list --run RUN --json"),
)
def list_models(
    cli: Invocation,
    *,
    family: Annotated[str | None, typer.Option(help="Only this family.")] = None,
    asset: Asset = None,
    run: RunId = None,
) -> Answer:
    """List the published versions by family and number, one line for each horizon.

    Hit rate and log loss are out of fold: over ticks the model had not seen when it was trained.
    """
    registry = _open(cli, run)
    manifests = list(registry.manifests(asset, family))
    if not manifests:
        runs = [] if run is not None else run_ids(cli.settings)
        step = f"bellwether models list --run {runs[-1]}" if runs else "bellwether demo"
        return Answer([], show=["No model versions yet."], next_step=step)
    return Answer(
        [_summary(manifest, registry) for manifest in manifests],
        show=[
            Table(_LIST_COLUMNS, [row for manifest in manifests for row in _rows(cli, manifest, registry)])
        ],
        source=_source(manifests),
        next_step=_show_line(manifests[-1].version, run),
    )


@command(
    app,
    "show",
    examples=("bellwether models show finbert@1.4.0", "bellwether models show vader@1.0.0 --run RUN --json"),
)
def show_model(
    cli: Invocation,
    version: Annotated[str, typer.Argument(help="The version, written like finbert@1.4.0.")],
    *,
    asset: Asset = None,
    run: RunId = None,
) -> Answer:
    """Show what is known about a version, after checking its files.

    Every file must have the digest of the manifest and every model must repeat its golden
    predictions; otherwise the command fails and says which does not.
    """
    registry = _open(cli, run)
    wanted = ModelVersion.parse(version)
    loaded = registry.store.load(registry.asset_of(wanted, asset, cli.settings.asset), wanted)
    manifest = loaded.manifest
    return Answer(
        _details(manifest, registry),
        show=_card(cli, manifest, registry),
        as_of=manifest.created_at,
        source=manifest.source.value,
        meta={"asset": manifest.asset, "digest": loaded.digest},
    )


def _open(cli: Invocation, run: str | None) -> _Registry:
    if run is not None and not run_folder(cli.settings, run).is_dir():
        raise unknown_run(run)
    return _Registry.at(registry_folder(cli.settings, run))


_LIST_COLUMNS = (
    Column("version", importance=5),
    Column("horizon", importance=4),
    Column("trained (UTC)", importance=1),
    Column("model", importance=0),
    Column("hit rate", importance=3),
    Column("log loss", is_number=True, importance=2),
    Column("channel", importance=4),
)


def _rows(cli: Invocation, manifest: Manifest, registry: _Registry) -> Iterator[Sequence[str]]:
    roles = registry.roles(manifest)
    for horizon, head in manifest.heads.items():
        yield (
            str(manifest.version),
            horizon.value,
            cli.moment(manifest.created_at).removesuffix(" UTC"),
            head.candidate,
            _hit_rate(head),
            _log_loss(head),
            roles[horizon] or "",
        )


def _hit_rate(head: Head) -> str:
    metric = head.metrics.get("hit_rate")
    return MISSING if metric is None else judged_rate(metric.value, metric.n)


def _log_loss(head: Head) -> str:
    metric = head.metrics.get("log_loss")
    return MISSING if metric is None else number(metric.value, 4)


def _summary(manifest: Manifest, registry: _Registry) -> dict[str, Any]:
    roles = registry.roles(manifest)
    return {
        "version": str(manifest.version),
        "asset": manifest.asset,
        "family": manifest.version.family,
        "source": manifest.source.value,
        "created_at": manifest.created_at,
        "digest": manifest.digest,
        "horizons": {
            horizon.value: {
                "channel": roles[horizon],
                "candidate": head.candidate,
                "n_ticks": head.window.n_ticks,
                "metrics": {name: metric.model_dump() for name, metric in head.metrics.items()},
            }
            for horizon, head in manifest.heads.items()
        },
    }


def _details(manifest: Manifest, registry: _Registry) -> dict[str, Any]:
    """The manifest with the channels beside it; golden rows are counted, not listed."""
    document = manifest.model_dump(mode="json")
    roles = registry.roles(manifest)
    for horizon in manifest.heads:
        head = document["heads"][horizon.value]
        head["golden"] = {"n": len(head["golden"]["p_up"])}
        head["channel"] = roles[horizon]
    return document


def _card(cli: Invocation, manifest: Manifest, registry: _Registry) -> list[str | Table]:
    scorer = manifest.scorer
    sets = ", ".join(f"{part.name} {part.digest[:12]}" for part in manifest.feature_sets)
    facts = {
        "trained": cli.moment(manifest.created_at),
        "scorer": "none: it reads no news" if scorer is None else scorer.name,
        "features": f"{count(len(manifest.columns))} ({sets})",
        "data": manifest.data_fingerprint[:12],
        "code": manifest.code_commit[:12],
        "digest": manifest.digest,
        "files": "digests match, golden predictions repeated",
    }
    return [
        f"{manifest.version} · {manifest.asset} · {manifest.source.value}",
        "",
        *(f" {name:<10} {value}" for name, value in facts.items()),
        "",
        Table(_HEAD_COLUMNS, list(_head_rows(cli, manifest, registry))),
        "",
        Table(_FILE_COLUMNS, [(name, storage(f.size_bytes), f.sha256) for name, f in manifest.files.items()]),
    ]


_HEAD_COLUMNS = (
    Column("horizon", importance=5),
    Column("model", importance=4),
    Column("hit rate", importance=3),
    Column("log loss", is_number=True, importance=3),
    Column("ticks", is_number=True, importance=2),
    Column("up to (UTC)", importance=1),
    Column("trials", is_number=True, importance=0),
    Column("channel", importance=4),
)

_FILE_COLUMNS = (
    Column("file", importance=2),
    Column("size", is_number=True, importance=1),
    Column("SHA-256", importance=0),
)


def _head_rows(cli: Invocation, manifest: Manifest, registry: _Registry) -> Iterator[Sequence[str]]:
    roles = registry.roles(manifest)
    for horizon, head in manifest.heads.items():
        yield (
            horizon.value,
            head.candidate,
            _hit_rate(head),
            _log_loss(head),
            count(head.window.n_ticks),
            cli.moment(head.window.last_as_of).removesuffix(" UTC"),
            count(head.n_trials),
            roles[horizon] or "",
        )


def _source(manifests: Sequence[Manifest]) -> str | None:
    sources = {manifest.source.value for manifest in manifests}
    return sources.pop() if len(sources) == 1 else None


def _show_line(version: ModelVersion, run: str | None) -> str:
    return f"bellwether models show {version}" + (f" --run {run}" if run else "")
