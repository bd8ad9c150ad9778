"""What scenarios change, in the reader's words."""

from __future__ import annotations

import pytest
from result_example import example_result

from forecast.outputs.changes import in_words
from forecast.outputs.figures import Figures

ZH, EN = (Figures.of(example_result(language)) for language in ("zh", "en"))


@pytest.mark.parametrize(
    ("line", "chinese", "english"),
    [
        ("volume = 0.3", "销量为平常的 0.3 倍", "sales × 0.3"),
        ("planned_volume.double11 = 1", "双11备货按平常销量的 1 倍", "purchases for Double 11 planned for sales × 1"),
        ("failure_rate.baitiao = 0.1", "京东白条失败率 10%", "failure rate of JD Baitiao 10%"),
        (
            "recovery.baitiao.clearing = 0.4",
            "京东白条补扣成功率 40%（资金通道）",
            "recovery of JD Baitiao 40% (Clearing)",
        ),
        ("settlement_delay.card = 2", "银行卡结算晚 2 个出款日", "Bank card settles 2 payout days later"),
        ("flows.payroll = 1.5", "工资为计划的 1.5 倍", "Payroll × 1.5"),
        ("opening_balance = 50000", "期初余额 50,000 元", "Opening balance CNY 50,000"),
        ("opening_balance = …", "期初余额 …", "Opening balance …"),  # in a report without amounts
        ("confidence = 0.9", "置信度 90%", "Confidence 90%"),
        ("facilities.bank_line.limit = 20000", "循环授信额度 20,000 元", "Revolver: Limit CNY 20,000"),
        ("facilities.bank_line.signed = true", "循环授信已签约 是", "Revolver: Signed yes"),
        ("facilities.bank_line.annual_rate = 0.0345", "循环授信年利率 3.45%", "Revolver: Annual rate 3.45%"),
        (
            'facilities.receivables_finance.channels = ["baitiao", "card"]',
            "应收账款融资适用渠道 京东白条、银行卡",
            "Receivables finance: Channels JD Baitiao, Bank card",
        ),
        (
            "costs.stock.days_after = -30",
            "备货采购下单后多少天付款（负数为提前） -30",
            "Stock: Paid so many days after the order (negative: before) -30",
        ),
        (
            "outage: clearing = jd_pay, start = 2026-11-11, days = 3, share = 0.5, cause = validation",
            "京东支付 2026-11-11 起中断 3 天（50% 的扣款失败）（订单校验）",
            "3-day outage of JD Pay from 2026-11-11, 50% of first deductions (Order validation)",
        ),
        (
            "shift: baitiao → wechat, share = 0.3, lost = 0.1",
            "京东白条的订单 30% 改用微信分期（其中 10% 流失）",
            "30% of the orders of JD Baitiao move to WeChat instalments, 10% of them lost",
        ),
        ("unheard of", "unheard of", "unheard of"),
    ],
)
def test_a_change_is_told_in_words_with_the_readers_names(line: str, chinese: str, english: str) -> None:
    assert in_words(line, ZH).replace("\u00a0", " ") == chinese
    assert in_words(line, EN).replace("\u00a0", " ") == english


def test_no_change_of_any_scenario_shows_a_key_of_the_plan() -> None:
    told = [in_words(one, EN) for shown in example_result("en").scenarios.values() for one in shown.changes]
    assert len(told) > 5
    assert [one for one in told if "_" in one or " = " in one] == []
