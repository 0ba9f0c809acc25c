"""Sums over slots of amounts that hold from one slot to another, exact in any order.

A headline counts at all slots between two indexes: its *span*, half-open. Adding its amount where
the span starts and taking it away where it ends, then running along the slots, gives every slot's
sum. Amounts are integers, so the sums are exact and neither the order of the headlines nor the
number of slots can change them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bellwether.errors import InvalidShape
from bellwether.market.candles import IntArray


@dataclass(frozen=True)
class Spans:
    """Ranges of slot indexes, ``start <= slot < end``.

    Attributes
    ----------
    n_slots : int
    start, end : int64 array, shape (m,)
        Between 0 and ``n_slots``; a span with ``end <= start`` is empty.
    """

    n_slots: int
    start: IntArray
    end: IntArray

    def __post_init__(self) -> None:
        if self.start.shape != self.end.shape:
            raise InvalidShape("The starts and the ends of the spans differ in number.")

    def sum(self, amount: IntArray | int, where: NDArray[np.bool_] | None = None) -> IntArray:
        """Sum of the amounts of the spans that cover each slot.

        Parameters
        ----------
        amount : int64 array, shape (m,), or int
        where : bool array, shape (m,), optional
            The spans that count; all by default.

        Returns
        -------
        int64 array, shape (n_slots,)

        Examples
        --------
        >>> Spans(4, np.array([0, 1]), np.array([2, 4])).sum(np.array([5, 7]))
        array([ 5, 12,  7,  7])
        """
        counts = self.start < self.end if where is None else (self.start < self.end) & where
        amounts = np.broadcast_to(amount, self.start.shape)[counts]
        changes = np.zeros(self.n_slots + 1, dtype=np.int64)
        np.add.at(changes, self.start[counts], amounts)
        np.subtract.at(changes, self.end[counts], amounts)
        return np.cumsum(changes[:-1])

    def capped_sums(
        self, amount: IntArray, group: IntArray, *, cap: int, where: NDArray[np.bool_]
    ) -> tuple[IntArray, IntArray]:
        """Weights and weighted sums in which no group weighs more than ``cap``.

        A group (a publisher) with ``n`` spans over a slot and the sum ``s`` adds ``min(n, cap)`` to
        the slot's weight and ``s * min(n, cap) // n`` to its sum.

        Parameters
        ----------
        amount, group : int64 array, shape (m,)
        cap : int
        where : bool array, shape (m,)
            The spans that count.

        Returns
        -------
        weight, total : int64 array, shape (n_slots,)

        Examples
        --------
        >>> spans = Spans(1, np.array([0, 0, 0]), np.array([1, 1, 1]))
        >>> amount, group = np.array([6, 6, 2]), np.array([7, 7, 9])
        >>> spans.capped_sums(amount, group, cap=1, where=np.array([True, True, True]))
        (array([2]), array([8]))
        """
        counts = (self.start < self.end) & where
        slot = np.concatenate([self.start[counts], self.end[counts]])
        sign = np.repeat(np.array([1, -1]), np.count_nonzero(counts))
        groups, amounts = np.tile(group[counts], 2), np.tile(amount[counts], 2)
        order = np.lexsort((slot, groups))
        # Every span ends, so running along one group after the other each starts again from 0.
        n = np.cumsum(sign[order])
        s = np.cumsum((sign * amounts)[order])
        capped = np.minimum(n, cap)
        contribution = s * capped // np.maximum(n, 1)
        return self._run(slot[order], capped), self._run(slot[order], contribution)

    def _run(self, slot: IntArray, level: IntArray) -> IntArray:
        """Sum over groups of levels that change at slots, given one group after the other."""
        changes = np.zeros(self.n_slots + 1, dtype=np.int64)
        np.add.at(changes, slot, np.diff(level, prepend=0))
        return np.cumsum(changes[:-1])
