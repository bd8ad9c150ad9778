"""What holds of every plan's values."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from forecast.plan.model import ALL_CAUSES, CAUSES, Cash, Horizon, LedgerSource, Merchant, Plan, Scenario, is_database


def test_the_four_causes_come_before_the_unknown_one() -> None:
    assert (*CAUSES, "unknown") == ALL_CAUSES
    assert CAUSES == ("integration", "validation", "risk_control", "clearing")


def test_a_scenario_without_changes_changes_nothing() -> None:
    scenario = Scenario("base", "基准")
    assert scenario.volume == 1.0
    changes = (scenario.failure_rate, scenario.volume_of, scenario.settlement_delay, scenario.refund_rate)
    assert not any(changes)
    assert (scenario.outages, scenario.shift) == ((), ())


def test_a_plan_does_not_change_but_another_may_be_made_from_it() -> None:
    horizon = Horizon(dt.date(2026, 10, 18))
    plan = Plan(Path("plan.toml"), "zh", Merchant(), horizon, LedgerSource("orders.csv"), Cash(0.0), channels={})
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.language = "en"  # type: ignore[misc]
    later = dataclasses.replace(plan, horizon=dataclasses.replace(horizon, days=30))
    assert (plan.horizon.days, later.horizon.days) == (60, 30)


def test_a_database_is_named_by_its_url_and_files_by_their_path() -> None:
    urls = ("postgresql://shop/db", "sqlite:///shop.db", "duckdb:////data/shop.duckdb")
    paths = ("orders.csv", "/data/orders", "C:/orders.parquet", "")
    assert [is_database(orders) for orders in (*urls, *paths)] == [True] * 3 + [False] * 4
