"""The search for the cheapest mix of each set of facilities: the programme proposes, the daily rule improves by steps.

Sets are searched the cheapest first. In each the limits are moved as long as that helps; then one facility is dropped,
exchanged or added, which leads to neighbouring sets. A set that begins little dearer than the best is searched too, for
its own limits may make it the cheapest. What was found of a set is kept, so that another may fail where it is judged.
Where a signed line may be used in part, the search begins again from some shares of use: a larger limit on it leads to
other mixes of the same set, from which no step leads back to those that were best with the smaller limit.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.desk import Sized, ranks
from forecast.financing.mixes import (
    add,
    drop,
    hand_over,
    has_dust,
    in_order,
    keep,
    laid_out,
    move,
    quantiles,
    sized_mix,
    swap,
    used_in_part,
)
from forecast.financing.programme import build, propose, required_drawings

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from forecast.financing.desk import Desk, Proposal
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.mixes import Mix, Step

    Names = tuple[str, ...]

SCREENED = 400
"""Paths on which mixes are searched, at least; the best are then sized on all that may be seen."""

TRIES = 80
"""Most mixes that are sized in the search of a scenario."""

WORK, MOST_TRIES = 400 * 75, 400
"""Paths × days at which ``TRIES`` are made; smaller scenarios are searched more, up to so many."""

NEGLIGIBLE = 0.01
"""A facility whose proposed limit is a smaller share of all limits is left out of the mix."""

RAISED = (1.0, 1.2, 1.5)
"""The programme's limits are raised by these factors in turn until they hold: it knows neither notice nor lots."""

COARSE, FINE = (3.0, 1.5, 1.2), (1.07, 1.02)
"""Factors by which a set limit is moved, up and down, from coarse to fine."""

CLOSE = 0.03
"""A set's limits are moved finely where it then costs no more than this share above the best."""

NEAR = 0.1
"""A set of facilities is searched where it begins dearer than the best by no more than this share."""

SHARES = (0.75, 0.5, 0.25)
"""Shares of what must be owed at which the limit of one of a pair is tried, the other covering the rest."""

USES = (0.75, 0.5, 0.25, 0.1, 0.0)
"""Shares of what must be owed that may be used of signed lines where the search begins again; in the end none."""

GAIN = 1e-4
"""Share of the expected cost that a step must save."""

MARGINS = (1.0, 1.02, 1.05, 1.1, 1.2, 1.4)
"""What was found on the screened paths is tried on all with its limits raised by these factors, until it holds."""


@dataclass(slots=True)
class Search:
    """A search over mixes: the cheapest so far of each set of facilities, and how many may still be sized.

    Steps lead to the same mix again and again; ``least`` is what a mix was found to cost at least, so that it is sized
    anew only where more may be paid. It counts as a try all the same. ``beside`` is what a mix costs that was found
    elsewhere, yuan.
    """

    desk: Desk
    left: int = TRIES
    ends: dict[Names, Sized] = field(default_factory=dict)
    searched: set[Names] = field(default_factory=set)
    least: dict[tuple[object, ...], float] = field(default_factory=dict)
    beside: float = np.inf

    @property
    def best(self) -> float:
        """Give the least expected cost so far, yuan, infinity where nothing holds yet."""
        return min((self.beside, *(end.cost for end in self.ends.values())))

    def offer(self, mix: Mix, ceiling: float, *, as_squeezed: bool = False) -> bool:
        """Size a mix that must cost less than the ceiling, and keep it where it is the cheapest of its set."""
        if self.left <= 0:
            return False
        self.left -= 1
        wanted = laid_out(*mix)
        key = (names_of(wanted), wanted.limits, wanted.quantile)
        if ceiling <= self.least.get(key, -np.inf):
            return False
        found = sized_mix(self.desk, *mix, ceiling, as_squeezed=as_squeezed)
        self.least[key] = ceiling if found is None else found.cost
        return found is not None and self.keep(found)

    def keep(self, found: Sized) -> bool:
        """Keep a mix where it is the cheapest of its set."""
        names = names_of(found.proposal)
        known = self.ends.get(names)
        if known is not None and found.cost >= known.cost:
            return False
        if known is not None and has_dust(known.proposal) and not has_dust(found.proposal):
            self.searched.discard(names)
        self.ends[names] = found
        return True

    def begin(self, starts: Iterable[Mix]) -> None:
        """Offer mixes in turn until one holds and costs little more than the best."""
        for start in starts:
            if self.offer(start, self.best * (1 + NEAR)):
                return

    def begin_again(self, starts: Iterable[Mix]) -> None:
        """Take steps from another start as though nothing were known of its set, and keep what is cheaper.

        The first start that holds is sized whatever it costs before: all of a covering facility on notice may be too
        dear for what it is asked for in reserve, and the least of it that holds the cheapest.
        """
        apart, near = Search(self.desk, self.left, least=self.least), self.best * (1 + NEAR)
        for start in starts:
            if apart.offer(start, apart.best) and apart.best <= near:
                apart.beside = self.best
                break
        for names in tuple(apart.ends) if apart.best <= near else ():
            apart.descend(names)
        self.left = apart.left
        for names, end in apart.ends.items():
            if end.cost <= near and self.keep(end):
                self.searched.discard(names)

    def run(self) -> None:
        """Search set after set, the cheapest first, until all that are near are searched.

        Where a set's best has a facility that serves nothing, the sets without one are searched in its place, and it
        is searched itself when something else is found of it.
        """
        while self.left > 0:
            near = self.best * (1 + NEAR)
            left = {names: end for names, end in self.ends.items() if names not in self.searched and end.cost <= near}
            if not left:
                return
            names = min(left, key=lambda one: left[one].cost)
            self.searched.add(names)
            self.descend(names)
            for step in (drop,) if self._has_dust(names) else (drop, swap, add):
                for mix in step(self.desk, self.ends[names].proposal):
                    reached = tuple(item.facility.name for item in mix[0])
                    if reached not in self.searched or self._has_dust(reached):
                        self.offer(mix, self.best * (1 + NEAR))

    def leave_out_what_serves_nothing(self) -> None:
        """Try what is near and has a facility that serves nothing without it, also where no tries are left."""
        near = self.best * (1 + NEAR)
        for end in [end for end in self.ends.values() if end.cost <= near and has_dust(end.proposal)]:
            for mix in drop(self.desk, end.proposal):
                self.left = max(self.left, 1)
                self.offer(mix, near)

    def descend(self, names: Names) -> None:
        """Take steps within a set of facilities, kind after kind from coarse to fine, as long as they help."""
        self._step(names, [*(partial(move, factor=factor) for factor in COARSE), keep])
        if self.ends[names].cost <= self.best * (1 + CLOSE):
            ways = [partial(way, factor=factor) for factor in (*COARSE, *FINE) for way in (move, hand_over)]
            self._step(names, [*ways, keep])

    def _step(self, names: Names, steps: Sequence[Step]) -> None:
        improved = True
        while improved and not self._has_dust(names):
            improved = False
            for step in steps:
                while any(self._improves(names, mix) for mix in step(self.desk, self.ends[names].proposal)):
                    improved = True

    def _has_dust(self, names: Names) -> bool:
        return has_dust(self.ends[names].proposal)

    def _improves(self, names: Names, mix: Mix) -> bool:
        """Offer a mix, and tell whether the set it was stepped from has become cheaper."""
        before = self.ends[names].cost
        self.offer(mix, before * (1 - GAIN), as_squeezed=True)
        return self.ends[names].cost < before


def names_of(proposal: Proposal) -> tuple[str, ...]:
    """Give the names of a proposal's facilities, in the order of drawing."""
    return tuple(item.facility.name for item in proposal.items)


def best_mixes(desk: Desk, singles: Sequence[Sized | None], known: Sequence[Proposal] = ()) -> Iterator[Sized]:
    """Search the mixes that hold and give the cheapest of each set of two or more facilities, the cheapest set first.

    ``singles`` are the sized proposals of ``desk.items``, None where one does not hold; ``known`` are proposals to
    search from, with a quarter of the tries, in place of the programme's. The search knows no other scenario, so that
    a what-if and a plan edited to the same find the same mixes.
    """
    step = max(1, desk.paths // SCREENED)
    screen = desk.every(step, planning=desk) if step > 1 else desk
    search = searched(screen, singles, known)
    for end in sorted(search.ends.values(), key=lambda one: one.cost):
        if len(end.proposal.items) < 2:  # noqa: PLR2004  # a single facility is no mix
            continue
        sized = enlarged(desk, desk.on(end.proposal))
        if sized is not None:
            yield sized


def searched(screen: Desk, singles: Sequence[Sized | None], known: Sequence[Proposal] = ()) -> Search:
    """Search from each facility alone, and from what is known or, without it, what the programme proposes and all.

    The tries that are left go to pairs to which no step has led, and on from those; then to some uses of signed lines,
    for which there are as many again, and for each use its part of them whatever those before it took: also from what
    is known, for what just holds with little of a signed line is no step away from what surely holds with much of it.
    """
    tries = int(np.clip(TRIES * WORK / (screen.paths * screen.days.flows.shape[0]), TRIES, MOST_TRIES))
    search = Search(screen, max(tries // 4, tries - TRIES) if known else tries)
    for alone in _holding(screen, singles):
        search.keep(alone)
    mixes = (screen.on(one) for one in known if one.items)
    for starts in [[(one.items, one.limits, one.quantile)] for one in mixes] or _starts(screen):
        search.begin(starts)
    search.run()
    for mix in _pairs(screen, search.ends):
        search.offer(mix, search.best * (1 + NEAR))
    search.run()
    uses = tuple(_uses(screen))
    search.left = max(search.left, tries if uses else 0)
    for starts in uses:
        search.left = max(search.left, tries // len(uses))
        search.begin_again(starts)
    search.run()
    search.leave_out_what_serves_nothing()
    return search


def _holding(screen: Desk, singles: Sequence[Sized | None]) -> Iterator[Sized]:
    """Give the sized proposals of one facility that hold on the screened paths, with what they cost there."""
    for one in singles:
        if one is not None:
            proposal = screen.on(one.proposal)
            outcome = screen.run(proposal)
            if screen.holds(outcome):
                yield Sized(proposal, float(outcome.cost.mean()))


def _pairs(desk: Desk, known: Container[Names]) -> Iterator[Mix]:
    """Give the mixes of two facilities of which none is ``known``, at some shares of what must be owed.

    Steps come to a set only where one of its neighbours is good, and to a pair of small limits it may be none.
    """
    need = _need(desk)
    for pair in itertools.combinations(desk.items, 2):
        if tuple(item.facility.name for item in pair) in known:
            continue
        limits = dict.fromkeys(tuple(min(share * need, item.most) for item in pair) for share in SHARES)
        yield from ((pair, limit, quantile) for limit in limits for quantile in quantiles(pair))


def _starts(desk: Desk) -> Iterator[list[Mix]]:
    """Give what the programme proposes, all facilities that are drawn on demand, and all, with each reserve to try.

    Each is a list of mixes in the order in which they are tried until one holds.
    """
    items, amounts = in_order(desk, _proposed(desk))
    for quantile in quantiles(items) if items else ():
        yield [(items, _times(items, amounts, factor), quantile) for factor in RAISED]
    for facilities in (tuple(one for one in desk.items if one.on_demand), desk.items):
        full = tuple(item.most for item in facilities)
        yield [(facilities, full, quantile) for quantile in (quantiles(facilities) if facilities else ())]


def _uses(desk: Desk) -> Iterator[list[Mix]]:
    """Give what the programme proposes beside some uses of the signed lines of which a part may be used.

    Each is a list of mixes to try until one holds.
    """
    lines = [item for item in desk.items if used_in_part(item)]
    need = _need(desk) if lines else 0.0
    for used in dict.fromkeys(tuple(_capped(item, share * need) for item in lines) for share in USES if lines):
        yield [*_beside(desk, dict(used))]


def _beside(desk: Desk, used: dict[str, float]) -> Iterator[Mix]:
    """Give what the programme would propose were no more than some uses signed, beside these, and raised."""
    there = [_signed_for(item, used.get(item.facility.name, item.most)) for item in desk.items]
    limits = _proposed(replace(desk, items=tuple(there))) | {name: limit for name, limit in used.items() if limit > 0}
    items, amounts = in_order(desk, limits)
    for quantile in quantiles(items) if items else ():
        yield from ((items, _times(items, amounts, factor), quantile) for factor in RAISED)


def _capped(item: Terms, use: float) -> tuple[str, float]:
    """Give the name of a signed line and a use of it, yuan, as far as it is signed, and at least what is owed."""
    return item.facility.name, min(item.most, max(round(use, 2), item.facility.drawn))


def _signed_for(item: Terms, limit: float) -> Terms:
    """Give a facility as though no more than a limit were signed, yuan."""
    return item if limit == item.most else replace(item, facility=replace(item.facility, limit=limit))


def _need(desk: Desk) -> float:
    """Give what must be owed for as many paths to hold as limits are sized on, yuan."""
    return float(np.sort(required_drawings(desk).max(axis=0))[ranks(desk)[0] - 1])


def _proposed(desk: Desk) -> dict[str, float]:
    """Give the limits that the programme proposes, yuan by facility, what is negligible left out."""
    programme = build(desk, ranks(desk)[0])
    answer = None if programme is None else propose(programme)
    if answer is None:
        return {}
    least = NEGLIGIBLE * float(answer.sum())
    proposed = zip(desk.items, answer, strict=True)
    return {one.facility.name: float(x) for one, x in proposed if x > max(least, one.facility.minimum_draw)}


def _times(items: Sequence[Terms], limits: Sequence[float], factor: float) -> tuple[float, ...]:
    """Give limits times a factor, as far as they are offered."""
    return tuple(min(limit * factor, item.most) for item, limit in zip(items, limits, strict=True))


def enlarged(desk: Desk, found: Proposal) -> Sized | None:
    """Give a mix found on the screened paths with its limits raised until it holds on all; None where none does."""
    for more in MARGINS:
        limits = _times(found.items, found.limits, more)
        sized = sized_mix(desk, found.items, limits, found.quantile, np.inf)
        if sized is not None:
            return sized
    return None
