"""Bank statements, with the headers that Chinese banks use: two columns of money, or one with a sign or a flag."""

from __future__ import annotations

from forecast.ledger.exports.layouts import (
    Cell,
    Format,
    Movements,
    currency,
    inflow_less_outflow,
    moment,
    money,
    says,
    text,
)

_SHARED: tuple[Cell, ...] = (
    moment("day", "交易日期", "记账日期", "入账日期", "交易日", "记账时间", "交易时间", "日期", needed=True),
    text("clock", "交易时间", "记账时间"),
    money("balance", "余额", "账户余额", "交易后余额", "账户余额（元）", "余额（元）", "当前余额", "本次余额"),
    text("partner", "对方户名", "对方账户名称", "对方名称", "对方单位名称", "收/付款方名称", "交易对手", "对手户名"),
    currency("币种", "货币", "交易币种"),
    text("summary", "摘要", "用途", "交易摘要", "附言", "摘要/用途", "备注"),
)
_AT = r"""CASE WHEN CAST(day AS DATE) = day AND regexp_matches(clock, '^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$')
    AND try_cast(clock AS TIME) IS NOT NULL THEN day + CAST(clock AS INTERVAL) ELSE day END"""


def _movements(amount: str) -> tuple[Movements, ...]:
    return (
        Movements(
            amount=amount,
            at=_AT,
            order_id="NULL",
            what="concat_ws(' ', partner, summary)",
            balance="balance",
            means={},
        ),
    )


def _statement(amount: str, *cells: Cell) -> Format:
    return Format(
        name="bank_statement",
        chinese="银行流水",
        english="Bank statement",
        gives=("balance", "flows"),
        cells=(*_SHARED, *cells),
        movements=_movements(amount),
    )


FORMATS = (
    _statement(
        inflow_less_outflow("income", "expense"),
        money(
            "income",
            "收入",
            "收入金额",
            "贷方发生额",
            "贷方金额",
            "贷方",
            "存入",
            "存入金额",
            "转入金额",
            "收入(元)",
            needed=True,
        ),
        money(
            "expense",
            "支出",
            "支出金额",
            "借方发生额",
            "借方金额",
            "借方",
            "支取",
            "支取金额",
            "转出金额",
            "支出(元)",
            needed=True,
        ),
    ),
    _statement(
        f"CASE WHEN flag IN ('借', 'D', 'DR') OR {says('flag', '借方', '支出', '支取', '转出')} THEN -abs(found)"
        f" WHEN flag IN ('贷', 'C', 'CR') OR {says('flag', '贷方', '收入', '存入', '转入')} THEN abs(found) END",
        money("found", "交易金额", "发生额", "金额", "交易金额（元）", needed=True),
        text("flag", "借贷标志", "借贷标识", "借贷方向", "收支方向", "收支标志", "收/支", "收支", needed=True),
    ),
    _statement("found", money("found", "交易金额", "发生额", "金额", "交易金额（元）", needed=True)),
)
