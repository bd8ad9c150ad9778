"""The daily tables, each row worked out by hand, and Hypothesis over random ledgers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_plans import AS_OF, COLUMNS, TABLES, csv_of, ledger_of, row, rows_of

from forecast.ledger.identity import check_identity

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.ledger.tables import DailyTables

BOOK = """\
order_id,channel,ordered_at,amount,failure_cause,failed_at,deducted_at,closed_at,settled_on,settled_amount,refunded_on,refunded_amount
S1,baitiao,2026-10-01 10:00,100.00,,,2026-10-01 10:01,,2026-10-08,99.10,,
S2,baitiao,2026-10-01 11:00,200.00,,,2026-10-02 09:00,,2026-10-09,148.65,2026-10-05,50.00
S3,baitiao,2026-10-01 12:00,40.00,,,2026-10-01 12:01,,2026-10-08,39.64,2026-10-08,40.00
R1,baitiao,2026-10-01 13:00,30.00,,,2026-10-01 13:01,,,,2026-10-04,30.00
T1,baitiao,2026-10-15 10:00,80.00,,,2026-10-15 10:01,,,,2026-10-17,20.00
F1,baitiao,2026-10-02 10:00,60.00,clearing,2026-10-02 10:01,2026-10-04 08:00,,2026-10-12,59.46,,
F2,baitiao,2026-10-02 11:00,70.00,risk_control,2026-10-03 00:01,,2026-10-06 12:00,,,,
F3,baitiao,2026-10-02 12:00,90.00,unknown,,,,,,,
N1,wechat,2026-10-02 12:00,10.00,,,,2026-10-04 12:00,,,,
A1,wechat,2026-10-18 12:00,5.00,,,,,,,,
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> DailyTables:
    return ledger_of(tmp_path_factory.mktemp("book"), BOOK).tables


def test_sales(book: DailyTables) -> None:
    assert rows_of(book.sales) == [
        ("baitiao", "2026-10-01", 4, 37000, 100.0**2 + 200.0**2 + 40.0**2 + 30.0**2),
        ("baitiao", "2026-10-02", 3, 22000, 60.0**2 + 70.0**2 + 90.0**2),
        ("baitiao", "2026-10-15", 1, 8000, 6400.0),
        ("wechat", "2026-10-02", 1, 1000, 100.0),
        ("wechat", "2026-10-18", 1, 500, 25.0),
    ]
    assert (book.first_day, book.as_of) == (dt.date(2026, 10, 1), AS_OF)


def test_failures_without_a_cause_leave_their_traces(tmp_path: Path) -> None:
    """Of the 10.00 yuan of sales 3.00 are of sku a and 6.00 of sku b, which fails most on the second."""
    text = """\
order_id,channel,ordered_at,amount,failure_cause,failed_at,deducted_at,closed_at,settled_on,settled_amount,sku
S1,baitiao,2026-10-01 10:00,1.00,,,2026-10-01 10:01,,,,a
F1,baitiao,2026-10-02 10:00,2.00,unknown,2026-10-02 11:01,,,,,b
F2,wechat,2026-10-02 12:00,4.00,unknown,,,,,,b
F3,wechat,2026-10-02 12:30,2.00,unknown,,,,,,a
F4,wechat,2026-10-04 12:00,1.00,unknown,,,,,,
"""
    assert rows_of(ledger_of(tmp_path, text).tables.traces) == [
        ("baitiao", "2026-10-02", 11, 1, 200, 200, 120),
        ("wechat", "2026-10-02", 12, 2, 600, 400, 360),
        ("wechat", "2026-10-04", 12, 1, 100, 0, 0),
    ]


def test_where_nothing_was_sold_for_money_no_share_is_guessed(tmp_path: Path) -> None:
    found = ledger_of(tmp_path, csv_of(row(amount="0", failure_cause="unknown", sku="a"))).tables.traces
    assert rows_of(found) == [("baitiao", "2026-10-01", 10, 1, 0, 0, 0)]


def test_first_deductions(book: DailyTables) -> None:
    assert rows_of(book.first) == [
        ("baitiao", "2026-10-01", "deducted", "", 0, 3, 17000),
        ("baitiao", "2026-10-01", "deducted", "", 1, 1, 20000),
        ("baitiao", "2026-10-02", "failed", "clearing", 0, 1, 6000),
        ("baitiao", "2026-10-02", "failed", "risk_control", 1, 1, 7000),
        ("baitiao", "2026-10-02", "failed", "unknown", 0, 1, 9000),
        ("baitiao", "2026-10-15", "deducted", "", 0, 1, 8000),
        ("wechat", "2026-10-02", "never_paid", "", 2, 1, 1000),
        ("wechat", "2026-10-18", "awaiting", "", 0, 1, 500),
    ]


def test_recovery(book: DailyTables) -> None:
    assert rows_of(book.recovery) == [
        ("baitiao", "clearing", "2026-10-02", "deducted", 2, 1, 6000),
        ("baitiao", "risk_control", "2026-10-03", "lost", 3, 1, 7000),
        ("baitiao", "unknown", "2026-10-02", "failed", 16, 1, 9000),
    ]


def test_settlement(book: DailyTables) -> None:
    assert rows_of(book.settlement) == [
        ("baitiao", "2026-10-01", "refunded", 3, 1, 3000, 3000, 0, 0, 900.0),
        ("baitiao", "2026-10-01", "settled", 7, 2, 14000, 0, 126, 13874, 11600.0),
        ("baitiao", "2026-10-02", "settled", 7, 1, 20000, 5000, 135, 14865, 40000.0),
        ("baitiao", "2026-10-04", "settled", 8, 1, 6000, 0, 54, 5946, 3600.0),
        ("baitiao", "2026-10-15", "in_transit", 3, 1, 8000, 2000, 0, 0, 6400.0),
    ]


def test_refunds(book: DailyTables) -> None:
    """S3's refund falls on the day of its settlement, which counts as after."""
    assert rows_of(book.refund_before) == [
        ("baitiao", "2026-10-01", 3, 1, 3000),
        ("baitiao", "2026-10-02", 3, 1, 5000),
        ("baitiao", "2026-10-15", 2, 1, 2000),
    ]
    assert rows_of(book.refund_after) == [
        ("baitiao", "2026-10-08", "open", 10, 1, 10000, 0),
        ("baitiao", "2026-10-08", "refunded", 0, 1, 4000, 4000),
        ("baitiao", "2026-10-09", "open", 9, 1, 15000, 0),
        ("baitiao", "2026-10-12", "open", 6, 1, 6000, 0),
    ]


def test_collected_money_by_day_of_order(book: DailyTables) -> None:
    """S3 is in it twice: settled, and taken back on the same day."""
    assert rows_of(book.collected) == [
        ("baitiao", "2026-10-01", "refunded", 7, 1, 4000),
        ("baitiao", "2026-10-01", "settled", 7, 2, 9910 + 3964),
        ("baitiao", "2026-10-01", "settled", 8, 1, 14865),
        ("baitiao", "2026-10-02", "settled", 10, 1, 5946),
    ]


def test_identity(book: DailyTables) -> None:
    """Value = settled + fees + refunded before + lost + never paid + outstanding; then refunded after."""
    assert rows_of(book.identity) == [
        ("baitiao", "2026-10-01", 4, 37000, 28739, 261, 8000, 0, 0, 0, 4000),
        ("baitiao", "2026-10-02", 3, 22000, 5946, 54, 0, 7000, 0, 9000, 0),
        ("baitiao", "2026-10-15", 1, 8000, 0, 0, 2000, 0, 0, 6000, 0),
        ("wechat", "2026-10-02", 1, 1000, 0, 0, 0, 0, 1000, 0, 0),
        ("wechat", "2026-10-18", 1, 500, 0, 0, 0, 0, 0, 500, 0),
    ]


def test_money_is_int64_fen_and_days_are_midnights(book: DailyTables) -> None:
    for name in TABLES:
        table = getattr(book, name)
        assert table["day"].dtype.kind == "M"
        numbers = table.drop(columns=["channel", "day", "outcome", "cause", "value_squared"], errors="ignore")
        assert set(map(str, numbers.dtypes)) == {"int64"}, name


def test_a_ledger_without_a_good_row_gives_empty_tables(tmp_path: Path) -> None:
    tables = ledger_of(tmp_path, csv_of()).tables
    assert [len(getattr(tables, name)) for name in TABLES] == [0] * len(TABLES)
    assert tables.first_day == AS_OF
    check_identity(tables)


FIRST_DAY = dt.datetime(2026, 9, 20)  # noqa: DTZ001  # local time of the plan


@st.composite
def order(draw: st.DrawFn) -> dict[str, str]:
    """A consistent order of 20 September to 17 November, with events before and after as_of (18 October)."""
    ordered = FIRST_DAY + dt.timedelta(minutes=draw(st.integers(1, 58 * 1440)))
    amount = draw(st.integers(0, 10**6))
    found = {"channel": draw(st.sampled_from(["baitiao", "wechat"])), "ordered_at": str(ordered)}
    wait = st.integers(1, 15 * 1440).map(lambda minutes: dt.timedelta(minutes=minutes))
    at = ordered
    if draw(st.booleans()):
        at += draw(wait)
        found |= {"failure_cause": draw(st.sampled_from(["clearing", "unknown"])), "failed_at": str(at)}
    outcome = draw(st.sampled_from(["open", "closed", "deducted", "deducted", "deducted"]))
    if outcome != "open":
        at += draw(wait)
        found[f"{outcome}_at"] = str(at)
    if outcome == "deducted":
        found |= draw(money(at.date(), amount))
    return found | {"amount": yuan(amount), "sku": draw(st.sampled_from(["", "a", "b"]))}


@st.composite
def money(draw: st.DrawFn, deducted: dt.date, amount: int) -> dict[str, str]:
    """The refund and settlement of an order that was deducted."""
    found, before, refunded = {}, 0, None
    if amount and draw(st.booleans()):
        refunded = deducted + dt.timedelta(days=draw(st.integers(0, 20)))
        before = draw(st.sampled_from([amount, (amount + 1) // 2]))
        found = {"refunded_on": str(refunded), "refunded_amount": yuan(before)}
    settled = deducted + dt.timedelta(days=draw(st.integers(0, 20)))
    if refunded is None or refunded >= settled:
        before = 0
    if before < amount and draw(st.booleans()):
        fee = draw(st.integers(0, (amount - before) // 50))
        found |= {"settled_on": str(settled), "settled_amount": yuan(amount - before - fee)}
    return found


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def text_of(orders: list[dict[str, str]]) -> str:
    """Orders as CSV, numbered."""
    rows = [",".join(({"order_id": str(i)} | one).get(x, "") for x in COLUMNS) for i, one in enumerate(orders)]
    return csv_of(*rows)


TERMS: dict[str, float] = {"settlement_days": 5, "fee_rate": 0.01, "unpaid_after_hours": 48}
STATED = {"baitiao": TERMS, "wechat": TERMS}
"""What the plan supplies where a random ledger shows no settlement or no closing of a channel."""

RANDOM = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A ledger of forty orders takes hardly longer to read than one of a few."""


@given(st.lists(order(), min_size=1, max_size=40))
@RANDOM
def test_every_fen_of_any_consistent_ledger_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, orders: list[dict[str, str]]
) -> None:
    ledger = ledger_of(tmp_path_factory.mktemp("random"), text_of(orders), channels=STATED)
    check_identity(ledger.tables)
    known = [one for one in orders if one["ordered_at"] < "2026-10-19"]
    assert (ledger.counts.orders, ledger.counts.rejected) == (len(known), 0)
    assert ledger.counts.dropped == len(orders) - len(known)
    assert int(ledger.tables.identity["value"].sum()) == sum(int(one["amount"].replace(".", "")) for one in known)


LATER = "2026-10-19"
EVENTS = {
    "failed_at": ["failed_at", "failure_cause"],
    "deducted_at": ["deducted_at"],
    "closed_at": ["closed_at"],
    "settled_on": ["settled_on", "settled_amount"],
    "refunded_on": ["refunded_on", "refunded_amount"],
}


@given(st.lists(order(), min_size=1, max_size=40), st.sampled_from(["cut", "fault", "move"]))
@RANDOM
def test_nothing_after_as_of_has_any_influence(
    tmp_path_factory: pytest.TempPathFactory, orders: list[dict[str, str]], change: str
) -> None:
    """Whatever lies after as_of is taken out, made wrong, or moved: the tables stay the same to the last figure."""
    changed = [dict(one) for one in orders]
    for one in changed:
        for event, columns in EVENTS.items():
            if one.get(event, "") < LATER:
                continue
            if change == "cut":
                for column in columns:
                    del one[column]
            elif change == "move":
                one[event] = "2027-01-01"
            elif len(columns) > 1:
                one[columns[1]] = "nonsense"
    later = [one for one in changed if one["ordered_at"] >= LATER]
    changed = [one for one in changed if one["ordered_at"] < LATER]
    if change == "fault":
        changed += [one | {"amount": "nonsense", "channel": "nobody"} for one in later]
    before = ledger_of(tmp_path_factory.mktemp("before"), text_of(orders), channels=STATED)
    after = ledger_of(tmp_path_factory.mktemp("after"), text_of(changed), channels=STATED)
    assert after.counts.rejected == 0
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(before.tables, name), getattr(after.tables, name))
