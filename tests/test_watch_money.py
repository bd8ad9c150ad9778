"""An incident in money: loss and delay by its cause's own law, and an outage of its days in the plan's cash."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from feeds import at, shop, strike

from forecast.watch.feed import DAY, NEVER
from forecast.watch.money import Loss, as_scenario, beside, recovered, scenarios
from forecast.watch.monitor import Alert, Watch
from forecast.watch.outcomes import Outcome

FIRST_DAY = dt.date(2024, 10, 16)
"""The day at(12)."""


@pytest.fixture(scope="module")
def alert() -> Alert:
    feed = strike(shop(), "clearing", at(12, 9), 12, channels=("baitiao", "gold"))
    (one,) = Watch.of(feed, feed, at(12)).alerts(at(12, 18))
    return replace(one, amounts={"baitiao": 600.0, "gold": 200.0}, amount=800.0, outcomes={})


@dataclass(frozen=True)
class Kernel:
    """As much of a channel's kernels as is read."""

    cured: dict[str, Any]
    lost: dict[str, Any]


def engine_of(cured: dict[str, Any], lost: dict[str, Any]) -> Any:  # noqa: ANN401  # as much of an engine as is read
    return SimpleNamespace(
        assumptions=SimpleNamespace(channels=[SimpleNamespace(name=name) for name in cured]),
        kernels=[Kernel({"clearing": np.array([cured[name]])}, {"clearing": np.array([lost[name]])}) for name in cured],
    )


def test_loss_and_delay_are_means_over_the_channels_laws(alert: Alert) -> None:
    cured = {"baitiao": [0.5, 0.0, 0.25], "gold": [0.0, 1.0, 0.0]}
    engine = engine_of(cured, {"baitiao": [0.0, 0.0, 0.25], "gold": [0.0, 0.0, 0.0]})
    found = recovered(alert, engine, at(12, 18))
    assert found.lost == pytest.approx(150.0)
    assert found.delay_days == pytest.approx((600 * 0.25 * 2 + 200 * 1) / (600 * 0.75 + 200))
    became = {"baitiao": Outcome(deducted=0.5, closed=0.25, days=0.2), "gold": Outcome(deducted=1.0, days=0.4)}
    found = recovered(replace(alert, outcomes=became), engine, at(12, 18))
    assert found.lost == pytest.approx(150 + 150 * 0.25)
    waited = 300 * 0.2 + 150 * 0.25 * 2 + 200 * 0.4
    assert found.delay_days == pytest.approx(waited / (300 + 150 * 0.75 + 200))


def test_what_is_open_long_after_the_end_is_lost_more_often(alert: Alert) -> None:
    cured = {"baitiao": [0.5, 0.2, 0.05, 0.0], "gold": [0.8, 0.2, 0.0, 0.0]}
    engine = engine_of(cured, {"baitiao": [0.0, 0.0, 0.0, 0.25], "gold": [0.0, 0.0, 0.0, 0.0]})
    one = replace(alert, amounts={"baitiao": 600.0}, ended_at=at(12, 21))

    def lost(now: int) -> float | None:
        return recovered(one, engine, now).lost

    assert lost(at(12, 21)) == pytest.approx(150.0)
    assert lost(at(12, 22.5)) == pytest.approx(600 * 0.25 / 0.75)  # half of what was left of the day
    assert lost(at(13)) == pytest.approx(600 * 0.25 / 0.5)
    assert lost(at(13, 12)) == pytest.approx(600 * 0.25 / 0.4)
    assert lost(at(16)) == lost(at(40)) == pytest.approx(600.0)
    assert recovered(replace(one, ended_at=None), engine, at(14)).lost == pytest.approx(150.0)
    delay = recovered(one, engine, at(13)).delay_days
    assert delay == pytest.approx((0.2 * 1 + 0.05 * 2) / 0.25)
    assert recovered(one, engine, at(40)).delay_days is None
    gold = replace(one, amounts={"gold": 200.0})
    assert recovered(gold, engine, at(13, 12)).lost == pytest.approx(0.0)


def test_what_was_waited_until_the_end_is_delay(alert: Alert) -> None:
    engine = engine_of({"baitiao": [0.5, 0.25]}, {"baitiao": [0.0, 0.25]})
    due = at(12) / DAY
    one = replace(alert, amounts={"baitiao": 600.0}, outcomes={"baitiao": Outcome(due=due)})
    law = 0.25 / 0.75  # days after the end, of those that are cured
    for now, days in ((at(12), 0.0), (at(13), 1.0), (at(16, 12), 4.5)):
        found = recovered(one, engine, now)
        assert found.delay_days == pytest.approx(days + law)
        assert found.lost == pytest.approx(150.0)  # while it lasts nothing is cured, which tells nothing of the rest
    assert recovered(replace(one, ended_at=at(14)), engine, at(14)).delay_days == pytest.approx(2 + law)
    assert recovered(replace(one, ended_at=at(14)), engine, at(15)).delay_days == pytest.approx(2 + 1)
    some = replace(one, outcomes={"baitiao": Outcome(deducted=0.5, days=0.2, due=due)})
    parts = 0.5 * 0.2 + 0.5 * 0.75 * (1 + law)
    assert recovered(some, engine, at(13)).delay_days == pytest.approx(parts / (0.5 + 0.5 * 0.75))


def test_a_lasting_silence_is_delayed_by_the_days_it_has_lasted() -> None:
    struck = strike(shop(20), "clearing", at(12, 9), 96, channels=("baitiao", "gold"), rate=1.0)
    feed = replace(struck, deducted_at=np.where(struck.deducted_at > at(15), NEVER, struck.deducted_at))
    (one,) = Watch.of(feed, feed, at(12)).alerts(at(14, 21))
    engine = engine_of({name: [1.0] for name in one.amounts}, {name: [0.0] for name in one.amounts})
    part = struck.tried_at[(struck.tried_at >= at(12, 9)) & (struck.tried_at <= at(14, 21)) & (struck.channel < 2)]
    open_days = (at(14, 21) - part.mean()) / DAY  # those struck on the first day came two days later
    assert recovered(one, engine, at(14, 21)).delay_days == pytest.approx(open_days, rel=0.2)


def base(first: dt.date, sales: float = 1_000.0) -> Any:  # noqa: ANN401  # as much of a result as is read
    days = [str(first + dt.timedelta(days=place)) for place in range(5)]
    channel = SimpleNamespace(sales=SimpleNamespace(mean=[sales] * 5))
    cash = SimpleNamespace(amount=90.0, day=days[2])
    return SimpleNamespace(
        dates=days,
        by_channel={"baitiao": channel, "gold": channel},
        lowest_cash=cash,
        buffer=SimpleNamespace(amount=10.0),
    )


def test_it_is_an_outage_of_its_days_in_which_so_much_fails(alert: Alert) -> None:
    scenario = as_scenario("incident_1", alert, base(FIRST_DAY), at(12, 18))
    assert scenario is not None
    told = [(one.channel, one.start, one.days, one.cause) for one in scenario.outages]
    assert told == [("baitiao", FIRST_DAY, 1, "clearing"), ("gold", FIRST_DAY, 1, "clearing")]
    assert [one.share for one in scenario.outages] == pytest.approx([0.6, 0.2])
    longer = as_scenario("incident_1", alert, base(FIRST_DAY), at(13, 1))
    assert longer is not None
    assert [one.days for one in longer.outages] == [2, 2]
    assert [one.share for one in longer.outages] == pytest.approx([0.3, 0.1])


def test_what_is_deducted_since_is_no_outage(alert: Alert) -> None:
    half = replace(alert, outcomes={"baitiao": Outcome(deducted=0.5), "gold": Outcome(deducted=1.0)})
    scenario = as_scenario("incident_1", half, base(FIRST_DAY), at(12, 18))
    assert scenario is not None
    (outage,) = scenario.outages
    assert outage.channel == "baitiao"
    assert outage.share == pytest.approx(0.3)
    over = replace(alert, outcomes=dict.fromkeys(alert.amounts, Outcome(deducted=1.0)))
    scenario = as_scenario("incident_1", over, base(FIRST_DAY), at(12, 18))
    assert scenario is not None
    assert scenario.outages == ()
    assert as_scenario("incident_1", alert, base(FIRST_DAY, sales=0.0), at(12, 18)) is None


def test_one_that_began_before_the_horizon_is_not_simulated(alert: Alert) -> None:
    later = base(FIRST_DAY + dt.timedelta(days=1))
    assert as_scenario("incident_1", alert, later, at(13, 9)) is None
    assert scenarios([alert], later, at(13, 9)) == {}
    assert set(scenarios([alert], base(FIRST_DAY), at(12, 18))) == {alert.number}


def test_cash_and_buffer_stand_beside_each_other() -> None:
    struck = base(FIRST_DAY)
    struck.lowest_cash, struck.buffer = SimpleNamespace(amount=70.0, day="2024-10-20"), SimpleNamespace(amount=12.0)
    found = beside(Loss(1.0, 2.0), base(FIRST_DAY), struck)
    assert found.lowest_cash is not None
    assert found.buffer is not None
    assert (found.lowest_cash.before, found.lowest_cash.after, found.lowest_cash.day) == (90.0, 70.0, "2024-10-20")
    assert (found.buffer.before, found.buffer.after, found.lost) == (10.0, 12.0, 1.0)
