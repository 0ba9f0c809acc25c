"""Quarantine: rows that cannot be used are kept with the reason, so that nothing vanishes silently."""

from __future__ import annotations

from dataclasses import dataclass

PAYLOAD_CHARS = 2_000
"""A quarantined row is kept up to this many characters: enough to recognise and mend it."""


@dataclass(frozen=True)
class QuarantineRow:
    """One row that was refused.

    Attributes
    ----------
    file : str
        Name of the file it came from.
    row_number : int
        Data row within the file, 1 for the first row below the header.
    kind : str
        What it was read as: ``headlines``, ``candles``, ``scores`` or ``revisions``.
    reason : str
        Why it was refused, in words; rows with the same reason are counted together.
    payload : str
        The row as it was found (JSON object of its fields), cut to `PAYLOAD_CHARS` characters.
    seen_us : int
        When it was refused, microseconds since 1970-01-01 UTC.
    """

    file: str
    row_number: int
    kind: str
    reason: str
    payload: str
    seen_us: int
