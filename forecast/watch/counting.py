"""What is counted of an incident: of the orders seen for its alert, and of those that are put to its account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.accounts import Account, Counts
from forecast.watch.causes import likeliest, named_in, probabilities, surge_of
from forecast.watch.crossing import failed_in, named_for_others, of_others
from forecast.watch.evidence import known, usually_slow
from forecast.watch.feed import HOUR
from forecast.watch.incidents import followed_after, members, part_of, ran_before
from forecast.watch.outcomes import sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats
    from forecast.watch.evidence import Known, Outlook
    from forecast.watch.incidents import Incident

LONGEST = 240 * HOUR
"""Seconds of an incident that are counted for its alert, from its first failure on."""


def seen_of(view: Outlook, one: Incident, since: int, now: int) -> Known:
    """The orders that are counted of an incident at a moment, and some before them; none that are in its account.

    ``since`` is the moment from which on is watched.
    """
    last = min(now, max(one.last, one.rang_at) + LONGEST)
    return known(view, max(one.started - HOUR, since, one.account.until), last)


def counted(view: Outlook, seen: Known, number: int, there: Sequence[Incident], since: int, now: int) -> Bools:
    """Which orders seen an incident's alert counts: those that it holds and that are of no other."""

    def cause_of(which: int) -> str:
        told = seen_of(view, there[which], since, now)
        own = members(view, told, there[which]) & ~named_for_others(view, told, which, there)
        return likeliest(probabilities(view, told, there[which], own))

    return members(view, seen, there[number]) & ~of_others(view, seen, number, there, cause_of)


def counts_of(view: Outlook, seen: Known, one: Incident, within: Bools, now: int) -> Counts:
    """What is counted of the orders ``within`` an incident, of those seen."""
    feed, part = view.feed, part_of(seen)
    told, bad = within & (seen.good | seen.bad[0]), failed_in(seen, one) & within
    chance, amount = _usual_chance(view, seen, one, told), feed.amount[part] / 100
    beyond = np.bincount(feed.channel[part], amount * bad - amount * chance * told, len(feed.channels))
    whole, came, lost, waited, due = sums(feed, np.flatnonzero(bad) + seen.first, now)
    named, named_usual = named_in(seen, within)
    return Counts(
        failed=int(bad.sum()),
        tried=int(told.sum()),
        silent=int((bad & (seen.cause < 0)).sum()),
        since_deducted=int((feed.deducted_at[part][bad] <= now).sum()),
        usual=float(chance[told].sum()),
        beyond=tuple(beyond.tolist()),
        whole=whole,
        came=came,
        lost=lost,
        waited=waited,
        named=named,
        named_usual=named_usual,
        due=due,
    )


def put_to_account(view: Outlook, there: Sequence[Incident], since: int, now: int) -> tuple[Incident, ...]:
    """The incidents at a moment of the grid, with what of them is looked at no more put to their accounts.

    It is counted as it stands then, with the scope that the incident then has, for good.
    """
    until = followed_after(view, now)
    accounts = {
        number: _put(view, number, there, since, until, now)
        for number, one in enumerate(there)
        if one.started < until and one.account.until < min(until, one.ended)
    }
    if not accounts:
        return tuple(there)
    return tuple(replace(one, account=accounts.get(number, one.account)) for number, one in enumerate(there))


def _put(view: Outlook, number: int, there: Sequence[Incident], since: int, until: int, now: int) -> Account:
    one = there[number]
    seen = seen_of(view, one, since, now)
    within = counted(view, seen, number, there, since, now) & (view.feed.tried_at[part_of(seen)] <= until)
    counts = one.account.counts.plus(counts_of(view, seen, one, within, now))
    if one.account.until:
        return replace(one.account, until=until, counts=counts)
    surge = surge_of(view, seen, one) if len(one.scope.channel) == 1 else None
    return Account(until, counts, surge, ran_before(view, one, since))


def _usual_chance(view: Outlook, seen: Known, one: Incident, told: Bools) -> Floats:
    """The usual chance of what an incident counts as failed (order,): with what is usually slow, as far as any is."""
    if one.kind or not (slow := int((seen.slow & told).sum())):
        return np.asarray(seen.chance[0])
    usual = usually_slow(view, seen)
    return np.asarray(seen.chance[0] + usual * min(slow / max(float(usual[told].sum()), 1e-9), 1.0))
