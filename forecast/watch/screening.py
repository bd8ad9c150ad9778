"""Screening: at which of many moments the scan surely finds nothing, so that it need not be run there.

For all moments at once, the most that a cell's score can be is worked out in place of the score. First roughly, as if
every failure were known from the moment on at which the deduction was due; then, of the cells at moments that are left,
with what is known there. What is passed over is what the scan would pass over; the rest it looks at itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.delays import AGES
from forecast.watch.evidence import KINDS, evidence_of_failure
from forecast.watch.feed import HOUR, NEVER
from forecast.watch.scan import CALM, FEWEST_FAILURES, ROUNDING, families_of, greatest, grouped

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.evidence import Outlook

_SURE = 40.0
"""How far a rough score stands above what is asked for where a closer look would hardly bring it below."""

_YOUNG = HOUR
"""Seconds before a moment in which much of what becomes of orders is not known yet."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Moments, rising, with the first place of the feed that is looked at and the place behind the last."""

    now: Ints
    first: Ints
    last: Ints

    def before(self, count: int) -> Spans:
        """The first moments, so many."""
        return Spans(self.now[:count], self.first[:count], self.last[:count])


def may_ring(view: Outlook, free: Bools, spans: Spans, least: float, enough: int | None = None) -> Bools:
    """Which (moment, kind, family) may have a cell of ``free`` orders that reaches the score ``least``; no other has.

    ``free`` is of the orders from the first place of the first moment to the last one of the last. What follows on the
    first ``enough`` moments in a row at each of which something may ring is left out, if that is given.
    """
    part = slice(int(spans.first[0]), int(spans.last[-1])) if len(spans.now) else slice(0, 0)
    families = list(families_of(view, part))
    found = np.zeros((len(spans.now), KINDS, len(families)), dtype=bool)
    seen = _Seen.of(view, part, free, Spans(spans.now, spans.first - part.start, spans.last - part.start))
    for family, (labels, count) in enumerate(families if seen.kinds else ()):
        calm = _Calm.of(labels[: len(seen.quiet.mask)], seen.quiet, seen.spans)
        for loud in seen.kinds:
            cells = _Cells.of(labels, calm, loud, seen.spans, seen.young)
            found[cells.standing_out(least + float(np.log(count)) - ROUNDING), loud.kind, family] = True
        end = len(found) if enough is None else _after_row(np.asarray(found.any(axis=(1, 2))), enough)
        if end < len(found):
            found, seen = found[:end], _Seen.of(view, part, free, seen.spans.before(end))
    return found


def _after_row(rings: Bools, enough: int) -> int:
    """The place behind the first so many moments in a row at which something may ring; behind all without any."""
    if len(rings) < enough:
        return len(rings)
    rows = np.flatnonzero(np.convolve(rings, np.ones(enough, dtype=np.int64), mode="valid") == enough)
    return int(rows[0]) + enough if len(rows) else len(rings)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is seen at some moments of a part of the feed: quiet orders, and loud ones of the kinds that may ring."""

    spans: Spans
    young: Ints
    quiet: _Quiet
    kinds: tuple[_Loud, ...]

    @classmethod
    def of(cls, view: Outlook, part: slice, free: Bools, spans: Spans) -> _Seen:
        """``spans`` count from the beginning of the part, of which nothing behind the last of them is needed."""
        count = int(spans.last[-1]) if len(spans.now) else 0
        part, free = slice(part.start, part.start + count), free[:count]
        young = np.clip(np.searchsorted(view.feed.tried_at[part], spans.now - _YOUNG), spans.first, spans.last)
        quiet = _Quiet.of(view, part, free, spans)
        kinds = (_Loud.of(view, part, kind, free, quiet, spans) for kind in range(KINDS))
        return cls(spans, young, quiet, tuple(loud for loud in kinds if loud.enough))


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Orders that are deducted in time, at ``known_at``, and fail at no time: their places, rising; ``mask`` is all.

    ``order`` is by place, ``known_order`` by the moment ``known_at``. ``open_order`` are those not deducted yet at the
    moments ``open_at`` (by place), by order.
    """

    mask: Bools
    order: Ints
    known_order: Ints
    known_at: Ints
    open_order: Ints
    open_at: Ints

    @classmethod
    def of(cls, view: Outlook, part: slice, free: Bools, spans: Spans) -> _Quiet:
        feed = view.feed
        tried, deducted = feed.tried_at[part], feed.deducted_at[part]
        patience = view.patience[part] * view.slowed(feed.channel[part], deducted)
        mask = free & (deducted - tried <= patience) & (deducted < NEVER) & (feed.failed_at[part] == NEVER)
        order = np.flatnonzero(mask)
        known_at = np.maximum(deducted[order], tried[order])
        which, at = _ranges(np.searchsorted(spans.now, tried[order]), np.searchsorted(spans.now, known_at))
        by_moment = np.argsort(known_at, kind="stable")
        return cls(mask, order, order[by_moment], known_at[by_moment], order[which], at)


@dataclass(frozen=True, slots=True)
class _Calm:
    """Quiet orders of a family of cells, each as one number, rising: by cell and place, by cell and moment, open ones.

    ``known`` has the moments' ranks among all, ``by_now`` how many are known at each moment that is looked at.
    """

    orders: int
    moments: int
    cells: int
    placed: Ints
    known: Ints
    by_now: Ints
    still_open: Ints

    @classmethod
    def of(cls, labels: Ints, quiet: _Quiet, spans: Spans) -> _Calm:
        orders, moments = len(labels), len(spans.now)
        placed = grouped(labels[quiet.order], quiet.order, orders)
        known = grouped(labels[quiet.known_order], np.arange(len(quiet.known_order)), orders)
        by_now = np.searchsorted(quiet.known_at, spans.now, "right")
        still_open = np.sort((labels[quiet.open_order] * moments + quiet.open_at) * orders + quiet.open_order)
        return cls(orders, moments, int(labels.max(initial=0)) + 1, placed, known, by_now, still_open)

    def before(self, cell: Ints, place: Ints) -> Ints:
        """How many of a cell, and of those before it, stand before a place."""
        return np.searchsorted(self.placed, cell * self.orders + place)

    def by(self, cell: Ints, at: Ints) -> Ints:
        """How many of a cell, and all of those before it, are deducted by a moment."""
        return np.searchsorted(self.known, cell * self.orders + self.by_now[at])

    def open_from(self, pair: Ints, place: Ints) -> Ints:
        """How many of a cell at a moment (one number) are open and stand at a place or behind it."""
        end = np.searchsorted(self.still_open, (pair + 1) * self.orders)
        return end - np.searchsorted(self.still_open, pair * self.orders + place)


@dataclass(frozen=True, slots=True)
class _Loud:
    """All other orders, of a kind of failures: places, rising, the moment from which each is bad, what it says at most.

    ``waiting`` and ``waiting_at`` are quiet ones at every moment at which they count as failed, too.
    """

    view: Outlook
    part: slice
    kind: int
    order: Ints
    bad_at: Ints
    odds: Floats
    waiting: Ints
    waiting_at: Ints
    waiting_odds: Floats

    @classmethod
    def of(cls, view: Outlook, part: slice, kind: int, free: Bools, quiet: _Quiet, spans: Spans) -> _Loud:
        feed = view.feed
        order = np.flatnonzero(free & ~quiet.mask)
        late = np.minimum(
            feed.tried_at[part] + view.soonest[part], np.maximum(feed.closed_at[part], feed.tried_at[part])
        )
        slow = np.flatnonzero(late[quiet.open_order] <= spans.now[quiet.open_at])
        if kind:
            order = order[feed.cause[part][order] == kind - 1]
            slow = slow[feed.cause[part][quiet.open_order[slow]] == kind - 1]
        bad_at = np.minimum(late, np.minimum(feed.failed_at[part], feed.deducted_at[part]))[order]
        waiting, at = quiet.open_order[slow], quiet.open_at[slow]
        odds = evidence_of_failure(view.chance[kind, part][order])
        waiting_odds = _odds_at(view, part, kind, waiting, spans.now[at])
        return cls(view, part, kind, order, bad_at, odds, waiting, at, waiting_odds)

    @property
    def enough(self) -> bool:
        """Whether there are as many as make anything ring."""
        return len(self.order) + len(self.waiting) >= FEWEST_FAILURES


def _odds_at(view: Outlook, part: slice, kind: int, order: Ints, now: Ints) -> Floats:
    """What bad orders say at most (share, order) at a moment each."""
    feed, chance = view.feed, view.chance[kind, part][order]
    if kind:
        return evidence_of_failure(chance)
    channel, age = feed.channel[part][order], now - feed.tried_at[part][order]
    patience = view.patience[part][order] * view.slowed(channel, now)
    ends = (feed.closed_at[part][order], feed.failed_at[part][order], feed.deducted_at[part][order])
    young = np.flatnonzero((age < patience) & (np.minimum.reduce(ends) > now))
    place = np.minimum((age[young] * AGES / patience[young]).astype(np.int64), AGES - 1)
    chance[young] = np.minimum(chance[young] * view.usual.delays.waiting[view.row[part][order][young], place], 1.0)
    return evidence_of_failure(chance)


def _ranges(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Every number from each beginning up to before its end, and which beginning it is of."""
    many = np.maximum(end - begin, 0)
    which = np.repeat(np.arange(len(many)), many)
    return which, np.arange(len(which)) - (np.cumsum(many) - many - begin)[which]


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a family with a kind of failures.

    ``place`` and ``odds`` are loud orders by cell, ``cell`` and place. ``waiting`` are the places among those of
    ``loud`` that are in some cell, ``waiting_pair`` their cell at their moment as one number.
    """

    calm: _Calm
    loud: _Loud
    spans: Spans
    young: Ints
    order: Ints
    cell: Ints
    place: Ints
    waiting: Ints
    waiting_pair: Ints

    @classmethod
    def of(cls, labels: Ints, calm: _Calm, loud: _Loud, spans: Spans, young: Ints) -> _Cells:
        order = np.argsort(labels[loud.order], kind="stable")
        order = order[np.searchsorted(labels[loud.order][order], 0) :]
        mine = labels[loud.waiting]
        waiting = np.flatnonzero(mine >= 0)
        pair = mine[waiting] * calm.moments + loud.waiting_at[waiting]
        place = loud.order[order]
        return cls(calm, loud, spans, young, order, labels[place], place, waiting, pair)

    def standing_out(self, least: float) -> Ints:
        """The places of the moments at which a cell's evidence may reach the ``least``."""
        there = np.zeros(self.calm.cells * self.calm.moments, dtype=bool)
        there[_with_enough(self.cell, self.place, self.spans)] = True
        there[self.waiting_pair] = True
        pairs = np.flatnonzero(there)
        if not len(pairs):
            return pairs
        where, at = pairs // self.calm.moments, pairs % self.calm.moments
        key = self.cell * self.calm.orders + self.place
        bounds = [
            np.searchsorted(key, where * self.calm.orders + x[at])
            for x in (self.spans.first, self.young, self.spans.last)
        ]
        bare, old, recent, waits = self._roughly(where, at, bounds, pairs)
        enough = bounds[2] - bounds[0] + waits >= FEWEST_FAILURES
        sure = enough & (bare >= least + _SURE)
        left = np.flatnonzero(enough & ~sure & (np.maximum(old, recent) >= least))
        begin = np.where(old[left] >= least, bounds[0][left], bounds[1][left])
        return np.concatenate([at[sure], self._closely(pairs[left], begin, bounds[2][left], least)])

    def _roughly(self, where: Ints, at: Ints, bounds: list[Ints], pairs: Ints) -> tuple[Floats, Floats, Floats, Ints]:
        """The most that cells say at moments, and how many wait there.

        Begun before the last hour, without those waiting and with them; and begun in it.
        """
        known, earlier = self.calm.by(where, at), self.calm.before(self.cell, self.place)
        waits, mine = self._waits(pairs)
        odds, calm = self.loud.odds[:, self.order], CALM[:, None]
        total, after = np.zeros((len(CALM), len(self.order) + 1)), np.full((len(CALM), len(self.order) + 1), -np.inf)
        np.cumsum(odds, axis=1, out=total[:, 1:])
        after[:, :-1] = -total[:, :-1] - calm * earlier
        begun = np.maximum.reduceat(after, np.stack(bounds, axis=1).ravel(), axis=1)
        at_end = total[:, bounds[2]] + calm * known
        old, recent = (np.where(bounds[one] == bounds[one + 1], -np.inf, begun[:, one::3] + at_end) for one in range(2))
        bare = old.max(axis=0)
        if len(mine):
            waited = np.stack(
                [np.bincount(waits, each[self.waiting[mine]], len(pairs)) for each in self.loud.waiting_odds]
            )
            old, recent = old + waited, np.maximum(recent, 0.0) + waited
        return bare, old.max(axis=0), recent.max(axis=0), np.bincount(waits, minlength=len(pairs))

    def _waits(self, pairs: Ints) -> tuple[Ints, Ints]:
        """The place among some pairs of each of ``waiting`` that is in one of them, and which those are."""
        place = np.full(self.calm.cells * self.calm.moments, -1)
        place[pairs] = np.arange(len(pairs))
        found = place[self.waiting_pair]
        mine = np.flatnonzero(found >= 0)
        return found[mine], mine

    def _closely(self, pairs: Ints, begin: Ints, end: Ints, least: float) -> Ints:
        """The moments of cells at moments at which the least is reached by what is known there."""
        if not len(pairs):
            return pairs
        at = pairs % self.calm.moments
        which, inside = _ranges(begin, end)
        bad = self.loud.bad_at[self.order[inside]] <= self.spans.now[at[which]]
        which, place = which[bad], self.place[inside[bad]]
        odds = _odds_at(self.loud.view, self.loud.part, self.loud.kind, place, self.spans.now[at[which]])
        waits, mine = self._waits(pairs)
        if len(mine):
            which, place = (
                np.concatenate([which, waits]),
                np.concatenate([place, self.loud.waiting[self.waiting[mine]]]),
            )
            odds = np.concatenate([odds, self.loud.waiting_odds[:, self.waiting[mine]]], axis=1)
            order = np.argsort(which * self.calm.orders + place, kind="stable")
            which, place, odds = which[order], place[order], odds[:, order]
        if not len(which):
            return which
        cell, last = pairs[which] // self.calm.moments, self.spans.last[at[which]]
        after = self.calm.before(cell, last) - self.calm.before(cell, place) - self.calm.open_from(pairs[which], place)
        starts, best = greatest(which, odds, after)
        return at[which[starts[best >= least]]]


def _with_enough(cell: Ints, place: Ints, spans: Spans) -> Ints:
    """Cells at moments at which they hold enough failures, each as one number, rising."""
    few = FEWEST_FAILURES - 1
    if len(cell) <= few:
        return np.zeros(0, dtype=np.int64)
    together = cell[few:] == cell[:-few]
    begin = np.searchsorted(spans.last, place[few:], "right")
    end = np.where(together, np.searchsorted(spans.first, place[:-few], "right"), 0)
    before = np.where(cell[few - 1 : -1] == cell[few:], np.concatenate([[0], end[:-1]]), 0)
    which, at = _ranges(np.maximum(begin, before), end)
    return cell[few:][which] * len(spans.now) + at
