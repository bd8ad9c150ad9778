"""Tables that are not the ledger's own: what they are, and what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ledger_plans import plan_for

from forecast.errors import InputError
from forecast.ledger.reading import read_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.errors import Problem

OWN = "order_id,channel,ordered_at,amount,deducted_at\nA,baitiao,2026-10-01 10:00:00,9,2026-10-01 10:01:00\n"
JD = (
    "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态\n"
    "1,2,x,1,在线支付,2026-10-01 10:00:00,9,9,9,0,9,完成\n"
)
ALIPAY = (
    "#支付宝账务明细查询\n#账号：[2088]\n"
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注\n"
    "1,2,3,x,2026-10-01 10:00:00,a,9.00,0.00,9.00,支付宝,在线支付,\n"
)


def problem_of(folder: Path, text: str, encoding: str = "utf-8") -> Problem:
    """The one problem that orders of a text make."""
    (folder / "orders.csv").write_text(text, encoding=encoding)
    with pytest.raises(InputError) as caught:
        read_ledger(plan_for(folder))
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(("text", "name"), [(JD, "jd_orders: "), (ALIPAY, "alipay_bill: ")])
def test_an_export_in_place_of_orders_is_one_error_that_says_where_it_belongs(
    tmp_path: Path, text: str, name: str
) -> None:
    problem = problem_of(tmp_path, text, "gb18030")
    assert problem.key == "ledger.orders"
    assert name in str(problem)
    assert 'write [[ledger.files]] and below it path = "orders.csv"' in str(problem)
    assert "--from" in problem.text("zh")


def test_a_folder_of_exports_is_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a.csv").write_text(JD, encoding="utf-8")
    with pytest.raises(InputError, match=r'path = "exports/\*"'):
        read_ledger(plan_for(tmp_path, "exports"))


@pytest.mark.parametrize("title", ["我的订单台账\n\n", "# 台账,导出\n\n", "\n\n"])
def test_a_line_above_the_headers_is_said(tmp_path: Path, title: str) -> None:
    problem = problem_of(tmp_path, title + OWN)
    assert "line 1 of orders.csv is no row of headers" in str(problem) or "it is empty" in str(problem)
    assert ("those stand on line 3" in str(problem)) == bool(title.strip())


def test_headers_of_ones_own_below_a_title_are_said_too(tmp_path: Path) -> None:
    assert "those stand on line 2" in str(problem_of(tmp_path, "台账\n编号,日期,金额\n1,2026-10-01,9\n"))


def test_json_is_no_table(tmp_path: Path) -> None:
    assert "orders.csv is JSON" in str(problem_of(tmp_path, '[{"order_id":"1","amount":"9"}]'))


def test_headers_that_the_plan_maps_are_told_as_headers(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(JD, encoding="utf-8")
    with pytest.raises(InputError, match=r"ledger\.columns\.order_id: orders\.csv has no column"):
        read_ledger(plan_for(tmp_path, columns={"order_id": "订单编码"}))
