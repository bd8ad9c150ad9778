"""The day that is rehearsed: the last peak of the next promotion, else the busiest day, made as large."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drill_shop import BUSY, orders
from feeds import at, shop
from stress_shop import shop_plan

from forecast.errors import InputError
from forecast.plan.model import Event
from forecast.studies.drill.days import last_peak, moment_of, placed_on, rehearsal
from forecast.watch.feed import DAY, NEVER

if TYPE_CHECKING:
    from forecast.plan.model import Plan

PAST = dt.date(2024, 11, 2)


def with_past(peak: dt.date, name: str = "double11") -> Plan:
    plan = shop_plan()
    event = Event(name=name, start=peak, peak=peak, end=peak)
    return replace(plan, events=(event, *plan.events))


def test_the_last_peak_of_the_next_promotion_is_rehearsed() -> None:
    found = rehearsal(with_past(PAST), orders(), 1e9, np.random.default_rng(1))
    assert (found.day, found.since, found.repeated) == (PAST, moment_of(PAST), 1.0)
    assert int(found.today.sum()) == int(placed_on(orders(), moment_of(PAST)).sum())
    assert found.feed.ordered_at.max() < found.since + 4 * DAY


@pytest.mark.parametrize("plan", [shop_plan(), with_past(PAST, "618"), with_past(dt.date(2024, 10, 20))])
def test_without_a_past_peak_to_learn_before_the_busiest_day_is(plan: Plan) -> None:
    found = rehearsal(plan, orders(), 1.0, np.random.default_rng(1))
    assert (found.since, found.repeated) == (BUSY, 1.0)


def test_a_made_day_has_the_value_of_the_next_peak_at_the_hours_of_the_day() -> None:
    feed = orders()
    today = placed_on(feed, BUSY)
    value = float(feed.amount[today].sum()) / 100
    found = rehearsal(shop_plan(), feed, 2.5 * value, np.random.default_rng(1))
    assert found.repeated == pytest.approx(2.5)
    made = found.feed.take(found.today)
    assert float(made.amount.sum()) / 100 == pytest.approx(2.5 * value, rel=0.1)
    assert len(np.unique(found.feed.row)) == len(found.feed), "each an order of its own"
    assert (np.diff(found.feed.tried_at) >= 0).all()
    before, after = (np.bincount((x.ordered_at - BUSY) // (DAY // 4), minlength=4) for x in (feed.take(today), made))
    assert np.allclose(before / before.sum(), after / after.sum(), atol=0.06)
    paid = made.tried_at < NEVER
    assert (made.tried_at[paid] >= made.ordered_at[paid]).all()
    assert np.array_equal(found.feed.take(~found.today).row, feed.take(~today & (feed.ordered_at < BUSY + 4 * DAY)).row)


def test_too_few_days_or_orders_are_told_with_what_to_do() -> None:
    with pytest.raises(InputError, match=r"28 days of orders before it .* reach over 20 days; bring earlier orders"):
        rehearsal(shop_plan(), shop(days=20), 1.0, np.random.default_rng(1))
    few = shop(days=34, orders_a_day=8)
    with pytest.raises(InputError, match=r"the busiest, .* has 1\d, .* 20 are needed then.* uplift .* by hand"):
        rehearsal(shop_plan(), few, 1.0, np.random.default_rng(1))


def test_a_small_shop_rehearses_its_busiest_day_at_the_volume_of_the_next_peak() -> None:
    few = shop(days=34, orders_a_day=8)
    found = rehearsal(shop_plan(), few, 5_000.0, np.random.default_rng(1))
    assert found.repeated > 3
    assert found.today.sum() > 30


def test_what_comes_after_as_of_is_not_rehearsed() -> None:
    feed = orders()
    late = replace(feed, ordered_at=np.where(placed_on(feed, BUSY), moment_of(dt.date(2027, 1, 1)), feed.ordered_at))
    assert rehearsal(shop_plan(), late, 1.0, np.random.default_rng(1)).since != BUSY
    assert last_peak(shop_plan()) is None
    assert last_peak(with_past(PAST)) == PAST
    assert at(0) < BUSY
