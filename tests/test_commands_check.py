"""What ``check`` says of plan and ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.commands.check import MOST_LINES, check_result, check_text
from forecast.ledger.reading import read_ledger
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "order_id,channel,ordered_at,amount,deducted_at,closed_at,settled_on,settled_amount,refunded_on,refunded_amount"
)


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """A plan with one good order, one of a negative amount, and one row with a field too many."""
    rows = [
        HEADER,
        "A1,card,2026-03-02 09:00:00,100.00,2026-03-02 09:00:05,,2026-03-03,99.00,,",
        "A2,card,2026-03-02 10:00:00,-5.00,,,,,,",
        "A3,card,2026-03-02 11:00:00,7.00,2026-03-02 11:00:05,,,,,,,extra",
    ]
    (tmp_path / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    file = tmp_path / "plan.toml"
    file.write_text(
        'language = "en"\n[plan]\nas_of = 2026-03-05\n[ledger]\norders = "orders.csv"\n'
        "[cash]\nopening_balance = 1.0\n[channels.card]\n",
        encoding="utf-8",
    )
    return file


def test_every_fault_is_an_entry_with_line_column_value_and_reason(plan_file: Path) -> None:
    plan = load_plan(plan_file)
    checked = check_result(plan, read_ledger(plan))
    assert (checked["good"], checked["orders"], checked["rejected"]) == (False, 1, 2)
    faults = {(fault["line"], fault["column"], fault["reason"]) for fault in checked["bad_rows"]}
    assert faults == {(3, "amount", "amount_negative"), (4, None, "wrong_number_of_fields")}


def test_the_text_has_a_line_a_fault_and_the_counts(plan_file: Path) -> None:
    plan = load_plan(plan_file)
    lines = check_text(plan, check_result(plan, read_ledger(plan))).splitlines()
    remedy = "a negative amount; write it without a minus sign, refunds under refunded_amount"
    assert lines[0] == f"orders.csv:3: amount: {remedy} (value: -5.00)"
    assert lines[1].startswith("orders.csv:4: the row has more or fewer fields than the header")
    assert lines[2].startswith("Bad rows: 2, with 2 faults in all; the other 1 orders")


def test_a_good_ledger_is_told_in_the_plan_s_language(plan_file: Path) -> None:
    orders = plan_file.parent / "orders.csv"
    orders.write_text("\n".join(orders.read_text(encoding="utf-8").splitlines()[:2]) + "\n", encoding="utf-8")
    plan_file.write_text(plan_file.read_text(encoding="utf-8").replace('"en"', '"zh"'), encoding="utf-8")
    plan = load_plan(plan_file)
    checked = check_result(plan, read_ledger(plan))
    assert checked["good"]
    assert check_text(plan, checked).startswith("计划与台账无误：1 笔订单")


def test_lines_of_exports_without_an_order_are_listed_summed_and_need_action(plan_file: Path) -> None:
    header = "order_id,channel,ordered_at,amount,deducted_at"
    (plan_file.parent / "orders.csv").write_text(f"{header}\nA1,card,2026-03-02,100.00,2026-03-02\n", encoding="utf-8")
    bill = [
        "商户订单号,发生时间,收入金额（+元）,支出金额（-元）,业务类型",
        "A1,2026-03-03 10:00:00,99.00,0.00,在线支付",
        *(f"Z{n},2026-03-03 10:00:00,1.00,0.00,在线支付" for n in range(MOST_LINES + 1)),
        ",2026-03-04 10:00:00,0.00,50.00,提现",
    ]
    (plan_file.parent / "bill.csv").write_text("\n".join(bill), encoding="utf-8")
    files = "".join(f'[[ledger.files]]\npath = "{name}.csv"\n' for name in ("orders", "bill"))
    text = plan_file.read_text(encoding="utf-8").replace('[ledger]\norders = "orders.csv"\n', files)
    plan_file.write_text(text, encoding="utf-8")
    plan = load_plan(plan_file)
    checked = check_result(plan, read_ledger(plan))
    assert (checked.good, checked.orders, len(checked.unmatched_lines)) == (False, 1, MOST_LINES + 1)
    sums = {reason: (one.lines, one.amount) for reason, one in checked.unmatched.items()}
    assert sums == {"order_not_found": (MOST_LINES + 1, MOST_LINES + 1.0), "withdrawal": (1, -50.0)}
    lines = check_text(plan, checked).splitlines()
    assert lines[0] == "bill.csv:3: no order of this number (value: Z0 在线支付 1.00)"
    assert lines[MOST_LINES] == f"Unmatched: no order of this number, {MOST_LINES + 1} lines, 21.00 together"
    assert lines[-2] == "Unmatched: a withdrawal, 1 lines, -50.00 together"
    assert lines[-1].startswith(f"Lines of the exports that lack an order or cannot be read: {MOST_LINES + 1}.")
