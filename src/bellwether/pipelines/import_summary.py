"""What an import did, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bellwether.market.grid import Gap


@dataclass(frozen=True)
class ImportSummary:
    """Where every row of the files went: ``n_read = n_new + n_known + quarantined + dropped``.

    Attributes
    ----------
    kind : str
        ``headlines``, ``candles``, ``scores`` or ``revisions``.
    files : tuple of str
        Names of the files.
    n_read : int
        Rows in them.
    n_new : int
        Rows added to the store.
    n_known : int
        Rows that say nothing new: already stored, or a copy of another row.
    n_revised : int
        Of the new rows, those that revise a headline or bar that was there.
    n_duplicates : int
        Of the new headlines, those that repeat an earlier one in the same or nearly the same words.
    quarantined : mapping of str to int
        Rows that were refused, by reason.
    dropped : mapping of str to int
        Good rows that are left out by rule, by reason.
    notes : mapping of str to int
        What was left out of rows that were taken, by reason.
    gaps : tuple of Gap
        Bars missing between those of the files (candles only).
    from_us, to_us : int or None
        First and last moment of the rows taken: of knowledge for headlines and revisions, start of
        bar for candles; None for scores.
    venue, interval : str or None
        Whose bars, and of what length (candles only).
    scorer : str or None
        Whose scores they are.
    """

    kind: str
    files: tuple[str, ...]
    n_read: int
    n_new: int
    n_known: int
    n_revised: int = 0
    n_duplicates: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    from_us: int | None = None
    to_us: int | None = None
    venue: str | None = None
    interval: str | None = None
    scorer: str | None = None

    @property
    def n_quarantined(self) -> int:
        """Rows that were refused, for whatever reason."""
        return sum(self.quarantined.values())

    @property
    def n_dropped(self) -> int:
        """Good rows that were left out by rule."""
        return sum(self.dropped.values())
