"""Douyin's order export and its money movements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_exports

from forecast.ledger.exports.platforms.douyin import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "主订单编号,子订单编号,选购商品,商品数量,商家编码,订单应付金额,运费,详细地址,"
    "订单提交时间,商家备注,订单完成时间,订单状态,售后状态,取消原因,发货时间"
)


def test_products_of_an_order_add_up_and_the_state_says_what_was_paid(tmp_path: Path) -> None:
    orders = (
        f"{HEADER}\n"
        "601\t,6011\t,壳,1,K1,59.90,0,浙江省杭州市,2026/1/5 9:30,,,已发货,-,-,2026/1/6 9:30\n"
        "601\t,6012\t,线,1,K2,10.10,0,浙江省杭州市,2026/1/5 9:30,,,已完成,退款成功,-,2026/1/6 9:30\n"
        "602\t,6021\t,壳,1,K1,59.90,0,浙江省杭州市,2026/1/5 10:30,,,待支付,-,-,\n"
        "603\t,6031\t,壳,1,K1,59.90,0,浙江省杭州市,2026/1/5 11:30,,,已关闭,-,买家不想买了,\n"
        "604\t,6041\t,壳,1,K1,59.90,0,浙江省杭州市,2026/1/5 12:30,,,已关闭,退款成功,协商一致,2026/1/6 9:30\n"
    )
    read = read_exports(tmp_path, orders)
    assert {one.name for one in FORMATS} == {"douyin_orders"}
    assert read.told("order_id", "part_id", "amount", "of_order", "deducted_at", "closed_at", "refunded_amount") == [
        ("601", "6011", 5990, False, "2026-01-05 09:30:00", None, None),
        ("601", "6012", 1010, False, "2026-01-05 09:30:00", None, 1010),
        ("602", "6021", 5990, False, None, None, None),
        ("603", "6031", 5990, False, None, "2026-01-06 11:30:00", None),
        ("604", "6041", 5990, False, "2026-01-05 12:30:00", None, 5990),
    ]


def test_the_time_of_payment_counts_where_the_file_has_it(tmp_path: Path) -> None:
    header = HEADER.replace("商家备注", "支付完成时间")
    read = read_exports(
        tmp_path, f"{header}\n601,6011,壳,1,K1,59.90,0,浙江,2026/1/5 9:30,2026/1/5 9:40,,已发货,-,-,2026/1/6 9:30\n"
    )
    assert read.told("deducted_at", "region") == [("2026-01-05 09:40:00", "浙江")]


def test_money_movements_by_scene_and_direction(tmp_path: Path) -> None:
    money = (
        "动账时间,动帐流水号,动账方向,动账金额,动账账户,动账场景,计费类型,子订单号,订单号,订单实付应结,平台服务费,备注\n"
        "2026-01-15 10:00:00,1,入账,56.90,聚合账户,货款结算入账,,'6011,'601,59.90,-3.00,\n"
        "2026-01-16 10:00:00,2,出账,10.10,聚合账户,用户退款,,'6012,'601,,,\n"
        "2026-01-17 10:00:00,3,出账,40.00,聚合账户,提现,,,,,,\n"
        "2026-01-17 11:00:00,4,出账,5.00,聚合账户,巨量千川充值,,,,,,\n"
        "2026-01-17 12:00:00,5,出账,1.00,聚合账户,保证金充值,,,,,,\n"
    )
    read = read_exports(tmp_path, money)
    assert read.moved("order_id", "other_id", "means", "amount") == [
        ("601", "6011", "payment", 5690),
        ("601", "6012", "refund", -1010),
        (None, None, "withdrawal", -4000),
        (None, None, "advertising", -500),
        (None, None, "deposit", -100),
    ]
