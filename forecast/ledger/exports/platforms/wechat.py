"""WeChat Pay (微信支付), merchant: the bill of trades, newer and older, and the bill of funds."""

from __future__ import annotations

from forecast.ledger.exports.layouts import (
    Footer,
    Format,
    Movements,
    OrderLines,
    by_direction,
    currency,
    moment,
    money,
    number,
    rounded,
    says,
    text,
)

_PAID = "coalesce(state, '') = 'SUCCESS'"
_BACK = "coalesce(state, '') IN ('REFUND', 'REVOKED')"

FORMATS = (
    Format(
        name="wechat_bill",
        chinese="微信支付交易账单",
        english="WeChat Pay trades",
        gives=("payments", "fees", "refunds"),
        cells=(
            moment("moved_at", "交易时间", needed=True),
            number("order_id", "商户订单号", needed=True),
            text("state", "交易状态", needed=True),
            money("amount", "应结订单金额", "总金额", needed=True),
            rounded("fee", "手续费", needed=True),
            money("refunded", "退款金额", needed=True),
            text("goods", "商品名称"),
            currency("货币种类"),
        ),
        orders=OrderLines(
            ordered_at="moved_at",
            deducted_at="moved_at",
            method="'微信支付'",
            fee="fee",
            is_payment=True,
            where=_PAID,
        ),
        movements=(
            Movements(
                amount="-abs(refunded)",
                what="concat_ws(' ', state, goods)",
                means={"refund": _BACK},
                where=f"NOT ({_PAID})",
            ),
            Movements(amount="abs(fee)", what="state", means={"fee": "true"}, where=f"{_BACK} AND fee <> 0"),
        ),
        footers=(
            Footer("总交易单数", "true", row="总交易单数"),
            Footer("应结订单总金额", "true", "amount", row="应结订单总金额"),
            Footer("总交易额", "true", "amount", row="总交易额"),
            Footer("退款总金额", "true", "refunded", row="退款总金额"),
            Footer("总退款金额", "true", "refunded", row="总退款金额"),
        ),
    ),
    Format(
        name="wechat_bill",
        chinese="微信支付资金账单",
        english="WeChat Pay funds",
        gives=("settlements", "fees", "refunds", "balance"),
        cells=(
            moment("moved_at", "记账时间", needed=True),
            number("order_id", "业务凭证号", needed=True),
            text("kind", "业务类型", "业务名称", needed=True),
            text("direction", "收支类型", needed=True),
            money("found", "收支金额(元)", needed=True),
            money("balance", "账户结余(元)"),
            text("remark", "备注"),
        ),
        movements=(
            Movements(
                amount=by_direction("found", outflow=says("direction", "支出"), inflow=says("direction", "收入")),
                what="concat_ws(' ', kind, remark)",
                balance="balance",
                means={
                    "withdrawal": says("kind", "提现"),
                    "fee": says("kind", "手续费", "服务费"),
                    "refund": says("kind", "退款"),
                    "deposit": says("kind", "保证金"),
                    "transfer": says("kind", "转账", "充值", "付款"),
                    "payment": says("kind", "交易"),
                },
            ),
        ),
        footers=(
            Footer("资金流水总笔数", "true", row="资金流水总笔数"),
            Footer("收入金额", says("direction", "收入"), "abs(found)", row="收入金额"),
            Footer("支出金额", says("direction", "支出"), "abs(found)", row="支出金额"),
        ),
    ),
)
