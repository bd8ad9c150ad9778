"""Scopes: which orders an incident strikes, and the search for the scope that explains the failures best."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.evidence import SHARES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.evidence import Known, Outlook

ALL: tuple[int, ...] = ()
"""Stands for every value of an attribute."""

ATTRIBUTES = ("channel", "sku", "region")
"""What a scope may be narrowed by, as the feed's columns are named."""

SIMPLER = 3.0
"""Log-likelihood that a narrower scope must gain beyond the choice among values, for each attribute it names."""

MOST_VALUES = 8
"""Skus or regions that a scope names, at most …"""

FEWEST_OF_VALUE = 2
"""… and the failures that each must have."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Orders of these channels, skus and regions, by their places in the feed's names; ``ALL`` is all of them."""

    channel: tuple[int, ...] = ALL
    sku: tuple[int, ...] = ALL
    region: tuple[int, ...] = ALL

    def holds(self, view: Outlook, part: slice) -> Bools:
        """Which orders of a part of the feed lie within it."""
        within = np.ones(part.stop - part.start, dtype=bool)
        for attribute in ATTRIBUTES:
            values = getattr(self, attribute)
            if values:
                within &= among(getattr(view.feed, attribute)[part], values)
        return within


@dataclass(frozen=True, slots=True)
class Explained:
    """A scope with what speaks for it: ``score`` is the log-likelihood ratio less the price of choosing it.

    ``started`` is the moment of its first failure and ``share`` the share of its orders that fail.
    """

    scope: Scope
    score: float
    started: int
    share: float


def among(column: Ints, values: Sequence[int]) -> Bools:
    """Which of a column's values are among some few."""
    found = column == values[0]
    for value in values[1:]:
        found |= column == value
    return np.asarray(found)


def explain(view: Outlook, seen: Known, kind: int, free: Bools, since: int) -> Explained | None:
    """The scope that explains best the failures of a kind among the ``free`` orders tried after ``since``.

    Only orders that something is known of are passed; None where nothing speaks for any scope.
    """
    part = slice(seen.first, seen.first + seen.good.shape[0])
    chosen = np.flatnonzero(free & seen.telling(kind) & (view.feed.tried_at[part] >= since))
    if not len(chosen):
        return None
    odds = seen.odds(kind, chosen)
    orders = _Orders(view, part, chosen, seen.bad[kind, chosen])
    best: tuple[float, Scope, int] | None = None
    for place in range(len(SHARES)):
        for scope, score in _scopes(orders, odds[place]):
            if best is None or score > best[0]:
                best = (score, scope, place)
    if best is None or best[0] <= 0:
        return None
    score, scope, place = best
    within = scope.holds(view, part)[chosen]
    tried, bad = view.feed.tried_at[part][chosen[within]], seen.bad[kind, chosen[within]]
    suffix = np.cumsum(odds[place, within][::-1])[::-1]
    begin = int(np.argmax(suffix))
    started = int(tried[begin:][bad[begin:]][0]) if bad[begin:].any() else int(tried[begin])
    return Explained(scope, score, started, float(bad[begin:].mean()))


@dataclass(frozen=True, slots=True)
class _Column:
    """An attribute of some orders: its ``places`` from 1 on (0 for none), among so many ``names``, and how many occur.

    ``many`` tells of which values enough orders failed.
    """

    places: Ints
    names: int
    present: int
    many: Bools


@dataclass(slots=True)
class _Orders:
    """Orders ``chosen`` of a part of the feed, and which of them ``failed``; what scopes ask of them is kept."""

    view: Outlook
    part: slice
    chosen: Ints
    failed: Bools
    columns: dict[str, _Column | None] = field(default_factory=dict)
    narrower: dict[Scope, tuple[Bools, _Orders]] = field(default_factory=dict)

    def column(self, attribute: str) -> _Column | None:
        """What they have of an attribute; None where none has any."""
        if attribute not in self.columns:
            self.columns[attribute] = self._column(attribute)
        return self.columns[attribute]

    def _column(self, attribute: str) -> _Column | None:
        column = getattr(self.view.feed, attribute)[self.part][self.chosen]
        if not len(column) or column.max() < 0:
            return None
        places, names = column + 1, len(getattr(self.view.feed, f"{attribute}s"))
        present = int((np.bincount(places, minlength=names + 1)[1:] > 0).sum())
        many = np.bincount(places[self.failed], minlength=names + 1)[1:] >= FEWEST_OF_VALUE
        return _Column(places, names, present, many)

    def within(self, scope: Scope) -> tuple[Bools, _Orders]:
        """Which of them a scope holds, and those."""
        if scope not in self.narrower:
            held = scope.holds(self.view, self.part)[self.chosen]
            self.narrower[scope] = held, _Orders(self.view, self.part, self.chosen[held], self.failed[held])
        return self.narrower[scope]


def _scopes(orders: _Orders, odds: Floats) -> Iterator[tuple[Scope, float]]:
    """Scopes of one and of two attributes with their scores, given each order's log-likelihood ratio."""
    every = Scope()
    yield every, float(odds.sum()) - 2 * SIMPLER
    for attribute in ATTRIBUTES:
        first, gained = _narrowed(orders, odds, every, attribute)
        if first == every:
            continue
        yield first, gained
        held, within = orders.within(first)
        inside = odds[held]
        price = float(inside.sum()) - gained
        for other in ATTRIBUTES:
            if other != attribute and not (attribute == "region" and other == "sku"):
                second, total = _narrowed(within, inside, first, other)
                if second != first:
                    yield second, total - price


def _narrowed(orders: _Orders, odds: Floats, scope: Scope, attribute: str) -> tuple[Scope, float]:
    """The scope narrowed to the values of an attribute that speak for it, and its score among those orders."""
    column = orders.column(attribute)
    if column is None:
        return scope, float(odds.sum())
    told: Floats = np.bincount(column.places, odds, column.names + 1)[1:].astype(np.float64)
    score, best = -np.inf, 0
    if attribute == "channel":
        chosen: tuple[int, ...] = ()
        for values, price in _channel_sets(orders.view, told):
            gained = float(told[list(values)].sum()) - price - SIMPLER
            if gained > score:
                chosen, score = values, gained
        return replace(scope, channel=chosen), score
    told = np.where(column.many, told, 0.0)
    order = np.argsort(-told, kind="stable")[:MOST_VALUES]
    gains = np.cumsum(told[order])
    for count in range(1, len(order) + 1):
        if told[order[count - 1]] <= 0 or count > column.present / 2:
            break
        gained = float(gains[count - 1]) - _choice(column.present, count) - SIMPLER
        if gained > score:
            best, score = count, gained
    found = replace(scope, **{attribute: tuple(sorted(map(int, order[:best])))}) if best else scope
    return found, float(score)


def _channel_sets(view: Outlook, told: Floats) -> Iterator[tuple[tuple[int, ...], float]]:
    """Single channels, all channels of a clearing name, and those that speak for it; with the price of the choice."""
    feed = view.feed
    count = len(feed.channels)
    clearings = [feed.clearing.get(name, name) for name in feed.channels]
    for channel in range(count):
        yield (channel,), float(np.log(count))
    for name in sorted(set(clearings)):
        behind = tuple(place for place, one in enumerate(clearings) if one == name)
        if 1 < len(behind) < count:
            yield behind, float(np.log(count))
    order = np.argsort(-told, kind="stable")
    for size in range(2, count):
        if told[order[size - 1]] > 0:
            yield tuple(sorted(map(int, order[:size]))), _choice(count, size) + SIMPLER


def price(view: Outlook, scope: Scope) -> float:
    """The price of choosing a scope: what its score lacks of its log-likelihood ratio, about."""
    feed, total = view.feed, 0.0 if scope != Scope() else 2 * SIMPLER
    names = len({feed.clearing.get(feed.channels[place], feed.channels[place]) for place in scope.channel})
    if scope.channel:
        size = 1 if names == 1 else len(scope.channel)
        total += _choice(len(feed.channels), size) + SIMPLER * (1 if size == 1 else 2)
    for values, count in ((scope.sku, view.usual.skus), (scope.region, view.usual.regions)):
        if values:
            total += _choice(max(count, len(values)), len(values)) + SIMPLER
    return total


def joined(one: Scope, other: Scope) -> Scope | None:
    """Both scopes as one, where both name goods, or regions, of channels in common or some in common; else None."""
    if one.sku and other.sku and one.region == other.region == ALL:
        names, others = one.sku, other.sku
    elif one.region and other.region and one.sku == other.sku == ALL:
        names, others = one.region, other.region
    else:
        return None
    if not (_meet(one.channel, other.channel) or set(names) & set(others)):
        return None
    channel, both = _either(one.channel, other.channel), tuple(sorted({*names, *others}))
    return Scope(channel, sku=both) if one.sku else Scope(channel, region=both)


def channels_meet(one: Scope, other: Scope) -> bool:
    """Whether there is a channel that both scopes hold orders of."""
    return _meet(one.channel, other.channel)


def _meet(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return not one or not other or bool(set(one) & set(other))


def _either(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*one, *other})) if one and other else ALL


@lru_cache(maxsize=4_096)
def _choice(count: int, chosen: int) -> float:
    """Logarithm of the number of ways to choose, and of how many are chosen."""
    ways = math.lgamma(count + 1) - math.lgamma(chosen + 1) - math.lgamma(count - chosen + 1)
    return float(ways + np.log(max(count, 1)) * (chosen > 1))
