"""The report's figures as files for programs: CSV in long form and the document itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from bellwether.clock import from_us, iso
from bellwether.evidence.panel import PredictionPanel

_METRICS = ("hit_rate", "brier", "log_loss", "auc", "ece")
_GROUP_METRICS = ("hit_rate", "brier")


def predictions_csv(panel: PredictionPanel, *, source: str) -> bytes:
    """Every prediction, one a line, by time and then in the panel's order of families.

    ``p_up`` has nine decimals, as in the digest; ``label`` is 1, 0 or empty where the outcome is
    unknown.
    """
    return _csv(
        ("asset", "horizon", "as_of", "family", "p_up", "label", "source"), _predictions(panel, source=source)
    )


def metrics_csv(document: Mapping[str, Any]) -> bytes:
    """Every figure of every family, one a line; families without figures have their reason."""
    head = ("family", "kind", "status", "metric", "value", "lo", "hi", "n", "n_eff", "reason", "source")
    return _csv(head, _metrics(document))


def quarters_csv(document: Mapping[str, Any]) -> bytes:
    """Figures per family and calendar quarter, one a line."""
    head = ("quarter", "family", "metric", "value", "lo", "hi", "n", "n_eff", "source")
    return _csv(head, _quarters(document))


def events_csv(document: Mapping[str, Any]) -> bytes:
    """What happened on the way, one event a line; what else is known of it is JSON in ``details``."""
    return _csv(("at", "kind", "subject", "why", "details", "source"), _events(document))


def report_json(document: Mapping[str, Any]) -> bytes:
    """The document as it is shown by ``--json`` under ``data``."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, option=options)


def _predictions(panel: PredictionPanel, *, source: str) -> Iterator[Sequence[object]]:
    for as_of_us, row, label in zip(panel.as_of_us.tolist(), panel.p_up, panel.label, strict=True):
        as_of = iso(from_us(as_of_us))
        outcome = "" if np.isnan(label) else int(label)
        for family, p_up in zip(panel.families, row.tolist(), strict=True):
            if np.isfinite(p_up):
                yield panel.asset, panel.horizon.value, as_of, family, f"{p_up:.9f}", outcome, source


def _metrics(document: Mapping[str, Any]) -> Iterator[Sequence[object]]:
    source = document["arguments"]["source"]
    for kind, group in (("news", "families"), ("baseline", "baselines")):
        for family, figure in document[group].items():
            known = [name for name in _METRICS if name in figure]
            for name in known:
                yield (
                    family,
                    kind,
                    figure["status"],
                    name,
                    *_interval(figure[name]),
                    figure["n_eff"],
                    figure["reason"],
                    source,
                )
            if not known:
                yield family, kind, figure["status"], *[""] * 6, figure["reason"], source


def _quarters(document: Mapping[str, Any]) -> Iterator[Sequence[object]]:
    for row in document["quarters"]:
        for name in _GROUP_METRICS:
            yield (
                row["group"],
                row["family"],
                name,
                *_interval(row[name]),
                row["n_eff"],
                document["arguments"]["source"],
            )


def _events(document: Mapping[str, Any]) -> Iterator[Sequence[object]]:
    named = ("at", "kind", "subject", "why")
    for event in document["events"]:
        details = {key: value for key, value in event.items() if key not in named}
        yield (
            *(event[name] for name in named),
            orjson.dumps(details, option=orjson.OPT_SORT_KEYS).decode() if details else "",
            document["arguments"]["source"],
        )


def _interval(interval: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(interval[name] for name in ("value", "lo", "hi", "n"))


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV with empty cells for what is unknown."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()
