"""Reserves: cash kept above the minimum for what may fall before more can be drawn, as the plan knows it on as_of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.timing import RECENT

if TYPE_CHECKING:
    from forecast.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Reserve:
    """What may fall between an evening and a later day: a quantile over all paths, never one path's own future.

    ``cumulated`` are the flows summed up, yuan, evening −1 first (0), (day + 1, path); ``rank`` is the place of the
    path, of all in order of their fall, that is still covered, and ``times`` how far from the median the reserve lies,
    in distances of that path; ``known``, ``losses``, ``means`` and ``after`` keep what has been asked.
    """

    cumulated: Floats
    rank: int
    times: float = 1.0
    known: dict[tuple[int, int], float] = field(default_factory=dict)
    losses: dict[tuple[int, int], float] = field(default_factory=dict)
    means: dict[tuple[int, int], float] = field(default_factory=dict)
    after: dict[tuple[int, int], float] = field(default_factory=dict)
    widest: list[Reserve] = field(default_factory=list)

    @property
    def largest(self) -> Reserve:
        """The same for the largest fall of all paths."""
        last = self.cumulated.shape[1] - 1
        if self.rank == last:
            return self
        if not self.widest:
            self.widest.append(Reserve(self.cumulated, last, self.times))
        return self.widest[0]

    def until(self, evening: int, last: int) -> float:
        """Give the deepest fall of the flows from the evening (0 that of as_of) to day ``last``, yuan, at least 0."""
        if last < evening:
            return 0.0
        fall = self.known.get((evening, last))
        if fall is None:
            deepest = self.cumulated[evening] - self.cumulated[evening + 1 : last + 2].min(axis=0)
            fall = self.known[evening, last] = max(0.0, self._covered(deepest))
        return fall

    def lost(self, evening: int, day: int) -> float:
        """Give what cash loses from the evening to day ``day``, yuan, negative where it gains."""
        lost = self.losses.get((evening, day))
        if lost is None:
            each = self.cumulated[evening] - self.cumulated[day + 1]
            lost = self.losses[evening, day] = self._covered(each)
        return lost

    def beyond(self, evening: int, days: int) -> float:
        """Give what cash loses from the evening to some days after the horizon, yuan, negative where it gains.

        Each of those days brings what a day of the last four weeks did, at least nothing.
        """
        lost = self.after.get((evening, days))
        if lost is None:
            recent = min(RECENT, self.cumulated.shape[0] - 1)
            daily = np.maximum(self.cumulated[-1] - self.cumulated[-1 - recent], 0.0) / recent
            each = self.cumulated[evening] - self.cumulated[-1] - days * daily
            lost = self.after[evening, days] = self._covered(each)
        return lost

    def _covered(self, lost: Floats) -> float:
        """Give what is covered of what each path loses, yuan."""
        own = float(np.partition(lost, self.rank)[self.rank])
        return own if self.times == 1 else own + (self.times - 1) * (own - float(np.median(lost)))

    def expected(self, evening: int, last: int) -> float:
        """Give the flows from the evening to day ``last``, mean over all paths, yuan."""
        flows = self.means.get((evening, last))
        if flows is None:
            flows = float((self.cumulated[last + 1] - self.cumulated[evening]).mean())
            self.means[evening, last] = flows
        return flows
