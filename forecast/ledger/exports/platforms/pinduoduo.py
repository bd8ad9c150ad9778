"""Pinduoduo (拼多多): the order export, and the bill."""

from __future__ import annotations

from forecast.ledger.exports.layouts import (
    Format,
    Movements,
    OrderLines,
    inflow_less_outflow,
    moment,
    money,
    number,
    says,
    text,
    within,
)

_REFUNDED = f"({says('status', '退款成功')} OR {says('after_sales', '退款成功')})"
_UNPAID = says("status", "待付款", "待支付", "未支付", "已取消")
_PAID = f"sent IS NOT NULL OR {_REFUNDED} OR NOT {_UNPAID}"
_WORDS = ("kind", "remark", "description")

FORMATS = (
    Format(
        name="pinduoduo_orders",
        chinese="拼多多订单导出",
        english="Pinduoduo orders",
        gives=("orders", "payments", "closings", "refunds"),
        cells=(
            number("order_id", "订单号", needed=True),
            text("status", "订单状态", needed=True),
            money("paid_by_customer", "用户实付金额(元)", needed=True),
            money("platform_discount", "平台优惠折扣(元)"),
            money("platform_reduction", "多多支付立减金额(元)"),
            moment("ordered_at", "订单成交时间", needed=True),
            moment("paid", "支付时间"),
            moment("sent", "发货时间"),
            text("after_sales", "售后状态"),
            text("method", "支付方式"),
            text("product", "商品id"),
            text("address", "省"),
        ),
        orders=OrderLines(
            amount="paid_by_customer + coalesce(platform_discount, 0) + coalesce(platform_reduction, 0)",
            method="method",
            deducted_at=f"coalesce(paid, CASE WHEN {_PAID} THEN ordered_at END)",
            refunded_amount=f"CASE WHEN {_REFUNDED} THEN paid_by_customer + coalesce(platform_discount, 0)"
            " + coalesce(platform_reduction, 0) END",
            sku="product",
            region="left(address, 2)",
            shut=says("status", "已取消", "已关闭"),
        ),
    ),
    Format(
        name="pinduoduo_orders",
        chinese="拼多多店铺账务明细",
        english="Pinduoduo money movements",
        gives=("settlements", "fees", "refunds"),
        cells=(
            number("order_id", "商户订单号", needed=True),
            moment("moved_at", "发生时间", needed=True),
            money("income", "收入金额（+元）", needed=True),
            money("expense", "支出金额（-元）", needed=True),
            text("kind", "账务类型", needed=True),
            text("remark", "备注"),
            text("description", "业务描述"),
        ),
        movements=(
            Movements(
                amount=inflow_less_outflow("income", "expense"),
                what="concat_ws(' ', kind, description)",
                means={
                    "payment": within(("kind", "description"), "交易收入", "优惠券结算", "订单收入"),
                    "refund": within(("kind", "description"), "退款", "退货"),
                    "withdrawal": within(_WORDS, "提现"),
                    "deposit": within(_WORDS, "保证金"),
                    "fee": within(_WORDS, "服务费", "佣金", "手续费", "多多进宝", "扣款", "赔付", "运费险"),
                    "advertising": within(_WORDS, "推广", "广告", "营销"),
                    "transfer": within(_WORDS, "转账", "充值"),
                },
            ),
        ),
    ),
)
