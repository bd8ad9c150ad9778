"""The choice among what holds: of mixes that cost nearly the same the simplest, at limits that a bank would write.

Costs are known to the error of the search and of the sample, and a choice within it by cost alone would move with every
seed. So a little cost is given up for fewer facilities and round limits, which stay the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.cash import FEN_TOLERANCE
from forecast.financing.desk import Proposal, with_limit
from forecast.financing.mixes import has_dust
from forecast.notes import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forecast.financing.halves import Costed, Halves

SEARCH_TOLERANCE = 0.01
"""Share of its cost, and beside it a yuan, by which the recommended mix may be dearer than the cheapest that holds: by
``CERTAINTY`` and ``SIMPLER`` together. One more facility, a higher limit, more cash, a further right or an
earlier signature raises the cost by no more."""

CERTAINTY = 0.005
"""Share of the least cost that is given up for a mix whose upper limit holds, so that it holds on other paths, too."""

SIMPLER = 0.005
"""Share of the least cost that is given up for fewer facilities and round limits."""

DIGITS = (2, 3, 4)
"""Significant digits to which a limit is rounded up, as few as the cost allows; where none do it stays as it is."""

STEPS = ((2.0, 0.1), (5.0, 0.2), (10.0, 0.5))
"""Of a limit of two digits: below so many times its power of ten it is a multiple of that step, at most a tenth."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is recommended, beside what else was to be had.

    ``holds``: whether it holds; ``cheapest``: the least expected cost of what holds, yuan; ``simple``: that of the mix
    taken before its limits were rounded, yuan; ``fewer``: whether a mix of more facilities would cost less;
    ``runner_up``: the cheapest that holds of another set of facilities, None where there is none; one that only adds to
    those taken where there is no other.
    """

    taken: Costed
    holds: bool
    cheapest: float
    simple: float
    fewer: bool = False
    rounded: bool = False
    runner_up: Costed | None = None

    @property
    def reasons(self) -> tuple[Note, ...]:
        """Say why what holds is taken: each step away from the cheapest with what it costs."""
        where, proposal = "financing.recommended", self.taken.proposal
        if not proposal.items:
            return (Note("chosen_nothing", where),)
        told = [Note("chosen_cheapest", where)]
        if self.fewer:
            told = [_step("chosen_fewer", "chosen_fewer_free", self.simple - self.cheapest)]
        if self.rounded:
            told.append(_step("chosen_rounded", "chosen_rounded_free", self.taken.cost - self.simple))
        return tuple(told)


def _step(code: str, free: str, more: float) -> Note:
    """Say a step away from the cheapest, and what it costs where that is anything."""
    where = "financing.recommended"
    return Note(code, where, {"more": more}) if more >= FEN_TOLERANCE else Note(free, where)


def chosen(halves: Halves, pool: Sequence[Costed], broken: Callable[[Proposal], int]) -> Choice:
    """Choose from what holds, of which there must be something; ``broken`` counts the covenants a proposal breaks."""
    cheapest = min(pool, key=lambda one: one.cost)
    most = cheapest.cost * (1 + SIMPLER)
    simple = min((one for one in pool if one.cost <= most), key=lambda one: (to_arrange(one.proposal), one.cost))
    others = [one for one in pool if _used(halves, one) != _used(halves, simple) and not has_dust(one.proposal)]
    second = min(others, key=lambda one: (set(one.names) > set(simple.names), one.cost), default=None)
    taken = _rounded(halves, simple, most, broken)
    return Choice(
        taken,
        holds=True,
        cheapest=cheapest.cost,
        simple=simple.cost,
        fewer=simple.names != cheapest.names,
        rounded=taken is not simple,
        runner_up=None if second is None else _rounded(halves, second, second.cost * (1 + SIMPLER), broken),
    )


def _used(halves: Halves, one: Costed) -> frozenset[str]:
    """Give the facilities that a mix uses: its own, and those in use on as_of, which run in every mix."""
    return frozenset({*one.names, *(item.facility.name for item in halves.whole.items if item.facility.drawn > 0)})


def to_arrange(proposal: Proposal) -> int:
    """Give how many facilities of a proposal are still to be arranged."""
    return sum(not item.arranged for item in proposal.items)


def _rounded(halves: Halves, simple: Costed, most: float, broken: Callable[[Proposal], int]) -> Costed:
    """Round up limit after limit to as few digits as cost allows; each may use its share of what is given up."""
    allowed = broken(simple.proposal)
    places = [
        place
        for place, (item, limit) in enumerate(zip(simple.proposal.items, simple.proposal.limits, strict=True))
        if (item.on_demand or not item.arranged) and math.isfinite(limit) and limit > 0
    ]
    taken = simple
    for number, place in enumerate(places, 1):
        ceiling = simple.cost + (most - simple.cost) * number / len(places)
        for limit in _simpler_limits(taken.proposal, place):
            rounded = halves.costed(with_limit(taken.proposal, place, limit))
            if rounded.cost <= ceiling and halves.holds(rounded.proposal) and broken(rounded.proposal) <= allowed:
                taken = rounded
                break
    return taken


def _simpler_limits(proposal: Proposal, place: int) -> Iterator[float]:
    """Give the limits to which one is raised, the simplest first: all that is signed, then round ones."""
    limit, item = proposal.limits[place], proposal.items[place]
    if item.arranged and limit < item.most:
        yield item.most
    yield from _round_limits(limit, item.most)


def in_whole(halves: Halves, proposal: Proposal) -> Proposal:
    """Give a proposal with the whole of what is signed where that costs hardly more: using less would save nothing."""
    for place, item in enumerate(proposal.items):
        if item.arranged and item.on_demand and proposal.limits[place] < item.most:
            whole = with_limit(proposal, place, item.most)
            if halves.costed(whole).cost <= halves.costed(proposal).cost * (1 + SIMPLER) and halves.holds(whole):
                proposal = whole
    return proposal


def _round_limits(limit: float, offered: float) -> Iterator[float]:
    """Give the limit rounded up to more and more digits, or what is offered where that is no further away."""
    for digits in DIGITS:
        rounded = round_up(limit, digits)
        if rounded > limit:
            yield min(rounded, offered)


def round_up(amount: float, digits: int) -> float:
    """Give the least amount of so many significant digits that is not below another, which is above 0.

    Of two digits only steps of up to a tenth are taken (``STEPS``): 1.1, 1.2 … 2.2, 2.4 … 5.5, 6.0 × a power of ten.

    >>> round_up(2149.3, 2), round_up(8122.0, 2), round_up(161_000.0, 2), round_up(161_234.0, 3)
    (2200.0, 8500.0, 170000.0, 162000.0)
    """
    power = 10.0 ** math.floor(math.log10(amount))
    unit = power * 10.0 ** (1 - digits)
    if digits == DIGITS[0]:
        unit = power * next(step for below, step in STEPS if amount < below * power)
    return round(math.ceil(round(amount / unit, 9)) * unit, 9)
