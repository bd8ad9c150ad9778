"""Payments reversed and not booked anew are refunds; those that may still be booked anew are payments to come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from export_tables import ledger_rows, moved, order
from ledger_plans import plan_for

if TYPE_CHECKING:
    from pathlib import Path

    from export_tables import Line

MONEY = ("settled_on", "settled_amount", "refunded_on", "refunded_amount")
BACK = [moved("payment", 10000), moved("payment", -10000, "2026-09-11")]


def joined(folder: Path, movements: list[Line], number: str = "A1", day: dt.date = dt.date(2026, 10, 18)) -> Line:
    """The money of an order as known on a day, in a bill that goes on to 18 October with another order."""
    plan = plan_for(folder, as_of=day, channels={"baitiao": {}, "wechat": {}})
    goes_on = moved("payment", 500, "2026-10-18", order_id="B1")
    found: dict[str, Any] = ledger_rows(folder, plan, [order(), order("B1")], [*movements, goes_on])[number]
    return {key: found[key] for key in MONEY if key in found}


REFUNDED = {
    "settled_on": "2026-09-10",
    "settled_amount": "100.00",
    "refunded_on": "2026-09-11",
    "refunded_amount": "100.00",
}


def test_a_payment_reversed_and_never_booked_anew_is_refunded_with_the_reversal(tmp_path: Path) -> None:
    assert joined(tmp_path, BACK) == REFUNDED


@pytest.mark.parametrize("fees", [[-60], [-60, 60]])
def test_the_fee_that_is_kept_is_lost_with_it(tmp_path: Path, fees: list[int]) -> None:
    lines = [*BACK, *(moved("fee", fen) for fen in fees)]
    assert joined(tmp_path, lines)["settled_amount"] == f"{100 + sum(fees) / 100:.2f}"


def test_what_was_reversed_of_late_is_a_payment_to_come(tmp_path: Path) -> None:
    assert joined(tmp_path, [moved("payment", 10000, "2026-10-01"), moved("payment", -10000, "2026-10-06")]) == {}


def test_a_bill_that_ends_with_the_reversal_does_not_tell_that_it_stayed_so(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, channels={"baitiao": {}, "wechat": {}})
    row = ledger_rows(tmp_path, plan, [order()], BACK)["A1"]
    assert not {"settled_on", "refunded_on"} & set(row)


def test_lines_under_the_order_s_other_number_count_with_it(tmp_path: Path) -> None:
    lines = [moved("payment", 10000), moved("payment", -10000, "2026-09-11", order_id="Z9", other_id="A1")]
    assert joined(tmp_path, lines) == REFUNDED


def test_another_order_of_the_bill_stays_as_it_is(tmp_path: Path) -> None:
    assert joined(tmp_path, BACK, "B1") == {"settled_on": "2026-10-18", "settled_amount": "5.00"}
