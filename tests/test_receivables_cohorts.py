"""A channel's rows counted into cohorts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledger_plans import csv_of, ledger_of, row
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


def test_each_step_of_an_order_is_counted_by_the_week_and_the_age_of_that_step(tmp_path: Path) -> None:
    """Six orders of 100 yuan, as of Sunday, 18 October: the last week begins on Monday, the 12th."""
    orders = csv_of(
        row(
            order_id="plain",
            ordered_at="2026-10-12",
            deducted_at="2026-10-12",
            settled_on="2026-10-14",
            settled_amount="99.00",
        ),
        row(
            order_id="cured",
            ordered_at="2026-10-12",
            failure_cause="validation",
            failed_at="2026-10-13",
            deducted_at="2026-10-15",
        ),
        row(
            order_id="lost",
            ordered_at="2026-10-05",
            failure_cause="clearing",
            failed_at="2026-10-05",
            closed_at="2026-10-08",
        ),
        row(
            order_id="less",
            ordered_at="2026-10-13",
            deducted_at="2026-10-13",
            settled_on="2026-10-16",
            settled_amount="60.00",
            refunded_on="2026-10-14",
            refunded_amount="40.00",
        ),
        row(order_id="never", ordered_at="2026-10-01", closed_at="2026-10-03"),
        row(
            order_id="back",
            ordered_at="2026-10-06",
            deducted_at="2026-10-06",
            settled_on="2026-10-08",
            settled_amount="99.00",
            refunded_on="2026-10-11",
            refunded_amount="30.00",
        ),
    )
    ledger = ledger_of(tmp_path, orders)
    assert ledger.rejected.empty
    tables = ledger.tables
    counts = count_channel(tables, "baitiao", AS_OF, Calendar("CN"), np.array([], dtype="datetime64[D]"))
    tried, never_paid = counts.first.events[:, 0], counts.first.events[:, 1]
    assert tried[:, :2].tolist() == [[200.0, 100.0], [200.0, 0.0], [0.0, 0.0]]
    assert (never_paid[2, 2], never_paid.sum(), tried.sum()) == (100.0, 100.0, 500.0)
    cured, lost = counts.recovery["validation"], counts.recovery["clearing"]
    assert (cured.events[0, 0, 2], cured.events.sum(), lost.events[1, 1, 3], lost.events.sum()) == (100.0,) * 4
    # before settlement: three orders deducted in the last week, one of them followed for three days in transit
    assert counts.refund_before.at_risk[0, :5].tolist() == [300.0, 300.0, 300.0, 200.0, 0.0]
    assert counts.refund_before.events[0, 0, 1] == counts.refund_before.events.sum() == 40.0
    # after it: the order leaves whole, what is taken back is less
    assert counts.refund_after.events[1, :, 3].tolist() == [100.0, 30.0]
    assert counts.refund_after.events.sum() == 130.0
    assert counts.refund_after.at_risk[1, :5].tolist() == [100.0, 100.0, 100.0, 100.0, 0.0]
    assert counts.settlement is not None
    assert counts.promotion_refund_before.at_risk.sum() == counts.promotion_refund_after.at_risk.sum() == 0.0
    assert counts.order_size == 100.0
