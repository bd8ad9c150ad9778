"""Alipay (支付宝), merchant: the money movements (账务明细), and the trades (业务明细)."""

from __future__ import annotations

from forecast.ledger.exports.layouts import (
    Footer,
    Format,
    Movements,
    inflow_less_outflow,
    moment,
    money,
    number,
    says,
    text,
    within,
)

_WORDS = ("kind", "remark", "goods", "description")
_FEES = ("佣金", "服务费", "手续费", "返点积分", "淘宝客")
_OTHERWISE = says("kind", "退款", "收费", "提现", "转账")
_PREFIX = "[A-Z][0-9]+P([0-9]+)"
_REMARKED = "nullif(regexp_extract(remark, '(?:^|[^0-9])([0-9]{15,20})(?:[^0-9]|$)', 1), '')"

TAOBAO_NUMBER = (
    f"CASE WHEN number BETWEEN 'A' AND 'ZZ' THEN coalesce(nullif(regexp_extract(number, '^{_PREFIX}$', 1), ''), number)"
    " ELSE number END"
)
"""The number of a Taobao order stands behind a prefix such as T200P; other merchants' numbers are as they are."""

FORMATS = (
    Format(
        name="alipay_bill",
        chinese="支付宝账务明细",
        english="Alipay money movements",
        gives=("settlements", "fees", "refunds", "balance"),
        cells=(
            number("number", "商户订单号", needed=True),
            moment("moved_at", "发生时间", "入账时间", needed=True),
            money("income", "收入金额（+元）", "收入（+元）", "收入金额", needed=True),
            money("expense", "支出金额（-元）", "支出（-元）", "支出金额", needed=True),
            text("kind", "业务类型", needed=True),
            money("balance", "账户余额（元）", "账户余额"),
            text("remark", "备注"),
            text("goods", "商品名称"),
            text("description", "业务描述"),
            number("base", "业务基础订单号"),
            number("business", "业务订单号"),
        ),
        movements=(
            Movements(
                amount=inflow_less_outflow("income", "expense"),
                order_id=f"coalesce({TAOBAO_NUMBER}, base, business, {_REMARKED})",
                other_id=f"coalesce({_REMARKED}, base)",
                what="concat_ws(' ', kind, remark)",
                balance="balance",
                means={
                    "payment": f"income > 0 AND {says('kind', '支付', '交易', '收款')} AND NOT {_OTHERWISE}",
                    "refund": f"{within(('kind', 'description'), '退款', '退货')} AND NOT {says('remark', *_FEES)}",
                    "withdrawal": within(("kind", "remark"), "提现"),
                    "deposit": within(_WORDS, "保证金"),
                    "advertising": within(_WORDS, "推广", "直通车", "千川", "钻展", "引力魔方", "万相台", "广告"),
                    "fee": f"{says('kind', '收费', '退费')} OR {within(_WORDS, *_FEES)}",
                    "transfer": says("kind", "转账", "充值", "红包"),
                },
            ),
        ),
        footers=(
            Footer(
                "收入合计",
                "income <> 0",
                "income",
                pattern="收入合计[：:](?P<count>[0-9]+)笔[，,]共(?P<yuan>[-0-9.,]+)元",
            ),
            Footer(
                "支出合计",
                "expense <> 0",
                "abs(expense)",
                pattern="支出合计[：:](?P<count>[0-9]+)笔[，,]共(?P<yuan>[-0-9.,]+)元",
            ),
        ),
    ),
    Format(
        name="alipay_bill",
        chinese="支付宝业务明细",
        english="Alipay trades",
        gives=("settlements", "fees", "refunds"),
        cells=(
            number("trade", "支付宝交易号", needed=True),
            number("number", "商户订单号", needed=True),
            text("kind", "业务类型", needed=True),
            moment("moved_at", "完成时间", needed=True),
            money("received", "商家实收（元）", needed=True),
            money("charged", "服务费（元）"),
            text("remark", "备注"),
        ),
        movements=(
            Movements(
                amount=f"CASE WHEN {says('kind', '退款')} THEN -abs(received) ELSE received END",
                order_id=TAOBAO_NUMBER,
                other_id=_REMARKED,
                means={"refund": says("kind", "退款"), "payment": says("kind", "交易", "支付", "收款")},
            ),
            Movements(
                amount=f"CASE WHEN {says('kind', '退款')} THEN abs(charged) ELSE -abs(charged) END",
                order_id=TAOBAO_NUMBER,
                other_id=_REMARKED,
                means={"fee": "true"},
                where="charged <> 0",
            ),
        ),
        footers=(
            Footer(
                "交易合计",
                f"NOT {says('kind', '退款')}",
                "received",
                pattern="交易合计[：:](?P<count>[0-9]+)笔[，,]商家实收共(?P<yuan>[-0-9.,]+)元",
            ),
        ),
    ),
)
