"""Every fault that a row can have, each in an order that is good but for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ledger_plans import csv_of, faults_of, ledger_of, row

from forecast.ledger.faults import faults

if TYPE_CHECKING:
    from pathlib import Path

DEDUCTED = {"deducted_at": "2026-10-01 10:00:05"}
SETTLED = DEDUCTED | {"settled_on": "2026-10-08", "settled_amount": "99.10"}
REFUNDED = SETTLED | {"refunded_on": "2026-10-09", "refunded_amount": "100.00"}
FAILED = {"failure_cause": "clearing", "failed_at": "2026-10-01 10:00:05"}

FAULTY = [
    ({"order_id": ""}, "order_id", "", "order_id_missing"),
    ({"order_id": "1.23457E+17"}, "order_id", "1.23457E+17", "order_id_lost"),
    ({"channel": " "}, "channel", "", "channel_missing"),
    ({"channel": "paypal"}, "channel", "paypal", "channel_unknown"),
    ({"ordered_at": ""}, "ordered_at", "", "ordered_at_missing"),
    ({"ordered_at": "soon"}, "ordered_at", "soon", "ordered_at_unreadable"),
    ({"amount": ""}, "amount", "", "amount_missing"),
    ({"amount": "abc"}, "amount", "abc", "amount_not_a_number"),
    ({"amount": "¥100"}, "amount", "¥100", "amount_not_a_number"),
    ({"amount": "-100.00"}, "amount", "-100.00", "amount_negative"),
    ({"amount": "100.005"}, "amount", "100.005", "amount_not_in_fen"),
    ({"amount": "1" * 20}, "amount", "1" * 20, "amount_too_large"),
    (FAILED | {"failure_cause": "weather"}, "failure_cause", "weather", "failure_cause_unknown"),
    ({"paid_at": "2026-10-01 09:59"}, "paid_at", "2026-10-01 09:59", "paid_before_ordered"),
    ({"paid_at": "?"}, "paid_at", "?", "paid_at_unreadable"),
    (FAILED | {"failed_at": "2026-10-01 09:00"}, "failed_at", "2026-10-01 09:00", "failed_before_ordered"),
    ({"failed_at": "2026-10-01 11:00"}, "failed_at", "2026-10-01 11:00", "failed_at_without_cause"),
    ({"deducted_at": "2026-09-30"}, "deducted_at", "2026-09-30", "deducted_before_ordered"),
    ({"closed_at": "2026-10-01 09:00"}, "closed_at", "2026-10-01 09:00", "closed_before_ordered"),
    (FAILED | {"deducted_at": "2026-10-01 10:00:02"}, "deducted_at", "2026-10-01 10:00:02", "deducted_before_failed"),
    (FAILED | {"closed_at": "2026-10-01 10:00:02"}, "closed_at", "2026-10-01 10:00:02", "closed_before_failed"),
    (DEDUCTED | {"closed_at": "2026-10-02"}, "closed_at", "2026-10-02", "deducted_and_closed"),
    (SETTLED | {"settled_on": "8 Oct"}, "settled_on", "8 Oct", "settled_on_unreadable"),
    (SETTLED | {"settled_on": ""}, "settled_on", "", "settled_on_missing"),
    (SETTLED | {"settled_amount": ""}, "settled_amount", "", "settled_amount_missing"),
    (SETTLED | {"settled_amount": "100.01"}, "settled_amount", "100.01", "fee_negative"),
    (SETTLED | {"settled_amount": "-1"}, "settled_amount", "-1", "settled_amount_negative"),
    (SETTLED | {"deducted_at": ""}, "settled_on", "2026-10-08", "settled_without_deduction"),
    (SETTLED | {"deducted_at": "2026-10-09"}, "settled_on", "2026-10-08", "settled_before_deducted"),
    (REFUNDED | {"refunded_amount": "100.01"}, "refunded_amount", "100.01", "refund_above_amount"),
    (REFUNDED | {"refunded_amount": ""}, "refunded_amount", "", "refunded_amount_missing"),
    (REFUNDED | {"refunded_on": ""}, "refunded_on", "", "refunded_on_missing"),
    (
        DEDUCTED | {"deducted_at": "2026-10-05", "refunded_on": "2026-10-04", "refunded_amount": "1"},
        "refunded_on",
        "2026-10-04",
        "refunded_before_deducted",
    ),
    ({"refunded_on": "2026-10-04", "refunded_amount": "1"}, "refunded_on", "2026-10-04", "refunded_without_deduction"),
    (
        REFUNDED | {"refunded_on": "2026-10-07", "refunded_amount": "50", "settled_amount": "50.01"},
        "settled_amount",
        "50.01",
        "fee_negative",
    ),
]


@pytest.fixture(scope="module")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[tuple[str, str, str]]]:
    """The faults by line of one ledger with a good order and then every faulty one, each under an id of its own."""
    rows = [row(**({"order_id": f"F{number}"} | case[0])) for number, case in enumerate(FAULTY)]
    ledger = ledger_of(tmp_path_factory.mktemp("faults"), csv_of(row(order_id="good"), *rows))
    assert (ledger.counts.orders, ledger.counts.rejected) == (1, len(FAULTY))
    found: dict[int, list[tuple[str, str, str]]] = {}
    for line, *fault in faults_of(ledger):
        found.setdefault(line, []).append((fault[0], fault[1], fault[2]))
    return found


@pytest.mark.parametrize("number", range(len(FAULTY)), ids=[case[3] for case in FAULTY])
def test_a_row_with_one_fault_is_rejected_for_it_alone(
    rejected: dict[int, list[tuple[str, str, str]]], number: int
) -> None:
    assert rejected[number + 3] == [FAULTY[number][1:]]


def test_events_before_the_order_are_each_named(tmp_path: Path) -> None:
    early = {"settled_on": "2026-09-29", "refunded_on": "2026-09-30", "deducted_at": "2026-09-28"}
    ledger = ledger_of(tmp_path, csv_of(row(**(REFUNDED | early))))
    assert [reason for *_, reason in faults_of(ledger)] == [
        "deducted_before_ordered",
        "settled_before_ordered",
        "refunded_before_ordered",
    ]
    assert ledger.counts.rejected == 1


GOOD = [
    {},
    DEDUCTED,
    SETTLED,
    REFUNDED,
    FAILED,
    FAILED | DEDUCTED,
    FAILED | {"closed_at": "2026-10-03"},
    {"failure_cause": "unknown"},
    {"closed_at": "2026-10-03"},
    {"channel": " wechat\t"},
    {"amount": "0", "deducted_at": "2026-10-01 10:00"},
    SETTLED | {"settled_on": "2026-10-01 00:00:00"},
    SETTLED | {"settled_amount": "100.00"},
    REFUNDED | {"refunded_on": "2026-10-08"},
    {"deducted_at": "2026-10-01"},
    {"ordered_at": "2026-10-01", "deducted_at": "2026-10-01 00:00:05"},
]


def test_a_good_row_has_none(tmp_path: Path) -> None:
    """The last two: a time of exactly midnight is a date alone, compared by the day."""
    rows = [row(**({"order_id": f"G{number}"} | order)) for number, order in enumerate(GOOD)]
    assert faults_of(ledger_of(tmp_path, csv_of(*rows))) == []


def test_reasons_are_stable_codes() -> None:
    """Users filter ``rejected.csv`` by them: a code that disappears breaks their sheets."""
    types = dict.fromkeys(("amount", "settled_amount", "refunded_amount", "refunded_on"), "VARCHAR")
    tested = {case[3] for case in FAULTY} | {"settled_before_ordered", "refunded_before_ordered"}
    kinds = ("_unreadable", "_not_a_number", "_negative", "_not_in_fen", "_too_large")
    codes = {fault.reason for fault in faults(types, ["baitiao"])}
    assert {code for code in codes if not code.endswith(kinds)} <= tested
    assert tested <= codes
