"""The balance of bank statements on the evening of as_of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from export_lines import table_of
from export_tables import lines_in, moved

from forecast.ledger.exports.balances import StatementFile, bank_balance, statement_file
from forecast.ledger.exports.recognising import recognise
from forecast.ledger.tables import BankBalance

if TYPE_CHECKING:
    from pathlib import Path

from export_tables import Line

END = "TIMESTAMP '2026-10-19'"
BANK = "bank_statement"


def on(day: str, balance: int | None, file: int = 0) -> Line:
    return moved("other", 1, day, file=file, order_id=None, balance=balance)


def balance(folder: Path, formats: list[str], *lines: Line, numbers: tuple[str | None, ...] = ()) -> BankBalance | None:
    numbers = numbers or (None,) * len(formats)
    files = [StatementFile(f"{n}.csv", *one) for n, one in enumerate(zip(formats, numbers, strict=True))]
    with lines_in(folder, [], lines) as engine:
        return bank_balance(engine, files, END)


def account(file: int, days: range, opening: int = 0) -> list[Line]:
    """An account that gains 1 fen a line, one line a day of the year's first 120."""
    first = dt.date(2026, 6, 1)
    return [on(str(first + dt.timedelta(days=n)), opening + n, file) for n in days]


def test_the_last_line_by_as_of_tells_it_whether_the_statement_runs_forwards_or_backwards(tmp_path: Path) -> None:
    forwards = [on("2026-10-17", 1), on("2026-10-18", 2), on("2026-10-18", 3), on("2026-10-19", 4)]
    assert balance(tmp_path, [BANK], *forwards) == BankBalance(3, dt.date(2026, 10, 18), 4)
    assert balance(tmp_path, [BANK], *reversed([{**line} for line in forwards])) == BankBalance(
        3, dt.date(2026, 10, 18), 4
    )


def test_statements_that_follow_one_another_are_of_one_account(tmp_path: Path) -> None:
    months = [on("2026-08-01", 1), on("2026-08-31", 5), on("2026-09-01", 7, file=1), on("2026-09-30", 9, file=1)]
    assert balance(tmp_path, [BANK, BANK], *months) == BankBalance(9, dt.date(2026, 9, 30), 4)


def test_statements_of_one_account_that_overlap_or_share_a_day_count_once(tmp_path: Path) -> None:
    overlapping = [*account(0, range(50)), *account(1, range(45, 90))]
    assert balance(tmp_path, [BANK, BANK], *overlapping) == BankBalance(89, dt.date(2026, 8, 29), 95)
    split = [*account(0, range(50)), on("2026-07-20", 50, 1), *account(1, range(51, 90))]
    assert balance(tmp_path, [BANK, BANK], *split) == BankBalance(89, dt.date(2026, 8, 29), 90)


def test_two_accounts_that_run_beside_each_other_add_up_each_over_its_months(tmp_path: Path) -> None:
    one = [*account(0, range(40)), *account(1, range(40, 90))]
    other = [*account(2, range(35), opening=1000), *account(3, range(35, 88), opening=1000)]
    found = balance(tmp_path, [BANK] * 4, *one, *other)
    assert found == BankBalance(89 + 1087, dt.date(2026, 8, 29), 178)


def test_the_account_number_decides_before_the_lines(tmp_path: Path) -> None:
    lines = [*account(0, range(50)), *account(1, range(45, 90))]
    found = [balance(tmp_path, [BANK, BANK], *lines, numbers=numbers) for numbers in (("62", "62"), ("62", "63"))]
    assert [one and one.fen for one in found] == [89, 89 + 49]


def test_what_may_be_one_account_or_two_is_told_and_not_added(tmp_path: Path) -> None:
    lines = [on("2026-08-01", 1), on("2026-08-31", 5), on("2026-08-31", 100, 1), on("2026-09-30", 900, 1)]
    found = balance(tmp_path, [BANK, BANK], *lines)
    assert found == BankBalance(900, dt.date(2026, 9, 30), 4, (("0.csv", "1.csv"),))


def test_the_account_stands_above_the_header(tmp_path: Path) -> None:
    header, line = "交易日期,摘要,收入,支出,余额", "2026-01-05,货款,1.00,,1.00"
    above = {
        "#账号：[20888011365400330156]": "20888011365400330156",
        "账户名称,晴川,账号,6222 0000 1234-5678": "6222000012345678",
        "支付宝账户：shop@example.com": "shop@example.com",
        "账户名称：晴川商贸": None,
    }
    found = [
        statement_file(recognise(table_of(tmp_path, f"{text},,,,\n{header}\n{line}\n", f"{n}.csv"))).account
        for n, text in enumerate(above)
    ]
    assert found == list(above.values())


def test_without_a_statement_or_a_balance_there_is_none(tmp_path: Path) -> None:
    assert balance(tmp_path, ["alipay_bill"], on("2026-10-01", 1)) is None
    assert balance(tmp_path, [BANK], on("2026-10-01", None)) is None
