"""What the plan supplies where a channel shows no settlement, refund date or closing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_plans import AS_OF, Terms, ledger_of, plan_for, rows_of, write_orders

from forecast.ledger.reading import read_ledger

TMALL = Path(__file__).resolve().parents[2] / "shared" / "data" / "tmall_order_report.csv"

HEADERS = "order_id,channel,ordered_at,amount,deducted_at,refunded_amount\n"
TERMS: Terms = {"baitiao": {"settlement_days": 7, "refund_days": 3, "unpaid_after_hours": 48.0, "fee_rate": 0.009}}


def test_an_order_settles_after_its_days_on_the_next_working_day_less_the_fee(tmp_path: Path) -> None:
    """1 to 7 October 2026 are holidays in China, and Saturday the 10th is worked.

    So the 24th + 7 falls on the 1st → the 8th; the 3rd + 7 is the 10th itself; the 4th + 7, a Sunday, → Monday the
    12th. 33.33 × 0.991 = 33.03003 yuan.
    """
    text = HEADERS + (
        "A,baitiao,2026-09-24 10:00,33.33,2026-09-24 10:01,\n"
        "B,baitiao,2026-10-03 10:00,100.00,2026-10-03 10:01,\n"
        "C,baitiao,2026-10-04 10:00,100.00,2026-10-04 10:01,\n"
        "D,baitiao,2026-10-12 10:00,100.00,2026-10-12 10:01,\n"
    )
    ledger = ledger_of(tmp_path, text, channels=TERMS)
    shown = ledger.tables.settlement[["day", "outcome", "age", "value", "fees", "settled"]]
    assert rows_of(shown) == [
        ("2026-09-24", "settled", 14, 3333, 30, 3303),
        ("2026-10-03", "settled", 7, 10000, 90, 9910),
        ("2026-10-04", "settled", 8, 10000, 90, 9910),
        ("2026-10-12", "in_transit", 6, 10000, 0, 0),
    ]


RATES = {"free": 0.0, "card": 0.006, "wechat": 0.009, "bank": 0.00125, "hair": 1e-05, "half": 0.5, "all": 1.0}


@given(amounts=st.lists(st.integers(0, 10**7), min_size=10, max_size=30))
@settings(max_examples=3, deadline=None)
def test_the_settled_amount_is_rounded_half_up_to_the_fen(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int]
) -> None:
    """By exact integers: rate as a number of hundred-thousandths. Every amount on a day of its own, at every rate."""
    folder = tmp_path_factory.mktemp("rounding")
    days = [dt.date(2026, 9, 1) + dt.timedelta(days=number) for number in range(len(amounts))]
    text = HEADERS + "".join(
        f"{channel}-{day},{channel},{day},{fen // 100}.{fen % 100:02d},{day},\n"
        for channel in RATES
        for day, fen in zip(days, amounts, strict=True)
    )
    terms = {channel: {"settlement_days": 1, "fee_rate": rate} for channel, rate in RATES.items()}
    settled = ledger_of(folder, text, channels=terms).tables.identity.groupby(["channel", "day"])["settled"].sum()
    exact = {
        (channel, pd.Timestamp(day)): (2 * fen * (100_000 - round(rate * 100_000)) + 100_000) // 200_000
        for channel, rate in RATES.items()
        for day, fen in zip(days, amounts, strict=True)
    }
    assert settled.to_dict() == exact


def test_a_refund_without_a_date_falls_its_days_after_the_deduction(tmp_path: Path) -> None:
    """A: refunded before settlement. B: due three days after the 16th, yet told by a source of the 18th: refunded then.

    C: not deducted, so that it cannot have been refunded: blanked. D: wholly refunded, never settles.
    """
    text = HEADERS + (
        "A,baitiao,2026-10-03,100.00,2026-10-03,40.00\n"
        "B,baitiao,2026-10-16,100.00,2026-10-16,40.00\n"
        "C,baitiao,2026-10-17,100.00,,40.00\n"
        "D,baitiao,2026-10-05,100.00,2026-10-05,100.00\n"
    )
    ledger = ledger_of(tmp_path, text, channels=TERMS)
    parts = ledger.tables.identity[["day", "settled", "fees", "refunded_before", "outstanding"]]
    assert rows_of(parts) == [
        ("2026-10-03", 5946, 54, 4000, 0),
        ("2026-10-05", 0, 0, 10000, 0),
        ("2026-10-16", 0, 0, 4000, 6000),
        ("2026-10-17", 0, 0, 0, 10000),
    ]
    assert ledger.counts.blanked == 1
    assert rows_of(ledger.tables.refund_before) == [
        ("baitiao", "2026-10-03", 3, 1, 4000),
        ("baitiao", "2026-10-05", 3, 1, 10000),
        ("baitiao", "2026-10-16", 2, 1, 4000),
    ]


def test_on_an_earlier_day_a_refund_without_a_date_is_not_known_before_it_is_due(tmp_path: Path) -> None:
    """Paid on the 9th and refunded three days later, by a ledger of the 18th, which on the 10th did not yet tell it."""
    write_orders(tmp_path, HEADERS + "A,baitiao,2026-10-09,100.00,2026-10-09,40.00\n")
    plan = replace(plan_for(tmp_path, as_of=dt.date(2026, 10, 10), channels=TERMS), judged_on=AS_OF)
    ledger = read_ledger(plan)
    assert (len(ledger.tables.refund_before), ledger.counts.blanked) == (0, 0)


def test_an_order_not_confirmed_in_time_counts_as_never_paid_then(tmp_path: Path) -> None:
    """48 hours after 16 October 23:59 is still as_of; after the 17th at noon it is not. Confirmed or failed: waits."""
    headers = "order_id,channel,ordered_at,amount,deducted_at,paid_at,failure_cause\n"
    text = headers + (
        "A,baitiao,2026-10-16 23:59,1.00,,,\n"
        "B,baitiao,2026-10-17 12:00,2.00,,,\n"
        "C,baitiao,2026-10-01 12:00,4.00,,2026-10-01 12:01,\n"
        "D,baitiao,2026-10-01 12:00,8.00,,,clearing\n"
        "E,baitiao,2026-10-01 12:00,16.00,2026-10-09 12:00,,\n"
        "F,baitiao,2026-10-01 12:00,32.00,2026-10-19 12:00,,\n"
    )
    ledger = ledger_of(tmp_path, text, channels=TERMS)
    found = ledger.tables.first[["day", "outcome", "cause", "age", "value"]]
    assert rows_of(found) == [
        ("2026-10-01", "deducted", "", 8, 1600),
        ("2026-10-01", "failed", "clearing", 0, 800),
        ("2026-10-01", "failed", "unknown", 0, 400),
        ("2026-10-01", "never_paid", "", 2, 3200),
        ("2026-10-16", "never_paid", "", 2, 100),
        ("2026-10-17", "awaiting", "", 1, 200),
    ]


def test_earlier_settlements_do_not_change_as_days_go_by(tmp_path: Path) -> None:
    text = HEADERS + "".join(f"{i},baitiao,2026-09-{i:02d},100.00,2026-09-{i:02d},\n" for i in range(1, 31))
    early = ledger_of(tmp_path, text, as_of=dt.date(2026, 9, 20), channels=TERMS).tables.settlement
    late = ledger_of(tmp_path, text, as_of=AS_OF, channels=TERMS).tables.settlement
    settled = early[early["outcome"] == "settled"]
    assert len(settled) == 13  # 13 + 7 is Sunday 20 September, worked to make up for the National Day holidays
    assert rows_of(settled) == rows_of(late)[: len(settled)]


@pytest.mark.skipif(not TMALL.exists(), reason="needs the shared Tmall export")
def test_a_tmall_export_reads_straight_from_its_own_headers() -> None:
    """data/README.md: 28,010 orders, 14 % of them never paid, refunds 23 % of the amount of paid orders."""
    plan = plan_for(
        TMALL.parent,
        TMALL.name,
        as_of=dt.date(2020, 3, 31),
        channels={"tmall": {"settlement_days": 14, "refund_days": 5, "unpaid_after_hours": 48.0, "fee_rate": 0.0}},
        columns={
            "order_id": "订单编号",
            "amount": "总金额",
            "ordered_at": "订单创建时间",
            "deducted_at": "订单付款时间",
            "refunded_amount": "退款金额",
            "region": "收货地址",
        },
        constants={"channel": "tmall"},
    )
    ledger = read_ledger(plan)
    assert (ledger.counts.orders, ledger.counts.rejected, ledger.counts.dropped) == (28_010, 0, 0)
    first = ledger.tables.first.groupby("outcome")["orders"].sum()
    assert first["never_paid"] / 28_010 == pytest.approx(0.14, abs=0.005)
    identity = ledger.tables.identity[["value", "never_paid", "refunded_before", "refunded_after"]].sum()
    refunded = identity["refunded_before"] + identity["refunded_after"]
    assert refunded / (identity["value"] - identity["never_paid"]) == pytest.approx(0.23, abs=0.005)


def test_a_confirmed_order_not_deducted_long_after_the_usual_time_is_a_silent_failure(tmp_path: Path) -> None:
    """Of the others nine in ten are deducted within ten hours, so thirty hours are the channel's patience."""
    headers = "order_id,channel,ordered_at,amount,paid_at,deducted_at,failure_cause,closed_at\n"
    usual = "".join(
        f"U{number},baitiao,2026-10-02 08:00,1.00,2026-10-02 08:00,2026-10-02 18:00,,\n" for number in range(20)
    )
    text = (
        headers
        + usual
        + (
            "late,baitiao,2026-10-03 08:00,2.00,2026-10-03 08:00,2026-10-05 09:00,,\n"
            "soon,baitiao,2026-10-03 08:00,4.00,2026-10-03 08:00,2026-10-04 13:00,,\n"
            "open,baitiao,2026-10-04 23:00,8.00,2026-10-05 01:00,,,\n"
            "fresh,baitiao,2026-10-18 08:00,16.00,2026-10-18 08:00,,,\n"
            "known,baitiao,2026-10-05 08:00,32.00,2026-10-05 08:00,2026-10-09 08:00,clearing,\n"
            "closed,baitiao,2026-10-06 08:00,64.00,2026-10-06 08:00,,,2026-10-09 08:00\n"
            "early,baitiao,2026-10-06 08:00,256.00,2026-10-06 08:00,,,2026-10-06 10:00\n"
            "cart,baitiao,2026-10-07 08:00,128.00,,,,2026-10-09 08:00\n"
        )
    )
    ledger = ledger_of(tmp_path, text, channels=TERMS)
    assert ledger.counts.silent == 3
    found = ledger.tables.first[["outcome", "cause", "age", "value"]]
    silent = found[found["cause"] == "unknown"]
    # The one still open failed on the day of its confirmation, a day after its order.
    assert sorted(map(tuple, silent.to_numpy().tolist())) == [
        ("failed", "unknown", 0, 200),
        ("failed", "unknown", 0, 6400),
        ("failed", "unknown", 1, 800),
    ]
    cured = sorted(map(tuple, ledger.tables.recovery[["value", "outcome", "age"]].to_numpy().tolist()))
    assert cured == [(200, "deducted", 2), (800, "failed", 13), (3200, "deducted", 4), (6400, "lost", 3)]
    never = found[found["outcome"] == "never_paid"]["value"].tolist()
    assert sorted(never) == [12800, 25600]
    identity = ledger.tables.identity[["value", "never_paid", "lost", "outstanding"]].sum()
    # What was closed without a recorded cause is never paid in the identity, silent failure or not.
    assert identity["never_paid"] == 12800 + 25600 + 6400
    assert identity["lost"] == 0


def test_where_only_dates_are_known_the_next_day_is_no_silent_failure(tmp_path: Path) -> None:
    text = (
        "order_id,channel,ordered_at,amount,paid_at,deducted_at,closed_at\n"
        + "".join(f"U{number},baitiao,2026-10-02,1.00,2026-10-02,2026-10-02,\n" for number in range(20))
        + "next,baitiao,2026-10-03,2.00,2026-10-03,2026-10-04,\nlate,baitiao,2026-10-03,4.00,2026-10-03,2026-10-05,\n"
    )
    ledger = ledger_of(tmp_path, text, channels=TERMS)
    assert ledger.counts.silent == 1
    assert ledger.tables.recovery["value"].tolist() == [400]


def test_without_causes_and_confirmations_late_deductions_count_as_failures(tmp_path: Path) -> None:
    text = (
        "order_id,channel,ordered_at,amount,deducted_at,closed_at\n"
        + "".join(f"U{number},baitiao,2026-10-02 08:00,1.00,2026-10-02 08:01,\n" for number in range(20))
        + "late,baitiao,2026-10-03 08:00,2.00,2026-10-03 23:00,\n"
        + "cart,baitiao,2026-10-03 08:00,4.00,,2026-10-05 08:00\nopen,baitiao,2026-10-03 08:00,8.00,,\n"
    )
    ledger = ledger_of(tmp_path, text, channels=TERMS)
    assert not ledger.has_causes
    assert not ledger.has_confirmation
    assert ledger.tables.recovery[["value", "outcome", "age"]].to_numpy().tolist() == [[200, "deducted", 0]]
    assert ledger.tables.first.groupby("outcome")["value"].sum().to_dict() == {
        "awaiting": 800,
        "deducted": 2000,
        "failed": 200,
        "never_paid": 400,
    }
