"""One incident has one beginning: clearing names that began apart, or fail for other causes, are apart.

What fails together on several clearing names at once may have one reason, and is one incident. Where the orders of one
name tell against the beginning of the other, or the feed tells other causes of them, two incidents run beside each
other: each then has its own scope, its own cause and its own money.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import KNOWN_CAUSES
from forecast.watch.scopes import among, price

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.evidence import Known, Outlook
    from forecast.watch.scopes import Explained, Scope

APART = 6.0
"""Log-likelihood that two beginnings, or two causes, must gain beside one where two incidents run …"""

TELLING = 1.5
"""… and what each failure gains of which the feed tells another cause."""


@dataclass(frozen=True, slots=True)
class _Name:
    """The orders of one clearing name in a scope: when each was due, what it says, and how many of each cause failed.

    ``odds`` are summed from each order to the last; ``best`` is the greatest of them, at the moment ``begin``.
    """

    channels: tuple[int, ...]
    tried: Ints
    odds: Floats
    best: float
    begin: int
    causes: Ints

    def since(self, moment: int) -> float:
        """What its orders say from a moment on."""
        place = int(np.searchsorted(self.tried, moment))
        return float(self.odds[place]) if place < len(self.odds) else 0.0


def of_one_beginning(
    view: Outlook, seen: Known, kind: int, free: Bools, found: Explained, since: int, present: tuple[int, ...] = ()
) -> Explained:
    """What was found, without the clearing names that began apart from the first of those that are ``present``.

    ``present`` are the channels of the incident until now; without any, all that were found count. Scopes of goods
    or of regions have the reason in these, and stay as they are.
    """
    scope = found.scope
    if scope.sku or scope.region:
        return found
    names = _names(view, seen, kind, free, scope, since)
    kept = _together(names, set(present))
    if len(kept) == len(names):
        return found
    return _narrowed(view, kept, replace(scope, channel=tuple(sorted(x for one in kept for x in one.channels))), found)


def _together(names: list[_Name], present: set[int]) -> list[_Name]:
    """Those that began with the first of those that are present, or of all without any."""
    first = min((one for one in names if not present or present & set(one.channels)), key=_begin, default=None)
    return [one for one in names if first is None or one is first or _gained(first, one) < APART]


def _begin(one: _Name) -> int:
    return one.begin


def _names(view: Outlook, seen: Known, kind: int, free: Bools, scope: Scope, since: int) -> list[_Name]:
    """The clearing names of a scope of which something bad is known, by the share of failures that suits all best."""
    feed = view.feed
    part = slice(seen.first, seen.first + len(seen.good))
    behind: dict[str, list[int]] = {}
    for place in scope.channel or range(len(feed.channels)):
        behind.setdefault(feed.clearing.get(feed.channels[place], feed.channels[place]), []).append(place)
    useful = free & seen.telling(kind) & (feed.tried_at[part] >= since)
    groups = [(channels, np.flatnonzero(useful & among(feed.channel[part], channels))) for channels in behind.values()]
    groups = [(channels, mine) for channels, mine in groups if seen.bad[kind, mine].any()]
    suffixes = [np.cumsum(seen.odds(kind, mine)[:, ::-1], axis=1)[:, ::-1] for _, mine in groups]
    share = int(np.argmax(sum(one.max(axis=1) for one in suffixes))) if groups else 0
    names = []
    for (channels, mine), odds in zip(groups, suffixes, strict=True):
        tried, begin = feed.tried_at[part][mine], int(np.argmax(odds[share]))
        told = seen.cause[mine[seen.bad[kind, mine]]]
        causes = np.array([int((told == cause).sum()) for cause in range(len(KNOWN_CAUSES))])
        names.append(_Name(tuple(channels), tried, odds[share], float(odds[share, begin]), int(tried[begin]), causes))
    return names


def _gained(one: _Name, other: _Name) -> float:
    """What two beginnings and two causes say beyond one."""
    begin = min(one.begin, other.begin)
    begun = one.best - one.since(begin) + other.best - other.since(begin)
    told = int(one.causes.max()) + int(other.causes.max()) - int((one.causes + other.causes).max())
    return begun + TELLING * told


def _narrowed(view: Outlook, kept: list[_Name], scope: Scope, found: Explained) -> Explained:
    """What was found, of the names that are kept alone."""
    begin = min(one.begin for one in kept)
    return replace(found, scope=scope, score=sum(one.since(begin) for one in kept) - price(view, scope), started=begin)
