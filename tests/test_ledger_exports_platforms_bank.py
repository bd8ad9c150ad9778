"""Statements as Chinese banks write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from export_lines import read_exports

from forecast.ledger.exports.platforms.bank import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

EXPECTED = [("2026-01-05 09:30:00", -500000, 9500000), ("2026-01-06 00:00:00", 120050, 9620050)]


TWO_COLUMNS = """交易日期,交易时间,摘要,借方发生额,贷方发生额,余额,对方户名
20260105,9:30,货款,"5,000.00",,"95,000.00",共创科技
20260106,,利息,,1200.50,96200.50,
"""
WITH_A_TOTAL = """账号：6222
记账日期,收入,支出,账户余额,用途
2026/1/5 9:30,,5000,95000,货款
2026/1/6,1200.5,0,96200.5,利息
合计,1200.5,5000,,
"""
WITH_A_FLAG = (
    "交易时间,交易金额,借贷标志,余额\n2026-01-05 09:30:00,5000.00,借,95000.00\n2026-01-06,1200.50,贷,96200.50\n"
)
WITH_A_SIGN = "日期,金额,余额,备注\n2026-01-05 09:30:00,-5000.00,￥95000.00,货款\n2026年1月6日,1200.50,96200.50,利息\n"


@pytest.mark.parametrize("statement", [TWO_COLUMNS, WITH_A_TOTAL, WITH_A_FLAG, WITH_A_SIGN])
def test_money_in_two_columns_with_a_flag_or_with_a_sign(tmp_path: Path, statement: str) -> None:
    read = read_exports(tmp_path, statement, encoding="gb18030")
    assert {one.name for one in FORMATS} == {"bank_statement"}
    assert read.moved("at", "amount", "balance") == EXPECTED
    assert read.moved("means", "order_id", "fault") == [("other", None, None)] * 2


def test_a_partner_whose_name_begins_like_a_total_is_a_line(tmp_path: Path) -> None:
    statement = "对方户名,交易日期,收入,支出,余额\n共创科技有限公司,2026-01-05,1.00,,2.00\n共计,,1.00,,\n"
    assert read_exports(tmp_path, statement).moved("what", "amount") == [("共创科技有限公司", 100)]


def test_an_hour_that_no_clock_shows_leaves_the_movement_on_its_day(tmp_path: Path) -> None:
    statement = TWO_COLUMNS.replace("9:30", "10:30:80")
    assert read_exports(tmp_path, statement).moved("at", "amount")[0] == ("2026-01-05 00:00:00", -500000)
