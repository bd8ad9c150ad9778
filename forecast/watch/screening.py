"""Screening: at which of many moments the scan surely finds nothing, so that it need not be run there.

For all moments at once, the most that a cell's score can be is worked out in place of the score. First roughly, as if
every failure were known from the moment on at which the deduction was due; then, of the cells at moments that are left,
with what is known there. What is passed over is what the scan would pass over; the rest it looks at itself.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.delays import AGES
from forecast.watch.evidence import KINDS, evidence_of_failure
from forecast.watch.feed import MINUTE, NEVER, NONE
from forecast.watch.scan import CALM, FEWEST_FAILURES, ROUNDING, families_of, greatest, sorted_labels

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.evidence import Outlook

_SURE = 40.0
"""How far a rough score stands above what is asked for where a closer look would hardly bring it below."""

_AT_ONCE = 2
"""Families that are looked at at once, each by a thread …"""

_MANY = 20_000
"""… of so many orders at least: of fewer the threads take longer than they save."""

_YOUNG = 10 * MINUTE
"""Seconds before a moment in which much of what becomes of orders is not known yet: a little more than ``SOONEST``."""


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
    if not seen.loud.enough:
        return found
    with ThreadPoolExecutor(_AT_ONCE) as beside:
        each = beside.map if len(free) >= _MANY else map
        for first in range(0, len(families), _AT_ONCE):
            some = families[first : first + _AT_ONCE]
            for family, (kind, at) in enumerate(each(partial(_rings, seen, least), some), start=first):
                found[at, kind, family] = True
            end = len(found) if enough is None else _after_row(np.asarray(found.any(axis=(1, 2))), enough)
            if end < len(found):
                found, seen = found[:end], _Seen.of(view, part, free, seen.spans.before(end))
    return found


def _rings(seen: _Seen, least: float, family: tuple[Ints, int]) -> tuple[Ints, Ints]:
    """The kinds, and the places of the moments, at which a cell of a family may reach a score."""
    labels, count = family
    labels = _of_many(labels[: len(seen.quiet.mask)], seen.loud.places)
    calm = _Calm.of(labels, seen.quiet, seen.spans)
    cells = _Cells.of(labels, calm, seen.loud, seen.spans, seen.young)
    pairs = cells.standing_out(least + float(np.log(count)) - ROUNDING)
    return pairs // (calm.cells * calm.moments), pairs % calm.moments


def _of_many(labels: Ints, loud: Ints) -> Ints:
    """The cells of a family that hold enough loud orders to ring, numbered anew; all other orders are in none."""
    many = np.bincount(labels[loud] + 1, minlength=int(labels.max(initial=0)) + 2)[1:] >= FEWEST_FAILURES
    return np.asarray(np.append(np.where(many, np.cumsum(many) - 1, NONE), NONE)[labels])


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
    loud: _Loud

    @classmethod
    def of(cls, view: Outlook, part: slice, free: Bools, spans: Spans) -> _Seen:
        """``spans`` count from the beginning of the part, of which nothing behind the last of them is needed."""
        count = int(spans.last[-1]) if len(spans.now) else 0
        part, free = slice(part.start, part.start + count), free[:count]
        young = np.clip(np.searchsorted(view.feed.tried_at[part], spans.now - _YOUNG), spans.first, spans.last)
        quiet = _Quiet.of(view, part, free, spans)
        return cls(spans, young, quiet, _Loud.of(view, part, free, quiet, spans))


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Orders that are deducted in time, and fail at no time.

    ``free`` are the places, rising, of these and of all other free orders, ``order`` of these alone, which are ``mask``
    by place; ``known_at`` is the first moment, by place among those
    that are looked at, at which each is deducted. ``open_order`` are those not deducted yet at the moments ``open_at``,
    by order.
    """

    free: Ints
    mask: Bools
    order: Ints
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
        known_at = np.searchsorted(spans.now, np.maximum(deducted[order], tried[order]))
        which, at = _ranges(np.searchsorted(spans.now, tried[order]), known_at)
        return cls(np.flatnonzero(free), mask, order, known_at, order[which], at)


@dataclass(frozen=True, slots=True)
class _Calm:
    """Quiet orders of a family of cells.

    ``earlier`` (place,) are how many of the cell of each free order, and of cells before it, stand before it; ``known``
    how many are deducted by each moment, by cell and moment as one number; ``still_open`` the open ones, by cell and
    moment and place as one number, rising.
    """

    orders: int
    moments: int
    cells: int
    earlier: Ints
    known: Ints
    still_open: Ints

    @classmethod
    def of(cls, labels: Ints, quiet: _Quiet, spans: Spans) -> _Calm:
        orders, moments, cells = len(labels), len(spans.now), int(labels.max(initial=0)) + 1
        order = quiet.free[sorted_labels(labels[quiet.free])]
        calm = quiet.mask[order]
        earlier = np.zeros(orders, dtype=np.int64)
        earlier[order] = np.cumsum(calm) - calm
        pair = (labels[quiet.order] + 1) * (moments + 1) + quiet.known_at  # from -1 on, and behind all moments too
        known = np.cumsum(np.bincount(pair, minlength=(cells + 1) * (moments + 1)))
        still_open = np.sort((labels[quiet.open_order] * moments + quiet.open_at) * orders + quiet.open_order)
        return cls(orders, moments, cells, earlier, known, still_open)

    def by(self, cell: Ints, at: Ints) -> Ints:
        """How many of a cell, and all of those before it, are deducted by a moment."""
        return np.asarray(self.known[(cell + 1) * (self.moments + 1) + at])

    def from_place(self, cell: Ints, at: Ints, place: Ints) -> Ints:
        """How many of a cell are deducted by a moment and stand behind a place, at which a free order of it stands."""
        begin = (cell * self.moments + at) * self.orders
        open_before = np.searchsorted(self.still_open, begin + place) - np.searchsorted(self.still_open, begin)
        return self.by(cell, at) - self.earlier[place] + open_before


@dataclass(frozen=True, slots=True)
class _Loud:
    """All other orders, once for each ``kind`` of failures that they may be of: kind by kind their places, rising.

    ``bad_at`` is the moment from which each is bad, ``odds`` what it says at most. ``waiting`` and ``waiting_at`` are
    quiet ones at every moment at which they count as failed, too. Kinds with too few of both are left out.
    """

    view: Outlook
    part: slice
    kind: Ints
    order: Ints
    bad_at: Ints
    odds: Floats
    waiting_kind: Ints
    waiting: Ints
    waiting_at: Ints
    waiting_odds: Floats

    @classmethod
    def of(cls, view: Outlook, part: slice, free: Bools, quiet: _Quiet, spans: Spans) -> _Loud:
        feed = view.feed
        order, cause = np.flatnonzero(free & ~quiet.mask), feed.cause[part]
        late = np.minimum(
            feed.tried_at[part] + view.soonest[part], np.maximum(feed.closed_at[part], feed.tried_at[part])
        )
        bad_at = np.minimum(late, np.minimum(feed.failed_at[part], feed.deducted_at[part]))
        slow = np.flatnonzero(late[quiet.open_order] <= spans.now[quiet.open_at])
        loud, waits = (_of_kinds(cause[some]) for some in (order, quiet.open_order[slow]))
        kinds = [one for one in range(KINDS) if len(loud[one]) + len(waits[one]) >= FEWEST_FAILURES]
        (kind, mine), (waiting_kind, open_ones) = _below(loud, kinds), _below(waits, kinds)
        order, slow = order[mine], slow[open_ones]
        waiting, at = quiet.open_order[slow], quiet.open_at[slow]
        odds = evidence_of_failure(view.chance[kind, part.start + order])
        waiting_odds = _odds_at(view, part, waiting_kind, waiting, spans.now[at])
        return cls(view, part, kind, order, bad_at[order], odds, waiting_kind, waiting, at, waiting_odds)

    @property
    def enough(self) -> bool:
        """Whether of any kind there are as many as make anything ring."""
        return len(self.order) + len(self.waiting) > 0

    @property
    def places(self) -> Ints:
        """The places of all of any cause, those waiting as often as they wait."""
        return np.concatenate([self.order[self.kind == 0], self.waiting[self.waiting_kind == 0]])


def _of_kinds(cause: Ints) -> list[Ints]:
    """Which of some failures are of each kind."""
    return [np.arange(len(cause)), *(np.flatnonzero(cause == one) for one in range(KINDS - 1))]


def _below(of_kinds: list[Ints], kinds: list[int]) -> tuple[Ints, Ints]:
    """The kind of each failure of some kinds, and which it is: kind by kind."""
    kind = np.repeat(np.array(kinds, dtype=np.int64), [len(of_kinds[one]) for one in kinds])
    return kind, np.concatenate([np.zeros(0, dtype=np.int64), *(of_kinds[one] for one in kinds)])


def _odds_at(view: Outlook, part: slice, kind: Ints, order: Ints, now: Ints) -> Floats:
    """What bad orders say at most (share, order), each of a kind and at a moment."""
    chance = view.chance[kind, part.start + order]
    any_cause = np.flatnonzero(kind == 0)
    feed, order, now = view.feed, part.start + order[any_cause], now[any_cause]
    channel, age = feed.channel[order], now - feed.tried_at[order]
    patience = view.patience[order] * view.slowed(channel, now)
    ends = (feed.closed_at[order], feed.failed_at[order], feed.deducted_at[order])
    young = np.flatnonzero((age < patience) & (np.minimum.reduce(ends) > now))
    place = np.minimum((age[young] * AGES / patience[young]).astype(np.int64), AGES - 1)
    waits, mine = view.usual.delays.waiting[view.row[order[young]], place], any_cause[young]
    chance[mine] = np.minimum(chance[mine] * waits, 1.0)
    return evidence_of_failure(chance)


def _ranges(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Every number from each beginning up to before its end, and which beginning it is of."""
    many = np.maximum(end - begin, 0)
    which = np.repeat(np.arange(len(many)), many)
    return which, np.arange(len(which)) - (np.cumsum(many) - many - begin)[which]


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a family, once for each kind of failures; one of a kind at a moment is a pair, as one number.

    ``order`` are loud orders by cell of a kind, which is ``cell``, and ``place``. ``waiting`` are the places among
    those of ``loud`` that are in some cell, ``waiting_pair`` their pair.
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
        mine = labels[loud.order]
        cell = np.where(mine < 0, -1, loud.kind * calm.cells + mine)
        order = sorted_labels(cell)
        order = order[np.searchsorted(cell[order], 0) :]
        mine = labels[loud.waiting]
        waiting = np.flatnonzero(mine >= 0)
        pair = (loud.waiting_kind * calm.cells + mine)[waiting] * calm.moments + loud.waiting_at[waiting]
        return cls(calm, loud, spans, young, order, cell[order], loud.order[order], waiting, pair)

    def standing_out(self, least: float) -> Ints:
        """The pairs whose evidence may reach the ``least``."""
        there = np.zeros(KINDS * self.calm.cells * self.calm.moments, dtype=bool)
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
        return np.concatenate([pairs[sure], self._closely(pairs[left], begin, bounds[2][left], least)])

    def _roughly(self, where: Ints, at: Ints, bounds: list[Ints], pairs: Ints) -> tuple[Floats, Floats, Floats, Ints]:
        """The most that cells say at moments, and how many wait there.

        Begun before orders were young, without those waiting and with them; and begun since.
        """
        known = self.calm.by(where % self.calm.cells, at)
        waits, mine = self._waits(pairs)
        odds, calm = self.loud.odds[:, self.order], CALM[:, None]
        total, after = np.zeros((len(CALM), len(self.order) + 1)), np.full((len(CALM), len(self.order) + 1), -np.inf)
        np.cumsum(odds, axis=1, out=total[:, 1:])
        after[:, :-1] = -total[:, :-1] - calm * self.calm.earlier[self.place]
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
        """The place among some pairs, rising, of each of ``waiting`` that is in one of them, and which those are."""
        place = np.searchsorted(pairs, self.waiting_pair)
        mine = np.flatnonzero(np.append(pairs, -1)[place] == self.waiting_pair)
        return place[mine], mine

    def _closely(self, pairs: Ints, begin: Ints, end: Ints, least: float) -> Ints:
        """The pairs in which the least is reached by what is known there."""
        if not len(pairs):
            return pairs
        at = pairs % self.calm.moments
        which, inside = _ranges(begin, end)
        bad = self.loud.bad_at[self.order[inside]] <= self.spans.now[at[which]]
        which, place = which[bad], self.place[inside[bad]]
        kind = pairs // self.calm.moments // self.calm.cells
        odds = _odds_at(self.loud.view, self.loud.part, kind[which], place, self.spans.now[at[which]])
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
        cell = pairs // self.calm.moments % self.calm.cells
        starts, best = greatest(which, odds, self.calm.from_place(cell[which], at[which], place))
        return np.asarray(pairs[which[starts[best >= least]]])


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
