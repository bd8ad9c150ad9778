"""The money of a drill: what delay costs adds up to the whole, and the plan leaves no less than doing nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drill_shop import CURED, rehearsal_of
from playbook_shop import ground, questions
from stress_shop import shop_plan

from forecast.plan.changes import Outage
from forecast.studies.drill.money import Parts, Placed, Struck, apart, carried, cash_beside, cost_of_delay, parts
from forecast.studies.playbook.trials import STEPS, Trials
from forecast.watch.feed import HOUR, NEVER

if TYPE_CHECKING:
    from forecast.results.drill import CashBeside


def test_the_longest_delay_and_what_failed_before_acting_are_the_whole_incident() -> None:
    one = rehearsal_of()
    struck = Struck.of(one.sown, CURED)
    whole = struck.between(-np.inf, np.inf)
    assert sum(whole) == pytest.approx(struck.amount.sum())
    assert whole[0] == pytest.approx(0.25 * struck.amount.sum())
    acted = one.incident.start + 2 * HOUR
    found = cost_of_delay(struck, np.full(len(struck.tried), acted), acted, one.incident.end)
    assert [each.hours for each in found] == [1, 2, 3]
    before = struck.between(-np.inf, acted)
    assert (found[-1].loss + before[0], found[-1].delayed + before[1]) == pytest.approx(whole)
    assert [each.loss for each in found] == sorted(each.loss for each in found)
    assert cost_of_delay(struck, np.full(len(struck.tried), acted), one.incident.end, one.incident.end) == []


def test_where_acting_keeps_nothing_from_failing_a_delay_costs_nothing() -> None:
    one = rehearsal_of()
    struck = Struck.of(one.sown, CURED)
    acted, half = one.incident.start + 2 * HOUR, np.arange(len(struck.tried)) % 2 == 0
    nothing = cost_of_delay(struck, np.full(len(half), NEVER), acted, one.incident.end)
    assert [(each.hours, each.loss, each.delayed) for each in nothing] == [(1, 0.0, 0.0), (2, 0.0, 0.0), (3, 0.0, 0.0)]
    some = cost_of_delay(struck, np.where(half, acted, NEVER), acted, one.incident.end)
    saved = half & (struck.tried >= acted)
    assert some[-1].loss + some[-1].delayed == pytest.approx(struck.amount[saved].sum())


def test_the_parts_of_each_channel_are_those_of_its_day() -> None:
    one = rehearsal_of()
    acted = one.incident.start + 2 * HOUR
    feed = one.sown.feed
    taken = parts(one.sown, one.incident, np.where(feed.channel == 0, acted, NEVER))
    today = (feed.channel == 0) & (feed.tried_at >= one.day.since) & (feed.tried_at < one.day.since + 24 * HOUR)
    assert taken.days == 1
    assert taken.failed.tolist() == pytest.approx([one.sown.struck.sum() / today.sum(), 0.0])
    late = one.incident.during(feed) & (feed.tried_at >= acted)
    assert taken.moved[0] == pytest.approx(late.sum() / today.sum())
    assert taken.failed_before[0] == pytest.approx((one.sown.struck & ~late).sum() / today.sum())
    stays = parts(one.sown, one.incident, np.full(len(feed), NEVER))
    assert stays.failed_before.tolist() == stays.failed.tolist()
    assert not stays.moved.any()


def test_what_is_carried_is_what_the_playbook_tries() -> None:
    limits = ground().arranged
    outage = Outage(channel="baitiao", start=shop_plan().events[0].start, days=3, cause="clearing")
    trials = Trials(questions(), ground(), outage)
    tried, found = trials.arranged(STEPS), carried(trials.answer(STEPS), ground(), limits)
    assert (found.holds, found.short_day) == (tried.holds, tried.short_day)


@cache
def beside(before: float, moved: float, target: str = "wechat") -> CashBeside:
    """Of four days of both channels all fails, ``before`` of baitiao before the staff acted, who move so much of it."""
    taken = Parts(np.array([1.0, 0.6]), np.array([before, 0.6]), np.array([moved, 0.0]), 4)
    placed = [Placed("baitiao", target, 0.05)] if moved else []
    return cash_beside(questions(), ground(), "integration", taken, placed)


def test_moving_orders_leaves_more_cash_than_doing_nothing() -> None:
    nothing, moved = beside(1.0, 0.0), beside(0.2, 0.8)
    assert nothing.lowest_without_plan == moved.lowest_without_plan
    assert moved.lowest_with_plan >= moved.lowest_without_plan
    assert moved.before_financing.with_plan > moved.before_financing.without_plan
    assert 0 < moved.missed_with_plan.amount < moved.missed_without_plan.amount
    assert nothing.missed_with_plan == nothing.missed_without_plan
    assert moved.usual >= moved.lowest_without_plan


def test_orders_placed_again_are_lost_in_their_part_alone() -> None:
    nothing, again = beside(1.0, 0.0), beside(0.2, 0.8, "baitiao")
    assert 0 < again.missed_with_plan.amount < nothing.missed_with_plan.amount


def test_of_wrong_goods_those_that_the_alarm_names_are_corrected() -> None:
    one = rehearsal_of()
    acted, feed = one.incident.start + 2 * HOUR, one.sown.feed
    goods = np.isin(feed.sku, [feed.skus.index(name) for name in ("sku1", "sku2")])
    taken = parts(one.sown, one.incident, np.where(goods & (feed.channel == 0), acted, NEVER))
    whole = parts(one.sown, one.incident, np.where(feed.channel == 0, acted, NEVER))
    assert 0 < taken.moved[0] < whole.moved[0]
    assert taken.failed_before[0] > whole.failed_before[0]


def test_a_lowest_cash_that_chance_alone_moves_is_the_usual_one() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0.0, 50.0, 2_000)
    assert apart(100_043.0, 100_000.0, noise - noise.mean()) == 100_000.0
    assert apart(100_043.0, 100_000.0, noise - 20.0) == 100_000.0, "on the mean of the paths less is there, not more"
    assert apart(99_950.0, 100_000.0, noise - 20.0) == 99_950.0
    rare = np.where(rng.random(2_000) < 0.05, -100_000.0, 0.0)
    assert apart(40_000.0, 100_000.0, rare) == 40_000.0, "few paths may carry all of it"


def test_where_cash_falls_short_facilities_with_room_are_called() -> None:
    found = beside(1.0, 0.0)
    assert not found.holds_without_plan
    assert found.short is not None
    assert 0 <= found.short.with_plan <= found.short.without_plan <= 1
    assert found.short.usual < found.short.without_plan
    assert found.calls
    assert found.lowest_with_plan >= found.lowest_without_plan
    for call in found.calls:
        assert call.room is None or call.room > 0
        assert call.arrives is None or call.arrives >= "2026-10-29"
