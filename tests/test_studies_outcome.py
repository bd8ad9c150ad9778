"""What came, by calendar day, on orders that a person can follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledger_plans import csv_of, ledger_of, row

from forecast.studies.outcome import course, dated_flows, history_days

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.ledger.tables import Ledger

AS_OF = dt.date(2026, 10, 10)
EVENING = np.datetime64("2026-10-03")
"""The evening of the earlier forecast."""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return ledger_of(
        tmp_path,
        csv_of(
            # open on the 3rd: settles on the 5th, taken back on the 7th
            row(
                order_id="A",
                deducted_at="2026-10-01 10:00:05",
                settled_on="2026-10-05",
                settled_amount="99.00",
                refunded_on="2026-10-07",
                refunded_amount="30.00",
            ),
            # settled before, so nothing of it falls into the span
            row(order_id="B", deducted_at="2026-10-01 10:00:05", settled_on="2026-10-02", settled_amount="99.00"),
            # ordered on the 4th: fails and is lost on the 6th
            row(
                order_id="C",
                ordered_at="2026-10-04 09:00:00",
                failure_cause="validation",
                failed_at="2026-10-04 09:00:05",
                closed_at="2026-10-06 09:00:00",
            ),
            # ordered on the 4th, never paid; on the 5th, half refunded and still in transit
            row(order_id="D", ordered_at="2026-10-04 11:00:00", closed_at="2026-10-05 11:00:00"),
            row(
                order_id="E",
                ordered_at="2026-10-05 11:00:00",
                deducted_at="2026-10-05 11:00:05",
                refunded_on="2026-10-08",
                refunded_amount="50.00",
            ),
        ),
        as_of=AS_OF,
    )


def test_every_flow_stands_on_the_day_on_which_it_happened(ledger: Ledger) -> None:
    flows = dated_flows(ledger.tables)
    days = np.arange(EVENING + 1, np.datetime64(AS_OF) + 1)
    found = {
        (str(day), flow.name): int(fen)
        for flow in fields(flows)
        for day, fen in zip(days, getattr(flows, flow.name).by_day(["baitiao"], days)[0], strict=True)
        if fen
    }
    assert found == {
        ("2026-10-04", "sales"): 20_000,
        ("2026-10-05", "fees"): 100,
        ("2026-10-05", "never_paid"): 10_000,
        ("2026-10-05", "sales"): 10_000,
        ("2026-10-05", "settled"): 9_900,
        ("2026-10-06", "lost"): 10_000,
        ("2026-10-07", "refunded_after"): 3_000,
        ("2026-10-08", "refunded_before"): 5_000,
    }


def test_receipts_are_settlements_less_what_is_taken_back(ledger: Ledger) -> None:
    flows, days = dated_flows(ledger.tables), np.arange(EVENING + 1, EVENING + 8)
    assert flows.receipts_by_day(["baitiao", "wechat"], days).tolist() == [[0, 9_900, 0, -3_000, 0, 0, 0], [0] * 7]
    assert flows.sales.by_day(["baitiao"], days).tolist() == [[20_000, 10_000, 0, 0, 0, 0, 0]]


def test_a_course_accounts_for_every_fen(ledger: Ledger) -> None:
    flows = dated_flows(ledger.tables)
    one = course(ledger.tables, flows, "baitiao", EVENING)
    assert (one.opening, one.sales, one.in_transit) == (10_000, 30_000, 5_000)
    assert (one.settled, one.fees, one.refunded_before, one.refunded_after) == (9_900, 100, 5_000, 3_000)
    assert one.undeducted == 20_000
    assert flows.closed_unpaid("baitiao", EVENING) == {"lost": 10_000, "never_paid": 10_000}
    assert one.receipts == 6_900


def test_a_channel_without_orders_has_a_course_of_nothing(ledger: Ledger) -> None:
    one = course(ledger.tables, dated_flows(ledger.tables), "wechat", EVENING)
    assert (one.opening, one.sales, one.undeducted, one.receipts) == (0, 0, 0, 0)


def test_the_history_runs_from_the_first_order(ledger: Ledger) -> None:
    assert [str(day) for day in history_days(ledger.tables, EVENING)] == ["2026-10-01", "2026-10-02", "2026-10-03"]
