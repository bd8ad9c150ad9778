"""The door: what is dropped, blanked and rejected, and that nothing after as_of has a say in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ledger_plans import csv_of, faults_of, ledger_of, plan_for, row, rows_of

from forecast.ledger.reading import read_ledger

OLIST = Path(__file__).resolve().parents[2] / "shared" / "data" / "olist_to_2017-10.parquet"

SETTLED = {"deducted_at": "2026-10-01 10:00:05", "settled_on": "2026-10-08", "settled_amount": "99.10"}


def known(folder: Path, **order: str) -> dict[str, Any]:
    """What the identity table says of one order."""
    table = ledger_of(folder, csv_of(row(**order))).tables.identity
    return {str(column): int(value) for column, value in table.iloc[0].items() if column not in ("channel", "day")}


def test_rows_ordered_after_as_of_are_dropped_faulty_or_not(tmp_path: Path) -> None:
    text = csv_of(
        row(order_id="A", ordered_at="2026-10-18 23:59:59"),
        row(order_id="B", ordered_at="2026-10-19 00:00:00"),
        row(order_id="C", ordered_at="2026-10-19", amount="abc", channel="paypal"),
    )
    ledger = ledger_of(tmp_path, text)
    assert (ledger.counts.orders, ledger.counts.dropped, ledger.counts.rejected) == (1, 2, 0)


@pytest.mark.parametrize(
    ("order", "blanked"),
    [
        ({"paid_at": "2026-10-19"}, 1),
        ({"failure_cause": "clearing", "failed_at": "2026-10-19"}, 1),
        ({"deducted_at": "2026-10-19 00:00:00"}, 1),
        ({"closed_at": "2026-10-20"}, 1),
        ({"deducted_at": "2026-10-19", "settled_on": "2026-10-26", "settled_amount": "99.00"}, 2),
    ],
)
def test_an_event_after_as_of_leaves_an_order_that_is_awaited(
    tmp_path: Path, order: dict[str, str], blanked: int
) -> None:
    ledger = ledger_of(tmp_path, csv_of(row(**order)))
    assert ledger.counts.blanked == blanked
    assert rows_of(ledger.tables.first) == [("baitiao", "2026-10-01", "awaiting", "", 17, 1, 10000)]


def test_a_blanked_event_takes_its_amount_along(tmp_path: Path) -> None:
    later = {"settled_on": "2026-10-19", "refunded_on": "2026-10-20", "refunded_amount": "100.00"}
    found = known(tmp_path, **(SETTLED | later))
    assert (found["outstanding"], found["settled"], found["refunded_before"]) == (10000, 0, 0)


@pytest.mark.parametrize(
    "future",
    [
        {"settled_on": "2026-10-19", "settled_amount": "abc"},
        {"settled_on": "2026-10-19", "settled_amount": "5000"},
        {"settled_on": "2026-10-19"},
        {"refunded_on": "2026-10-19", "refunded_amount": "-1"},
        {"refunded_on": "2026-10-19", "refunded_amount": "5000"},
        {"closed_at": "2026-10-19"},
        {"failure_cause": "weather", "failed_at": "2026-10-19"},
    ],
)
def test_a_fault_that_lies_in_the_future_alone_rejects_nothing(tmp_path: Path, future: dict[str, str]) -> None:
    ledger = ledger_of(tmp_path, csv_of(row(**({"deducted_at": "2026-10-02"} | future))))
    assert (ledger.counts.rejected, ledger.counts.blanked) == (0, 1)


def test_a_cause_without_a_time_of_failure_stands(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, csv_of(row(failure_cause="clearing", deducted_at="2026-10-19")))
    assert rows_of(ledger.tables.recovery) == [("baitiao", "clearing", "2026-10-01", "failed", 17, 1, 10000)]


def test_a_refund_of_zero_is_no_refund(tmp_path: Path) -> None:
    found = known(tmp_path, **SETTLED, refunded_on="2026-10-09", refunded_amount="0.00")
    assert (found["settled"], found["fees"], found["refunded_after"]) == (9910, 90, 0)
    assert known(tmp_path, **SETTLED, refunded_amount="0")["refunded_before"] == 0


def test_of_equal_order_ids_the_first_stands_and_every_later_one_is_rejected(tmp_path: Path) -> None:
    text = csv_of(
        row(order_id="A", amount="1.00"),
        row(order_id="B", amount="2.00"),
        row(order_id=" A ", amount="3.00"),
        row(order_id="A", amount="x"),
        row(order_id="B", ordered_at="2026-10-19"),
    )
    ledger = ledger_of(tmp_path, text)
    assert faults_of(ledger) == [
        (4, "order_id", "A", "order_id_duplicate"),
        (5, "order_id", "A", "order_id_duplicate"),
        (5, "amount", "x", "amount_not_a_number"),
    ]
    assert rows_of(ledger.tables.sales)[0][:4] == ("baitiao", "2026-10-01", 2, 300)
    assert (ledger.counts.rejected, ledger.counts.dropped) == (2, 1)


def test_a_row_of_the_wrong_width_is_rejected_whole(tmp_path: Path) -> None:
    text = csv_of(row(order_id="A"), "B,baitiao,2026-10-01 10:00:00,5.00", row(order_id="C") + ",extra")
    ledger = ledger_of(tmp_path, text)
    assert [(line, column, reason) for line, column, _, reason in faults_of(ledger)] == [
        (3, "", "wrong_number_of_fields"),
        (4, "", "wrong_number_of_fields"),
    ]
    assert ledger.rejected["order_id"].tolist() == ["B", "C"]
    assert ledger.rejected["value"].iloc[0] == "B,baitiao,2026-10-01 10:00:00,5.00"


def test_the_future_has_no_say_even_row_by_row(tmp_path: Path) -> None:
    """A ledger cut at as_of and the full one give the same tables, whatever came later."""
    past = [
        row(order_id="A", **SETTLED),
        row(order_id="B", failure_cause="clearing", failed_at="2026-10-10"),
        row(order_id="C", ordered_at="2026-10-18 10:00", deducted_at="2026-10-18 10:01"),
    ]
    full = [
        row(order_id="A", **SETTLED, refunded_on="2026-10-20", refunded_amount="100.00"),
        row(order_id="B", failure_cause="clearing", failed_at="2026-10-10", deducted_at="2026-10-21"),
        row(
            order_id="C",
            ordered_at="2026-10-18 10:00",
            deducted_at="2026-10-18 10:01",
            settled_on="2026-10-25",
            settled_amount="99",
        ),
        row(order_id="A", ordered_at="2026-10-30"),
    ]
    cut, whole = ledger_of(tmp_path, csv_of(*past)), ledger_of(tmp_path, csv_of(*full))
    for name in ("sales", "first", "recovery", "settlement", "refund_before", "refund_after", "identity"):
        pd.testing.assert_frame_equal(getattr(cut.tables, name), getattr(whole.tables, name))
    assert (whole.counts.dropped, whole.counts.blanked) == (1, 3)


def test_the_columns_of_rejected_are_there_without_a_bad_row(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, csv_of(row()))
    assert list(ledger.rejected.columns) == ["line", "order_id", "column", "value", "reason"]


@pytest.mark.skipif(not OLIST.exists(), reason="needs the shared Olist ledger")
def test_olists_inconsistent_rows_are_the_26_that_its_description_counts() -> None:
    """data/README.md: 14 settled with no approval recorded, 10 settled before it, 2 refunded before it."""
    channels: dict[str, dict[str, float]] = {x: {} for x in ("credit_card", "boleto", "voucher", "debit_card")}
    plan = plan_for(OLIST.parent, OLIST.name, as_of=dt.date(2017, 10, 31), channels=channels)
    ledger = read_ledger(plan)
    assert ledger.rejected["reason"].value_counts().to_dict() == {
        "settled_without_deduction": 14,
        "settled_before_deducted": 10,
        "refunded_before_deducted": 2,
    }
    assert (ledger.counts.orders, ledger.counts.rejected, ledger.counts.blanked) == (32_184, 26, 0)
