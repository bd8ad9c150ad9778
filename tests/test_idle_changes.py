"""Changes that cannot move anything: each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from stress_shop import shop_plan
from whatif_example import asked, reasons, warned

from forecast.idle_changes import Setting, idle
from forecast.plan.reading import scenario_from_settings
from forecast.scenarios import changes_of

if TYPE_CHECKING:
    from forecast.results.scenario import ScenarioResult

IDLE = {
    "volume of a promotion that is not in the horizon": ("volume.sale=2", "event_outside"),
    "volume of a channel without orders": ("volume.card=2", "no_orders"),
    "volume of a channel as it is": ("volume.baitiao=1", "as_in_base"),
    "a failure rate where nothing is ordered": ("failure_rate.card=8%", "no_orders"),
    "a shift from where nothing is ordered": ('shift=[{from="card",to="wechat",share=50%}]', "no_orders"),
    "a shift of nothing": ('shift=[{from="wechat",to="card",share=0}]', "as_in_base"),
    "an outage of a channel without orders": ('outages=[{channel="card",start=2026-10-20,days=2}]', "no_orders"),
    "flows beyond the horizon": ("flows.rent=2", "flows_outside"),
    "no delay": ("settlement_delay.baitiao=0", "as_in_base"),
    "the opening balance as it is": ("opening_balance=1000", "as_in_base"),
    "the minimum balance as it is": ("minimum_balance=100", "as_in_base"),
    "a facility's limit as it is": ("facilities.line.limit=40000", "as_in_base"),
}


@pytest.mark.parametrize("case", IDLE)
def test_a_change_that_can_move_nothing_is_warned_of(case: str) -> None:
    setting, reason = IDLE[case]
    assert set(reasons(setting).values()) <= {reason, "not_touched"}
    assert reason in reasons(setting).values()
    assert len(warned(setting)) == 1


def test_a_cost_that_stays_as_it_is_moves_nothing() -> None:
    plan, nothing = shop_plan(), cast("ScenarioResult", None)
    setting, told = Setting(plan, np.array([], dtype="datetime64[D]"), nothing, nothing), []
    for typed in ("costs.stock=1", "costs.stock.days_after=-3", "costs.rent=2", "costs.rent.share_of_sales=10%"):
        (change,) = changes_of(scenario_from_settings(plan, [typed]))
        told += [change.dotted] if idle(setting, change) else []
    assert told == ["costs.stock", "costs.stock.days_after"]


def test_an_outage_outside_the_horizon_has_a_note_of_its_own() -> None:
    setting = 'outages=[{clearing="baitiao",start=2027-01-01,days=2}]'
    assert reasons(setting)["receipts"] == "outage_outside"
    assert warned(setting) == []
    assert "outage_outside" in {note.code for note in asked(setting).notes}


def test_a_change_of_no_effect_is_told_beside_one_that_moves() -> None:
    assert len(warned("volume=2", "flows.rent=2")) == 1
    assert reasons("volume=2", "flows.rent=2") == {}


def test_recovery_where_nothing_fails() -> None:
    assert "lost" not in reasons("recovery.baitiao=0")
    told = reasons("failure_rate=0", "recovery.baitiao=0")
    assert "nothing_fails" not in told.values()
