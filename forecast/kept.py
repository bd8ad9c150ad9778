"""What is kept of a scenario for its cash while its channels pass one after another: sums and pools of receivables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import ChannelCash
from forecast.pools import PoolSum
from forecast.simulation.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from forecast.arrays import Floats
    from forecast.pools import Pool, PoolRule
    from forecast.simulation.flows import Flows


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A scenario's channels together, and what facilities need of each; ``by_channel`` only where it was asked for.

    ``opening_receivables`` (channel): mean over the paths, yuan.
    """

    channels: tuple[str, ...]
    totals: Totals
    opening_receivables: Floats
    pools: Mapping[PoolRule, Pool]
    by_channel: ChannelCash | None


def keep(channels: Sequence[str], blocks: Iterable[Flows], rules: Collection[PoolRule], *, apart: bool = False) -> Kept:
    """Read a scenario's blocks, one channel each in the order of ``channels``, so that one alone is held at a time.

    ``rules`` are those of the pools that facilities rest on; ``apart``: keep the channels' own settlements and
    receivables as well, which is as much as a block for every channel.
    """
    reader = _Reader(tuple(channels), rules, apart=apart)
    totals = Totals.over(map(reader.read, blocks))
    return Kept(
        channels=reader.channels,
        totals=totals,
        opening_receivables=np.array(reader.opening),
        pools={rule: one.pool() for rule, one in reader.pools.items()},
        by_channel=reader.by_channel,
    )


class _Reader:
    """Takes from each block what is kept beside the sums."""

    def __init__(self, channels: tuple[str, ...], rules: Collection[PoolRule], *, apart: bool) -> None:
        self.channels = channels
        self.rules = rules
        self.apart = apart
        self.opening: list[float] = []
        self.pools: dict[PoolRule, PoolSum] = {}
        self.by_channel: ChannelCash | None = None

    def read(self, block: Flows) -> Flows:
        """Keep what is needed of a channel's block; gives the block."""
        paths, _, days = block.sales.shape
        place, (name,) = len(self.opening), block.channels
        if not place:
            self.pools = {rule: PoolSum.empty(rule, (paths, days)) for rule in self.rules}
        settled, receivables = block.settled[:, 0], block.receivables[:, 0]
        young = {age: values[:, 0] for age, values in block.young.items()}
        if self.pools:
            gross = settled + block.fees[:, 0]
            for one in self.pools.values():
                one.add(name, receivables, gross, young)
        if self.apart:
            self._keep_apart(place, block)
        self.opening.append(float(np.atleast_2d(block.opening_receivables).mean()))
        return block

    def _keep_apart(self, place: int, block: Flows) -> None:
        if self.by_channel is None:
            paths, _, days = block.settled.shape
            settled, receivables, fees = (np.empty((paths, len(self.channels), days)) for _ in range(3))
            young = {age: np.empty_like(settled) for age in block.young}
            self.by_channel = ChannelCash(settled, receivables, young, fees)
        kept, given = self.by_channel, (block.settled, block.receivables, block.fees)
        for whole, values in zip((kept.settled, kept.receivables, np.asarray(kept.fees)), given, strict=True):
            whole[:, place] = values[:, 0]
        for age, values in block.young.items():
            kept.young[age][:, place] = values[:, 0]
