"""What is said of joined exports, and how loudly."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from ledger_plans import plan_for

from forecast.export_notes import export_notes
from forecast.ledger.tables import BankBalance, Joined, StatedTotal, Uncovered, Unmatched
from forecast.notes import note_text

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.notes import Note

NOTHING = Joined(pd.DataFrame(), (), 0, 0, 0, 0, 0, 0, None, ())


def notes(folder: Path, **found: Any) -> dict[str, Note]:  # noqa: ANN401  # fields of Joined
    plan = plan_for(folder)
    plan = replace(plan, cash=replace(plan.cash, opening_balance=500.0))
    return {note.code: note for note in export_notes(plan, replace(NOTHING, **found))}


def test_a_clean_joining_says_nothing(tmp_path: Path) -> None:
    assert notes(tmp_path) == {}


def test_lines_that_lack_an_order_and_lines_that_cannot_be_read_are_warnings(tmp_path: Path) -> None:
    reasons = (
        Unmatched("order_not_found", 12, 120_000),
        Unmatched("order_id_missing", 3, -10_000),
        Unmatched("amount_unreadable", 2, 0),
        Unmatched("withdrawal", 4, -9_999_999),
    )
    found = notes(tmp_path, reasons=reasons)
    assert {code: note.level for code, note in found.items()} == {
        "lines_without_order": "warning",
        "lines_unreadable": "warning",
        "lines_apart": "info",
    }
    told = note_text(found["lines_without_order"], "en")
    assert "15 lines of the exports, CNY 1,100.00 together, find no order (no order of this number 12" in told
    assert "找不到该订单号 12、没有订单号 3" in note_text(found["lines_without_order"], "zh")
    assert "CNY -99,999.99" in note_text(found["lines_apart"], "en")


def test_what_was_summed_up_or_counted_once_is_told(tmp_path: Path) -> None:
    counts = {"several_refunds": 2, "told_differently": 3, "repeated": 4, "waiting_orders": 5, "waiting": -678}
    found = notes(tmp_path, **counts, reversed_orders=(6, 67_890))
    assert {code: dict(note.values)["count"] for code, note in found.items()} == {
        "refunds_summed": 2,
        "exports_differ": 3,
        "lines_repeated": 4,
        "fees_waiting": 5,
        "payments_reversed": 6,
    }
    assert {note.level for note in found.values()} == {"info"}
    assert "CNY -6.78" in note_text(found["fees_waiting"], "en")
    assert "6 笔订单的货款、合计 678.90 元" in note_text(found["payments_reversed"], "zh")


def test_paid_orders_without_a_payment_method_and_statements_of_one_account_or_two_are_warnings(tmp_path: Path) -> None:
    bank = BankBalance(50_000, dt.date(2026, 10, 18), 7, (("a.csv", "b.csv"),))
    found = notes(tmp_path, blank={"baitiao": 25}, bank=bank)
    assert {code: note.level for code, note in found.items() if code != "bank_statement_read"} == {
        "methods_blank": "warning",
        "accounts_unsure": "warning",
    }
    assert "25 paid orders name no payment method and count as baitiao" in note_text(found["methods_blank"], "en")
    assert "无法判断 a.csv 与 b.csv" in note_text(found["accounts_unsure"], "zh")


def test_a_bank_s_balance_that_is_not_the_plan_s_is_a_warning(tmp_path: Path) -> None:
    there = notes(tmp_path, bank=BankBalance(50_000, dt.date(2026, 10, 18), 7))
    assert list(there) == ["bank_statement_read"]
    found = notes(tmp_path, bank=BankBalance(50_001, dt.date(2026, 10, 15), 7))["bank_balance_differs"]
    assert (found.level, found.where) == ("warning", "cash.opening_balance")
    assert "2026-10-15 with CNY 500.01, and the plan says CNY 500.00 for the evening of 2026-10-18" in note_text(
        found, "en"
    )


@pytest.mark.parametrize(("day", "codes"), [(16, []), (15, ["bank_statement_ends"])])
def test_a_balance_of_days_before_as_of_is_told_where_the_plan_takes_it(
    tmp_path: Path, day: int, codes: list[str]
) -> None:
    found = notes(tmp_path, bank=BankBalance(50_000, dt.date(2026, 10, day), 7))
    assert list(found) == ["bank_statement_read", *codes]
    if codes:
        assert "（2026-10-15），早于基准日 3 天" in note_text(found[codes[0]], "zh")


def test_settlements_that_do_not_cover_the_orders_are_warnings(tmp_path: Path) -> None:
    both = Uncovered("wechat", dt.date(2026, 9, 1), 12, 345_600, dt.date(2026, 9, 30))
    found = notes(tmp_path, uncovered=(both, Uncovered("baitiao", None, 0, 0, None)))
    assert {(note.code, note.where, note.level) for note in found.values()} == {
        ("bills_begin_late", "channels.wechat", "warning"),
        ("bills_end_early", "channels.wechat", "warning"),
    }
    assert "12 orders paid before, CNY 3,456.00 together, have none" in note_text(found["bills_begin_late"], "en")
    assert "写 as_of = 2026-09-30" in note_text(found["bills_end_early"], "zh")


def test_a_total_that_its_lines_miss_is_a_warning_for_each(tmp_path: Path) -> None:
    totals = (
        StatedTotal("a.csv", "收入合计", 18, 1_498_900, 17, 1_398_900),
        StatedTotal("a.csv", "退款总金额", None, 500, None, 499),
    )
    found = export_notes(plan_for(tmp_path), replace(NOTHING, totals=totals))
    assert len({note.where for note in found}) == 2
    assert [note.level for note in found] == ["warning", "warning"]
    assert note_text(found[0], "en").startswith(
        "a.csv states 18 lines as 收入合计 and its lines come to 17 lines: lines are missing"
    )
    assert note_text(found[1], "zh").startswith("a.csv 注明的退款总金额为 5.00 元，各行合计为 4.99 元")
