"""Payment methods as channels."""

from __future__ import annotations

import pytest

from forecast.ledger.exports.formats import FORMATS
from forecast.starting.methods import PLATFORMS, distinct, key_of, method_of


@pytest.mark.parametrize(
    ("found", "key", "clearing"),
    [
        ("京东白条", "baitiao", "jd_pay"),
        ("白条分期（6期）", "baitiao", "jd_pay"),
        ("花呗分期", "huabei", "alipay"),
        ("微信支付", "wechat", "tenpay"),
        ("支付宝", "alipay", "alipay"),
        ("在线支付", "jd_pay", "jd_pay"),
        ("抖音月付", "douyin_credit", "douyin_pay"),
        ("抖音支付", "douyin", "douyin_pay"),
        ("招商银行信用卡", "card", "unionpay"),
        ("货到付款", "cash_on_delivery", "cash_on_delivery"),
    ],
)
def test_methods_are_known_by_their_words(found: str, key: str, clearing: str) -> None:
    method = method_of(found)
    assert method is not None
    assert (method.key, method.clearing) == (key, clearing)


def test_an_unknown_method_gets_a_key_that_a_command_line_takes() -> None:
    assert key_of("Apple Pay", "jd", 4) == "apple_pay"
    assert key_of("优惠礼品", "jd", 4) == "jd_4"
    assert key_of("7天付", "jd", 5) == "jd_5"


def test_the_second_platform_with_a_method_is_named() -> None:
    assert distinct("wechat", "jd", []) == "wechat"
    assert distinct("wechat", "jd", ["wechat"]) == "jd_wechat"
    assert distinct("wechat", "jd", ["wechat", "jd_wechat"]) == "jd_wechat_2"


def test_platforms_are_formats_that_are_read() -> None:
    assert set(PLATFORMS) <= {one.name for one in FORMATS}
