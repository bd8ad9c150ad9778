"""A second opinion on the daily rule, in plain Python: one path, one facility after the other, day by day.

Written from the words of the interface (the kinds of facilities, and a day in the simulation) and of the daily rule,
not from the planner's code, so that the two can disagree. Yuan, floats; to be compared to the fen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from facility_contracts import NOTHING, Contract, Overdraft, OwnerLoan
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


def simulate(
    world: World,
    arranged: Sequence[tuple[Facility, float]],
    carried: Sequence[tuple[Facility, float]] = (),
    beside: Sequence[str] = (),
    ahead: Sequence[str] = (),
) -> Ledger:
    """Carry facilities with their limits through the days; drawn in this order, the cheapest first.

    Of those ``carried`` beside them nothing more is drawn; they are repaid before the others. Those named ``beside``
    are asked only for what cheaper ones without notice cannot bring; of those drawn ``ahead`` all that is left is drawn
    where no lot would be left.
    """
    contracts = [KINDS[terms.kind](terms, limit, world) for terms, limit in [*arranged, *carried]]
    for one in contracts[len(arranged) :]:
        one.carry()
    for one in contracts:
        one.beside, one.ahead = one.terms.name in beside, one.terms.name in ahead
    cash = [world.opening]
    ask(contracts, 0, world.opening - world.minimum)
    for one in contracts:
        one.night(0)
    for day in range(1, world.last + 1):
        now = cash[-1] + world.flows[day] + earned(world, day, cash[-1])
        for one in contracts:
            now += one.morning(day)
        now = repay(contracts, [one for one in contracts if one.repaid_from_surplus], day, now)
        at_once = [one for one in contracts if one.in_use and one.drawn_on_demand and not one.on_notice]
        for one in at_once:
            lack = world.minimum + until_drawn(contracts, one, day) - now
            now += one.draw(day, max(lack, to_last(contracts, one, day, day, now - world.minimum)))
        if any(one.terms.minimum_draw > 0 or isinstance(one, OwnerLoan) for one in at_once):
            now = repay(
                contracts, [one for one in contracts if one.repaid_from_surplus and one.drawn_on_demand], day, now
            )
        if day < world.last:
            refinance(contracts, day, now - world.minimum)
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
    there = cash - world.minimum + sum(one.to_be_had() for one in contracts)
    daily, asked = daily_beyond(world), asked_after(world, contracts)
    return min((there + after * daily - owed for after, owed in asked), default=math.inf)


def daily_beyond(world: World) -> float:
    """Give what a day after the horizon brings: what one of the last 28 did, at least nothing."""
    recent = world.flows[1:][-RECENT:]
    return max(0.0, sum(recent) / len(recent))


def asked_after(world: World, contracts: Sequence[Contract]) -> list[tuple[int, float]]:
    """Give the days after the horizon by which anything is asked for, with all that is by then."""
    waits = [one.movable_days for one in world.payments]
    days = range(1, max(RECENT, world.last, *waits, *(one.terms.tenor_days or 0 for one in contracts)) + 1)
    asking = [one for one in contracts if one.owed > 0]
    return [(day, owed) for day in days if (owed := sum(one.asked_beyond(world.last + day) for one in asking)) > 0]


def earned(world: World, day: int, yesterday: float) -> float:
    """Give what the surplus of the evening before has earned; that of as_of is not known to be a surplus yet."""
    return max(0.0, yesterday - world.minimum) * world.surplus_rate / 365 if day > 1 else 0.0


def repay(contracts: Sequence[Contract], repaid: Sequence[Contract], day: int, cash: float) -> float:
    """Repay from a surplus, the dearest first, and give the cash that is left."""
    for one in reversed(repaid):
        surplus = cash - one.world.minimum
        cash -= one.repay(day, surplus - kept(contracts, one, day, surplus))
    return cash


def needed(  # the days between which, and what is left out
    contracts: Sequence[Contract],
    one: Contract,
    evening: int,
    until: int,
    *,
    repaid: Contract | None = None,
    first: int = 0,
    since: int | None = None,
    beside: float = 0.0,
) -> float:
    """Give the cash over the minimum for the worst day after an evening, from a first to a last.

    Each day's is the fall of the flows until it, and what falls due by it, less what arrives by it; the principal of
    what is repaid is left out. ``since``: only what falls, is due and arrives after that later evening counts;
    ``beside``: others bring so much of it within the horizon.
    """
    start = evening if since is None else since
    before = 0.0 if since is None else claims(contracts, evening, since)
    days = range(max(evening + 1, first), until + 1)
    worst = [one.fall(start, day) + claims(contracts, evening, day, repaid) - before - beside for day in days]
    if until == one.world.last and one.closes and not (isinstance(one, PayablesExtension) and not one.on_notice):
        worst.append(lacking_beyond(contracts, one, evening, start, repaid) - before)
    return max([0.0, *worst])


def lacking_beyond(
    contracts: Sequence[Contract],
    one: Contract,
    evening: int,
    start: int,
    repaid: Contract | None,
    *,
    end: int | None = None,
    lines: bool = True,
) -> float:
    """Give what lacks on the worst day after the horizon, as expected on an evening, of what falls due by then.

    It is looked at as ``spare_beyond`` does at the end, and is for a line that cannot be drawn on the last day; what
    the others still can be drawn for is taken off, where ``lines``. Flows count after ``start``, the days before
    ``end``; of what is repaid the interest alone.
    """
    world = one.world
    flows = sum(world.flows[start + 1 :])
    others = [other for other in contracts if lines and other is not one and other.in_use and other.drawn_on_demand]
    others = [other for other in others if other.on_notice or not isinstance(other, PayablesExtension)]
    had = flows + sum(other.spare_at_end(evening) for other in others)
    had -= claims(contracts, evening, world.last, repaid)
    ahead = [other.ahead_beyond(evening) for other in contracts if other is not repaid]
    if isinstance(repaid, TermLoan):
        ahead.append(repaid.ahead_beyond(evening))
        ahead[-1].interest_alone = True
    asked = [(after, owed) for after, owed in asked_after(world, ahead) if end is None or world.last + after < end]
    return max((owed - after * daily_beyond(world) - had for after, owed in asked), default=-math.inf)


def claims(contracts: Sequence[Contract], evening: int, until: int, repaid: Contract | None = None) -> float:
    """Give what falls due after an evening up to a day, less what arrives."""
    due = sum(one.foreseen(evening, until, principal=one is not repaid) for one in contracts)
    return due - sum(one.arriving_by(evening, until, whole=one is repaid) for one in contracts)


def kept(contracts: Sequence[Contract], repaid: Contract, evening: int, surplus: float) -> float:
    """Give the cash over the minimum that a surplus leaves: what may be needed until what it repays can be drawn again.

    The principal of what it repays is left out: the surplus pays just that. Where repaying leaves no lot to draw, a
    later request has to be waited for; without notice what falls before the flows free a lot again is kept.
    """
    more = 0.0 if repaid.in_use else until_more(contracts, repaid, evening)
    if not repaid.drawn_on_demand or (repaid.in_use and not repaid.comes_back):
        return max(more, to_the_end(contracts, repaid, evening))
    if not repaid.in_use:
        return more
    near = until_drawn(contracts, repaid, evening, repaid=repaid)
    for day in range(evening + 1, repaid.alone(evening) + 1) if repaid.settles else ():
        # what is left of the debt settles in part
        lack = repaid.fall(evening, day) + claims(contracts, evening, day) - surplus
        near = max(near, surplus - repaid.to_bring(-lack, evening, evening, day))
    if not repaid.lotless(surplus - near):
        return near
    if repaid.on_notice:
        return max(near, needed(contracts, repaid, evening, repaid.out_of_reach(evening), repaid=repaid))
    return max(near, until_a_lot(repaid, evening, surplus))


def until_a_lot(repaid: Contract, evening: int, surplus: float) -> float:
    """Give what falls before cash and free limit together, which repaying leaves as they are, have risen to a lot."""
    kept, there = 0.0, repaid.limit - repaid.owed + surplus
    for day in range(evening + 1, repaid.world.last + 1):
        there += repaid.world.flows[day]
        if there >= repaid.terms.minimum_draw - NOTHING:
            break
        kept = repaid.fall(evening, day)
    return kept


def to_the_end(contracts: Sequence[Contract], repaid: Contract, evening: int) -> float:
    """Give what is not used to repay what does not come back: what is needed before that would fall due itself.

    A loan is repaid from nothing that has yet to arrive. After the horizon lines are not counted on.
    """
    end, until = repaid.owed_until(), repaid.alone(evening)
    if repaid.drawn_on_demand:
        until = until if end is None else min(until, end - 1)
        inside = needed(contracts, repaid, evening, until, repaid=repaid) if until > evening else 0.0
    else:
        due = sum(one.foreseen(evening, until, principal=one is not repaid) for one in contracts)
        inside = due + (repaid.fall(evening, until) if repaid.in_use else 0.0)
    return max(inside, lacking_beyond(contracts, repaid, evening, evening, repaid, end=end, lines=False))


def to_last(contracts: Sequence[Contract], one: Contract, evening: int, drawn_on: int, spare: float) -> float:
    """Give what is drawn of receivables so that on each day on which cash lacks enough has not settled."""
    lack = -math.inf
    until = one.alone(evening) if drawn_on == evening else one.out_of_reach(evening)
    cost = one.cost_of_asking(drawn_on, until)
    for day in range(max(evening + 1, drawn_on), until + 1) if one.settles else ():
        lost = claims(contracts, evening, day) - sum(one.world.flows[evening + 1 : day + 1])
        lack = max(lack, one.to_bring(lost - spare, evening, drawn_on, day, one.taken_off(drawn_on) + cost))
    return lack


def until_more(contracts: Sequence[Contract], repaid: Contract, evening: int) -> float:
    """Give what old debt that is not drawn any more is not repaid from: what is needed until others can be drawn.

    That is looked at until the next chance of each of them; what the sooner ones then bring is taken off.
    """
    kept = sooner = 0.0
    others = [one for one in contracts if one.in_use and one.drawn_on_demand]
    others = [one for one in others if one.on_notice or not isinstance(one, PayablesExtension)]
    for one in sorted(others, key=lambda one: one.before_next(evening)):
        kept = max(kept, needed(contracts, one, evening, one.before_next(evening), repaid=repaid) - sooner)
        sooner += one.next_brings(evening)
    return kept


def until_drawn(contracts: Sequence[Contract], one: Contract, evening: int, *, repaid: Contract | None = None) -> float:
    """Give what may be needed until a facility can be drawn again."""
    return needed(contracts, one, evening, one.alone(evening), repaid=repaid)


def ask(contracts: Sequence[Contract], evening: int, spare: float) -> None:
    """Ask those on notice, in order, for what lacks to what may be needed; refinance what is dearer.

    What the surplus of the days until the money arrives will repay is asked for again.
    """
    for one in contracts:
        arrival = one.arrival(evening)
        if not (one.in_use and one.on_notice) or arrival is None or not one.asks_on(evening):
            continue
        lack, repaid = lacking(contracts, one, evening, arrival, spare)
        brought = brought_beside(contracts, one, evening, arrival) if one.beside else 0.0
        if lack > 0 and brought > 0:
            lack = max(0.0, lacking(contracts, one, evening, arrival, spare, brought)[0])
        for other in dearer(contracts, one):
            if other.in_use and other.drawn_on_demand and not other.on_notice:
                lack += other.owed
        one.ask(evening, asked_to_refinance(contracts, one, evening, spare, lack), repaid)


def lacking(  # whose need, when, and what there is for it
    contracts: Sequence[Contract], one: Contract, evening: int, arrival: int, spare: float, beside: float = 0.0
) -> tuple[float, float]:
    """Give what lacks on the days for which a facility is asked, and what a surplus repays of it before.

    ``beside``: others bring so much.
    """
    until, repaid = one.out_of_reach(evening), 0.0
    lack = needed(contracts, one, evening, until, first=arrival, beside=beside) - spare
    lack = max(lack, to_last(contracts, one, evening, arrival, spare + beside))
    owed = one.owed + one.arrived_by(arrival - 1)
    if owed > 0 and one.repaid_from_surplus and one.alone(evening) < arrival and arrival > evening + 1:
        flows = sum(one.world.flows[evening + 1 : arrival])
        there = spare + flows - claims(contracts, evening, arrival - 1)
        repaid = min(max(0.0, there), owed - one.maturing(evening, arrival - 1))
        later = needed(contracts, one, evening, until, first=arrival, since=arrival - 1, beside=beside)
        lack = max(lack, later - max(0.0, there - repaid))
    return lack, repaid


def brought_beside(contracts: Sequence[Contract], one: Contract, evening: int, arrival: int) -> float:
    """Give what cheaper facilities without notice can bring on each day for which another is asked, up to the last.

    Only what lasts as long, and has no tenor of each drawing, is counted on, and only where all that is asked for can
    be drawn in any amount.
    """
    if one.terms.minimum_draw > 0:
        return 0.0
    total, until = 0.0, one.out_of_reach(evening)
    for other in contracts[: contracts.index(one)]:
        at_once = other.in_use and other.drawn_on_demand and not other.on_notice
        ends = isinstance(other, OwnerLoan) and not other.lasts(arrival)
        if isinstance(other, PayablesExtension) or not at_once or ends:
            continue
        if all(other.may_arrive(day) for day in range(arrival, until + 1)):
            room = min(other.limit - other.owed, other.lasting(evening, until))
            total += max(0.0, room) / (1 + other.cost_of_asking(evening + 1, until))
    return total


def asked_to_refinance(contracts: Sequence[Contract], one: Contract, evening: int, spare: float, lack: float) -> float:
    """Give what is asked for once dearer old debt is repaid, too, of which nothing more is drawn.

    It is repaid from room that is not needed, and only while nothing is under way.
    """
    arrival, total = one.arrival(evening), lack
    if one.under_way > 0 or arrival is None or not one.lasts(arrival):
        return lack
    for other in dearer(contracts, one):
        if other.owed > 0 and other.drawn_on_demand and not other.in_use:
            room = max(0.0, one.room(evening, arrival))
            room = room_to_refinance(contracts, one, other, evening, spare, room, max(0.0, total))
            amount = min(room, other.owed - other.maturing(evening, arrival))
            total += amount if amount >= NOTHING else 0.0
    return total


def dearer(contracts: Sequence[Contract], one: Contract) -> list[Contract]:
    """Give what a facility may repay as it is dearer, the dearest first.

    It is drawn at no fee, and whatever surplus there is repays it. What it repays may be repaid at no fee, and drawn
    again at none. Payments that wait are neither.
    """
    free = one.repaid_from_surplus and one.terms.service_fee == 0 and not isinstance(one, PayablesExtension)
    found = [other for other in contracts if free and other.repaid_from_surplus and other.holding > one.holding]
    found = [other for other in found if not isinstance(other, PayablesExtension) and not other.terms.prepayment_fee]
    found = [other for other in found if not other.in_use or other.terms.service_fee == 0]
    found = [other for other in found if not (isinstance(other, TermLoan) and other.lends)]
    return sorted(found, key=lambda other: -other.holding)


def refinance(contracts: Sequence[Contract], day: int, spare: float) -> None:
    """Draw the cheaper without notice to repay the dearer, as far as no room is used that may be needed.

    That may be until the dearer one can be drawn again without notice, or, where it cannot, until it would have ended.
    """
    for one in contracts:
        if not (one.in_use and one.drawn_on_demand and not one.on_notice and one.may_arrive(day)):
            continue
        for other in dearer(contracts, one):
            if other.owed <= 0 or (isinstance(other, TermLoan) and not other.pays(day)):
                continue
            room = room_to_refinance(contracts, one, other, day, spare, one.headroom(day), 0.0)
            amount = min(max(0.0, room), other.owed)
            lot = other.terms.minimum_draw if other.in_use else 0.0
            if lot > 0 and other.limit - other.owed + amount < lot - NOTHING:
                continue
            if amount >= max(NOTHING, one.terms.minimum_draw):
                one.take(day, amount)
                other.pay_back(amount)


def room_to_refinance(  # what may be drawn of one to repay the other
    contracts: Sequence[Contract], one: Contract, other: Contract, day: int, spare: float, room: float, lack: float
) -> float:
    """Give what may be drawn of a facility to repay another: its room, less what may be needed beyond the cash."""
    world = one.world
    again = other.in_use and other.drawn_on_demand and not other.on_notice and other.limit >= other.terms.drawn
    end = None if again else other.owed_until()
    until = other.alone(day) if again else world.last if end is None else min(world.last, end - 1)
    if until > day or not other.in_use or other.on_notice or not other.drawn_on_demand:
        # it may have to be paid back before, or its last room be less than a lot
        room = min(room, one.lasting(day, until))
        if room <= 0:
            return 0.0
    if until <= day:
        return room - lack
    most = needed(contracts, other, day, until, repaid=other)
    if not (other.in_use and other.drawn_on_demand):
        most = max(most, lacking_beyond(contracts, other, day, day, other, end=end, lines=False))
    drawn_on = (one.arrival(day) or day) if one.on_notice else day
    whole = 1 + one.cost_of_asking(drawn_on, until)  # what a yuan comes to with the interest that it has to pay
    return (room - max(lack, (most - spare) * whole)) / whole
