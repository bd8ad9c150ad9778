"""What bills state of their own lines, in words and in rows, held against what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_in

from forecast.ledger.exports.layouts import Footer, Format, Movements, moment, money, number
from forecast.ledger.exports.totals import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

BILL = Format(
    name="bill",
    chinese="账单",
    english="Bill",
    cells=(number("order_id", "单号", needed=True), moment("moved_at", "时间", needed=True), money("amount", "金额")),
    movements=(Movements(means={}, what="NULL"),),
    footers=(
        Footer("in", "amount > 0", "amount", pattern="收入(?P<count>[0-9]+)笔共(?P<yuan>[-0-9.,]+)元"),
        Footer("lines", "true", row="总笔数"),
        Footer("sum", "true", "amount", row="总金额"),
    ),
)
LINES = "单号,时间,金额\n1,2026-01-01,1000.00\n2,2026-01-02,-5.50\n"


def test_totals_in_words_and_in_rows(tmp_path: Path) -> None:
    read = read_in(tmp_path, f'{LINES}"#收入1笔共1,000.00元"\n总笔数,总金额\n2,994.50\n', [BILL])
    assert tuple(read.totals[0]) == COLUMNS
    assert read.stated() == [
        ("in", 1, 100000, 1, 100000),
        ("lines", 2, None, 2, None),
        ("sum", None, 99450, None, 99450),
    ]
    assert [row["line"] for row in read.totals] == [4, 6, 6]
    assert read.lines() == {2, 3}


def test_bills_put_together_state_their_totals_together(tmp_path: Path) -> None:
    read = read_in(tmp_path, f"{LINES}#收入1笔共1000.00元\n{LINES}#收入1笔共1000.00元\n", [BILL])
    assert read.stated() == [("in", 2, 200000, 2, 200000)]


def test_a_line_that_cannot_be_read_is_missing_in_the_sum(tmp_path: Path) -> None:
    read = read_in(tmp_path, f"{LINES}3,2026-01-03,x\n总笔数,总金额\n3,1000.00\n", [BILL])
    assert read.stated() == [("lines", 3, None, 3, None), ("sum", None, 100000, None, 99450)]


def test_without_a_statement_there_is_nothing_to_hold_against(tmp_path: Path) -> None:
    assert read_in(tmp_path, LINES, [BILL]).totals == []
