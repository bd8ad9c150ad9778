"""A second opinion on the daily rule, in plain Python: one path, one facility after the other, day by day.

Written from the words of the interface (the kinds of facilities, and a day in the simulation) and of the daily rule,
not from the planner's code, so that the two can disagree. Yuan, floats; to be compared to the fen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from facility_contracts import Contract, Overdraft, OwnerLoan
from facility_pools import EarlySettlement, Factoring, Inventory, Receivables
from facility_schedules import PayablesExtension, TermLoan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from facility_world import World

    from forecast.plan.model import Facility

HALF_A_FEN = 0.005

RECENT = 28
"""Days whose flows tell what a day after the horizon brings."""

KINDS: dict[str, type[Contract]] = {
    "revolver": Contract,
    "overdraft": Overdraft,
    "owner_loan": OwnerLoan,
    "inventory": Inventory,
    "receivables": Receivables,
    "factoring": Factoring,
    "early_settlement": EarlySettlement,
    "term_loan": TermLoan,
    "payables_extension": PayablesExtension,
}


@dataclass(frozen=True)
class Ledger:
    """What the simulator found: cash on each evening (as_of first), what all facilities cost, whether cash held."""

    cash: tuple[float, ...]
    cost: float
    drawn: tuple[float, ...]  # by facility, over the whole horizon
    feasible: bool


def simulate(world: World, arranged: Sequence[tuple[Facility, float]]) -> Ledger:
    """Carry facilities with their limits through the days; drawn in this order, the cheapest first."""
    contracts = [KINDS[terms.kind](terms, limit, world) for terms, limit in arranged]
    cash = [world.opening]
    ask(contracts, 0, world.opening - world.minimum)
    for one in contracts:
        one.night(0)
    for day in range(1, world.last + 1):
        now = cash[-1] + world.flows[day] + earned(world, day, cash[-1])
        for one in contracts:
            now += one.morning(day)
        for one in reversed(contracts):
            if one.repaid_from_surplus:
                now -= one.repay(day, now - world.minimum - kept(contracts, one, day))
        for one in contracts:
            if one.drawn_on_demand and not one.on_notice:
                now += one.draw(day, world.minimum + one.reserve(day) - now)
        ask(contracts, day, now - world.minimum)
        for one in contracts:
            one.night(day)
        cash.append(now)
    feasible = min(*cash[1:], world.minimum + spare_beyond(contracts, cash[-1])) >= world.minimum - HALF_A_FEN
    cost = sum(one.cost + one.rest() for one in contracts)
    return Ledger(tuple(cash), cost, tuple(one.drawn for one in contracts), feasible)


def spare_beyond(contracts: Sequence[Contract], cash: float) -> float:
    """Give the least cash over the minimum, after the horizon, once what falls due is paid.

    It is looked at until the last commitment ends; each day brings what a day of the last 28 did, at least nothing, and
    what can still be drawn on the last day may be. Where nothing falls due nothing is looked at.
    """
    world = contracts[0].world
    recent = world.flows[1:][-RECENT:]
    daily = max(0.0, sum(recent) / len(recent))
    spares = [math.inf]
    waits = [one.movable_days for one in world.payments]
    for after in range(1, max(RECENT, world.last, *waits, *(one.terms.tenor_days or 0 for one in contracts)) + 1):
        owed = sum(one.asked_beyond(world.last + after) for one in contracts)
        if owed > 0:
            spares.append(cash - world.minimum + after * daily + sum(one.to_be_had() for one in contracts) - owed)
    return min(spares)


def earned(world: World, day: int, yesterday: float) -> float:
    """Give what the surplus of the evening before has earned; that of as_of is not known to be a surplus yet."""
    return max(0.0, yesterday - world.minimum) * world.surplus_rate / 365 if day > 1 else 0.0


def kept(contracts: Sequence[Contract], repaid: Contract, evening: int) -> float:
    """Give the cash over the minimum that a surplus leaves: the reserve, and on notice what is due before more comes.

    The principal of what it repays is left out: the surplus pays just that.
    """
    if repaid.drawn_on_demand and not repaid.on_notice:
        return repaid.reserve(evening)
    until = repaid.out_of_reach(evening)
    due = sum(one.foreseen(evening, until, principal=one is not repaid) for one in contracts)
    return repaid.reserve(evening) + due


def ask(contracts: Sequence[Contract], evening: int, spare: float) -> None:
    """Ask those on notice, in order, for what lacks to the minimum and the reserve; refinance what is dearer.

    What is under way counts where it arrives before what a later request would bring.
    """
    asked = [one for one in contracts if one.on_notice]
    for one in asked:
        if not one.asks_on(evening):
            continue
        until = one.out_of_reach(evening)
        lack = one.reserve(evening) + sum(other.foreseen(evening, until) for other in contracts) - spare
        lack -= sum(other.arriving_by(until) for other in contracts)
        for other in contracts:
            dearer = other.drawn_on_demand and not other.on_notice and other.rate > one.rate
            if dearer and other.repaid_from_surplus:
                lack += other.owed
        one.ask(evening, lack)
