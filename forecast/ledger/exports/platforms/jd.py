"""JD (京东): the order export, a line a product, and the settlement, several lines an order."""

from __future__ import annotations

from forecast.ledger.exports.layouts import (
    Format,
    Movements,
    OrderLines,
    by_direction,
    currency,
    moment,
    money,
    number,
    says,
    text,
)

_SHUT = says("status", "取消", "删除", "关闭")
_OUT = says("direction", "支出", "应付")
_WAITS = says("state", "未结算", "待结算", "结算中", "未到账", "冻结")
_GOODS = f"({says('item', '货款')} AND NOT {says('item', '售后', '退货', '退款')})"
_OF_ORDER = f"(document IS NOT NULL AND NOT {says('document', '售后', '退', '取消')} AND after_sales IS NULL)"
_ARRIVED = "coalesce(arrived, settled_at, billed_on)"
"""Goods paid back on an order's own document are a payment reversed, to be booked anew; on an after-sales document, or
where no document is told, they are a refund."""

FORMATS = (
    Format(
        name="jd_orders",
        chinese="京东订单导出",
        english="JD orders",
        gives=("orders", "payments", "closings"),
        cells=(
            number("order_id", "订单号", "订单编号", needed=True),
            moment("ordered_at", "下单时间", "订单下单时间", needed=True),
            text("method", "支付方式", needed=True),
            money("payable", "应付金额"),
            money("from_balance", "余额支付"),
            money("settled", "结算金额"),
            money("total", "订单金额", needed=True),
            text("status", "订单状态"),
            moment("paid", "付款确认时间", "付款时间"),
            moment("completed", "订单完成时间"),
            text("product", "商品ID", "商品编号"),
            text("shop", "店铺名称", "店铺号"),
            text("address", "客户地址"),
        ),
        orders=OrderLines(
            amount="coalesce(payable + coalesce(from_balance, 0), settled, total)",
            part_id="product",
            shop="shop",
            method="method",
            deducted_at=f"coalesce(paid, CASE WHEN NOT {_SHUT} THEN completed END)",
            sku="product",
            region="left(address, 2)",
            shut=_SHUT,
        ),
    ),
    Format(
        name="jd_settlement",
        chinese="京东订单结算明细",
        english="JD settlement by order",
        gives=("settlements", "fees", "refunds"),
        cells=(
            number("order_id", "订单编号", "订单号", needed=True),
            text("item", "费用项", "费用名称", needed=True),
            money("found", "金额", "应结金额", needed=True),
            text("direction", "收支方向", "商家应收/应付", needed=True),
            moment("arrived", "到账时间"),
            moment("settled_at", "费用结算时间"),
            moment("billed_on", "账单日期", "对账日期"),
            moment("expected", "预计结算时间"),
            text("state", "结算状态"),
            currency("币种"),
            number("parent", "父单号"),
            text("document", "单据类型"),
            number("after_sales", "售后服务单号"),
        ),
        movements=(
            Movements(
                amount=by_direction("found", outflow=_OUT, inflow=says("direction", "收入", "应收")),
                at=f"CASE WHEN NOT {_WAITS} THEN {_ARRIVED} END",
                other_id="parent",
                what="item",
                pending=f"{_WAITS} OR ({_ARRIVED} IS NULL AND expected IS NOT NULL)",
                means={
                    "payment": f"{_GOODS} AND {_OF_ORDER}"
                    f" OR found >= 0 AND NOT {_OUT} AND {says('item', '货款', '运费', '补贴', '优惠')}",
                    "refund": f"{says('item', '货款', '售后', '退货', '退款')} AND NOT {says('item', '赔付', '费')}",
                    "withdrawal": says("item", "提现"),
                    "deposit": says("item", "保证金"),
                    "advertising": says("item", "推广", "广告", "京准通", "快车"),
                    "fee": says("item", "佣金", "费", "京豆", "积分", "赔付", "返佣", "扣款", "罚"),
                },
            ),
        ),
    ),
)
