"""Flows that scenarios share: an earlier one's again, where a scenario changes nothing of a channel."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from forecast.results.scenario import channel_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.results.scenario import ChannelResult
    from forecast.scenarios import Shocks
    from forecast.simulation.engine import Engine
    from forecast.simulation.flows import Flows

ROOM = 6.4e7
"""Bytes that may be kept, at most: what has no room is simulated again."""


@dataclass(frozen=True, slots=True)
class Block:
    """One channel's flows in a scenario, their money identity checked, and what is shown of them.

    ``changes`` is what they follow from beside the laws and the random numbers: see ``changes_of``.
    """

    changes: tuple[object, ...]
    flows: Flows
    result: ChannelResult


class Repeats:
    """Blocks of one forecast's scenarios, the first of each channel kept while ``ROOM`` and ``spare`` bytes hold it."""

    def __init__(self, spare: float) -> None:
        self._room = min(spare, ROOM)
        self._kept: dict[int, Block] = {}

    def blocks(self, engine: Engine, shocks: Shocks) -> Iterator[Block]:
        """As ``engine.blocks``, one channel after another.

        Raises:
            IdentityError: money does not add up, a fault of the program.
        """
        return (self._block(engine, index, shocks) for index in range(len(engine.assumptions.channels)))

    def _block(self, engine: Engine, index: int, shocks: Shocks) -> Block:
        kept, changes = self._kept.get(index), changes_of(engine, index, shocks)
        if kept is not None and kept.changes == changes:
            return kept
        flows = engine.block(index, shocks)
        flows.check_identity()
        block = Block(changes, flows, channel_result(flows))
        if kept is None and (size := _bytes_of(flows)) <= self._room:
            self._room -= size
            self._kept[index] = block
        return block


def changes_of(engine: Engine, index: int, shocks: Shocks) -> tuple[object, ...]:
    """All of a scenario that bears on one channel's flows: where it is equal, they are."""
    law = engine.assumptions.channels[index]
    moved = [one for one in shocks.shift if law.name in {one.source, one.target}]
    levels = (shocks.failure_rate, shocks.refund_rate, shocks.settlement_delay, shocks.recovery, shocks.fee_rate)
    return (
        engine.ages,
        moved,
        (shocks.volume if moved else shocks.volume[index]).tobytes(),
        [one for one in shocks.outages if one.channel == law.name or (one.clearing and one.clearing == law.clearing)],
        shocks.switched_off,
        *(level.get(law.name) for level in levels),
    )


def _bytes_of(flows: Flows) -> int:
    parts = [*(getattr(flows, one.name) for one in fields(flows)), *flows.young.values()]
    return sum(part.nbytes for part in parts if isinstance(part, np.ndarray))
