"""Times of day at which a channel fails day after day, as in a provider's nightly maintenance: how often is usual then.

Whether failures recur is told by days and not by failures, so that incidents of the past teach nothing: on most days on
which it would show, any failed at that time, or so many that twice the channel's usual odds have it less than once in
ten days; and such days are more than these odds allow.
It is looked for in the hours of a clearing name and of a channel, then in a channel's quarters of an hour, last in
those of its workdays and of its weekends. What recurs in a wider cell is drawn, in the narrower ones within it, from
the wider one's rate towards what they have seen themselves: so the first and the last quarter of a maintenance have
rates of their own, and so has a night on which there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import DAY, MINUTE
from forecast.watch.hourly import KINDS, kind_of_day

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.feed import Feed

QUARTER = 15 * MINUTE
"""Seconds for which a rate is told, of a channel …"""

QUARTERS = DAY // QUARTER
"""… so many a day."""

OFTEN = 2.0
"""Times the usual odds of failure that must be exceeded where they recur …"""

SELDOM = float(np.log(10))
"""… so clearly, on a day that counts, that this is as rare with those odds: logarithm of a chance's inverse …"""

MOST_DAYS = 0.5
"""… on such a share of the days on which it could be seen …"""

FEWEST_DAYS = 8
"""… and on so many days …"""

CHANCE = float(np.log(1e5))
"""… all of them together so far beyond chance: logarithm of its inverse."""

PRIOR_ORDERS = 10.0
"""Orders that the rate of the wider cell weighs."""

LEAST_CHANCE = 1e-6
"""What a usual chance is taken for at least: where failures but recur there are none beside."""

_OF_HOUR = 4


@dataclass(frozen=True, slots=True)
class Recurring:
    """The odds of failure over the usual ones (1 + cause, kind of day, channel, quarter of the day); 1 is as usual.

    They are 1 or more; kinds of days are those of ``hourly``.
    """

    odds: Floats

    def cells(self, feed: Feed) -> Ints:
        """The cell of each order of a feed, as ``risen`` takes it."""
        if not np.any(self.odds != 1.0):
            return np.zeros(len(feed), dtype=np.int64)
        days, day = np.unique(feed.tried_at // DAY, return_inverse=True)
        kind, quarter = kind_of_day(days, feed)[day], feed.tried_at % DAY // QUARTER
        return np.asarray((kind * len(feed.channels) + feed.channel) * QUARTERS + quarter)

    def risen(self, kind: int, chance: Floats, cells: Ints) -> Floats:
        """The usual chance of a kind of failure (order,), below 1, with what recurs in the orders' cells."""
        if not np.any(self.odds[kind] != 1.0):
            return chance
        odds, chance = self.odds[kind].ravel()[cells], np.maximum(chance, LEAST_CHANCE)
        return np.asarray(chance * odds / (1 - chance + chance * odds))

    def is_usual(self, cells: Ints) -> Bools:
        """The orders in whose cells nothing recurs."""
        return np.asarray((self.odds == 1.0).all(axis=0).ravel()[cells])


@dataclass(frozen=True, slots=True)
class Days:
    """Orders of a history by day, channel and quarter of an hour: ``cell`` is each order's, ``tried`` counts them.

    ``clearing`` (channel,) numbers the clearing names, ``kind`` (day,) is the kind of the day.
    """

    feed: Feed
    cell: Ints
    tried: Floats
    clearing: Ints
    kind: Ints

    @classmethod
    def of(cls, known: Feed) -> Days:
        """Those of a feed whose deductions all were due."""
        day = known.tried_at // DAY
        first, count = (int(day.min()), int(day.max() - day.min()) + 1) if len(known) else (0, 0)
        cell = ((day - first) * len(known.channels) + known.channel) * QUARTERS + known.tried_at % DAY // QUARTER
        shape = (count, len(known.channels), QUARTERS)
        tried = np.bincount(cell, minlength=int(np.prod(shape))).astype(np.float64).reshape(shape)
        names = [known.clearing.get(name, name) for name in known.channels]
        clearing = np.array([sorted(set(names)).index(name) for name in names], dtype=np.int64)
        return cls(known, cell, tried, clearing, kind_of_day(first + np.arange(count), known))

    def recurring(self, failed: Bools, rate: Floats, lift: Floats) -> Floats:
        """The odds of a kind of failure (kind of day, channel, quarter) over the usual; see ``Recurring``.

        ``failed`` (order,) tells the failures, ``rate`` (channel,) is the usual chance of one, times ``lift`` (order,).
        """
        size, shape = self.tried.size, self.tried.shape
        if not failed.any():
            return np.ones((KINDS, *shape[1:]))
        lifted = np.bincount(self.cell, lift, size).reshape(shape)
        fails = np.bincount(self.cell[failed], minlength=size).astype(np.float64).reshape(shape)
        quarters = _Cells(self.tried, fails, np.minimum(rate[:, None] * lifted, self.tried))
        hours = quarters.by_hour()
        names = hours.by_name(self.clearing)
        wide = names.odds(np.ones(names.tried.shape[1:]))
        wide = hours.odds(wide[self.clearing])
        wide = quarters.odds(np.repeat(wide, _OF_HOUR, axis=1))
        return np.stack([quarters.of_days(self.kind == kind).odds(wide) for kind in range(KINDS)])


@dataclass(frozen=True, slots=True)
class _Cells:
    """First deductions, failures and usual failures by day and cell (day, channel or clearing name, time of day)."""

    tried: Floats
    fails: Floats
    mean: Floats

    def by_hour(self) -> _Cells:
        """The same by whole hours."""
        return _Cells(*(x.reshape(*x.shape[:2], -1, _OF_HOUR).sum(axis=3) for x in self._all))

    def by_name(self, clearing: Ints) -> _Cells:
        """Channels together by clearing name."""
        own = clearing == np.arange(clearing.max() + 1)[:, None]
        return _Cells(*(np.einsum("nc,dcq->dnq", own.astype(np.float64), x) for x in self._all))

    def of_days(self, days: Bools) -> _Cells:
        """Those of some days."""
        return _Cells(*(x[days] for x in self._all))

    @property
    def _all(self) -> tuple[Floats, Floats, Floats]:
        return self.tried, self.fails, self.mean

    def odds(self, wider: Floats) -> Floats:
        """The odds of failure over the usual in each cell, given those of the wider cell that it is in."""
        tried, fails, mean = (x.sum(axis=0) for x in self._all)
        usual = np.clip(mean / np.maximum(tried, 1), LEAST_CHANCE, 0.99)
        before = usual * wider / (1 - usual + usual * wider)
        rate = np.minimum((fails + PRIOR_ORDERS * before) / (tried + PRIOR_ORDERS), 1 - LEAST_CHANCE)
        odds = rate / (1 - rate) * (1 - usual) / usual
        speaks = fails * np.log(rate / usual) + (tried - fails) * np.log((1 - rate) / (1 - usual)) >= 0
        return np.where((self._recurs() | (speaks & (wider > 1))) & (odds >= OFTEN), odds, 1.0)

    def _recurs(self) -> Bools:
        """In which cells failures recur by themselves: of few orders a day any counts, of many those beyond chance."""
        usual = self.mean / np.maximum(self.tried, 1)
        often = np.minimum(OFTEN * usual / (1 - usual + OFTEN * usual), 1 - 1e-9)
        any_fails = -np.expm1(self.tried * np.log1p(-often))
        could = self.tried * -np.log(np.maximum(often, 1e-12)) >= SELDOM
        seldom = np.where(could, np.exp(-SELDOM), 0.0)
        many = could & (_beyond(self.fails, self.tried, often) >= SELDOM)
        return _on_most(self.fails > 0, self.tried > 0, any_fails) | _on_most(many, could, seldom)


def _on_most(did: Bools, could: Bools, chance: Floats) -> Bools:
    """In which cells something did happen on most of the days (day, cell) on which it could, far beyond its chance."""
    seen, days = could.sum(axis=0), did.sum(axis=0)
    rare = _beyond(days, seen, chance.sum(axis=0) / np.maximum(seen, 1)) >= CHANCE
    return np.asarray(rare & (days >= FEWEST_DAYS) & (days >= MOST_DAYS * seen))


def _beyond(count: Ints | Floats, of: Ints | Floats, share: Floats) -> Floats:
    """How rare so many or more are where each has a chance of ``share``: the logarithm of one over it, at least.

    By Chernoff's bound, which holds for chances that differ and have this mean, too (Hoeffding 1963). 0 of fewer.
    """
    found = np.zeros(count.shape)
    more = np.flatnonzero((count > share * of).ravel())
    many, whole, chance = (np.asarray(x, dtype=np.float64).ravel()[more] for x in (count, of, share))
    seen = many / whole
    left = np.where(seen < 1, (1 - seen) * np.log(np.maximum(1 - seen, 1e-12) / np.maximum(1 - chance, 1e-12)), 0.0)
    found.ravel()[more] = whole * (seen * np.log(seen / np.maximum(chance, 1e-12)) + left)
    return found
