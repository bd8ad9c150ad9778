"""Alipay's money movements and trades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_exports

from forecast.ledger.exports.platforms.alipay import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,"
    "支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注"
)
PREAMBLE = (
    "#支付宝账务明细查询\n#账号：[2088]\n#起始日期：[2026年01月01日 00:00:00]   终止日期：[2026年02月01日 00:00:00]\n"
)
LINES = """1\t,2\t,T200P1234567890123456789\t,广告牌\t,2026-01-10 21:02:06,陈\t,2274.00,0.00,14533.03,支付宝,在线支付,
2\t,2\t,T50060P1234567890123456789\t,壳\t,2026-01-10 21:02:07,\t,,-13.64,14519.39,支付宝,收费,花呗支付服务费
3\t,2\t,\t,\t,2026-01-10 21:02:08,\t,0.00,22.74,14496.65,支付宝,其它,代扣款（扣款用途：天猫佣金）1234567890123456789扣款
4\t,2\t,T200P1234567890123456789\t,壳\t,2026-01-12 21:02:06,\t,0.00,-274.00,14222.65,支付宝,退款（交易退款）,
5\t,2\t,\t,\t,2026-01-13 09:00:00,\t,0.00,-10000.00,4222.65,支付宝,提现,
6\t,2\t,\t,\t,2026-01-13 10:00:00,\t,500.00,0.00,4722.65,支付宝,转账,
7\t,2\t,AD77\t,直通车充值\t,2026-01-13 11:00:00,\t,0.00,-300.00,4422.65,支付宝,在线支付,
8\t,2\t,\t,\t,2026-01-13 12:00:00,\t,0.00,-1000.00,3422.65,支付宝,转账,消保保证金
"""
FOOTER = (
    "#----账务明细列表结束----\n#支出合计：6笔，共11610.38元\n"
    "#收入合计：2笔，共2774.00元\n#导出时间：[2026年02月01日 13:19:01]\n"
)


def test_lines_mean_what_their_kind_and_remark_say(tmp_path: Path) -> None:
    read = read_exports(tmp_path, f"{PREAMBLE}{HEADER}\n{LINES}{FOOTER}", encoding="gb18030")
    assert {one.name for one in FORMATS} == {"alipay_bill"}
    assert read.orders == []
    assert read.moved("means", "order_id", "amount", "balance", "fault") == [
        ("payment", "1234567890123456789", 227400, 1453303, None),
        ("fee", "1234567890123456789", -1364, 1451939, None),
        ("fee", "1234567890123456789", -2274, 1449665, None),
        ("refund", "1234567890123456789", -27400, 1422265, None),
        ("withdrawal", None, -1000000, 422265, None),
        ("transfer", None, 50000, 472265, None),
        ("advertising", "AD77", -30000, 442265, None),
        ("deposit", None, -100000, 342265, None),
    ]


def test_the_footers_totals_are_held_against_the_lines(tmp_path: Path) -> None:
    read = read_exports(tmp_path, f"{PREAMBLE}{HEADER}\n{LINES}{FOOTER}")
    assert read.stated() == [("支出合计", 6, 1161038, 6, 1161038), ("收入合计", 2, 277400, 2, 277400)]
    cut = LINES.replace(LINES.splitlines(keepends=True)[5], "")
    cut_short = read_exports(tmp_path, f"{PREAMBLE}{HEADER}\n{cut}{FOOTER}")
    assert cut_short.stated()[1] == ("收入合计", 2, 277400, 1, 227400)


def test_newer_columns_in_any_order_give_the_order_where_the_merchants_number_is_empty(tmp_path: Path) -> None:
    newer = (
        "业务描述,业务类型,收入金额(+元),支出金额(-元),发生时间,商户订单号 ,"
        "业务基础订单号,业务订单号,备注,账户余额(元)\n"
        "交易收款,交易付款,10.00,,2026-01-02 10:00:00,,88,89,,10.00\n"
        "交易退款-退款,其它,,-4.00,2026-01-03 10:00:00,X1,88,,,6.00\n"
    )
    read = read_exports(tmp_path, newer)
    assert read.moved("means", "order_id", "other_id", "amount") == [
        ("payment", "88", "88", 1000),
        ("refund", "X1", "88", -400),
    ]


def test_trades_tell_of_the_payment_and_its_fee(tmp_path: Path) -> None:
    trades = (
        "#支付宝业务明细查询\n"
        "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,订单金额（元）,商家实收（元）,服务费（元）,备注\n"
        "2026\t,S1\t,交易\t,TUC1,2026-06-05 15:00:00,2026-06-05 15:00:05,9.90,9.90,-0.06,\n"
        "2027\t,S1\t,退款\t,TUC1,2026-06-05 15:00:00,2026-06-06 15:00:05,-9.90,-9.90,0.06,\n"
        "#交易合计：1笔，商家实收共9.90元，商家优惠共0.00元\n"
    )
    read = read_exports(tmp_path, trades)
    assert sorted(read.moved("line", "order_id", "means", "amount")) == [
        (3, "S1", "fee", -6),
        (3, "S1", "payment", 990),
        (4, "S1", "fee", 6),
        (4, "S1", "refund", -990),
    ]
    assert read.stated() == [("交易合计", 1, 990, 1, 990)]
