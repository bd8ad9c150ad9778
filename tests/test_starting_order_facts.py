"""What all files together know of the orders of a payment method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from export_tables import lines_in, merged, moved, order

from forecast.ledger.exports.overlaps import keep_once
from forecast.starting.order_facts import METHOD, MethodFound, Strays, failures_seen, methods_found, strays_found

if TYPE_CHECKING:
    from pathlib import Path

    from export_tables import Line

END = "TIMESTAMP '2026-10-19'"


def test_a_refund_that_only_a_later_export_of_the_order_tells_is_known(tmp_path: Path) -> None:
    later = [order(file=1, refunded_amount=4000), order("B1", file=1, ordered_at="2026-10-01 09:00:00")]
    with lines_in(tmp_path, [order(refunded_amount=0), *later]) as engine:
        merged(engine, METHOD)
        first, second = (methods_found(engine, range(place, place + 1), END) for place in (0, 1))
    assert [(one.orders, one.undated_refunds) for one in first] == [(0, 0)]
    assert [(one.orders, one.undated_refunds, one.paid) for one in second] == [(2, 1, 2)]


def test_orders_without_a_method_are_told_apart_by_their_payment(tmp_path: Path) -> None:
    unpaid = order("B1", method=None, deducted_at=None, closed_at="2026-09-02 10:00:00")
    with lines_in(tmp_path, [order(method="白条"), order("C1", method=None), unpaid]) as engine:
        merged(engine, METHOD)
        found = methods_found(engine, range(1), END)
    blank = MethodFound("", 2, settled=0, with_fee=0, undated_refunds=0, unpaid=0, closed=1, paid=1)
    assert next(one for one in found if not one.text) == blank


def test_lines_of_a_bill_that_find_no_order_are_counted_without_withdrawals(tmp_path: Path) -> None:
    lines = [
        moved("payment", 10000),
        moved("payment", 500, order_id="Z9", other_id="A1"),
        moved("payment", 7000, order_id="Z9"),
        moved("fee", -70, order_id=None),
        moved("payment", 9900, "2026-10-19", order_id="Z8"),
        moved("withdrawal", -5000, order_id=None),
        moved("refund", -10000, file=1),
    ]
    with lines_in(tmp_path, [order()], lines) as engine:
        merged(engine, METHOD)
        keep_once(engine, ["bill", "bill"])
        found = [strays_found(engine, range(place, place + 1), END) for place in (0, 1)]
    assert found == [Strays(2, 4, 6930), None]


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ({}, "unknown"),
        ({"paid_at": "2026-09-01 10:01:00"}, "none"),
        ({"paid_at": "2026-09-01 03:00:00"}, "seen"),
        ({"failure_cause": "clearing"}, "seen"),
    ],
)
def test_whether_orders_show_failed_deductions(tmp_path: Path, told: Line, seen: str) -> None:
    with lines_in(tmp_path, [order(**told)]) as engine:
        merged(engine, METHOD)
        assert failures_seen(engine) == seen
