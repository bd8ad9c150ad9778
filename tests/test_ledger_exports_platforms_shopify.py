"""Shopify Payments' transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_exports

from forecast.ledger.exports.platforms.shopify import FORMATS

if TYPE_CHECKING:
    from pathlib import Path


def test_charges_are_payments_that_settle_on_the_day_of_their_payout(tmp_path: Path) -> None:
    transactions = (
        "Transaction Date,Type,Order,Card Brand,Payout Status,Payout Date,Available On,Amount,Fee,Net,Currency\n"
        "2026-01-05 09:30:00 +0800,charge,#1001,visa,paid,2026-01-08,2026-01-08,100.00,3.20,96.80,CNY\n"
        "2026-01-06 09:30:00 +0800,refund,#1001,visa,paid,2026-01-09,2026-01-09,-40.00,0.00,-40.00,CNY\n"
        "2026-01-07 09:30:00 +0800,charge,#1002,visa,pending,2026-01-12,2026-01-12,50.00,1.60,48.40,CNY\n"
    )
    read = read_exports(tmp_path, transactions)
    assert FORMATS[0].name == "shopify_payments"
    assert read.told("order_id", "amount", "deducted_at", "is_payment") == [
        ("#1001", 10000, "2026-01-05 09:30:00", True),
        ("#1002", 5000, "2026-01-07 09:30:00", True),
    ]
    assert sorted(read.moved("line", "order_id", "means", "amount", "at"), key=str) == [
        (2, "#1001", "fee", -320, "2026-01-08 00:00:00"),
        (2, "#1001", "payment", 10000, "2026-01-08 00:00:00"),
        (3, "#1001", "refund", -4000, "2026-01-09 00:00:00"),
        (4, "#1002", "fee", -160, None),
        (4, "#1002", "payment", 5000, None),
    ]
