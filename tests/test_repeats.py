"""Flows given again: where nothing of a channel changes, and nowhere else."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledgers import shop_plan

from forecast import repeats
from forecast.pipeline import prepare, run_scenarios
from forecast.plan.changes import Outage, Scenario, Shift, StatedRate
from forecast.repeats import Repeats
from forecast.scenarios import Shocks, shocks, without

if TYPE_CHECKING:
    from forecast.simulated import Forecast

BOTH = {"baitiao", "wechat"}
SOON = dt.date(2026, 10, 22)
CHANGES = {
    "nothing": (Scenario("x", "x"), set()),
    "volume": (Scenario("x", "x", volume=1.2), BOTH),
    "volume_of": (Scenario("x", "x", volume_of={"wechat": 1.2}), {"wechat"}),
    "failure_rate": (Scenario("x", "x", failure_rate={"baitiao": StatedRate(0.3)}), {"baitiao"}),
    "refund_rate": (Scenario("x", "x", refund_rate={"wechat": 0.3}), {"wechat"}),
    "recovery": (Scenario("x", "x", recovery={"baitiao": StatedRate(0.3)}), {"baitiao"}),
    "settlement_delay": (Scenario("x", "x", settlement_delay={"wechat": 2}), {"wechat"}),
    "fee_rate": (Scenario("x", "x", fee_rate={"wechat": 0.2}), {"wechat"}),
    "outages": (Scenario("x", "x", outages=(Outage(SOON, 3, channel="wechat"),)), {"wechat"}),
    "shift": (Scenario("x", "x", shift=(Shift("baitiao", "wechat", 0.3, 0.1),)), BOTH),
}
"""Each change that a scenario can make of flows, and the channels that it touches."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Forecast:
    return prepare(shop_plan(tmp_path_factory.mktemp("shop")))


def _shocks(prepared: Forecast, scenario: Scenario) -> Shocks:
    return shocks(scenario, prepared.plan, prepared.days)


@pytest.mark.parametrize(("scenario", "touched"), CHANGES.values(), ids=CHANGES)
def test_a_channel_is_simulated_anew_where_its_flows_change_and_only_there(
    prepared: Forecast, scenario: Scenario, touched: set[str]
) -> None:
    kept, engine, changed = Repeats(spare=1e9), prepared.engine, _shocks(prepared, scenario)
    base = [*kept.blocks(engine, _shocks(prepared, prepared.plan.scenarios["base"]))]
    again = [*kept.blocks(engine, changed)]
    names = list(prepared.plan.channels)
    assert {name for name, one, two in zip(names, base, again, strict=True) if one is not two} == touched
    for place, (one, two) in enumerate(zip(base, again, strict=True)):
        fresh = engine.block(place, changed)
        np.testing.assert_array_equal(two.flows.settled, fresh.settled)
        np.testing.assert_array_equal(two.flows.lost, fresh.lost)
        assert (one.result == two.result) == (names[place] not in touched)


def test_every_change_of_flows_is_tried_here() -> None:
    assert {one.name for one in fields(Shocks)} - {"switched_off"} <= set(CHANGES)


def test_causes_switched_off_and_other_ages_are_changes_of_every_channel(prepared: Forecast) -> None:
    kept, engine = Repeats(spare=1e9), prepared.engine
    base = _shocks(prepared, prepared.plan.scenarios["base"])
    first = [*kept.blocks(engine, base)]
    healed = [*kept.blocks(engine, without(base, ["validation"]))]
    older = [*kept.blocks(replace(engine, ages=(7,)), base)]
    assert not {id(one) for one in first} & {id(one) for one in (*healed, *older)}


def test_no_room_changes_no_figure(prepared: Forecast, monkeypatch: pytest.MonkeyPatch) -> None:
    with_room = run_scenarios(prepared, financing=False).result
    monkeypatch.setattr(repeats, "ROOM", 0.0)
    kept, base = Repeats(spare=1e9), _shocks(prepared, prepared.plan.scenarios["base"])
    first, second = ([*kept.blocks(prepared.engine, base)] for _ in range(2))
    assert not {id(one) for one in first} & {id(one) for one in second}
    assert run_scenarios(prepared, financing=False).result == with_room


def test_of_each_channel_the_last_used_are_kept_where_others_may_be_given_up(prepared: Forecast) -> None:
    kept, engine = Repeats(spare=1e9, most=2), prepared.engine
    one, two, three = (_shocks(prepared, Scenario("x", "x", volume=volume)) for volume in (1.0, 1.2, 1.4))
    first, second = [*kept.blocks(engine, one)], [*kept.blocks(engine, two)]
    assert all(old is new for old, new in zip(first, kept.blocks(engine, one), strict=True))
    third = [*kept.blocks(engine, three)]
    assert all(old is new for old, new in zip(first, kept.blocks(engine, one), strict=True))
    assert all(old is new for old, new in zip(third, kept.blocks(engine, three), strict=True))
    assert not any(old is new for old, new in zip(second, kept.blocks(engine, two), strict=True))
