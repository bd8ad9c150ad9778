"""Better uses: what is about to be recommended, tried with less than its contracts allow, and taken where that pays.

The daily rule makes of every right what it can. Where a shorter notice, an earlier signature then makes a mix dearer,
or hides another, doing without it is the cheaper choice. It is looked for last, near what was chosen: of each facility
each use that may matter, its limits sized anew; what saves less than ``SAVES`` is not worth a word to a lender.
Several facilities used otherwise at once may lead to a mix that is not near: in small scenarios the whole choice is
made again with all lines asked a day sooner, and with all asked days ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

from forecast.financing.halves import cannot_hold
from forecast.financing.keeping import broken
from forecast.financing.mixes import in_order
from forecast.financing.search import CLOSE, SCREENED, WORK, Search, enlarged, names_of
from forecast.financing.selection import (
    cheapest_full,
    full_sets,
    preferred,
    select,
    single,
    what_holds,
    withstanding,
)
from forecast.financing.simplest import SEARCH_TOLERANCE
from forecast.financing.uses import AS_OFFERED, Use
from forecast.notes import Note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from forecast.financing.desk import Desk, Proposal, Sized
    from forecast.financing.halves import Costed, Halves
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.policy import Outcome
    from forecast.financing.simplest import Choice
    from forecast.plan.model import Covenants

SAVES = SEARCH_TOLERANCE / 2
"""Share of its cost, and beside it as many yuan as a hundred of it, that another use must save."""

AHEAD = Use(ahead=True)
"""In lots, drawn ahead."""

SOONER = Use(notice_longer=1)
"""Asked a banking day sooner."""

LONGER = (1, 2, 3)
"""Banking days by which a notice is tried longer; fewer may cost more where more of them save."""

LARGER = (0.9, 0.98, 1.0)
"""Reserves that are tried in turn where a mix used otherwise does not hold with its own."""

ROUNDS = 3
"""Most uses that are taken one after another."""

LATER = (4, 2, 1)
"""Days by which a signature is tried later where more than one mix is tried for a use; else one."""

STEPS = 300
"""So many paths take as long as the steps of a day themselves, whatever paths there are."""

SMALL = (200 // 2 + STEPS) * 50
"""(Paths seen + ``STEPS``) × days, what a run takes, of the largest plan that is small.

In it more mixes are tried for each use, and the whole choice is made again with several facilities used otherwise.
"""

TRIES, MOST_TRIES = 1, 20
"""Mixes that are sized for each use; in small scenarios so many at paths × days of ``WORK``, up to so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Used:
    """A choice with the uses of facilities that it rests on, by name, laid out on the paths that it was made on."""

    halves: Halves
    choice: Choice
    uses: Mapping[str, Use] = field(default_factory=dict)


def select_used(halves: Halves, singles: Sequence[Sized | None], covenants: Covenants | None) -> Used:
    """Give the choice of ``select`` with facilities used otherwise, as far as that makes it cheaper, or makes it hold.

    ``singles`` as there.
    """
    choice = select(halves, singles, covenants)
    made = None if choice.holds else made_to_hold(halves, singles, covenants)
    return used_otherwise(halves, Used(halves, choice) if made is None else made, singles, covenants)


def in_lots(halves: Halves, names: Collection[str] | None = None) -> Halves | None:
    """Give a scenario with facilities that lend in lots drawn ahead; None where there are none of those ``names``."""
    lots = [item.facility.name for item in halves.seen.items if _lends_in_lots(item)]
    wanted = [name for name in lots if names is None or name in names]
    return halves.using(dict.fromkeys(wanted, AHEAD)) if wanted else None


def made_to_hold(halves: Halves, singles: Sequence[Sized | None], covenants: Covenants | None) -> Used | None:
    """Give the choice with facilities used otherwise, where nothing else holds; None where that does not either.

    What lends in lots is drawn ahead, or facilities are asked a day sooner: all lines, all on notice, or one alone.
    ``singles`` are those of the facilities as they are offered.
    """
    for uses in [] if cannot_hold(halves) else _ways_to_hold(halves):
        used, own = _sized_using(halves, uses, singles)
        if any(own) or cheapest_full(used, full_sets(used)) is not None:
            made = _chosen_using(used, own, covenants)
            if made is not None:
                return made
    return None


def _ways_to_hold(halves: Halves) -> list[dict[str, Use]]:
    """Give the uses that may make a mix hold: see ``made_to_hold``."""
    asked = [item for item in halves.seen.items if item.on_notice or _is_line(item)]
    groups = (filter(_is_line, asked), (one for one in asked if one.on_notice), *([one] for one in asked))
    ways = [_all_used(AHEAD, filter(_lends_in_lots, halves.seen.items)), *(_all_used(SOONER, one) for one in groups)]
    return [way for place, way in enumerate(ways) if way and way not in ways[:place]]


def _all_used(use: Use, items: Iterable[Terms]) -> dict[str, Use]:
    return {item.facility.name: use for item in items}


def used_otherwise(halves: Halves, best: Used, singles: Sequence[Sized | None], covenants: Covenants | None) -> Used:
    """Give a choice with facilities used otherwise as far as that makes it cheaper: near it, or near one made again.

    The whole choice is made again in small scenarios alone, and from what is cheaper then better uses are looked for,
    too; ``singles`` as for ``select``.
    """
    choice = best.choice
    if not (choice.holds and _most(choice) > 0 and _is_small(halves)):
        return better_used(halves, best, covenants)
    made = (_chosen_using(*_sized_using(halves, uses, singles), covenants) for uses in _asked_sooner(halves, best.uses))
    saving = [one for one in made if one is not None and one.choice.taken.cost < _most(choice)]
    allowed, least = broken(best.halves, choice.taken.proposal, covenants), better_used(halves, best, covenants)
    for start in sorted(saving, key=lambda one: one.choice.taken.cost):
        better = better_used(halves, start, covenants)
        taken = better.choice.taken
        if taken.cost < _most(least.choice) and broken(better.halves, taken.proposal, covenants) <= allowed:
            least = replace(better, choice=replace(better.choice, runner_up=_second(choice, taken)))
    return least


def _asked_sooner(halves: Halves, uses: Mapping[str, Use]) -> list[dict[str, Use]]:
    """Give uses with all lines asked sooner: by a day, then so many days ahead as are tried at most.

    The first is how a plan whose lines need a day more uses them; the second is the same for both.
    """
    lines = [item.facility for item in halves.seen.items if _is_line(item)]
    longer = {one.name: uses.get(one.name, AS_OFFERED).notice_longer for one in lines}
    most = {one.name: max(longer[one.name], LONGER[-1] - one.notice_days) for one in lines}
    ways: list[dict[str, Use]] = []
    for sooner in ({name: days + 1 for name, days in longer.items()}, most):
        way = {**uses, **{name: replace(uses.get(name, AS_OFFERED), notice_longer=sooner[name]) for name in sooner}}
        if way not in (uses, *ways):
            ways.append(way)
    return ways


def _is_line(item: Terms) -> bool:
    """Tell whether it is a line: it may be owed without end and rests on nothing. It may ask for notice, or have."""
    return item.on_demand and item.base is None and item.facility.tenor_days is None


def _sized_using(
    halves: Halves, uses: Mapping[str, Use], singles: Sequence[Sized | None]
) -> tuple[Halves, list[Sized | None]]:
    """Give a scenario with facilities used otherwise, and each of them on its own; ``singles`` as they are offered."""
    used = halves.using(uses)
    pairs = zip(used.seen.items, singles, strict=True)
    return used, [alone if item.use == AS_OFFERED else single(used, item) for item, alone in pairs]


def _chosen_using(used: Halves, own: Sequence[Sized | None], covenants: Covenants | None) -> Used | None:
    """Give the choice with facilities used as they are there; None where nothing holds."""
    holding = what_holds(used, own)
    if not holding:
        return None
    uses = {item.facility.name: item.use for item in used.seen.items if item.use != AS_OFFERED}
    return Used(used, preferred(used, holding, covenants), uses)


def _is_small(halves: Halves) -> bool:
    """Tell whether the whole choice may be made again, and more than one mix tried for each use."""
    days, paths = halves.seen.days.flows.shape
    return bool(days * (paths + STEPS) <= SMALL)


def _most(choice: Choice) -> float:
    """Give what another use may cost at most, yuan, to save enough."""
    return choice.taken.cost * (1 - SAVES) - 100 * SAVES


def better_used(halves: Halves, best: Used, covenants: Covenants | None) -> Used:
    """Give a choice with facilities used otherwise as far as that makes it cheaper: see above."""
    choice = best.choice
    for _ in range(ROUNDS if choice.holds else 0):
        better = _better(halves, best, covenants)
        if better is None:
            break
        best = better
    return best


def _better(offered: Halves, best: Used, covenants: Covenants | None) -> Used | None:
    """Give the choice with one facility used otherwise, where that saves enough; else None.

    Limits are sized on the upper limit, then, where the choice just holds and more than one mix is tried, so that it
    just holds, too: what just holds is no measure for the cost of what surely does.
    """
    choice = best.choice
    most = _most(choice)
    if most <= 0:
        return None
    allowed = broken(best.halves, choice.taken.proposal, covenants)
    screen, seen = _screened(best.halves.seen), best.halves.seen
    usual = float(screen.run(screen.on(choice.taken.proposal)).cost.mean())
    most_tries = min(TRIES * WORK / (screen.paths * screen.days.flows.shape[0]), MOST_TRIES)
    tries = int(most_tries) if _is_small(best.halves) else TRIES
    margins = _margins(seen, choice.taken.proposal) if tries > 1 else [seen.margin]
    for start in _starts(choice) if tries > 1 else (choice.taken,):
        for (name, use), margin in product(uses_of(start.proposal, LATER if tries > 1 else ()), margins):
            uses = {**best.uses, name: use}
            halves = offered.using(uses)
            for costed in _costed(halves, screen.using(uses), start, usual, tries, margin=margin):
                better = preferred(halves, [costed], covenants)
                if better.taken.cost < most and broken(halves, better.taken.proposal, covenants) <= allowed:
                    return Used(halves, replace(better, runner_up=_second(choice, better.taken)), uses)
    return None


def _margins(seen: Desk, taken: Proposal) -> list[bool]:
    """Give whether to size on the upper limit: as the paths seen do, and without it where what is taken just holds."""
    return [seen.margin] if not seen.margin or seen.surely().carries(taken) else [True, False]


def _costed(  # on what it is tried, and what it may cost
    halves: Halves, screen: Desk, start: Costed, usual: float, tries: int, *, margin: bool
) -> Iterator[Costed]:
    """Give what holds of the mixes near one with facilities used otherwise, each as it is asked for.

    ``margin``: whether they are sized on the upper limit of what the paths seen need.
    """
    seen = halves.seen
    for found in _least(replace(screen, margin=margin), start.proposal, usual, tries):
        sized = enlarged(replace(seen, margin=margin), seen.on(found))
        proposal = None if sized is None else withstanding(halves, sized)
        if proposal is not None and halves.holds(proposal):
            yield halves.costed(proposal)


def _second(before: Choice, taken: Costed) -> Costed | None:
    """Give what comes second to a mix: what did before, where that has other facilities, else what was taken then."""
    second = before.runner_up
    return before.taken if second is not None and set(second.names) == set(taken.names) else second


def _starts(choice: Choice) -> Iterator[Costed]:
    """Give what is about to be recommended, then what would come second."""
    yield choice.taken
    if choice.runner_up is not None:
        yield choice.runner_up


def uses_of(proposal: Proposal, later: Sequence[int] = ()) -> Iterator[tuple[str, Use]]:
    """Give the uses of the facilities of a mix that may matter, a step further than it has them.

    Behind them what needs no notice, asked for as though it needed some, and last, where ``later`` says by how many
    days, later signatures; else those come a day later, each with its facility's other uses.
    """
    for place, item in enumerate(proposal.items):
        for use in _steps(item, proposal.items[:place]):
            yield item.facility.name, use
        if not later and _may_be_signed_later(item):
            yield item.facility.name, _signed_later(item.use, 1)
    for item in proposal.items:
        for use in _on_longer_notice(item) if item.on_the_day else ():
            yield item.facility.name, use
    for item in proposal.items:
        for days in later if item.on_demand and not item.arranged else ():
            yield item.facility.name, _signed_later(item.use, days)


def _steps(item: Terms, cheaper: Sequence[Terms]) -> Iterator[Use]:
    """Give the uses of a facility that may matter, a step further than it has them, beside those drawn before it."""
    use = item.use
    if not use.beside and item.on_notice and item.lasts and any(one.on_the_day for one in cheaper):
        yield replace(use, beside=True)
    if not use.ahead and _lends_in_lots(item):
        yield replace(use, ahead=True)
    if item.on_notice:
        yield from _on_longer_notice(item)


def _on_longer_notice(item: Terms) -> Iterator[Use]:
    for more in LONGER:
        yield replace(item.use, notice_longer=item.use.notice_longer + more)


def _lends_in_lots(item: Terms) -> bool:
    return item.on_demand and item.facility.minimum_draw > 0


def _may_be_signed_later(item: Terms) -> bool:
    """Tell whether a day later it comes later: on the evening of as_of it is asked, or signed after it."""
    return item.on_demand and not item.arranged and (item.on_notice or item.facility.signing_days > 0)


def _signed_later(use: Use, days: int) -> Use:
    return replace(use, signed_later=use.signed_later + days)


def _screened(desk: Desk) -> Desk:
    """Give the paths on which mixes are searched."""
    step = max(1, desk.paths // SCREENED)
    return desk.every(step, planning=desk) if step > 1 else desk


def _least(screen: Desk, start: Proposal, usual: float, tries: int) -> list[Proposal]:
    """Give the cheapest mix near one with facilities used otherwise, then that of the same facilities, if another.

    Both only where they cost less than usual, yuan. Where more than one mix is tried, what costs little more is
    searched on from, with a larger reserve if need be.
    """
    search = Search(screen, max(tries, 1))
    limits = {item.facility.name: limit for item, limit in zip(start.items, start.limits, strict=True)}
    ceiling = usual * (1 + CLOSE) if tries > 1 else usual
    larger = [one for one in LARGER if one > start.quantile] if tries > 1 else []
    mix = in_order(screen, limits)
    if not any(search.offer((*mix, quantile), ceiling) for quantile in (start.quantile, *larger)):
        return []
    search.left = max(tries, 1) - 1
    search.run()
    least = min(search.ends.values(), key=lambda one: one.cost)
    own = search.ends.get(names_of(start))
    ends = [least] if own is None or own is least else [least, own]
    return [one.proposal for one in ends if one.cost < usual]


def on_notice_as_agreed(desk: Desk, outcome: Outcome) -> Outcome:
    """Give an outcome whose facilities need the notice that their contracts ask for, also where they are used on more.

    One who knows the path asks as late as the contract lets him.
    """
    accounts = []
    for account in outcome.accounts:
        item = account.arrangement.terms
        if item.use.notice_longer:
            item = desk.laid_out(item.facility.name, replace(item.use, notice_longer=0))
        accounts.append(replace(account, arrangement=replace(account.arrangement, terms=item)))
    return replace(outcome, accounts=tuple(accounts))


def uses_told(proposal: Proposal) -> tuple[Note, ...]:
    """Say of each facility of a mix in what it is used otherwise than it is offered."""
    told = []
    for item in proposal.items:
        use, facility, where = item.use, item.facility, f"facilities.{item.facility.name}"
        name: dict[str, str | int | float] = {"facility": facility.name}
        if use.notice_longer:
            offered = facility.notice_days - use.notice_longer
            days = {"days": facility.notice_days, **({"offered": offered} if offered else {})}
            told.append(Note("used_on_longer_notice" if offered else "used_on_notice", where, {**name, **days}))
        if use.beside:
            told.append(Note("used_beside", where, name))
        if use.ahead:
            told.append(Note("used_ahead", where, name))
        if use.signed_later:
            told.append(Note("used_when_signed_later", where, {**name, "days": use.signed_later}))
    return tuple(told)
