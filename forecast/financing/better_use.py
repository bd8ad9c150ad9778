"""Better uses: what is about to be recommended, tried with less than its contracts allow, and taken where that pays.

The daily rule makes of every right what it can. Where a shorter notice, an earlier signature then makes a mix dearer,
or hides another, doing without it is the cheaper choice. It is looked for last, near what was chosen: of each facility
each use that may matter, its limits sized anew; what saves less than ``SAVES`` is not worth a word to a lender.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from forecast.financing.mixes import in_order
from forecast.financing.search import CLOSE, SCREENED, WORK, Search, enlarged
from forecast.financing.selection import (
    broken,
    cheapest_full,
    full_sets,
    preferred,
    select,
    single,
    what_holds,
    withstanding,
)
from forecast.financing.simplest import SEARCH_TOLERANCE
from forecast.financing.uses import Use
from forecast.notes import Note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

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

LONGER = (1, 2, 3)
"""Banking days by which a notice is tried longer; fewer may cost more where more of them save."""

LARGER = (0.9, 0.98, 1.0)
"""Reserves that are tried in turn where a mix used otherwise does not hold with its own."""

ROUNDS = 3
"""Most uses that are taken one after another."""

TRIES, MOST_TRIES = 1, 20
"""Mixes that are sized for each use at paths × days of ``WORK``; smaller scenarios are searched more, up to so many."""


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
    return better_used(halves, Used(halves, choice) if made is None else made, covenants)


def in_lots(halves: Halves, names: Collection[str] | None = None) -> Halves | None:
    """Give a scenario with facilities that lend in lots drawn ahead; None where there are none of those ``names``."""
    lots = [item.facility.name for item in halves.seen.items if _lends_in_lots(item)]
    wanted = [name for name in lots if names is None or name in names]
    return halves.using(dict.fromkeys(wanted, AHEAD)) if wanted else None


def made_to_hold(halves: Halves, singles: Sequence[Sized | None], covenants: Covenants | None) -> Used | None:
    """Give the choice with what lends in lots drawn ahead, where nothing else holds; None where that does not either.

    ``singles`` are those of the facilities as they are offered.
    """
    used = in_lots(halves)
    if used is None:
        return None
    pairs = zip(used.seen.items, singles, strict=True)
    own = [single(used, item) if item.use == AHEAD else alone for item, alone in pairs]
    if not any(own) and cheapest_full(used, full_sets(used)) is None:
        return None
    holding = what_holds(used, own)
    if not holding:
        return None
    choice = preferred(used, holding, covenants)
    return Used(used, choice, {item.facility.name: item.use for item in choice.taken.proposal.items})


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
    """Give the choice with one facility used otherwise, where that saves enough; else None."""
    choice = best.choice
    most = choice.taken.cost * (1 - SAVES) - 100 * SAVES
    if most <= 0:
        return None
    allowed = broken(best.halves, choice.taken.proposal, covenants)
    screen = _screened(best.halves.seen)
    usual = float(screen.run(screen.on(choice.taken.proposal)).cost.mean())
    tries = int(min(TRIES * WORK / (screen.paths * screen.days.flows.shape[0]), MOST_TRIES))
    for start in _starts(choice) if tries > 1 else (choice.taken,):
        for name, use in uses_of(start.proposal):
            uses = {**best.uses, name: use}
            least = _least(screen.using(uses), start.proposal, usual, tries)
            if least is None:
                continue
            halves = offered.using(uses)
            found = enlarged(halves.seen, halves.seen.on(least))
            proposal = None if found is None else withstanding(halves, found)
            if proposal is None or not halves.holds(proposal):
                continue
            better = preferred(halves, [halves.costed(proposal)], covenants)
            if better.taken.cost < most and broken(halves, better.taken.proposal, covenants) <= allowed:
                return Used(halves, replace(better, runner_up=_second(choice, better.taken)), uses)
    return None


def _second(before: Choice, taken: Costed) -> Costed | None:
    """Give what comes second to a mix: what did before, where that has other facilities, else what was taken then."""
    second = before.runner_up
    return before.taken if second is not None and set(second.names) == set(taken.names) else second


def _starts(choice: Choice) -> Iterator[Costed]:
    """Give what is about to be recommended, then what would come second."""
    yield choice.taken
    if choice.runner_up is not None:
        yield choice.runner_up


def uses_of(proposal: Proposal) -> Iterator[tuple[str, Use]]:
    """Give the uses of the facilities of a mix that may matter, a step further than it has them.

    Last what needs no notice, asked for as though it needed some.
    """
    for place, item in enumerate(proposal.items):
        for use in _steps(item, proposal.items[:place]):
            yield item.facility.name, use
    for item in proposal.items:
        for use in _on_longer_notice(item) if item.on_the_day else ():
            yield item.facility.name, use


def _steps(item: Terms, cheaper: Sequence[Terms]) -> Iterator[Use]:
    """Give the uses of a facility that may matter, a step further than it has them, beside those drawn before it."""
    use = item.use
    if not use.beside and item.on_notice and item.lasts and any(one.on_the_day for one in cheaper):
        yield replace(use, beside=True)
    if not use.ahead and _lends_in_lots(item):
        yield replace(use, ahead=True)
    if item.on_notice:
        yield from _on_longer_notice(item)
    if _may_be_signed_later(item):
        yield replace(use, signed_later=use.signed_later + 1)


def _on_longer_notice(item: Terms) -> Iterator[Use]:
    for more in LONGER:
        yield replace(item.use, notice_longer=item.use.notice_longer + more)


def _lends_in_lots(item: Terms) -> bool:
    return item.on_demand and item.facility.minimum_draw > 0


def _may_be_signed_later(item: Terms) -> bool:
    """Tell whether a later signature makes it come later: on the evening of as_of it is asked, or signed after it."""
    return item.on_demand and not item.arranged and (item.on_notice or item.facility.signing_days > 0)


def _screened(desk: Desk) -> Desk:
    """Give the paths on which mixes are searched."""
    step = max(1, desk.paths // SCREENED)
    return desk.every(step, planning=desk) if step > 1 else desk


def _least(screen: Desk, start: Proposal, usual: float, tries: int) -> Proposal | None:
    """Give the cheapest mix near one with facilities used otherwise; None where none costs less than usual, yuan.

    Where more than one mix is tried, what costs little more is searched on from, with a larger reserve if need be.
    """
    search = Search(screen, max(tries, 1))
    limits = {item.facility.name: limit for item, limit in zip(start.items, start.limits, strict=True)}
    ceiling = usual * (1 + CLOSE) if tries > 1 else usual
    larger = [one for one in LARGER if one > start.quantile] if tries > 1 else []
    mix = in_order(screen, limits)
    if not any(search.offer((*mix, quantile), ceiling) for quantile in (start.quantile, *larger)):
        return None
    search.left = max(tries, 1) - 1
    search.run()
    least = min(search.ends.values(), key=lambda one: one.cost)
    return least.proposal if least.cost < usual else None


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
