"""What one more of a thing is worth to a financing plan: a yuan of each limit, a day of faster settlement.

Finite differences of the recommended mix on the same paths before and after, all else kept: limits, order and reserves.
The steps are stated with the figures, which hold near where they were taken and for no large change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.kinds.table import terms
from forecast.financing.policy import ScenarioDays, simulate
from forecast.liquidity import case_buffer

if TYPE_CHECKING:
    from collections.abc import Collection

    from forecast.cash import CashCase
    from forecast.financing.policy import Outcome

STEP = 0.01
"""Share of an arranged limit by which it is raised."""


@dataclass(frozen=True, slots=True)
class LimitValue:
    """What one more yuan of a facility's arranged limit is worth.

    Attributes:
        facility: Its name.
        step: By how much the limit was raised, yuan.
        saving: Fall of the expected cost, yuan a yuan; negative where the yuan costs more than it saves.
        chance: Fall of the chance of falling short, by the whole step.
        binding: Whether the mix uses all that the facility offers: only then must more be asked for to have more.
    """

    facility: str
    step: float
    saving: float
    chance: float
    binding: bool


@dataclass(frozen=True, slots=True)
class SettlementValue:
    """What settlements one calendar day earlier are worth, yuan; ``channel`` None: of all channels at once.

    ``buffer`` and ``gap``: by how much buffer and funding gap fall; ``cost``: by how much the mix's expected cost.
    """

    channel: str | None
    buffer: float
    gap: float
    cost: float


def limit_values(outcome: Outcome, mix: Collection[str]) -> list[LimitValue]:
    """Give what a yuan more of each limit of the mix is worth, one limit raised at a time.

    Args:
        outcome: Of the recommended mix.
        mix: The names of its facilities; the others merely run on.
    """
    arrangements = [account.arrangement for account in outcome.accounts]
    found = []
    for place, arrangement in enumerate(arrangements):
        facility = arrangement.terms.facility
        if facility.name not in mix or not arrangement.drawing or arrangement.limit <= 0:
            continue
        step = max(round(arrangement.limit * STEP, 2), FEN_TOLERANCE * 2)
        raised = [*arrangements]
        raised[place] = replace(arrangement, limit=arrangement.limit + step, priced_limit=None)
        after = simulate(outcome.days, raised)
        found.append(
            LimitValue(
                facility=facility.name,
                step=step,
                saving=float((outcome.cost - after.cost).mean()) / step,
                chance=float(outcome.short.mean() - after.short.mean()),
                binding=arrangement.limit >= arrangement.terms.most - FEN_TOLERANCE,
            )
        )
    return found


def settlement_values(case: CashCase, outcome: Outcome, confidence: float) -> list[SettlementValue]:
    """Give what a day of faster settlement is worth: of all channels, then of each where there are several.

    Args:
        case: The scenario.
        outcome: Of the recommended mix on it.
        confidence: Of the buffer.
    """
    before = case_buffer(case, confidence)
    groups: list[tuple[str | None, Collection[str]]] = [(None, case.channels)]
    if len(case.channels) > 1:
        groups += [(name, (name,)) for name in case.channels]
    found = []
    for channel, names in groups:
        quick = faster(case, names)
        after = case_buffer(quick, confidence)
        arrangements = [
            replace(account.arrangement, terms=terms(quick, account.arrangement.terms.facility))
            for account in outcome.accounts
        ]
        cost = simulate(ScenarioDays.of(quick), arrangements).cost
        found.append(
            SettlementValue(
                channel=channel,
                buffer=before.buffer.amount - after.buffer.amount,
                gap=before.funding_gap - after.funding_gap,
                cost=float((outcome.cost - cost).mean()),
            )
        )
    return found


def faster(case: CashCase, channels: Collection[str]) -> CashCase:
    """Give the scenario with every settlement of some channels one calendar day earlier.

    On every evening what settles on the next day is there already, as far as it is deducted by then; the last evening
    is as it was, as what comes after the horizon is not known. No money is made: receivables fall by what is ahead.
    """
    chosen = [place for place, name in enumerate(case.channels) if name in channels]
    settled, receivables = case.settled.copy(), case.receivables.copy()
    ahead = np.zeros_like(settled[:, chosen])
    ahead[..., :-1] = np.clip(receivables[:, chosen, :-1], 0.0, np.maximum(settled[:, chosen, 1:], 0.0))
    more = np.diff(ahead, axis=2, prepend=0.0)
    settled[:, chosen] += more
    receivables[:, chosen] -= ahead
    return replace(case, flows=case.flows + more.sum(axis=1), settled=settled, receivables=receivables)
