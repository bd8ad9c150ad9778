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
    """Blocks of one forecast's scenarios, kept while ``ROOM`` and ``spare`` bytes hold them.

    Of each channel the first is kept, or the last ``most`` that were used.
    """

    def __init__(self, spare: float, most: int = 1) -> None:
        self._room = min(spare, ROOM * most)
        self._most = most
        self._kept: dict[int, list[Block]] = {}

    def blocks(self, engine: Engine, shocks: Shocks) -> Iterator[Block]:
        """As ``engine.blocks``, one channel after another.

        Raises:
            IdentityError: money does not add up, a fault of the program.
        """
        return (self._block(engine, index, shocks) for index in range(len(engine.assumptions.channels)))

    def _block(self, engine: Engine, index: int, shocks: Shocks) -> Block:
        kept, changes = self._kept.setdefault(index, []), changes_of(engine, index, shocks)
        found = next((block for block in kept if block.changes == changes), None)
        if found is not None:
            if kept[-1] is not found:
                kept[:] = [block for block in kept if block is not found]
                kept.append(found)
            return found
        flows = engine.block(index, shocks)
        flows.check_identity()
        block = Block(changes, flows, channel_result(flows))
        self._keep(kept, block)
        return block

    def _keep(self, kept: list[Block], block: Block) -> None:
        """Keep a block if it has room, in place of the one used longest ago where others may be given up."""
        if len(kept) == self._most > 1:
            self._room += _bytes_of(kept.pop(0).flows)
        size = _bytes_of(block.flows)
        if len(kept) < self._most and size <= self._room:
            self._room -= size
            kept.append(block)


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
