"""The selection of a mix: proposed and sized on one half of the paths, judged on the other, which it has not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.desk import QUANTILES, Desk, Proposal, Sized, ranks, with_limit
from forecast.financing.keeping import broken, widening
from forecast.financing.mixes import SAME, covering, in_order, tightened, used_in_part
from forecast.financing.search import best_mixes
from forecast.financing.simplest import CERTAINTY, SIMPLER, Choice, chosen
from forecast.financing.sizing import size, trimmed, widest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from forecast.financing.halves import Costed, Halves
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.policy import Outcome
    from forecast.plan.model import Covenants

LADDER = 3
"""So many ranks are sized on in turn, from that of the upper limit to the largest need, until the judge agrees."""

RAISED = (1.03, 1.08, 1.15, 1.3)
"""Factors by which the limits of a mix are raised in turn until the judge agrees."""

USED_MORE = (1.0, 1.3, 1.7, 2.5)
"""Factors by which more of signed lines is used where nothing else makes a mix hold."""

AMOUNTS = 17
"""So many amounts are tried of a term loan in a mix that does not hold."""

DEEPER = 0.01
"""Share by which a mix that does not hold may be shorter of cash on average where it then costs less."""

WIDENED = 3
"""So often limits are made wider to keep an agreed utilisation."""

CONSIDERED = 2
"""So many mixes that hold are known before dearer ones are left unjudged: one to recommend, one that comes second."""


def single(halves: Halves, item: Terms) -> Sized | None:
    """Size a facility of the seen desk on its own and judge it; None where it does not hold.

    It is sized on the upper limit of what the seen paths need; where the judge does not agree, on larger ranks, then
    with larger reserves, and in the end its full limit is judged.
    """
    found = []
    for quantile in halves.seen.reserves if item.keeps_reserve else QUANTILES[-1:]:
        sized, agreed = _on_ladder(halves, Proposal((item,), (item.most,), quantile))
        proposal = None if sized is None else withstanding(halves, sized)
        if proposal is not None:
            found.append(halves.costed(proposal))
            if agreed:
                break
    held = min(found, key=lambda one: one.cost) if found else cheapest_full(halves, [[item]])
    return None if held is None else Sized(held.proposal, held.seen_cost)


def _on_ladder(halves: Halves, proposal: Proposal) -> tuple[Sized | None, bool]:
    """Size a facility on its own on larger and larger ranks until the judge agrees; the last, and whether he does."""
    (item,), sized, unpriced = proposal.items, None, None
    if item.on_demand and not (item.used_whole or item.fees_on_limit):  # all of it does the same whatever the rank
        unpriced = halves.seen.run_that_holds(proposal)
        if unpriced is None:
            return None, False
    for rank in _ladder(halves.seen):
        sized = size(halves.seen, proposal, 0, rank, unpriced=unpriced)
        if sized is None:
            return None, False
        if halves.is_judged_to_hold(sized.proposal):
            return sized, True
    return sized, False


def cheapest_full(halves: Halves, sets: Sequence[Sequence[Terms]]) -> Costed | None:
    """Give the cheapest of some sets of facilities at their full limits, with any reserve, that holds; None if none."""
    found = []
    for items in sets:
        for quantile in halves.seen.reserves if any(item.keeps_reserve for item in items) else QUANTILES[-1:]:
            proposal = Proposal(tuple(items), tuple(item.most for item in items), quantile)
            if not halves.holds(proposal):
                continue
            proposal = trimmed(proposal, halves.whole.run(halves.whole.on(proposal)))
            if halves.holds(proposal):
                found.append(halves.costed(proposal))
    return min(found, key=lambda one: one.cost, default=None)


def _ladder(desk: Desk) -> list[list[int]]:
    """Give the ranks to size on, a list for each try."""
    first = ranks(desk)
    higher = np.linspace(first[0], desk.paths, LADDER).round().astype(int)[1:]
    return [first, *([int(rank), *first] for rank in higher if rank > first[0])]


def withstanding(halves: Halves, sized: Sized) -> Proposal | None:
    """Enlarge a proposal to what the judge and the scenarios it must withstand need; None where that is not enough.

    The limit that covers the rest is raised alone, or all of them, or more is kept in reserve: the cheapest of what
    then holds. Where none does, one limit is raised to all that the judge needs of it, or more of signed lines is used.
    """
    proposal = _wide_enough(halves.stresses, sized.proposal)
    if halves.holds(proposal):
        return proposal
    firsts = (next(filter(halves.holds, way), None) for way in _ways_up(halves.seen, proposal))
    held = [one for one in firsts if one is not None]
    more = (*_with_one_for(halves.judging, proposal), *_used_more(halves.seen, proposal)) if not held else ()
    held = held or [*filter(halves.holds, more)]
    return min(held, key=lambda one: halves.costed(one).cost, default=None)


def _with_one_for(desk: Desk, proposal: Proposal) -> Iterator[Proposal]:
    """Give a proposal with one limit raised to what is needed of it on other paths, for each that can be."""
    for place, item in enumerate(proposal.items):
        if not _is_settled(item, proposal.limits[place]):
            sized = size(desk, desk.on(with_limit(proposal, place, item.most)), place, ranks(desk))
            if sized is not None and sized.proposal.limits[place] > proposal.limits[place]:
                yield with_limit(proposal, place, sized.proposal.limits[place])


def _used_more(desk: Desk, proposal: Proposal) -> Iterator[Proposal]:
    """Give a proposal with more used of its signed lines and more in reserve, step by step, where not all is used.

    All that is needed of one may be asked ahead in vain: less of it beside a larger reserve is as sure and cheaper.
    """
    lines = [place for place, item in enumerate(proposal.items) if used_in_part(item)]
    if any(proposal.limits[place] < proposal.items[place].most for place in lines):
        for more in USED_MORE:
            wider = _raised(proposal, more, lines)
            yield from (replace(wider, quantile=one) for one in desk.reserves if one >= proposal.quantile)


def _ways_up(desk: Desk, proposal: Proposal) -> Iterator[list[Proposal]]:
    """Give the ways in which a proposal is made to hold more, each step by step."""
    for places in ([covering(proposal.items)], range(len(proposal.items))):
        yield [_raised(proposal, factor, places) for factor in RAISED]
    if any(item.keeps_reserve for item in proposal.items):
        yield [replace(proposal, quantile=one) for one in desk.reserves if one > proposal.quantile]


def _wide_enough(stresses: Iterable[Desk], proposal: Proposal) -> Proposal:
    """Give a proposal with limits as wide as what scenarios need of each, where that is found."""
    for desk in stresses:
        for place, item in enumerate(proposal.items):
            if _is_settled(item, proposal.limits[place]):
                continue
            wide = desk.on(with_limit(proposal, place, item.most))
            stressed = size(desk, wide, place, ranks(desk))
            if stressed is not None:
                largest = max(stressed.proposal.limits[place], proposal.limits[place])
                proposal = with_limit(proposal, place, largest)
    return proposal


def _is_settled(item: Terms, limit: float) -> bool:
    """Tell whether there is no more to be had of a facility: it is signed, and used whole or no line."""
    return item.arranged and not (item.on_demand and limit < item.most)


def _raised(proposal: Proposal, factor: float, places: Iterable[int]) -> Proposal:
    """Give a proposal with the limits at ``places`` raised by a factor as far as they are offered or signed."""
    limits = list(proposal.limits)
    for place in places:
        item = proposal.items[place]
        if not _is_settled(item, limits[place]):
            limits[place] = min(round(limits[place] * factor, 2), item.most)
    return replace(proposal, limits=tuple(limits))


def select(halves: Halves, singles: Sequence[Sized | None], covenants: Covenants | None) -> Choice:
    """Give the simplest of the cheapest proposals that hold, else the one that falls short least often.

    Proposals that keep every covenant go before those that break one, and those whose upper limit holds before others.
    ``singles`` are those of ``halves.seen.items``, as ``single`` gives them.
    """
    holding = what_holds(halves, singles)
    if not holding:
        least = halves.costed(_least_short(halves))
        return Choice(least, holds=False, cheapest=least.cost, simple=least.cost)
    return preferred(halves, holding, covenants)


def what_holds(halves: Halves, singles: Sequence[Sized | None]) -> list[Costed]:
    """Give what holds and may be chosen: see ``select``; nothing where no mix holds."""
    holding = _holding(halves, singles)
    full = None if holding else cheapest_full(halves, full_sets(halves))
    return holding if full is None else [full]


def preferred(halves: Halves, holding: Sequence[Costed], covenants: Covenants | None) -> Choice:
    """Give the simplest of the cheapest of some proposals that hold: see ``select``."""
    kept = _keeping(halves, holding, covenants)
    most = _least(kept) * (1 + SIMPLER)
    tight = [with_less(halves, one, covenants) if one.cost <= most else one for one in kept]
    return chosen(halves, tight, partial(broken, halves, covenants=covenants))


def with_less(halves: Halves, held: Costed, covenants: Covenants | None) -> Costed:
    """Give what holds with the least of its covering facility, where that costs no more and breaks no more covenants.

    Where less costs more over all paths, though not over those seen, it is given as it is.
    """
    proposal = held.proposal
    less = tightened(halves.seen.surely(), Sized(proposal, held.seen_cost)).proposal
    allowed = broken(halves, proposal, covenants)
    if less == proposal or not halves.holds(less) or broken(halves, less, covenants) > allowed:
        return held
    costed = halves.costed(less)
    return costed if costed.cost <= held.cost + SAME else held


def _holding(halves: Halves, singles: Sequence[Sized | None]) -> list[Costed]:
    """Give what holds: nothing at all, facilities on their own, and the best mix of each set that may be chosen."""
    there = [halves.costed(one.proposal) for one in singles if one is not None]
    if halves.holds(Proposal((), ())):
        there.insert(0, halves.costed(Proposal((), ())))
    if _least(there) <= 0:
        return there
    if not halves.seen.margin:
        return there + _mixes(halves, halves.seen, singles, there)
    return _certain(halves, singles, there)


def _certain(halves: Halves, singles: Sequence[Sized | None], there: Sequence[Costed]) -> list[Costed]:
    """Give what holds with its upper limit on the paths seen, where that costs hardly more than all else; else all.

    So much is paid for certainty, and no further right makes it dearer. ``there`` is what holds without a search.
    """
    surely, barely = halves.seen.surely(), replace(halves.seen, margin=False)
    sure = [one for one in there if surely.carries(one.proposal)]
    there = [*there, *_just_enough(halves, barely, sure)]
    sure += _mixes(halves, surely, singles, sure)
    held = [*there, *_mixes(halves, barely, singles, [*there, *sure], [one.proposal for one in sure]), *sure]
    most = _least(held) * (1 + CERTAINTY)
    if not held or _least(sure) <= most:
        return sure
    least = min(held, key=lambda one: one.cost)
    return [_more_certain(halves, least, most), *(one for one in held if one.names != least.names)]


def _just_enough(halves: Halves, barely: Desk, sure: Iterable[Costed]) -> Iterator[Costed]:
    """Give facilities that surely hold on their own at what just holds, as those are sized that offer no more.

    Without it a larger offer, with which a facility surely holds, would hide what held before and cost less.
    """
    for one in sure:
        for item in one.proposal.items:
            kept = [each for each in halves.seen.reserves if each <= one.proposal.quantile]
            for quantile in kept if item.keeps_reserve else kept[-1:]:
                sized = size(barely, Proposal((item,), (item.most,), quantile), 0, ranks(barely))
                proposal = None if sized is None else withstanding(halves, sized)
                if sized is not None and proposal is not None:
                    yield halves.costed(proposal)
                    if proposal == sized.proposal:
                        break


def _least(costed: Sequence[Costed]) -> float:
    """Give the least cost of some proposals, yuan, infinity where there is none."""
    return min((one.cost for one in costed), default=np.inf)


def _more_certain(halves: Halves, least: Costed, most: float) -> Costed:
    """Give a proposal with its limits raised as far as it then costs at most so much."""
    for factor in reversed(RAISED):
        raised = halves.costed(_raised(least.proposal, factor, range(len(least.names))))
        if raised.cost <= most and halves.holds(raised.proposal):
            return raised
    return least


def _mixes(
    halves: Halves,
    desk: Desk,
    singles: Sequence[Sized | None],
    others: Sequence[Costed],
    known: Sequence[Proposal] = (),
) -> list[Costed]:
    """Give the mixes that hold where they are judged, as far as they may be chosen or come second."""
    held: list[Costed] = []
    failed: list[Proposal] = []
    for mix in best_mixes(desk, singles, known):
        costs = sorted(one.seen_cost for one in (*others, *held))
        if len(costs) >= CONSIDERED and mix.cost > costs[CONSIDERED - 1] * (1 + SIMPLER):
            break
        proposal = withstanding(halves, mix)
        if proposal is None:
            failed.append(mix.proposal)
        else:
            held.append(halves.costed(proposal))
    if not held and not others:
        added = (one for mix in failed for one in _with_another(halves.judging, mix) if halves.holds(one))
        held += [halves.costed(one) for one in added]
    return held


def _with_another(desk: Desk, proposal: Proposal) -> Iterator[Proposal]:
    """Give a proposal with each other facility at what is needed of it, beside the others, on other paths."""
    limits = {item.facility.name: limit for item, limit in zip(proposal.items, proposal.limits, strict=True)}
    for item in desk.items:
        if item.facility.name not in limits:
            items, wanted = in_order(desk, {**limits, item.facility.name: item.most})
            wider = Proposal(items, wanted, proposal.quantile)
            sized = size(desk, wider, items.index(item), ranks(desk))
            if sized is not None:
                yield sized.proposal


def _keeping(halves: Halves, holding: Sequence[Costed], covenants: Covenants | None) -> list[Costed]:
    """Give what breaks fewest covenants, wider limits tried of what breaks one and is not dearer than what is kept."""
    if covenants is None:
        return list(holding)
    counts = {one: broken(halves, one.proposal, covenants) for one in holding}
    for one in sorted(holding, key=lambda one: one.cost) if covenants.maximum_utilisation else ():
        kept = (other.cost for other, count in counts.items() if not count)
        if counts[one] and one.cost <= min(kept, default=np.inf) * (1 + SIMPLER):
            counts |= _wider(halves, one, covenants)
    return [one for one, count in counts.items() if count == min(counts.values())]


def _wider(halves: Halves, held: Costed, covenants: Covenants) -> dict[Costed, int]:
    """Give what holds with wider limits, step by step until it breaks no covenant, and how many each breaks."""
    found: dict[Costed, int] = {}
    proposal = held.proposal
    for _ in range(WIDENED):
        places, factor = widening(halves, proposal, covenants)
        before, proposal = proposal, _raised(proposal, factor, places)
        if proposal == before:
            break
        if halves.holds(proposal):
            found[halves.costed(proposal)] = count = broken(halves, proposal, covenants)
            if not count:
                break
    return found


def full_sets(halves: Halves) -> list[list[Terms]]:
    """Give none, all, those that are drawn on demand, and each facility on its own."""
    items = list(halves.seen.items)
    return [[], items, [item for item in items if item.on_demand], *([item] for item in items)]


def _least_short(halves: Halves) -> Proposal:
    """Give the mix at full limits that falls short least often; of equals the least deeply short, then the cheapest.

    Where it must withstand scenarios, that counts where it is worst. Its limits are cut to what is reached of them on
    any path, and on those that do not fall short: what serves only paths that fall short all the same is arranged where
    it spares them ``DEEPER`` or more.
    """
    desks = (halves.whole, *halves.stresses)

    def carried(proposal: Proposal) -> _Carried:
        return _Carried(proposal, tuple(desk.run(desk.on(proposal)) for desk in desks))

    full = min((carried(widest(halves.seen, items)) for items in full_sets(halves)), key=lambda one: one.merit)
    proposal, cuts = full.proposal, [full.cut(all_paths=True), full.cut(all_paths=False)]
    for place, item in enumerate(proposal.items):
        if not item.on_demand:
            lent = np.linspace(item.facility.drawn, proposal.limits[place], AMOUNTS)[:-1].round(2).tolist()
            cuts += [with_limit(one, place, amount) for one in (proposal, cuts[1]) for amount in lent]
    tried = [full, *map(carried, cuts)]
    short, deepest, _ = min(one.merit for one in tried)
    most = deepest * (1 + DEEPER) + FEN_TOLERANCE
    alike = [one for one in tried if one.merit[0] <= short and one.merit[1] <= most]
    return min(alike, key=lambda one: one.merit[2]).proposal


@dataclass(frozen=True, slots=True, eq=False)
class _Carried:
    """A mix that does not hold, and what it does: in its own scenario first, then in those that it must withstand."""

    proposal: Proposal
    outcomes: tuple[Outcome, ...]

    @property
    def merit(self) -> tuple[float, float, float]:
        """How often it falls short and how deeply, where that is worst, and its cost in its own scenario."""
        often = max(float(one.short.mean()) for one in self.outcomes)
        deeply = max(float(one.deepest.mean()) for one in self.outcomes)
        return often, round(deeply, 2), float(self.outcomes[0].cost.mean())

    def cut(self, *, all_paths: bool) -> Proposal:
        """Give it with limits cut to what any scenario reaches of them, on all paths or those that hold."""
        cuts = [trimmed(self.proposal, one, charged=True, paths=~one.short | all_paths) for one in self.outcomes]
        return replace(self.proposal, limits=tuple(map(max, zip(*(one.limits for one in cuts), strict=True))))
