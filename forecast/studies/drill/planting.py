"""An incident planted into a day of orders: some that were deducted fail instead, and are cured or lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import CAUSES, DAY, MINUTE, NEVER, NONE, Feed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats, Ints

TOLD_WITHIN = {"validation": MINUTE, "risk_control": 20 * MINUTE, "clearing": 15 * MINUTE}
"""By cause the longest time until a failure is recorded, in seconds; one that is not here is silent: paid, not
deducted, and nothing recorded."""

CURE_SPREAD = DAY // 4
"""Seconds over which the cures of one day are spread."""

CLOSED_AFTER = 3 * DAY
"""Seconds after which an order that is never cured is closed."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What is planted: a cause, its scope (an empty tuple is every value), from when to when (seconds), which share.

    ``heavier`` is how many times as heavy it is as the law drew it: 1, unless none lighter could be told from chance.
    """

    cause: str
    channels: tuple[str, ...]
    start: int
    end: int
    share: float
    sku: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    heavier: float = 1.0

    def within(self, feed: Feed) -> Bools:
        """The orders of a feed in its scope, whenever they were placed (order,)."""
        inside = np.ones(len(feed), dtype=bool)
        for column, names, wanted in (
            (feed.channel, feed.channels, self.channels),
            (feed.sku, feed.skus, self.sku),
            (feed.region, feed.regions, self.region),
        ):
            if wanted:
                inside &= np.isin(column, _places(names, wanted))
        return inside

    def during(self, feed: Feed) -> Bools:
        """Those of them whose deduction was due while it lasted (order,)."""
        return np.asarray(self.within(feed) & (feed.tried_at >= self.start) & (feed.tried_at < self.end))


@dataclass(frozen=True, slots=True)
class Sown:
    """A feed with an incident in it; ``struck`` marks its orders (order,)."""

    feed: Feed
    struck: Bools


def plant(feed: Feed, incident: Planted, cured: Floats, rng: np.random.Generator) -> Sown:
    """Make a share of the first deductions within an incident fail.

    Struck are orders that were deducted at once, within scope and span, each with the chance ``share``. ``cured``
    (channel, age) is the share of the cause's failures that is cured so many days after the failure, the rest of which
    is lost; none is cured before the incident ends. A silent cause records no failure: the order is confirmed and not
    deducted.
    """
    could = incident.during(feed) & (feed.deducted_at < NEVER) & (feed.cause == NONE) & (feed.failed_at == NEVER)
    struck = could & (rng.random(len(feed)) < incident.share)
    count, tried = int(struck.sum()), feed.tried_at[struck]
    reached = np.cumsum(cured, axis=1)[feed.channel[struck]]
    ages = (reached <= rng.random(count)[:, None]).sum(axis=1)
    is_cured = ages < cured.shape[1]
    over = np.maximum(tried, incident.end)
    moment = over + ages * DAY + rng.integers(0, CURE_SPREAD, count)
    longest = TOLD_WITHIN.get(incident.cause)
    told = np.full(count, NEVER) if longest is None else tried + rng.integers(1, longest + 1, count)
    sown = replace(
        feed,
        cause=_put(feed.cause, struck, np.full(count, NONE if longest is None else CAUSES.index(incident.cause))),
        failed_at=_put(feed.failed_at, struck, told),
        deducted_at=_put(feed.deducted_at, struck, np.where(is_cured, moment, NEVER)),
        closed_at=_put(feed.closed_at, struck, np.where(is_cured, NEVER, over + CLOSED_AFTER)),
    )
    return Sown(sown, struck)


def _put(column: Ints, where: Bools, values: Ints) -> Ints:
    changed = column.copy()
    changed[where] = values
    return changed


def _places(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    return [names.index(one) for one in wanted]
