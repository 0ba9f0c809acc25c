"""Documents for programs: a null never stands without its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bellwether.sentiment.scorer import ScorerInfo


def with_reasons(fields: Mapping[str, Any], reasons: Mapping[str, str | None]) -> dict[str, Any]:
    """Fields of a document, with ``reasons: {field: text}`` beside them where any is null.

    Parameters
    ----------
    fields : mapping
    reasons : mapping of field to str
        Why a field is null, for each that may be; those of fields that are not null are left out.

    Raises
    ------
    KeyError
        A field is null and nobody says why.

    Examples
    --------
    >>> with_reasons({"a": 1, "b": None}, {"b": "Nothing is stored."})
    {'a': 1, 'b': None, 'reasons': {'b': 'Nothing is stored.'}}
    """
    given = {name: reasons[name] for name, value in fields.items() if value is None}
    return {**fields, "reasons": given} if given else dict(fields)


def scorer_document(info: ScorerInfo) -> dict[str, Any]:
    """A reader as documents name it."""
    return {"name": info.name, "digest": info.digest, "is_reference": info.is_reference}
