"""Pinduoduo's order export and bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_exports

from forecast.ledger.exports.platforms.pinduoduo import FORMATS

if TYPE_CHECKING:
    from pathlib import Path


def test_orders_are_worth_what_the_customer_pays_and_the_platform_adds(tmp_path: Path) -> None:
    orders = (
        "商品,订单号,订单状态,商品总价(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),"
        "发货时间,确认收货时间,商品id,售后状态,订单成交时间\n"
        "壳,260620-1\t,已收货,70.00,5.00,2.00,1.20,61.80,65.00,2026-06-21 10:00:00,"
        "2026-06-25 10:00:00,77,无售后或售后取消,2026-06-20 09:00:00\n"
        '壳,260620-2\t,"已发货,退款成功",70.00,5.00,0,0,65.00,65.00,'
        "2026-06-21 10:00:00,,77,退款成功,2026-06-20 10:00:00\n"
        "壳,260620-3\t,已取消,70.00,5.00,0,0,65.00,65.00,,,77,-,2026-06-20 11:00:00\n"
        "壳,260620-4\t,待发货,70.00,5.00,0,0,65.00,65.00,,,77,-,2026-06-20 12:00:00\n"
    )
    read = read_exports(tmp_path, orders)
    assert {one.name for one in FORMATS} == {"pinduoduo_orders"}
    assert read.told("order_id", "amount", "deducted_at", "closed_at", "refunded_amount", "sku") == [
        ("260620-1", 6500, "2026-06-20 09:00:00", None, None, "77"),
        ("260620-2", 6500, "2026-06-20 10:00:00", None, 6500, "77"),
        ("260620-3", 6500, None, "2026-06-21 11:00:00", None, "77"),
        ("260620-4", 6500, "2026-06-20 12:00:00", None, None, "77"),
    ]


def test_the_bill_has_a_preamble_and_writes_outflows_with_either_sign(tmp_path: Path) -> None:
    bill = (
        "拼多多店铺账务明细查询\n\n起始时间：2026-06-01 00:00:00  终止时间：2026-06-30 23:59:59\n"
        "--------------------账务明细列表--------------------\n"
        "商户订单号,发生时间,收入金额（+元）,支出金额（-元）,账务类型,备注,业务描述\n"
        "260620-1,2026-06-30 23:30:43,61.80,0,交易收入,-,0010002|交易收入-订单收入\n"
        "260620-1,2026-06-30 23:30:43,3.20,0,优惠券结算,-,0010003|优惠券结算\n"
        "260620-1,2026-06-30 23:30:44,0,-0.39,技术服务费,-,0030002|技术服务费\n"
        "260620-2,2026-06-30 23:31:00,0,65.00,退款,-,0020002|退款-订单退款\n"
        ",2026-06-30 23:40:00,0,-500.00,提现,-,0040002|提现\n"
        ",2026-06-30 23:41:00,0,-50.00,转账,推广账户充值,0050002|转账\n"
    )
    read = read_exports(tmp_path, bill)
    assert read.moved("line", "order_id", "means", "amount") == [
        (6, "260620-1", "payment", 6180),
        (7, "260620-1", "payment", 320),
        (8, "260620-1", "fee", -39),
        (9, "260620-2", "refund", -6500),
        (10, None, "withdrawal", -50000),
        (11, None, "advertising", -5000),
    ]
