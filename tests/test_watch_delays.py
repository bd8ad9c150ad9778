"""How long deductions take: patience, the share that still waits, and how they lengthen in a surge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, unnamed

from forecast.watch.delays import AFTER_BATCH, HOURS, PATIENCE, SOONEST, learn_delays, row
from forecast.watch.feed import DAY, HOUR, MINUTE, NEVER, Feed, in_order
from forecast.watch.monitor import Watch


def test_fast_channels_are_given_some_minutes() -> None:
    feed = shop()
    delays = learn_delays(feed, np.ones(len(feed)), at(14))
    assert delays.patience.tolist() == [SOONEST] * 3 * HOURS
    assert delays.usual == pytest.approx(np.full(3 * HOURS, 30.0), abs=3)
    assert delays.waiting[:, 0].min() > 10
    assert delays.waiting[:, -1].tolist() == [1.0] * 3 * HOURS


def test_slow_channels_are_given_three_times_the_delay_of_nine_in_ten() -> None:
    feed = shop(rate=0.0)
    slow = np.where(feed.deducted_at < NEVER, feed.tried_at + (np.arange(len(feed)) % 10 + 1) * HOUR, NEVER)
    delays = learn_delays(replace(feed, deducted_at=slow), np.ones(len(feed)), at(20))
    assert delays.patience == pytest.approx(np.full(3 * HOURS, PATIENCE * 9 * HOUR), rel=0.12)


def test_delays_that_grow_with_the_surge_are_found_to() -> None:
    feed = shop(days=30, rate=0.0)
    day = (feed.tried_at - at(0)) // 86_400
    surge = np.where(day % 5 == 0, 4.0, 1.0)
    delay = np.where(surge > 1, 600, 300)
    delays = learn_delays(
        replace(feed, deducted_at=np.where(feed.tried_at < NEVER, feed.tried_at + delay, NEVER)), surge, at(30)
    )
    assert delays.slowness == pytest.approx(np.full(3, 0.5), abs=0.05)
    assert delays.patience_of(feed, np.full(len(feed), 4.0))[0] == pytest.approx(2 * delays.patience[0], rel=0.1)


def nightly(days: int, *, workdays: bool = False, orders_a_day: int = 240, rate: float = 0.0) -> Feed:
    """A shop whose first channel deducts in a batch at two in the morning, on workdays alone if asked."""
    feed = shop(days=days, rate=rate, orders_a_day=orders_a_day)
    batch = (feed.tried_at - 2 * HOUR) // DAY * DAY + DAY + 2 * HOUR
    if workdays:  # day 0 is a Friday
        weekday = (batch - at(0)) // DAY % 7
        batch += np.select([weekday == 1, weekday == 2], [2, 1], 0) * DAY
    mine = (feed.channel == 0) & (feed.tried_at < NEVER)
    return in_order(replace(feed, deducted_at=np.where(mine, batch, feed.deducted_at)))


@pytest.mark.parametrize("workdays", [False, True])
def test_until_its_batch_is_through_nothing_is_overdue(*, workdays: bool) -> None:
    feed = nightly(120, workdays=workdays)
    delays = learn_delays(feed, np.ones(len(feed)), at(120))
    mine = (feed.channel == 0) & (feed.tried_at < NEVER)
    waited = (feed.deducted_at - feed.tried_at)[mine]
    soonest = (delays.soonest[row(feed)] - delays.into(feed))[mine]
    assert np.mean(soonest >= waited) > 0.97
    assert np.mean(soonest <= waited + AFTER_BATCH + 5 * MINUTE) > 0.97  # all of a batch together
    assert set(delays.soonest[HOURS:]) == {SOONEST}


def busy_weekends(days: int, orders_a_day: int, times: int) -> tuple[Feed, np.ndarray, np.ndarray]:
    """A shop whose first channel deducts on workdays, a surge of so many times at weekends, and its weekend orders."""
    feed = nightly(days, workdays=True, orders_a_day=orders_a_day)
    weekend = np.isin((feed.tried_at - at(0)) // DAY % 7, (1, 2))  # day 0 is a Friday
    return feed, np.where(weekend, float(times), 1.0), weekend & (feed.channel == 0)


def test_a_wait_for_a_batch_does_not_grow_with_a_surge() -> None:
    feed, surge, _ = busy_weekends(60, 240, 2)
    delays = learn_delays(feed, surge, at(60))
    assert delays.by_the_clock.tolist() == [True, False, False]
    assert delays.slowness[0] == 0.0
    plain = learn_delays(feed, np.ones(len(feed)), at(60))
    assert np.array_equal(delays.soonest, plain.soonest)
    assert np.array_equal(
        delays.patience_of(feed, surge)[feed.channel == 0], plain.patience_of(feed, surge * 0 + 1)[feed.channel == 0]
    )


def test_few_orders_of_a_weekend_wait_for_the_batch_after_it() -> None:
    feed, _, weekend = busy_weekends(120, 120, 1)
    few = feed.take(~weekend | (feed.row % 6 == 0))
    delays = learn_delays(few, np.ones(len(few)), at(120))
    mine = (few.channel == 0) & (few.tried_at < NEVER) & np.isin((few.tried_at - at(0)) // DAY % 7, (1, 2))
    waited = (few.deducted_at - few.tried_at)[mine]
    soonest = (delays.soonest[row(few)] - delays.into(few))[mine]
    assert np.mean(soonest >= waited) > 0.97
    assert np.mean(soonest <= waited + AFTER_BATCH + 5 * MINUTE) > 0.97


def test_a_batch_that_comes_late_is_counted_as_late_when_it_has_come() -> None:
    feed = nightly(60)
    left = (feed.channel == 0) & (feed.deducted_at == at(51, 2))
    late = replace(feed, deducted_at=np.where(left, at(51, 13), feed.deducted_at))
    (alert,) = Watch.of(late, late, at(40)).alerts(at(55))
    assert alert.orders == pytest.approx(left.sum(), rel=0.1)
    assert alert.since_deducted == alert.failed


def held_over(holidays: tuple[int, ...], days: int = 80) -> Feed:
    """A shop whose first channel deducts at two in the morning of the next banking day; day 0 is a Friday."""
    feed = shop(days=days, rate=0.0)
    day = (feed.tried_at - at(0)) // DAY + 1
    for _ in range(12):
        day += ((day % 7 == 1) | (day % 7 == 2) | np.isin(day, holidays)) & (feed.tried_at < NEVER)
    mine = (feed.channel == 0) & (feed.tried_at < NEVER)
    closed = np.array(holidays, dtype=np.int64) + at(0) // DAY
    return in_order(
        replace(feed, deducted_at=np.where(mine, at(0) + day * DAY + 2 * HOUR, feed.deducted_at), holidays=closed)
    )


def test_a_batch_that_a_public_holiday_holds_is_not_overdue() -> None:
    week = tuple(range(63, 70))  # Friday to Thursday
    feed = held_over(week)
    assert Watch.of(feed, feed, at(55)).alerts(at(79)) == ()
    unknown = replace(feed, holidays=feed.holidays[:0])
    assert len(Watch.of(unknown, unknown, at(55)).alerts(at(79))) > 0
    left = (feed.channel == 0) & (feed.deducted_at == at(70, 2))
    late = replace(feed, deducted_at=np.where(left, NEVER, feed.deducted_at))
    (alert,) = Watch.of(late, late, at(55)).alerts(at(70, 12))
    assert at(70, 2) < alert.detected_at <= at(70, 4)


def test_past_holidays_do_not_make_a_watch_wait_longer() -> None:
    held, plain = (held_over(days) for days in (tuple(range(14, 28)), ()))
    unknown = replace(held, holidays=held.holidays[:0])
    soonest, without, with_them = (learn_delays(x, np.ones(len(x)), at(79)).soonest for x in (held, plain, unknown))
    assert np.abs(soonest - without).max() < HOUR / 2
    assert np.abs(with_them - without).max() > DAY


def test_what_failed_before_a_weekend_is_found_after_it() -> None:
    feed = held_over(())
    friday = (feed.channel == 0) & (feed.tried_at >= at(63)) & (feed.tried_at < at(64))
    late = replace(feed, deducted_at=np.where(friday, NEVER, feed.deducted_at))
    (alert,) = Watch.of(late, late, at(55)).alerts(at(66, 12))
    assert at(66, 2) < alert.detected_at <= at(66, 4)
    assert alert.orders == pytest.approx(friday.sum(), rel=0.1)


def test_a_nightly_batch_rings_the_night_it_stays_away_and_no_other() -> None:
    feed = nightly(60)
    assert Watch.of(feed, feed, at(40)).alerts(at(60)) == ()
    left = (feed.channel == 0) & (feed.deducted_at == at(51, 2))
    late = replace(feed, deducted_at=np.where(left, at(52, 2), feed.deducted_at))
    (alert,) = Watch.of(late, late, at(40)).alerts(at(51, 6))
    assert alert.channels == ("baitiao",)
    assert at(51, 2) < alert.detected_at <= at(51, 4)
    assert alert.silent == alert.failed > 50


def test_all_orders_of_a_missed_batch_are_counted_as_soon_as_it_rings() -> None:
    feed = nightly(60)
    left = (feed.channel == 0) & (feed.deducted_at == at(51, 2))
    late = replace(feed, deducted_at=np.where(left, at(52, 2), feed.deducted_at))
    watch = Watch.of(late, late, at(40))
    (alert,) = watch.alerts(at(51, 6))
    (at_once,) = watch.alerts(alert.detected_at)
    assert at_once.failed == left.sum()
    assert at_once.orders == pytest.approx(left.sum(), rel=0.03)


@pytest.mark.parametrize("failing", [0.05, 0.15, 0.3])
def test_cures_of_failures_that_nobody_tells_are_not_how_long_deductions_take(failing: float) -> None:
    feed = unnamed(shop(days=30, rate=0.0))
    rng = np.random.default_rng(4)
    fails = (rng.random(len(feed)) < failing) & (feed.tried_at < NEVER)
    cured = np.where(fails, feed.tried_at + rng.integers(2 * HOUR, 8 * HOUR, len(feed)), feed.deducted_at)
    delays = learn_delays(replace(feed, deducted_at=cured), np.ones(len(feed)), at(31))
    assert delays.patience.tolist() == [SOONEST] * 3 * HOURS
    assert delays.usual == pytest.approx(np.full(3 * HOURS, 30.0), abs=3)
