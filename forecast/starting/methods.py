"""Payment methods and platforms as channels: their keys, who clears them, and what is assumed where no file tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay: the words by which it is known, its key in a plan, and the clearing name of the payer."""

    words: tuple[str, ...]
    key: str
    clearing: str


METHODS = (
    Method(("白条", "baitiao"), "baitiao", "jd_pay"),
    Method(("花呗", "信用购", "huabei"), "huabei", "alipay"),
    Method(("抖音月付", "放心花"), "douyin_credit", "douyin_pay"),
    Method(("先用后付", "月付"), "pay_later", "pay_later"),
    Method(("货到付款",), "cash_on_delivery", "cash_on_delivery"),
    Method(("微信", "财付通", "wechat"), "wechat", "tenpay"),
    Method(("支付宝", "alipay"), "alipay", "alipay"),
    Method(("云闪付", "银联", "unionpay"), "unionpay", "unionpay"),
    Method(("信用卡", "银行卡", "储蓄卡", "借记卡", "网银", "快捷"), "card", "unionpay"),
    Method(("数字人民币",), "e_cny", "e_cny"),
    Method(("公司转账", "对公", "转账", "汇款"), "bank_transfer", "bank_transfer"),
    Method(("抖音支付", "抖音"), "douyin", "douyin_pay"),
    Method(("多多支付", "拼多多"), "pinduoduo", "pinduoduo"),
    Method(("京东支付", "京东钱包", "小金库", "在线支付"), "jd_pay", "jd_pay"),
)
"""The first that fits counts; what pays on credit stands before the wallet that it is paid by."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of a platform where no file tells: the share it keeps, and the days until it pays."""

    key: str
    clearing: str
    fee_rate: float
    settlement_days: int


PLATFORMS = {
    "tmall_orders": Assumed("tmall", "alipay", 0.05, 10),
    "jd_orders": Assumed("jd", "jd_pay", 0.06, 7),
    "douyin_orders": Assumed("douyin", "douyin_pay", 0.05, 10),
    "pinduoduo_orders": Assumed("pinduoduo", "pinduoduo", 0.006, 10),
    "wechat_bill": Assumed("wechat", "tenpay", 0.006, 1),
    "alipay_bill": Assumed("alipay", "alipay", 0.006, 1),
    "ledger": Assumed("shop", "shop", 0.006, 7),
}
"""By the format of the file that shows a channel's orders; the rates are those usual of the platforms, and cautious."""

OTHER = Assumed("shop", "shop", 0.03, 7)
"""Of a format that is not among them."""

REFUND_DAYS = 5
"""Assumed days from payment to refund, where refunds have no date."""

UNPAID_AFTER_HOURS = 48
"""Assumed hours after which an order that is still unpaid is closed, where no file tells."""


def method_of(found: str) -> Method | None:
    """The method that a payment method, as found in a file, is known as."""
    words = found.casefold()
    return next((method for method in METHODS if any(word in words for word in method.words)), None)


def key_of(found: str, platform: str, number: int) -> str:
    """A key for a payment method: the known one, else its Latin letters, else the platform's name and a number."""
    if known := method_of(found):
        return known.key
    letters = re.sub(r"[^a-z0-9]+", "_", found.casefold()).strip("_")
    return letters if re.match("[a-z]", letters) else f"{platform}_{number}"


def distinct(key: str, platform: str, taken: Iterable[str]) -> str:
    """The key itself, or with the platform before it where another platform has it already."""
    others = set(taken)
    wanted = [key, f"{platform}_{key}", *(f"{platform}_{key}_{n}" for n in range(2, 1000))]
    return next(one for one in wanted if one not in others)
