"""Payments, fees and refunds of bills become the settlement and the refund of an order, to the fen."""

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


def joined(folder: Path, orders: list[Line], movements: list[Line], **terms: float) -> dict[str, Any]:
    """The money of order A1 as known on 18 October: what settled, what was refunded."""
    plan = plan_for(folder, channels={"baitiao": terms, "wechat": {}})
    row = ledger_rows(folder, plan, orders, movements)["A1"]
    return {key: row[key] for key in MONEY if key in row}


def settled(amount: str, day: str = "2026-09-10") -> dict[str, str]:
    return {"settled_on": day, "settled_amount": amount}


def refunded(amount: str, day: str) -> dict[str, str]:
    return {"refunded_on": day, "refunded_amount": amount}


def test_a_payment_reversed_has_not_settled_until_it_is_booked_anew(tmp_path: Path) -> None:
    back = [moved("payment", 10000), moved("payment", -10000, "2026-09-11")]
    assert joined(tmp_path, [order()], back) == {}
    assert joined(tmp_path, [order()], [*back, moved("payment", 10000, "2026-09-12")]) == settled(
        "100.00", "2026-09-12"
    )


def test_of_a_refund_told_without_a_date_the_day_is_not_after_as_of(tmp_path: Path) -> None:
    """Paid on 8 September, refunded 30 days later by the plan, and told by a file of 18 September."""
    plan = plan_for(tmp_path, as_of=dt.date(2026, 9, 18), channels={"baitiao": {"refund_days": 30}, "wechat": {}})
    row = ledger_rows(tmp_path, plan, [order(refunded_amount=2500)], [moved("payment", 10000)])["A1"]
    assert (row["refunded_on"], row["refunded_amount"]) == ("2026-09-18", "25.00")


def test_payments_add_up_on_the_day_of_the_last_and_fees_are_netted(tmp_path: Path) -> None:
    lines = [
        moved("payment", 7000, "2026-09-08 23:59:59"),
        moved("payment", 3000),
        moved("fee", -120),
        moved("fee", 20, "2026-09-30"),
    ]
    assert joined(tmp_path, [order()], lines) == settled("99.00")


def test_what_came_after_as_of_does_not_count_and_what_is_pending_neither(tmp_path: Path) -> None:
    lines = [
        moved("payment", 10000, "2026-10-18 23:59:59"),
        moved("fee", -60, "2026-10-19"),
        moved("refund", -500, None),  # type: ignore[arg-type]  # not yet
    ]
    assert joined(tmp_path, [order()], lines) == settled("100.00", "2026-10-18")


def test_a_refund_after_the_settlement_is_taken_back_and_the_settlement_stands(tmp_path: Path) -> None:
    lines = [moved("payment", 10000), moved("fee", -60), moved("refund", -2500, "2026-09-10 08:00")]
    assert joined(tmp_path, [order()], lines) == {**settled("99.40"), **refunded("25.00", "2026-09-10")}


def test_a_refund_before_the_settlement_lowers_it(tmp_path: Path) -> None:
    """The bill moved 100 in and 25 out: 75 came, less the fee."""
    lines = [moved("payment", 10000), moved("fee", -60), moved("refund", -2500, "2026-09-05")]
    assert joined(tmp_path, [order()], lines) == {**settled("74.40"), **refunded("25.00", "2026-09-05")}


def test_several_refunds_are_one_at_the_last_and_a_reversal_takes_one_back(tmp_path: Path) -> None:
    lines = [
        moved("payment", 10000),
        moved("refund", -1000, "2026-09-05"),
        moved("refund", -2000, "2026-09-20"),
        moved("refund", 500, "2026-09-25"),
    ]
    assert joined(tmp_path, [order()], lines) == {**settled("100.00"), **refunded("25.00", "2026-09-20")}


def test_an_order_refunded_wholly_before_it_settled_with_a_fee_kept_loses_the_fee(tmp_path: Path) -> None:
    """In the ledger's words the refund falls on the day of settlement, or less than nothing would have settled."""
    lines = [moved("payment", 10000), moved("fee", -60), moved("refund", -10000, "2026-09-05")]
    assert joined(tmp_path, [order()], lines) == {**settled("99.40"), **refunded("100.00", "2026-09-10")}


def test_a_refund_that_both_order_and_bill_tell_counts_once(tmp_path: Path) -> None:
    lines = [moved("payment", 10000), moved("refund", -2500, "2026-09-20")]
    assert joined(tmp_path, [order(refunded_amount=2500)], lines) == {
        **settled("100.00"),
        **refunded("25.00", "2026-09-20"),
    }


def test_a_refund_by_which_the_payment_falls_short_was_before_it(tmp_path: Path) -> None:
    lines = [moved("payment", 7500), moved("fee", -45)]
    assert joined(tmp_path, [order(refunded_amount=2500)], lines, refund_days=30) == {
        **settled("74.55"),
        **refunded("25.00", "2026-09-09"),
    }


def test_of_a_refund_told_by_the_order_one_part_may_be_in_the_payment_and_one_in_the_bill(tmp_path: Path) -> None:
    """10 of 30 were kept back, 20 taken back: 70 remain, and 30 are refunded in all."""
    lines = [moved("payment", 9000), moved("refund", -2000, "2026-09-20")]
    assert joined(tmp_path, [order(refunded_amount=3000)], lines) == {
        **settled("100.00"),
        **refunded("30.00", "2026-09-20"),
    }


@pytest.mark.parametrize(("days", "day"), [(5, "2026-09-10"), (30, "2026-10-01")])
def test_a_refund_without_a_date_on_a_whole_payment_came_after_it(tmp_path: Path, days: int, day: str) -> None:
    lines = [moved("payment", 10000), moved("fee", -60)]
    assert joined(tmp_path, [order(refunded_amount=2500)], lines, refund_days=days) == {
        **settled("99.40"),
        **refunded("25.00", day),
    }


def test_the_refund_of_an_order_that_has_not_settled_keeps_its_date_open(tmp_path: Path) -> None:
    assert joined(tmp_path, [order(refunded_amount=2500)], []) == {"refunded_amount": "25.00"}
    assert joined(tmp_path, [order()], [moved("refund", -2500)]) == refunded("25.00", "2026-09-10")


def test_an_order_s_own_settlement_counts_where_no_bill_pays(tmp_path: Path) -> None:
    """Tmall: 打款商家金额 on the day of 确认收货时间, here less what was refunded before, and a fee on the bill."""
    tmall = order(settled_on="2026-09-12", settled_amount=8000, refunded_amount=2000)
    assert joined(tmp_path, [tmall], []) == {**settled("80.00", "2026-09-12"), **refunded("20.00", "2026-09-11")}
    with_fee = joined(tmp_path, [tmall], [moved("fee", -50, "2026-09-12")])
    assert with_fee == {**settled("79.50", "2026-09-12"), **refunded("20.00", "2026-09-11")}
    with_bill = joined(tmp_path, [tmall], [moved("payment", 8000, "2026-09-13")])
    assert with_bill == {**settled("80.00", "2026-09-13"), **refunded("20.00", "2026-09-12")}
    late = order(settled_on="2026-10-19", settled_amount=10000)
    assert joined(tmp_path, [late], []) == {}


def test_a_payment_short_by_a_refund_that_the_bill_tells_too_is_not_lowered_twice(tmp_path: Path) -> None:
    tmall = order(settled_on="2026-09-12", settled_amount=8000, refunded_amount=2000)
    lines = [moved("refund", -2000, "2026-09-05")]
    assert joined(tmp_path, [tmall], lines) == {**settled("80.00", "2026-09-12"), **refunded("20.00", "2026-09-05")}


def test_a_ledger_s_own_settlement_and_refund_are_taken_as_they_stand(tmp_path: Path) -> None:
    """A fee of 1 yuan and a refund of 1 yuan after the settlement: the payment is not short by the refund."""
    own = order(settled_on="2026-09-12", settled_amount=9900, refunded_on="2026-09-20", refunded_amount=100)
    assert joined(tmp_path, [own], []) == {**settled("99.00", "2026-09-12"), **refunded("1.00", "2026-09-20")}
    before = order(settled_on="2026-09-12", settled_amount=8900, refunded_on="2026-09-05", refunded_amount=1000)
    assert joined(tmp_path, [before], []) == {**settled("89.00", "2026-09-12"), **refunded("10.00", "2026-09-05")}


def test_a_payment_in_a_bill_deducts_an_order_that_its_own_export_left_open_or_closed(tmp_path: Path) -> None:
    shut = order(deducted_at=None, closed_at="2026-09-02")
    row = ledger_rows(tmp_path, plan_for(tmp_path), [shut], [moved("payment", 10000, "2026-09-03 12:00:00")])["A1"]
    assert row["deducted_at"] == "2026-09-03 12:00:00"
    assert "closed_at" not in row


def test_the_fee_of_an_order_without_a_day_of_settlement_is_kept_for_its_completion(tmp_path: Path) -> None:
    """WeChat: a fee of 60 fen, of which a refund gave 15 back."""
    paid = order(is_payment=True, fee=60, method="wechat")
    lines = [moved("refund", -2500, "2026-09-20"), moved("fee", 15, "2026-09-20")]
    row = ledger_rows(tmp_path, plan_for(tmp_path), [paid], lines)["A1"]
    assert (row["channel"], row["fee_amount"], row["refunded_amount"]) == ("wechat", 45, "25.00")
    settled_too = ledger_rows(tmp_path, plan_for(tmp_path), [paid], [*lines, moved("payment", 10000)])["A1"]
    assert "fee_amount" not in settled_too
    assert settled_too["settled_amount"] == "100.15"


def test_a_line_counts_for_the_order_of_its_other_number(tmp_path: Path) -> None:
    lines = [
        moved("payment", 6000, order_id=None, other_id="A1"),
        moved("payment", 4000, "2026-09-11", order_id="T9", other_id="A1"),
        moved("fee", -50),
    ]
    assert joined(tmp_path, [order()], lines) == settled("99.50", "2026-09-11")
