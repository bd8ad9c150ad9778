"""Incidents while time passes: found, grown to the scope that explains them best, and ended when the rate is usual.

What is known of incidents at a moment follows from the feed as known at the moments of a fixed grid from ``since`` on,
and from nothing else: whoever asks at a moment, once or again and again, is told the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.accounts import EMPTY
from forecast.watch.beginnings import of_one_beginning
from forecast.watch.evidence import SHARES, SLOWEST, evidence_of_failure, known
from forecast.watch.feed import HOUR, MINUTE, NEVER, NONE
from forecast.watch.scan import FEWEST_FAILURES, THRESHOLD, strongest
from forecast.watch.scopes import Explained, channels_meet, explain, joined, price

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.arrays import Bools, Ints
    from forecast.watch.accounts import Account
    from forecast.watch.evidence import Known, Outlook
    from forecast.watch.scopes import Scope

GRID = 15 * MINUTE
"""Seconds between the moments at which incidents are looked for, from ``since`` on."""

WINDOW = 36 * HOUR
"""Seconds before a moment in which a new incident is looked for, and more where deductions wait longer for a batch …"""

AFTER_WAIT = 12 * HOUR
"""… so that this long after an order is overdue it is still looked at …"""

MOST_ORDERS = 12_000
"""… or the time of the last so many orders, if that is shorter: where orders are many, an incident shows in less."""

MOST_FOLLOWED = 1_000_000
"""Orders that are looked at for the sake of incidents that last, and more where deductions take longer than they came:
those before them are put to an incident's account (see ``accounts``), so that it may last without bound."""

SLACK = HOUR
"""Seconds before its first failure, and after its last, whose failures are put to an incident's account."""

USUAL_AGAIN = 8.0
"""Log-likelihood ratio for the usual rate, by the last orders, from which on an incident has ended."""

QUIET = 24 * HOUR
"""Seconds without a failure after which an incident has ended, whatever the rate, if not all since is still awaited."""

SAME = 8 * HOUR
"""Seconds after the end within which failures of the same scope and cause are the same incident once more."""

BETTER = 3.0
"""Log-likelihood by which another scope must explain an incident better before it takes the place of the first."""

LEAST_SHARE = 0.15
"""Share of a scope's orders that fails, below which nothing rings: honest rises of a rate stay below it."""

BEFORE = 4 * HOUR
"""Seconds before the watch began from which is told whether an incident ran then …"""

RAN_BEFORE = 6.0
"""… and the log-likelihood ratio of the last orders before it from which on it did."""

MOST_AT_ONCE = 4
"""Incidents that may ring at one moment."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as known at a moment: times in seconds, ``ended`` is ``NEVER`` while it lasts.

    ``kind`` is what failed in it (see ``evidence.KINDS``), ``share`` how many of its orders fail, ``rang_at`` the first
    moment at which it was told, ``first`` the moment of its first failure as it was then known. ``account`` has what is
    counted of orders that are looked at no more.
    """

    kind: int
    scope: Scope
    first: int
    started: int
    last: int
    share: float
    rang_at: int
    ended: int = int(NEVER)
    account: Account = EMPTY

    @property
    def lasts(self) -> bool:
        """Whether it has not ended."""
        return self.ended == NEVER


def moments(since: int, now: int) -> Iterator[int]:
    """The moments of the grid after ``since`` and up to ``now``."""
    yield from range(since + GRID, now + 1, GRID)


def step(
    view: Outlook,
    incidents: Sequence[Incident],
    since: int,
    now: int,
    least: float,
    asked: Bools | None = None,
) -> tuple[Incident, ...]:
    """The incidents at a moment, given those at the moment of the grid before it; ``least`` is the score that rings.

    ``asked`` is what can ring while the incidents hold the same orders, if that is known; see ``scan.strongest``.
    """
    begin = min(window_begin(view, now), looked_back(view, incidents, now))
    seen = known(view, max(begin, since), now)
    found = list(incidents)
    for place, one in enumerate(found):
        if one.lasts:
            others = [each for each in found if each is not one and not _silence_beside(one, each)]
            found[place] = _followed(view, seen, one, ~_held(view, seen, others))
    if not same_held(found, incidents):
        asked = None
    for _ in range(MOST_AT_ONCE):
        if not _rung(view, seen, found, least, asked):
            break
        asked = None
    return tuple(found)


def _silence_beside(one: Incident, other: Incident) -> bool:
    """Whether an incident is of goods or regions and of a cause that the feed tells, and another of silence.

    What failed of the first for its cause is its own on all channels, also on one that the other holds.
    """
    return bool(one.kind and not other.kind and (one.scope.sku or one.scope.region))


def same_held(one: Sequence[Incident], other: Sequence[Incident]) -> bool:
    """Whether incidents hold the same orders whatever the feed: by their scopes, beginnings and ends."""
    pairs = ([(x.scope, x.started, x.ended) for x in some] for some in (one, other))
    return next(pairs) == next(pairs)


def looked_back(view: Outlook, incidents: Sequence[Incident], now: int) -> int:
    """The moment from which on orders are looked at for the sake of incidents that last; ``NEVER`` without any."""
    return max(
        min((one.started - SLACK for one in incidents if one.lasts), default=int(NEVER)), followed_after(view, now)
    )


def followed_after(view: Outlook, now: int) -> int:
    """The moment up to which no order is looked at for the sake of an incident; 0 where all are.

    Behind it are ``MOST_FOLLOWED`` orders at least, and all of which it may not be known yet whether they failed.
    """
    tried, delays = view.feed.tried_at, view.usual.delays
    first = int(np.searchsorted(tried, now, side="right")) - MOST_FOLLOWED
    if first < 0:
        return 0
    longest = window(view)
    if not delays.unknown.any() and not delays.longest_wait:
        longest = min(longest, int(2 * SLOWEST * delays.patience.max(initial=0)))  # twice: in a surge
    return min(int(tried[first]), now - longest)


def _from(view: Outlook, seen: Known, one: Incident) -> int:
    """The first moment whose orders are looked at for the sake of an incident."""
    return max(one.started - SLACK, followed_after(view, seen.now) + 1)


def window(view: Outlook) -> int:
    """Seconds before a moment in which a new incident is looked for."""
    return max(WINDOW, view.usual.delays.longest_wait + AFTER_WAIT)


def window_begin(view: Outlook, now: int) -> int:
    """The moment from which on orders are looked at for a new incident."""
    tried, longest = view.feed.tried_at, window(view)
    first = int(np.searchsorted(tried, now, side="right")) - MOST_ORDERS
    return now - longest if first < 0 else max(now - longest, int(tried[first]))


def _rung(view: Outlook, seen: Known, found: list[Incident], least: float, asked: Bools | None) -> bool:
    """Whether an incident rings that none of those found holds yet: it is put among them, or into the one it is of."""
    if asked is not None and not asked.any():
        return False
    free = ~_held(view, seen, found)
    trigger = strongest(view, seen, free, seen.now - GRID, least, asked)
    if trigger is None:
        return False
    explained = explain(view, seen, trigger.kind, free, trigger.started - SLACK)
    if explained is not None:
        explained = of_one_beginning(view, seen, trigger.kind, free, explained, trigger.started - SLACK)
    if explained is None or not _tellable(view, seen, trigger.kind, free, explained):
        return False
    again = _same(view, seen, found, explained, trigger.kind, free)
    if again is None:
        found.append(_begun(view, seen, explained, trigger.kind, seen.now, free))
        return True
    one = found[again]
    scope = joined(one.scope, explained.scope) or one.scope
    account = one.account.reaching(max(one.account.until and followed_after(view, seen.now), one.account.until))
    one = replace(one, ended=int(NEVER), scope=scope, started=min(one.started, explained.started), account=account)
    found[again] = _followed(view, seen, one, free | _held(view, seen, [one]), ends=False)
    return True


def _tellable(view: Outlook, seen: Known, kind: int, free: Bools, found: Explained) -> bool:
    """Whether what explains the failures is clear enough: a score, a share of failures and enough of them."""
    part = part_of(seen)
    failed = found.scope.holds(view, part) & free & seen.bad[kind] & (view.feed.tried_at[part] >= found.started)
    return found.score >= THRESHOLD and found.share >= LEAST_SHARE and int(failed.sum()) >= FEWEST_FAILURES


def part_of(seen: Known) -> slice:
    """The part of the feed that is seen."""
    return slice(seen.first, seen.first + seen.good.shape[0])


def members(view: Outlook, seen: Known, one: Incident) -> Bools:
    """The orders seen that an incident holds: within its scope, from its first failure to its end."""
    part = part_of(seen)
    tried = view.feed.tried_at[part]
    return np.asarray(one.scope.holds(view, part) & (tried >= one.started) & (tried <= one.ended))


def ran_before(view: Outlook, one: Incident, since: int) -> bool:
    """Whether an incident's orders failed as much in the hours before the watch began, to its very beginning."""
    if one.started > since + SLACK:
        return False
    seen = known(view, since - BEFORE, since)
    part = part_of(seen)
    mine = one.scope.holds(view, part) & seen.telling(one.kind)
    odds = seen.odds(one.kind, mine)[int(np.argmin(np.abs(SHARES - one.share)))]
    return bool(np.cumsum(odds[::-1]).max(initial=0.0) >= RAN_BEFORE)


def _held(view: Outlook, seen: Known, incidents: Sequence[Incident]) -> Bools:
    return held(view, part_of(seen), incidents)


def held(view: Outlook, part: slice, incidents: Sequence[Incident]) -> Bools:
    """Which orders of a part of the feed incidents hold, with the slack before and after them."""
    tried = view.feed.tried_at[part]
    found = np.zeros(len(tried), dtype=bool)
    for one in incidents:
        until = one.ended if one.lasts else one.ended + SLACK
        if len(tried) and until >= tried[0]:
            found |= one.scope.holds(view, part) & (tried >= one.started - SLACK) & (tried <= until)
    return found


def _begun(view: Outlook, seen: Known, found: Explained, kind: int, now: int, free: Bools) -> Incident:
    part = part_of(seen)
    bad = free & found.scope.holds(view, part) & seen.bad[kind]
    last = int(view.feed.tried_at[part][bad].max())
    return Incident(kind, found.scope, found.started, found.started, last, found.share, now)


def _followed(view: Outlook, seen: Known, one: Incident, free: Bools, *, ends: bool = True) -> Incident:
    """An incident a moment later: its scope as far as it has grown, and its end."""
    part = part_of(seen)
    fresh = seen.bad[one.kind] & free & (seen.settled_at > seen.now - GRID)
    found = None
    if fresh.any():
        one = _of_one_beginning(view, seen, one, free)
        found = explain(view, seen, one.kind, free, _from(view, seen, one))
    if found is not None:
        present = one.scope.channel or tuple(range(len(view.feed.channels)))
        found = of_one_beginning(view, seen, one.kind, free, found, _from(view, seen, one), present)
    bad = seen.bad[one.kind] & free & _since(view, seen, one)
    before = one.scope.holds(view, part) & bad
    if found is not None and found.scope != one.scope and found.score > _score(view, seen, one, free) + BETTER:
        after = found.scope.holds(view, part) & bad
        if (before & after).sum() >= max(before.sum(), 1) / 2:
            one = replace(one, scope=found.scope, started=min(found.started, one.started), share=found.share)
            before = after
    struck = before if one.kind else before | (one.scope.holds(view, part) & free & seen.slow & _since(view, seen, one))
    if struck.any():
        one = replace(one, last=int(view.feed.tried_at[part][struck].max()))
    mine = np.flatnonzero(
        one.scope.holds(view, part) & free & _since(view, seen, one) & (view.feed.tried_at[part] >= one.started)
    )
    return _ended(view, seen, one, mine) if ends else one


def _since(view: Outlook, seen: Known, one: Incident) -> Bools:
    """Which orders seen, of those that are followed, were due since an incident's beginning or in the slack before."""
    return np.asarray(view.feed.tried_at[part_of(seen)] >= _from(view, seen, one))


def _of_one_beginning(view: Outlook, seen: Known, one: Incident, free: Bools) -> Incident:
    """An incident without what turns out to be another beside it."""
    whole, begin = Explained(one.scope, 0.0, one.started, one.share), _from(view, seen, one)
    found = of_one_beginning(view, seen, one.kind, free, whole, begin)
    if found is whole:
        return one
    return replace(one, scope=found.scope, started=found.started if begin <= one.started else one.started)


def _score(view: Outlook, seen: Known, one: Incident, free: Bools) -> float:
    """How well an incident's present scope explains what is seen of it, its price paid."""
    part = part_of(seen)
    mine = np.flatnonzero(one.scope.holds(view, part) & free & _since(view, seen, one))
    return float(seen.odds(one.kind, mine).sum(axis=1).max(initial=0.0)) - price(view, one.scope)


def _ended(view: Outlook, seen: Known, one: Incident, mine: Ints) -> Incident:
    """The incident with its end, where its last orders speak for the usual rate or there are no failures any more."""
    told = mine[seen.good[mine] | seen.bad[one.kind, mine]]
    if not len(told):
        return one
    share = max(int(np.argmin(np.abs(SHARES - one.share))) - 1, 0)
    odds = seen.odds(one.kind, told)[share]
    if one.kind == 0:
        late = seen.slow[told]
        odds[late] = evidence_of_failure(seen.chance[0, told[late]])[share]
    against = -np.cumsum(odds[::-1])[::-1]
    begin = int(np.argmax(against))
    tried = view.feed.tried_at[part_of(seen)][told]
    if against[begin] < USUAL_AGAIN and (seen.now - one.last < QUIET or _awaited(view, seen, one, mine)):
        return one
    bad = seen.struck(one.kind)[told]
    struck = tried[:begin][bad[:begin]] if against[begin] >= USUAL_AGAIN else tried[bad]
    return replace(
        one, ended=int(struck.max()) if len(struck) else one.last, last=int(struck.max()) if len(struck) else one.last
    )


def _awaited(view: Outlook, seen: Known, one: Incident, mine: Ints) -> bool:
    """Whether of an incident's orders since its last failure none was deducted in time, and some may yet be."""
    after = mine[view.feed.tried_at[part_of(seen)][mine] > one.last]
    return len(after) > 0 and not bool(seen.good[after].any())


def _same(
    view: Outlook, seen: Known, incidents: Sequence[Incident], found: Explained, kind: int, free: Bools
) -> int | None:
    """The place of the incident that has lately ended, or lasts, and of which what is found is a part; None where new.

    It is a part where most of its failures lie within the incident's scope, or where both name goods, or regions of one
    channel, and fail for the same kind of reason: a batch is seen good by good. So it is where goods or regions are the
    same on other channels, in the same hours. It is none of an incident from which it is told apart.
    """
    part = part_of(seen)
    bad = found.scope.holds(view, part) & free & seen.bad[kind]
    for place in reversed(range(len(incidents))):
        one = incidents[place]
        if not one.lasts and found.started - one.ended > SAME:
            continue
        if (one.scope.holds(view, part) & bad).sum() >= bad.sum() / 2:
            if _told_apart(view, seen, one, found, kind, free):
                continue
            return place
        if joined(one.scope, found.scope) is not None and (
            channels_meet(one.scope, found.scope)
            or (found.started <= one.ended and _later_known(view, seen, one, kind, bad))
        ):
            return place
    return None


def _told_apart(view: Outlook, seen: Known, one: Incident, found: Explained, kind: int, free: Bools) -> bool:
    """Whether what began after an incident's end is another one, of another scope or of another cause.

    Its scope is another where orders that only one of both holds, since it began, say clearly whose it is: those of the
    incident alone that they are as usual, those of what is found alone that they are not.
    """
    if one.lasts or found.started <= one.ended + SLACK:
        return False
    part = part_of(seen)
    since = free & (view.feed.tried_at[part] >= found.started)
    before, now = one.scope.holds(view, part), found.scope.holds(view, part)
    share = int(np.argmin(np.abs(SHARES - found.share)))
    left, more = (
        float(seen.odds(kind, np.flatnonzero(x & since))[share].sum()) for x in (before & ~now, now & ~before)
    )
    return max(-left, more) >= BETTER or not _of_its_cause(seen, one, kind, now & since & seen.bad[kind])


def _of_its_cause(seen: Known, one: Incident, kind: int, bad: Bools) -> bool:
    """Whether bad orders are, as far as is told, of the cause of an incident."""
    named = seen.cause[bad]
    named = named[named != NONE]
    return not one.kind or kind == one.kind or 2 * int((named == one.kind - 1).sum()) >= len(named)


def _later_known(view: Outlook, seen: Known, one: Incident, kind: int, bad: Bools) -> bool:
    """Whether bad orders of other channels are of an incident: not all before it and, as far as is told, of its cause.

    So are those of a channel that deducts at night in one batch: they are known when the incident is long over.
    """
    if view.feed.tried_at[part_of(seen)][bad].max() < one.started:
        return False
    return _of_its_cause(seen, one, kind, bad)
