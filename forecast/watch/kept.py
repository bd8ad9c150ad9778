"""The orders that a watch keeps while it goes on: new rows put among them, and those let go that no look needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.watch.feed import NEVER, NONE, Feed

if TYPE_CHECKING:
    from forecast.arrays import Bools, Ints

_MOMENTS = ("ordered_at", "tried_at", "failed_at", "deducted_at", "closed_at")
_LABELS = ("channel", "sku", "region", "cause", "amount")


def moment_of(feed: Feed) -> Ints:
    """The moment by which each order is kept: when its deduction was due, else when it was placed."""
    return np.asarray(np.where(feed.tried_at < NEVER, feed.tried_at, feed.ordered_at))


def merged(kept: Feed, fresh: Feed, *, anew: bool = False) -> tuple[Feed, int]:
    """The orders kept with rows that came since, and the first moment of which anything else is known; else ``NEVER``.

    Orders are told apart by ``row``. What a fresh row does not tell is as it was; not where the source was read
    ``anew``, so that the row is all that it tells. Both name skus and regions alike.
    """
    here, there = _pairs(kept, fresh)
    before, told = kept.take(here), fresh.take(there)
    if not anew:
        told = _filled(before, told)
    new = np.ones(len(fresh), dtype=bool)
    new[there] = False
    rest = np.ones(len(kept), dtype=bool)
    rest[here] = False
    changed = min(_first_difference(before, told), int(fresh.ordered_at[new].min(initial=NEVER)))
    return _sorted(_together(kept.take(rest), told, fresh.take(new))), changed


def _pairs(kept: Feed, fresh: Feed) -> tuple[Ints, Ints]:
    """The places in both of the orders that both hold."""
    _, here, there = np.intersect1d(kept.row, fresh.row, assume_unique=True, return_indices=True)
    return here, there


def _filled(before: Feed, after: Feed) -> Feed:
    """Orders as later rows tell them, with what these leave open as it was."""
    absent = dict.fromkeys(("sku", "region", "cause"), NONE) | dict.fromkeys(_MOMENTS[2:], int(NEVER))
    columns: dict[str, Any] = {
        x: _or_before(getattr(after, x), getattr(before, x), value) for x, value in absent.items()
    }
    tried = np.minimum(before.tried_at, after.tried_at)  # a confirmation is earlier than what shows that there was one
    return replace(after, **columns, tried_at=tried)


def _or_before(after: Ints, before: Ints, absent: int) -> Ints:
    return np.asarray(np.where(after != absent, after, before))


def _first_difference(before: Feed, after: Feed) -> int:
    """The first moment at which what is known of the same orders differs."""
    first = int(NEVER)
    for name in _MOMENTS:
        one, other = getattr(before, name), getattr(after, name)
        first = min(first, int(np.minimum(one, other)[one != other].min(initial=NEVER)))
    differs = np.zeros(len(before), dtype=bool)
    for name in _LABELS:
        differs |= getattr(before, name) != getattr(after, name)
    return min(first, int(np.minimum(before.ordered_at, after.ordered_at)[differs].min(initial=NEVER)))


def _sorted(feed: Feed) -> Feed:
    """The orders as feeds have them, those of one moment by their numbers: in the same order however they came."""
    return feed.take(np.lexsort((feed.row, feed.ordered_at, feed.tried_at)))


def _together(*parts: Feed) -> Feed:
    names = (*_LABELS, *_MOMENTS, "row")
    columns: dict[str, Any] = {x: np.concatenate([getattr(one, x) for one in parts]) for x in names}
    return replace(parts[0], **columns)


def still_needed(feed: Feed, kept_from: int) -> Bools:
    """Which orders are kept from a moment on."""
    return np.asarray(moment_of(feed) > kept_from)
