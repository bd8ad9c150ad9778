"""The balance of bank statements on the evening of as_of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from export_tables import lines_in, moved

from forecast.ledger.exports.balances import bank_balance
from forecast.ledger.tables import BankBalance

if TYPE_CHECKING:
    from pathlib import Path

    from export_tables import Line

END = "TIMESTAMP '2026-10-19'"
BANK = "bank_statement"


def on(day: str, balance: int | None, file: int = 0) -> Line:
    return moved("other", 1, day, file=file, order_id=None, balance=balance)


def balance(folder: Path, formats: list[str], *lines: Line) -> BankBalance | None:
    with lines_in(folder, [], lines) as engine:
        return bank_balance(engine, formats, END)


def test_the_last_line_by_as_of_tells_it_whether_the_statement_runs_forwards_or_backwards(tmp_path: Path) -> None:
    forwards = [on("2026-10-17", 1), on("2026-10-18", 2), on("2026-10-18", 3), on("2026-10-19", 4)]
    assert balance(tmp_path, [BANK], *forwards) == BankBalance(3, dt.date(2026, 10, 18), 4)
    assert balance(tmp_path, [BANK], *reversed([{**line} for line in forwards])) == BankBalance(
        3, dt.date(2026, 10, 18), 4
    )


def test_statements_that_follow_one_another_are_of_one_account_and_others_add_up(tmp_path: Path) -> None:
    months = [on("2026-08-01", 1), on("2026-08-31", 5), on("2026-09-01", 7, file=1), on("2026-09-30", 9, file=1)]
    assert balance(tmp_path, [BANK, BANK], *months) == BankBalance(9, dt.date(2026, 9, 30), 4)
    second = [on("2026-08-15", 100, file=2), on("2026-10-02", 200, file=2)]
    assert balance(tmp_path, [BANK] * 3, *months, *second) == BankBalance(209, dt.date(2026, 10, 2), 6)


def test_without_a_statement_or_a_balance_there_is_none(tmp_path: Path) -> None:
    assert balance(tmp_path, ["alipay_bill"], on("2026-10-01", 1)) is None
    assert balance(tmp_path, [BANK], on("2026-10-01", None)) is None
