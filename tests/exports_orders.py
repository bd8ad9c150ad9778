"""Order exports of a made merchant, as the platforms' order pages write them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from exports_world import MADE_AT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from exports_world import World

Row = list[str]

TMALL_HEADER = [
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
    "发票抬头",
    "是否手机订单",
    "分阶段订单信息",
    "特权订金订单id",
    "是否上传合同照片",
    "是否上传小票",
    "是否代付",
    "定金排名",
    "修改后的sku",
    "修改后的收货地址",
    "异常信息",
    "天猫卡券抵扣",
    "集分宝抵扣",
    "是否是O2O交易",
    "退款金额",
    "预约门店",
]

JD_ORDERS_HEADER = [
    "订单号",
    "商品ID",
    "商品名称",
    "订购数量",
    "支付方式",
    "下单时间",
    "京东价",
    "订单金额",
    "结算金额",
    "余额支付",
    "应付金额",
    "订单状态",
    "订单类型",
    "下单帐号",
    "客户姓名",
    "客户地址",
    "联系电话",
    "订单备注",
    "发票类型",
    "发票抬头",
    "发票内容",
    "商家备注",
    "商家备注等级（等级1-5为由高到低）",
    "运费金额",
    "付款确认时间",
    "增值税发票",
    "货号",
    "订单完成时间",
    "订单来源",
    "订单渠道",
    "",
]

DOUYIN_HEADER = [
    "主订单编号",
    "子订单编号",
    "选购商品",
    "商品规格",
    "商品数量",
    "商家编码",
    "订单应付金额",
    "运费",
    "收件人",
    "收件人手机号",
    "详细地址",
    "订单提交时间",
    "商家备注",
    "订单完成时间",
    "订单状态",
    "售后状态",
    "取消原因",
    "发货时间",
    "平台实际承担优惠金额",
    "商家实际承担优惠金额",
    "达人实际承担优惠金额",
]

PINDUODUO_HEADER = [
    "商品",
    "订单号",
    "订单状态",
    "商品总价(元)",
    "邮费(元)",
    "店铺优惠折扣(元)",
    "平台优惠折扣(元)",
    "多多支付立减金额(元)",
    "用户实付金额(元)",
    "商家实收金额(元)",
    "商品数量(件)",
    "发货时间",
    "确认收货时间",
    "商品id",
    "商品规格",
    "样式ID",
    "商家编码-规格维度",
    "商家编码-商品维度",
    "商家备注",
    "售后状态",
    "快递单号",
    "快递公司",
    "订单成交时间",
]


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def moment(at: dt.datetime | None, shape: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A moment as exports write it; nothing where it has not come."""
    return "" if at is None or at >= MADE_AT else at.strftime(shape)


def as_text(rows: Iterable[Sequence[str]], *, quoted: bool = False) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def row_of(header: Sequence[str], **cells: str) -> Row:
    """A row of a table; cells by header, the rest empty."""
    unknown = set(cells) - {name.strip() for name in header}
    assert not unknown, unknown
    return [cells.get(name.strip(), "") for name in header]


def tmall_orders(world: World, *, newer: bool = False) -> str:
    """ExportOrderList of a Tmall shop: one line an order, ids as formulas, some headers with a trailing space.

    The newer form tells when the customer confirmed the receipt, and what was then paid to the shop.
    """
    header = [*TMALL_HEADER, "支付单号", "支付详情", "确认收货时间", "打款商家金额"] if newer else TMALL_HEADER
    rows = [list(header)]
    for order in reversed(world.exported):
        refunded = order.refunded_by(MADE_AT.date())
        settled = order.settled_at is not None and order.settled_at < MADE_AT
        closed = "买家未付款" if order.paid_at is None else "退款" if order.cancelled else ""
        status = "交易关闭" if closed else "交易成功" if settled else "卖家已发货，等待买家确认"
        cells = {
            "订单编号": f'="{order.number}"',
            "买家应付货款": yuan(order.amount),
            "买家应付邮费": "0.00",
            "总金额": yuan(order.amount),
            "买家实际支付金额": yuan(0 if order.paid_at is None else order.amount - refunded),
            "订单状态": status,
            "收货地址": "浙江省 杭州市 余杭区 样例路1号",
            "联系手机": "'13800000000",
            "订单创建时间": moment(order.ordered_at),
            "订单付款时间": moment(order.paid_at),
            "宝贝标题": "数据线, 充电器" if len(order.parts) > 1 else "充电器",
            "宝贝总数量": str(len(order.parts)),
            "店铺名称": "晴川数码旗舰店",
            "订单关闭原因": closed,
            "退款金额": yuan(refunded),
        }
        if newer and settled:
            early = sum(one.amount for one in order.refunds if order.settled_at and one.at < order.settled_at)
            cells |= {"确认收货时间": moment(order.settled_at), "打款商家金额": yuan(order.amount - early)}
        if newer and order.paid_at is not None:
            cells |= {"支付单号": f"2026{order.number}", "支付详情": f"支付宝 {yuan(order.amount)}"}
        rows.append(row_of(header, **cells))
    return as_text(rows, quoted=True)


def jd_orders(world: World) -> list[Row]:
    """京东订单导出: a line a product, the order's amounts on each."""
    rows = [list(JD_ORDERS_HEADER)]
    for order in world.exported:
        status = "已取消" if order.closed_at else "完成" if moment(order.settled_at) else "等待确认收货"
        for count, part in enumerate(order.parts):
            rows.append(
                row_of(
                    JD_ORDERS_HEADER,
                    订单号=f'="{order.number}"',
                    商品ID=f"1000{count}",
                    商品名称="充电器",
                    订购数量="1",
                    支付方式=order.method,
                    下单时间=moment(order.ordered_at),
                    京东价=yuan(part),
                    订单金额=yuan(order.amount),
                    结算金额=yuan(order.amount),
                    余额支付="0.00",
                    应付金额=yuan(order.amount),
                    订单状态=status,
                    客户地址="浙江杭州余杭区样例路1号",
                    运费金额="0.00",
                    付款确认时间=moment(order.paid_at),
                    订单完成时间="" if order.closed_at else moment(order.settled_at),
                    货号=f"SKU-{count}",
                )
            )
    return rows


def douyin_orders(world: World) -> str:
    """抖店订单导出: a line a sub-order; ids with a tab."""
    rows = [list(DOUYIN_HEADER)]
    for order in world.exported:
        cancelled = "已关闭" if order.closed_at else "已完成" if moment(order.settled_at) else "已发货"
        for count, part in enumerate(order.parts):
            cells = {
                "主订单编号": f"{order.number}\t",
                "子订单编号": f"{order.number}{count}\t",
                "选购商品": "充电器",
                "商品数量": "1",
                "订单应付金额": yuan(part),
                "运费": "0.00",
                "订单提交时间": moment(order.ordered_at),
                "订单完成时间": "" if order.closed_at else moment(order.settled_at),
                "订单状态": cancelled,
                "售后状态": "退款成功" if order.cancelled else "",
                "取消原因": "" if not order.closed_at else "未支付" if order.paid_at is None else "用户退款",
            }
            rows.append(row_of(DOUYIN_HEADER, **cells))
    return as_text(rows)


def pinduoduo_orders(world: World) -> str:
    """拼多多订单导出: one line an order, no time of payment but the deal's."""
    rows = [list(PINDUODUO_HEADER)]
    for order in world.exported:
        done = moment(order.settled_at)
        state = (
            "已取消"
            if order.paid_at is None
            else "未发货，退款成功"
            if order.cancelled
            else "已收货"
            if done
            else "已发货"
        )
        cells = {
            "商品": "充电器",
            "订单号": order.number,
            "订单状态": state,
            "商品总价(元)": yuan(order.amount),
            "用户实付金额(元)": yuan(order.amount),
            "商家实收金额(元)": yuan(order.amount),
            "商品数量(件)": "1",
            "确认收货时间": done,
            "售后状态": "退款成功" if order.cancelled else "无售后或售后取消",
            "订单成交时间": moment(order.paid_at or order.ordered_at),
        }
        rows.append(row_of(PINDUODUO_HEADER, **cells))
    return as_text(rows)
