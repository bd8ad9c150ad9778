"""Why a row of the ledger is bad, in words, by the stable code that ``rejected.csv`` bears."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.plan.model import Language

TIMES = ("ordered_at", "paid_at", "failed_at", "deducted_at", "closed_at", "settled_on", "refunded_on")
MONEY = ("amount", "settled_amount", "refunded_amount")

_OF_ONE: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "wrong_number_of_fields": "该行的栏数与表头不同",
        "order_id_missing": "缺少订单号",
        "order_id_duplicate": "订单号与前面的行重复",
        "channel_missing": "缺少支付渠道",
        "channel_unknown": "计划的 [channels] 中没有这个渠道",
        "ordered_at_missing": "缺少下单时间",
        "amount_missing": "缺少订单金额",
        "failure_cause_unknown": "失败原因须为 integration、validation、risk_control、clearing 或 unknown",
        "failed_at_without_cause": "有失败时间而没有失败原因",
        "paid_before_ordered": "确认付款早于下单",
        "failed_before_ordered": "扣款失败早于下单",
        "deducted_before_ordered": "扣款早于下单",
        "closed_before_ordered": "关闭早于下单",
        "deducted_before_failed": "扣款成功早于首次失败",
        "closed_before_failed": "关闭早于首次失败",
        "deducted_and_closed": "既已扣款又未扣款关闭",
        "settled_before_ordered": "结算早于下单",
        "settled_before_deducted": "结算早于扣款",
        "settled_without_deduction": "没有扣款却已结算",
        "settled_amount_missing": "有结算日而没有结算金额",
        "settled_on_missing": "有结算金额而没有结算日",
        "fee_negative": "结算金额大于订单金额减结算前退款（手续费为负）",
        "refunded_before_ordered": "退款早于下单",
        "refunded_before_deducted": "退款早于扣款",
        "refunded_without_deduction": "没有扣款却有退款",
        "refunded_amount_missing": "有退款日而没有退款金额",
        "refunded_on_missing": "有退款金额而没有退款日",
        "refund_above_amount": "退款金额大于订单金额",
    },
    "en": {
        "wrong_number_of_fields": "the row has more or fewer fields than the header",
        "order_id_missing": "no order id",
        "order_id_duplicate": "an earlier row has the same order id",
        "channel_missing": "no channel",
        "channel_unknown": "no such channel under [channels] of the plan",
        "ordered_at_missing": "no time of order",
        "amount_missing": "no amount",
        "failure_cause_unknown": "write integration, validation, risk_control, clearing or unknown",
        "failed_at_without_cause": "a time of failure without a failure cause",
        "paid_before_ordered": "payment confirmed before the order",
        "failed_before_ordered": "deduction failed before the order",
        "deducted_before_ordered": "deducted before the order",
        "closed_before_ordered": "closed before the order",
        "deducted_before_failed": "deducted before the first failure",
        "closed_before_failed": "closed before the first failure",
        "deducted_and_closed": "both deducted and closed without a deduction",
        "settled_before_ordered": "settled before the order",
        "settled_before_deducted": "settled before the deduction",
        "settled_without_deduction": "settled without a deduction",
        "settled_amount_missing": "a day of settlement without an amount",
        "settled_on_missing": "a settled amount without its day",
        "fee_negative": "settled more than the amount less refunds before settlement (a negative fee)",
        "refunded_before_ordered": "refunded before the order",
        "refunded_before_deducted": "refunded before the deduction",
        "refunded_without_deduction": "refunded without a deduction",
        "refunded_amount_missing": "a day of refund without an amount",
        "refunded_on_missing": "a refunded amount without its day",
        "refund_above_amount": "refunded more than the amount",
    },
}
"""Codes that stand for one thing."""

_OF_TIMES: Mapping[Language, Mapping[str, str]] = {
    "zh": {"unreadable": "不是日期或时间，请写成 2026-10-18 或 2026-10-18 09:30:00"},
    "en": {"unreadable": "no day or time; write 2026-10-18 or 2026-10-18 09:30:00"},
}
"""Endings of codes that begin with the name of a column of times."""

_OF_MONEY: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "not_a_number": "不是数字，请写成 1234.50（不带千分位和货币符号）",
        "negative": "金额为负",
        "not_in_fen": "金额细于一分",
        "too_large": "金额过大",
    },
    "en": {
        "not_a_number": "not a number; write 1234.50, without separators or currency sign",
        "negative": "a negative amount",
        "not_in_fen": "finer than a fen",
        "too_large": "too large an amount",
    },
}
"""Endings of codes that begin with the name of a column of money."""

ENDINGS = frozenset({*_OF_TIMES["en"], *_OF_MONEY["en"]})
"""The endings of codes that begin with a column's name."""


def reasons(language: Language) -> dict[str, str]:
    """The text of every code in a language."""
    return {
        **_OF_ONE[language],
        **{f"{column}_{ending}": text for column in TIMES for ending, text in _OF_TIMES[language].items()},
        **{f"{column}_{ending}": text for column in MONEY for ending, text in _OF_MONEY[language].items()},
    }


def reason_text(language: Language, reason: str) -> str:
    """The text of one code.

    Raises:
        KeyError: There is no such code.
    """
    return reasons(language)[reason]
