"""Tmall's and Taobao's order export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_exports

from forecast.ledger.exports.platforms.taobao import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

OLDER = '''"订单编号","总金额","订单状态","收货地址 ","订单创建时间","订单付款时间 ","店铺名称","退款金额"
"=""1234567890123456781""","178.80","等待买家付款","上海 浦东新区","2026-02-20 23:59:54","","旗舰店","0.00"
"=""1234567890123456782""","64.80","交易成功","江苏省 苏州","2026-02-20 23:57:04","2026-02-20 23:57:11","旗舰店","14.80"
"'1234567890123456783","327.70","交易关闭","浙江省","2026-02-20 23:56:39","2026-02-20 23:56:53","旗舰店","327.70"
"1234567890123456784\t","99.00","交易关闭","浙江省","2026-02-20 22:00:00","","旗舰店","0.00"
'''


def test_orders_of_the_older_form_to_the_fen(tmp_path: Path) -> None:
    read = read_exports(tmp_path, OLDER, encoding="gb18030")
    assert [one.name for one in FORMATS] == ["tmall_orders"]
    assert read.told("order_id", "amount", "ordered_at", "deducted_at", "region", "shop", "fault") == [
        ("1234567890123456781", 17880, "2026-02-20 23:59:54", None, "上海", "旗舰店", None),
        ("1234567890123456782", 6480, "2026-02-20 23:57:04", "2026-02-20 23:57:11", "江苏省", "旗舰店", None),
        ("1234567890123456783", 32770, "2026-02-20 23:56:39", "2026-02-20 23:56:53", "浙江省", "旗舰店", None),
        ("1234567890123456784", 9900, "2026-02-20 22:00:00", None, "浙江省", "旗舰店", None),
    ]


def test_a_closed_order_is_refunded_wholly_where_it_was_paid_and_else_closes_a_day_later(tmp_path: Path) -> None:
    read = read_exports(tmp_path, OLDER)
    assert read.told("closed_at", "refunded_amount", "refunded_on") == [
        (None, None, None),
        (None, 1480, None),
        (None, 32770, None),
        ("2026-02-21 22:00:00", None, None),
    ]


def test_the_newer_form_tells_settlements_and_closing_times(tmp_path: Path) -> None:
    newer = (
        "主订单编号,订单状态,支付方式,总金额,退款金额,订单创建时间,订单付款时间,确认收货时间,打款商家金额,订单关闭时间\n"
        "9001,交易成功,花呗分期,100.00,0,2026/3/1 9:30,2026/3/1 9:31,2026/3/9 8:00,99.40元,\n"
        "9002,交易关闭,支付宝,50.00,50.00,2026/3/1 9:30,2026/3/1 9:31,,0.00,2026/3/4 10:00\n"
        "9003,交易关闭,,50.00,,2026/3/1 9:30,,,,2026/3/1 10:00\n"
    )
    read = read_exports(tmp_path, newer)
    assert read.told("order_id", "method", "settled_on", "settled_amount", "refunded_on", "closed_at") == [
        ("9001", "花呗分期", "2026-03-09", 9940, None, None),
        ("9002", "支付宝", None, None, "2026-03-04", None),
        ("9003", None, None, None, None, "2026-03-01 10:00:00"),
    ]
