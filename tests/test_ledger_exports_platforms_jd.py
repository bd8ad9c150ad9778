"""JD's order export and its settlements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_exports

from forecast.ledger.exports.platforms.jd import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """订单号,商品ID,支付方式,下单时间,订单金额,结算金额,余额支付,应付金额,订单状态,付款确认时间,订单完成时间,
301,S1,京东白条,2026-01-05 09:30:00,1000.00,990.00,40.00,950.00,完成,2026-01-05 09:31:00,2026-01-09,
301,S2,京东白条,2026-01-05 09:30:00,1000.00,990.00,40.00,950.00,完成,2026-01-05 09:31:00,2026-01-09,
302,S1,货到付款,2026-01-05 10:00:00,900.00,900.00,0.00,900.00,完成,,2026-01-08 11:00:00,
303,S1,在线支付,2026-01-05 11:00:00,900.00,900.00,0.00,900.00,(删除)已取消,,,
304,S1,在线支付,2026-01-05 12:00:00,900.00,900.00,0.00,900.00,已取消,2026-01-05 12:01:00,,
"""

BY_ORDER = '''订单编号,单据编号,单据类型,结算状态,费用发生时间,费用结算时间,费用项,金额,商家应收/应付,收支方向,对账日期
"=""301""",1,订单,已结算,2026/1/5 9:30,46035.5,货款,"1,990.00",应收,收入,2026-01-13
301,1,订单,已结算,2026/1/5 9:30,2026年01月13日,佣金,49.50,应付,支出,2026-01-13
301,1,售后服务单,已结算,2026/1/5 9:30,2026-01-15,货款,-100.00,应付,支出,2026-01-15
301,1,售后服务单,已结算,2026/1/5 9:30,2026-01-15,佣金,5.00,应收,收入,2026-01-15
301,1,售后服务单,已结算,2026/1/5 9:30,2026-01-15,售后卖家赔付费,8.00,应付,支出,2026-01-15
305,1,订单,未结算,2026/1/5 9:30,,货款,10.00,应收,收入,
,2,其他,已结算,2026/1/5 9:30,2026-01-16,京准通推广,300.00,应付,支出,2026-01-16
,3,其他,已结算,2026/1/5 9:30,2026-01-16,奇怪的款项,7.00,应付,支出,2026-01-16
合计,,,,,,,1546.50,,,
'''


def test_orders_have_a_line_a_product_with_the_amount_of_the_whole_order(tmp_path: Path) -> None:
    read = read_exports(tmp_path, ORDERS)
    assert [one.name for one in FORMATS] == ["jd_orders", "jd_settlement"]
    assert read.told("order_id", "part_id", "method", "amount", "of_order", "sku", "deducted_at") == [
        ("301", "S1", "京东白条", 99000, True, "S1", "2026-01-05 09:31:00"),
        ("301", "S2", "京东白条", 99000, True, "S2", "2026-01-05 09:31:00"),
        ("302", "S1", "货到付款", 90000, True, "S1", "2026-01-08 11:00:00"),
        ("303", "S1", "在线支付", 90000, True, "S1", None),
        ("304", "S1", "在线支付", 90000, True, "S1", "2026-01-05 12:01:00"),
    ]


def test_cancelled_orders_close_unpaid_or_are_refunded(tmp_path: Path) -> None:
    read = read_exports(tmp_path, ORDERS)
    assert read.told("order_id", "closed_at", "refunded_amount")[3:] == [
        ("303", "2026-01-06 11:00:00", None),
        ("304", None, 90000),
    ]


def test_settlement_lines_by_item_and_direction(tmp_path: Path) -> None:
    read = read_exports(tmp_path, BY_ORDER)
    assert read.moved("order_id", "means", "amount", "at", "fault") == [
        ("301", "payment", 199000, "2026-01-13 12:00:00", None),
        ("301", "fee", -4950, "2026-01-13 00:00:00", None),
        ("301", "refund", -10000, "2026-01-15 00:00:00", None),
        ("301", "fee", 500, "2026-01-15 00:00:00", None),
        ("301", "fee", -800, "2026-01-15 00:00:00", None),
        ("305", "payment", 1000, None, None),
        (None, "advertising", -30000, "2026-01-16 00:00:00", None),
        (None, "other", -700, "2026-01-16 00:00:00", None),
    ]


def test_the_longer_form_knows_when_money_arrived_and_what_is_still_expected(tmp_path: Path) -> None:
    longer = (
        "订单编号,父单号,订单状态,订单下单时间,费用名称,应结金额,收支方向,结算状态,预计结算时间,账单生成时间,到账时间,备注\n"
        "401,0,完成,2026-01-01,货款,100.00,收入,已结算,2026-01-08,2026-01-08,2026-01-09 03:00:00,\n"
        "402,400,完成,2026-01-01,货款,60.00,收入,待结算,2026-01-20,,,\n"
        "403,0,完成,2026-01-01,佣金,6.00,,已结算,2026-01-08,,2026-01-09 03:00:00,\n"
    )
    read = read_exports(tmp_path, longer)
    assert read.moved("order_id", "other_id", "amount", "at", "fault") == [
        ("401", None, 10000, "2026-01-09 03:00:00", None),
        ("402", "400", 6000, None, None),
        ("403", None, None, "2026-01-09 03:00:00", "amount_missing"),
    ]


def test_the_wallets_form_has_the_day_of_the_bill_alone(tmp_path: Path) -> None:
    wallet = "费用项,订单编号,金额,收支方向,账单日期\n货款,501,20.00,收入,46035\n佣金,501,-1.00,支出,46035\n"
    read = read_exports(tmp_path, wallet)
    assert read.moved("means", "amount", "at") == [
        ("payment", 2000, "2026-01-13 00:00:00"),
        ("fee", -100, "2026-01-13 00:00:00"),
    ]


def test_goods_paid_back_on_the_order_s_own_document_are_a_payment_reversed(tmp_path: Path) -> None:
    rows = ["订单,货款,-200.00,应收,收入", "订单,货款,200.00,应付,支出", "售后服务单,货款,200.00,应付,支出"]
    header = "订单编号,单据类型,费用项,金额,商家应收/应付,收支方向,费用结算时间\n"
    read = read_exports(tmp_path, header + "".join(f"301,{row},2026-01-15\n" for row in rows))
    assert read.moved("means", "amount") == [("payment", -20000), ("payment", -20000), ("refund", -20000)]
