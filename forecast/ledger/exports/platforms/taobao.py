"""Taobao and Tmall: the order export, in its older and its newer form."""

from __future__ import annotations

from forecast.ledger.exports.layouts import Format, OrderLines, moment, money, number, says, text

FORMATS = (
    Format(
        name="tmall_orders",
        chinese="天猫/淘宝订单导出",
        english="Tmall and Taobao orders",
        gives=("orders", "payments", "closings", "refunds", "settlements"),
        cells=(
            number("order_id", "订单编号", "主订单编号", needed=True),
            money("amount", "总金额", needed=True),
            moment("ordered_at", "订单创建时间", needed=True),
            moment("paid", "订单付款时间", needed=True),
            text("status", "订单状态"),
            moment("closed", "订单关闭时间"),
            money("refunded", "退款金额"),
            moment("received", "确认收货时间"),
            money("paid_out", "打款商家金额"),
            text("method", "支付方式"),
            text("shop", "店铺名称"),
            text("address", "收货地址"),
        ),
        orders=OrderLines(
            shop="shop",
            method="method",
            deducted_at="paid",
            closed_at="closed",
            settled_on="CASE WHEN paid_out > 0 THEN received END",
            settled_amount="CASE WHEN received IS NOT NULL AND paid_out > 0 THEN paid_out END",
            refunded_amount="nullif(refunded, 0)",
            region="split_part(address, ' ', 1)",
            shut=says("status", "交易关闭", "已关闭", "已取消"),
        ),
    ),
)
