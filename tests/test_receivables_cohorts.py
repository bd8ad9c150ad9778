"""A channel's rows counted into cohorts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledgers import shop_ledger, shop_plan

from forecast.calendar import Calendar
from forecast.plan.model import Event
from forecast.receivables.cohorts import count_channel, open_orders, order_size, promotion_days
from forecast.receivables.rows import rows_of

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = np.datetime64("2026-10-18")


def test_order_size_weighs_orders_by_their_value(tmp_path: Path) -> None:
    sales = shop_ledger(shop_plan(tmp_path)).tables.sales.copy()
    sales["value_squared"] = sales["value_squared"] * 3.0
    assert order_size(sales) == pytest.approx(300.0)
    assert order_size(sales.iloc[:0]) == 1.0


def test_days_of_promotions_end_with_as_of() -> None:
    sale = Event("sale", dt.date(2026, 10, 16), dt.date(2026, 10, 25))
    assert promotion_days([sale], AS_OF).astype(str).tolist() == ["2026-10-16", "2026-10-17", "2026-10-18"]
    assert promotion_days([], AS_OF).size == 0


def test_cohorts_of_promotions_are_a_part_of_all(tmp_path: Path) -> None:
    tables = shop_ledger(shop_plan(tmp_path)).tables
    days = np.arange(np.datetime64("2026-09-01"), np.datetime64("2026-09-08"))
    counts = count_channel(tables, "baitiao", AS_OF, Calendar("CN"), days)
    assert counts.settlement is not None
    # Seven days of ten orders of 100 yuan; a failed one is deducted the day after, and may leave or enter the week.
    assert counts.settlement.promotion_counts.at_risk[:, 0].sum() == pytest.approx(7000.0, abs=200.0)
    assert counts.settlement.counts.at_risk[:, 0].sum() == pytest.approx(120_000.0, abs=2500.0)


def test_refunds_after_settlement_belong_to_a_promotion_a_usual_lag_after_its_days(tmp_path: Path) -> None:
    tables = shop_ledger(shop_plan(tmp_path)).tables
    days = np.arange(np.datetime64("2026-09-01"), np.datetime64("2026-09-08"))
    # Orders settle two days after they are deducted: what settled on 3 to 9 September counts ten times.
    settled = tables.refund_after["day"].to_numpy().astype("datetime64[D]")
    value = tables.refund_after["value"].where(~np.isin(settled, days + 2), 10 * tables.refund_after["value"])
    counts = count_channel(
        replace(tables, refund_after=tables.refund_after.assign(value=value)), "baitiao", AS_OF, Calendar("CN"), days
    )
    assert counts.promotion_refund_after.at_risk[:, 0].sum() == pytest.approx(70_000.0, rel=0.05)


def test_open_orders_are_those_of_the_tables(tmp_path: Path) -> None:
    tables = shop_ledger(shop_plan(tmp_path)).tables
    still_open = open_orders(tables, "wechat")
    outstanding = rows_of(tables.identity, "wechat")["outstanding"].sum() / 100.0
    assert still_open.outstanding == pytest.approx(outstanding)
