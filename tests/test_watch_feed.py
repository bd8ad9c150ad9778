"""The feed as arrays: what of it is known when, and two feeds under the same names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop

from forecast.watch.feed import NEVER, NONE, aligned, as_shown_by, due_at, in_order, without_confirmations


def test_at_a_moment_later_orders_are_not_there_and_later_events_have_not_happened() -> None:
    feed, now = shop(), at(7)
    known = feed.known_at(now)
    assert known.ordered_at.max() <= now
    for moments in (known.tried_at, known.failed_at, known.deducted_at):
        assert moments[moments < NEVER].max() <= now
    told = known.failed_at < NEVER
    assert ((known.cause != NONE) == told).all()
    assert len(known) == int((feed.ordered_at <= now).sum())


def test_a_cause_without_a_moment_stays_with_its_order() -> None:
    feed = shop()
    undated = replace(feed, failed_at=np.full(len(feed), NEVER))
    known = undated.known_at(at(7))
    assert (known.cause != NONE).sum() == ((undated.cause != NONE) & (undated.ordered_at <= at(7))).sum()


def test_a_deduction_is_due_at_the_confirmation_or_when_something_shows_it() -> None:
    due = due_at(np.array([5, NEVER, NEVER]), np.array([9, 7, NEVER]), np.array([8, 9, NEVER]))
    assert due.tolist() == [5, 7, NEVER]


@pytest.mark.parametrize(
    ("tried", "ordered"),
    [
        ([1, 2, 3, 3], [1, 1, 1, 2]),
        ([1, 2, 2, NEVER, NEVER], [1, 2, 1, 9, 3]),
        ([3, 1, 2, 1], [1, 2, 3, 3]),
        ([3, 1, 2, 1], [4, 3, 2, 1]),
        ([], []),
    ],
)
def test_orders_stand_by_the_moment_at_which_they_were_due_then_by_when_they_were_placed(
    tried: list[int], ordered: list[int]
) -> None:
    some = shop(days=3).take(np.arange(len(tried)))
    feed = replace(some, tried_at=np.array(tried, dtype=np.int64), ordered_at=np.array(ordered, dtype=np.int64))
    rows = sorted(range(len(tried)), key=lambda row: (tried[row], ordered[row]))
    assert in_order(feed).row.tolist() == feed.row[rows].tolist()


def test_the_last_moment_is_that_of_the_last_event() -> None:
    feed = shop(days=3)
    assert feed.last_moment == int(feed.deducted_at[feed.deducted_at < NEVER].max())
    assert feed.take(np.zeros(len(feed), dtype=bool)).last_moment == 0


def test_two_feeds_come_under_the_same_names() -> None:
    one = shop(days=2)
    other = replace(shop(days=2, seed=3), skus=tuple(f"sku{place + 4}" for place in range(8)))
    here, there = aligned(one, other)
    assert here.skus == there.skus == tuple(sorted({*one.skus, *other.skus}))
    assert [here.skus[place] for place in here.sku[:20]] == [one.skus[place] for place in one.sku[:20]]
    assert [there.skus[place] for place in there.sku[:20]] == [other.skus[place] for place in other.sku[:20]]


def test_a_history_is_shown_without_confirmations_where_the_feed_has_none() -> None:
    history = shop()
    bare = without_confirmations(history)
    assert (bare.confirms, len(bare)) == (False, len(history))
    assert (bare.tried_at == bare.ordered_at).all()
    assert (np.diff(bare.tried_at) >= 0).all()
    never = history.tried_at == NEVER
    assert never.any()
    assert set(bare.row[bare.deducted_at == NEVER]) == set(history.row[never])
    assert as_shown_by(history, history) is history
    assert as_shown_by(bare, history) is bare
    assert not as_shown_by(history, bare).confirms
    nothing = bare.take(np.zeros(0, dtype=np.int64))
    assert as_shown_by(history, nothing) is history  # no order tells that there are none
