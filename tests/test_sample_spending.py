"""The sample shop's other flows: when, how much, and in round sums."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from sample_world import AS_OF, small_orders, small_world

from forecast.calendar import Calendar
from forecast.sample.law import standard_law
from forecast.sample.spending import daily_level, expected_sales, flows_text, other_flows, round_sum
from forecast.sample.world import FUTURE_DAYS, make_world


def test_expected_sales_are_what_is_sold() -> None:
    _, full = expected_sales(small_world())
    assert small_orders().amount.sum() / 100 == pytest.approx(full.sum(), rel=0.05)
    assert daily_level(small_world()) == pytest.approx(full[-100:].mean(), rel=0.35)


@pytest.mark.parametrize(
    ("amount", "digits", "expected"),
    [(987_654.0, 1, 1_000_000.0), (64_321.0, 2, 64_000.0), (0.0, 2, 0.0), (0.46, 1, 0.5)],
)
def test_sums_are_round(amount: float, digits: int, expected: float) -> None:
    assert round_sum(amount, digits) == expected


def test_payments_go_out_on_working_days_after_as_of() -> None:
    lines = other_flows(small_world(), "zh")
    days = np.array([line.date for line in lines], dtype="datetime64[D]")
    assert Calendar("CN").is_working_day(days).all()
    assert all(AS_OF < line.date <= AS_OF + dt.timedelta(days=FUTURE_DAYS) for line in lines)
    assert all(line.amount < 0 for line in lines)
    assert {"payroll", "rent", "tax"} <= {line.category for line in lines} <= {"stock", "payroll", "rent", "tax"}


def test_stock_in_reserve_for_double_11_is_paid_a_week_before_its_peak_and_may_be_deferred() -> None:
    world = make_world(standard_law(), 20_000, 1, dt.date(2025, 9, 1), dt.date(2026, 10, 18))
    (stock,) = (line for line in other_flows(world, "en") if line.category == "stock")
    assert (stock.date.isoformat(), stock.movable_days) == ("2026-11-04", 15)


def test_the_file_has_the_interfaces_columns() -> None:
    header, first, *_ = flows_text(other_flows(small_world(), "zh")).splitlines()
    assert header == "date,amount,category,note,movable_days,deferral_cost"
    assert first.startswith("2026-04-01,-")
