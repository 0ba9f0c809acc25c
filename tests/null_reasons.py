"""The rule that a null in a document never stands without its reason."""

from __future__ import annotations


def unreasoned(document: object, at: str = "data") -> list[str]:
    """Paths of the nulls of a document that have no reason in a sibling ``reasons``."""
    if isinstance(document, list):
        return [found for i, item in enumerate(document) for found in unreasoned(item, f"{at}[{i}]")]
    if not isinstance(document, dict):
        return []
    reasons = document.get("reasons") or {}
    nulls = [f"{at}.{name}" for name, value in document.items() if value is None and not reasons.get(name)]
    return nulls + [path for name, value in document.items() for path in unreasoned(value, f"{at}.{name}")]
