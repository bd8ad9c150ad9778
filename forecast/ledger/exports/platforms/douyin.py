"""Douyin shops (抖店): the order export, a line a product, and the money movements."""

from __future__ import annotations

from forecast.ledger.exports.layouts import (
    Format,
    Movements,
    OrderLines,
    by_direction,
    moment,
    money,
    number,
    says,
    text,
    within,
)

_REFUNDED = says("after_sales", "退款成功", "已全额退款")
_SHUT = f"({says('status', '关闭', '取消')} OR cancelled IS NOT NULL)"
_WORDS = ("scene", "charge")

FORMATS = (
    Format(
        name="douyin_orders",
        chinese="抖店订单导出",
        english="Douyin orders",
        gives=("orders", "payments", "closings", "refunds"),
        cells=(
            number("order_id", "主订单编号", needed=True),
            number("part", "子订单编号", needed=True),
            money("amount", "订单应付金额", needed=True),
            moment("ordered_at", "订单提交时间", needed=True),
            text("status", "订单状态", needed=True),
            text("after_sales", "售后状态"),
            text("cancelled", "取消原因"),
            moment("paid", "支付完成时间", "支付时间"),
            moment("sent", "发货时间"),
            text("method", "支付方式"),
            text("code", "商家编码"),
            text("address", "省", "详细地址"),
        ),
        orders=OrderLines(
            part_id="part",
            method="method",
            deducted_at=f"coalesce(paid, CASE WHEN sent IS NOT NULL OR {_REFUNDED}"
            f" OR NOT ({_SHUT} OR {says('status', '待支付', '待付款', '未支付')}) THEN ordered_at END)",
            refunded_amount=f"CASE WHEN {_REFUNDED} THEN amount END",
            sku="code",
            region="left(address, 2)",
            of_order=False,
            shut=_SHUT,
        ),
    ),
    Format(
        name="douyin_orders",
        chinese="抖店动账明细",
        english="Douyin money movements",
        gives=("settlements", "fees", "refunds"),
        cells=(
            moment("moved_at", "动账时间", needed=True),
            number("order_id", "订单号", needed=True),
            number("part", "子订单号"),
            text("direction", "动账方向", needed=True),
            money("found", "动账金额", needed=True),
            text("scene", "动账场景", needed=True),
            text("charge", "计费类型"),
        ),
        movements=(
            Movements(
                amount=by_direction(
                    "found", outflow=says("direction", "出账", "支出"), inflow=says("direction", "入账", "收入")
                ),
                other_id="part",
                what="concat_ws(' ', scene, charge)",
                means={
                    "withdrawal": within(_WORDS, "提现"),
                    "deposit": within(_WORDS, "保证金"),
                    "advertising": within(_WORDS, "千川", "推广充值", "广告"),
                    "refund": says("scene", "退款", "退货"),
                    "fee": within(_WORDS, "服务费", "佣金", "手续费", "运费险", "赔付", "扣款"),
                    "payment": says("scene", "货款", "结算", "订单"),
                    "transfer": within(_WORDS, "转账", "充值"),
                },
            ),
        ),
    ),
)
