"""Pools of open receivables: what of a scenario's channels the facilities that advance money on receivables rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats
    from forecast.plan.model import Facility


@dataclass(frozen=True, slots=True)
class PoolRule:
    """Which receivables a facility counts: of its ``channels`` (none named: of all), no older than ``max_age_days``.

    Of what is eligible one channel makes no more than the share ``concentration``.
    """

    channels: tuple[str, ...]
    max_age_days: int | None
    concentration: float

    @classmethod
    def of(cls, facility: Facility) -> Self:
        """The rule of a facility's terms."""
        return cls(tuple(facility.channels), facility.max_age_days, facility.concentration)

    def counts(self, channel: str) -> bool:
        """Whether a channel's receivables belong to the pool."""
        return not self.channels or channel in self.channels


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """A pool in yuan, (path, day), each at least 0: ``open`` and, of it, ``eligible`` in the evening.

    ``settled`` is what leaves it on the day as it settles, before fees: so much is settled, whoever has the fee.
    """

    open: Floats
    eligible: Floats
    settled: Floats


@dataclass(slots=True, eq=False)
class PoolSum:
    """A pool while the channels are added to it, one after another."""

    rule: PoolRule
    open: Floats
    settled: Floats
    eligible: list[Floats] = field(default_factory=list)

    @classmethod
    def empty(cls, rule: PoolRule, shape: tuple[int, int]) -> PoolSum:
        """A pool of no channel; ``shape``: (path, day)."""
        return cls(rule, np.zeros(shape), np.zeros(shape))

    def add(self, channel: str, receivables: Floats, settled: Floats, young: Mapping[int, Floats]) -> None:
        """Add a channel's receivables, what of them settles before fees, and by age those deducted fewer days ago.

        All (path, day).
        """
        if not self.rule.counts(channel):
            return
        left = np.maximum(receivables, 0.0)
        self.open += left
        self.settled += settled
        if self.rule.max_age_days is not None:
            self._eligible(np.clip(young[self.rule.max_age_days + 1], 0.0, left))
        elif self.rule.concentration < 1:
            self._eligible(left)

    def _eligible(self, amount: Floats) -> None:
        """Keep what is eligible: by channel where a channel's share is bounded, else their sum."""
        if self.rule.concentration < 1 or not self.eligible:
            self.eligible.append(amount)
        else:
            self.eligible[0] += amount

    def pool(self) -> Pool:
        """The pool of the channels added."""
        eligible = self.open
        if self.rule.concentration < 1:
            most = self.rule.concentration * sum(self.eligible, np.zeros_like(self.open))
            eligible = sum((np.minimum(one, most) for one in self.eligible), np.zeros_like(self.open))
        elif self.eligible:
            eligible = self.eligible[0]
        return Pool(self.open, eligible, np.maximum(self.settled, 0.0))
