"""Headings of what-ifs: changes as typed, tables in words."""

from __future__ import annotations

from dataclasses import replace

from stress_shop import shop_plan

from forecast.plan.reading import scenario_from_settings
from forecast.plan.terms import LONGEST_TEXT

SHIFT = 'shift=[{from="baitiao",to="wechat",share=0.3,lost=5%}]'
OUTAGES = 'outages=[{clearing="jd_pay",start=2026-10-21,days=3,share=50%},{channel="wechat",start=2026-10-22,days=1}]'


def test_tables_are_said_in_words() -> None:
    plan = shop_plan()
    baitiao, wechat = (one.label for one in plan.channels.values())
    clearing = plan.channels["baitiao"].clearing
    settings = ["volume=1.4", SHIFT, OUTAGES.replace("jd_pay", clearing)]
    told = scenario_from_settings(replace(plan, language="en"), settings).label
    assert told == (
        f"volume=1.4, 30% of the orders of {baitiao} move to {wechat}, 5% of them lost, "
        f"3-day outage of {clearing} from 2026-10-21, 50% of first deductions, 1-day outage of {wechat} from 2026-10-22"
    )
    told = scenario_from_settings(replace(plan, language="zh"), settings).label
    assert f"{wechat} 2026-10-22 起中断 1 天" in told


def test_a_heading_is_no_longer_than_a_label_and_never_empty() -> None:
    plan = shop_plan()
    many = [f"flop.double11=0.{'5' * 20_000}"]
    assert len(scenario_from_settings(plan, many).label) == LONGEST_TEXT
    assert scenario_from_settings(plan, [], name="x").label == "x"
    assert scenario_from_settings(plan, ["volume=2"], label="Hot").label == "Hot"
    assert scenario_from_settings(plan, ["volume=2", 'label="Own"'], label="Hot").label == "Own"
