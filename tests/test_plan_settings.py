"""What ``--set`` may say of a what-if, and what it may not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from plan_examples import SMALL

from forecast.errors import InputError
from forecast.plan.model import Outage, StatedRate, TermChange
from forecast.plan.reading import load_plan, scenario_from_settings
from forecast.plan.settings import changes_of, with_fractions

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan, Scenario

FACILITIES = """
[[facilities]]
name = "line"
kind = "revolver"
limit = 9_000.00
annual_rate = 0.05
drawn = 500
[[facilities]]
name = "pool"
kind = "receivables"
advance_rate = 0.8
annual_rate = 0.06
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A plan with two channels, a promotion, two categories of flows, and two facilities."""
    (tmp_path / "orders.csv").touch()
    flows = "date,amount,category\n2026-10-20,-5,stock\n2026-10-21,-5,货款\n"
    (tmp_path / "flows.csv").write_text(flows, encoding="utf-8")
    text = SMALL.replace("opening_balance = 1000", 'opening_balance = 1000\nother_flows = "flows.csv"')
    (tmp_path / "plan.toml").write_text(text + FACILITIES, encoding="utf-8")
    return load_plan(tmp_path / "plan.toml")


def made(plan: Plan, *settings: str) -> Scenario:
    return scenario_from_settings(plan, settings)


def problems(plan: Plan, *settings: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        made(plan, *settings)
    return [str(problem).removeprefix("--set: ") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("value", "fraction"),
    [
        ("8%", "0.08"),
        ("8 %", "0.08"),
        ("0.6％", "0.006"),
        ("140%", "1.4"),
        ("100%", "1.0"),
        ("1_000%", "10.0"),
        ("{ clearing = 1%, validation = 2.5% }", "{ clearing = 0.01, validation = 0.025 }"),
        ('[{channel="8% off",days=3,share=50%}]', '[{channel="8% off",days=3,share=0.5}]'),
        ("0.08", "0.08"),
    ],
)
def test_per_cent_is_a_fraction_outside_quotes(value: str, fraction: str) -> None:
    assert with_fractions(value) == fraction


def test_rates_without_a_channel_are_those_of_every_channel(plan: Plan) -> None:
    both = {"baitiao": StatedRate(0.08), "wechat": StatedRate(0.08)}
    assert made(plan, "failure_rate=8%").failure_rate == both
    assert made(plan, "recovery=8%").recovery == both
    scenario = made(plan, "refund_rate=0.1", "fee_rate=0.6%", "settlement_delay=2")
    assert scenario.refund_rate == {"baitiao": 0.1, "wechat": 0.1}
    assert scenario.fee_rate == {"baitiao": 0.006, "wechat": 0.006}
    assert scenario.settlement_delay == {"baitiao": 2, "wechat": 2}
    by_cause = StatedRate(by_cause={"clearing": 0.01})
    assert made(plan, "failure_rate.clearing=1%").failure_rate == {"baitiao": by_cause, "wechat": by_cause}


def test_a_channel_that_is_named_goes_before_all_whichever_comes_first(plan: Plan) -> None:
    wanted = {"baitiao": 0.3, "wechat": 0.1}
    assert made(plan, "refund_rate=0.1", "refund_rate.baitiao=0.3").refund_rate == wanted
    assert made(plan, "refund_rate.baitiao=0.3", "refund_rate=0.1").refund_rate == wanted


def test_a_wrong_rate_for_every_channel_is_told_once(plan: Plan) -> None:
    assert problems(plan, "failure_rate=8") == [
        "failure_rate: is 8; write a fraction from 0 to 1 (0.05 for 5 %); 8 % is 0.08"
    ]
    assert problems(plan, "refund_rate=true") == ["refund_rate: is true; write a fraction from 0 to 1 (0.05 for 5 %)"]


def test_balances_are_set(plan: Plan) -> None:
    scenario = made(plan, "opening_balance=-250.5", "minimum_balance=700")
    assert (scenario.opening_balance, scenario.minimum_balance) == (-250.5, 700.0)
    assert made(plan, "volume=2").opening_balance is None
    assert problems(plan, "minimum_balance=-1", "opening_balance=0.001") == [
        "opening_balance: 0.001 has a part of a fen; write yuan with at most two decimals, such as 1200.50",
        "minimum_balance: is -1; write an amount of yuan 0 or more",
    ]


def test_a_category_in_chinese_needs_no_quotes(plan: Plan) -> None:
    assert made(plan, "flows.货款=140%").flows == {"货款": 1.4}
    assert made(plan, 'flows."货款"=0').flows == {"货款": 0.0}
    assert problems(plan, "flows.rent=2") == [
        'flows.rent: "rent" is no category of the other flows after as_of; there are: stock, 货款'
    ]


def test_a_term_changes_its_facility_and_no_other(plan: Plan) -> None:
    scenario = made(plan, "facilities.line.limit=12000", "facilities.line.annual_rate=8%", "facilities.pool.limit=1")
    assert scenario.facilities is not None
    line, pool = scenario.facilities
    assert (line.limit, line.annual_rate, line.drawn, line.signed) == (12_000.0, 0.08, 500.0, True)
    assert (pool.limit, pool.advance_rate, pool.channels) == (1.0, 0.8, ("baitiao", "wechat"))
    assert scenario.terms[:2] == (TermChange("line", "limit", 12000), TermChange("line", "annual_rate", 0.08))
    only = made(plan, "facilities.line.signing_days=3").facilities
    assert only is not None
    assert only[1] == plan.facilities[1]


def test_terms_keep_to_the_rules_of_their_facility(plan: Plan) -> None:
    assert problems(plan, "facilities.line.limit=400") == [
        "facilities.line.drawn: is 500.0, above limit = 400.0; write at most the limit"
    ]
    assert problems(plan, "facilities.line.tenor_days=30")[0].startswith("facilities.line.tenor_days: is a term of")
    assert problems(plan, 'facilities.pool.channels=["card"]') == [
        'facilities.pool.channels[1]: "card" is no channel of the plan; write one of baitiao, wechat'
    ]
    assert problems(plan, 'facilities.line.kind="overdraft"') == [
        "facilities.line.kind: tells which facility it is; change another term"
    ]
    assert problems(plan, "facilities.lime.limit=1") == [
        'facilities.lime: "lime" is no facility of the plan; write "line"'
    ]
    assert problems(plan, "facilities.line=1")[0].startswith("facilities.line: is 1; name the key that changes")


def test_tables_of_toml_are_read(plan: Plan) -> None:
    scenario = made(plan, 'outages=[{clearing="jd_pay",start=2026-11-11,days=3,share=50%}]', 'label="worst"')
    assert scenario.outages == (Outage(dt.date(2026, 11, 11), 3, share=0.5, clearing="jd_pay"),)
    assert scenario.label == "worst"
    assert made(plan, "volume=2", "failure_rate=8%").label == "volume=2, failure_rate=8%"


def test_every_setting_that_is_wrong_is_told(plan: Plan) -> None:
    form = "; write KEY=VALUE, such as failure_rate.baitiao=0.08"
    assert problems(plan, "volume", "=2", "recovery=", "volume=2", "volume=3") == [
        f'volume: is "volume"{form}',
        f'is "=2"{form}',
        f'recovery: is "recovery="{form}',
        "volume: is set twice; write it once",
    ]
    assert problems(plan, "volume=soon") == [
        'volume: is "soon"; write a number from 0 to 1000, or volume.<event or channel> = 1.4'
    ]


def test_a_word_needs_no_quotes_where_a_text_is_wanted(plan: Plan) -> None:
    scenario = made(plan, "facilities.line.day_count=act/360", "facilities.line.interest_due=maturity", "label=worst")
    assert scenario.terms == (
        TermChange("line", "day_count", "act/360"),
        TermChange("line", "interest_due", "maturity"),
    )
    assert scenario.label == "worst"
    assert problems(plan, "facilities.line.kind=overdraft") == [
        "facilities.line.kind: tells which facility it is; change another term"
    ]
    assert problems(plan, "facilities.line.day_count=ACT/360") == [
        'facilities.line.day_count: is "ACT/360"; write "act/360"'
    ]


@pytest.mark.parametrize("value", ["1.4x", "{ 1 }", "[1", "2 3", "'a", "soon", "[baitiao]", "1 = 2", "3万", "”a”"])
def test_what_cannot_be_read_is_shown_at_most_once_and_without_the_name_of_the_language(plan: Plan, value: str) -> None:
    (problem,) = problems(plan, f"facilities.line.annual_rate={value}")
    assert problem.split(";")[0].count(value) <= 1
    assert "TOML" not in problem


def test_per_cent_out_of_range_is_shown_as_written(plan: Plan) -> None:
    assert problems(plan, "facilities.line.annual_rate=200%") == [
        "facilities.line.annual_rate: is 200%; write a fraction from 0 to 1 (0.05 for 5 %)"
    ]
    assert problems(plan, "opening_balanse=3") == ['opening_balanse: is no key of a plan here; write "opening_balance"']


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("flows.stock=+20%", "flows.stock: is +20%; a multiple is no change by so much: write 120% or 1.2"),
        ("volume=-40%", "volume: is -40%; a multiple is no change by so much: write 60% or 0.6"),
        ("flows={stock=＋2.5％}", "flows: is ＋2.5％; a multiple is no change by so much: write 102.5% or 1.025"),
        ("opening_balance=+500", "opening_balance: is +500; a what-if sets the value itself and adds nothing"),
        ("fee_rate.wechat=+0.2%", "fee_rate.wechat: is +0.2%; a what-if sets the value itself and adds nothing"),
    ],
)
def test_what_reads_as_an_increase_is_refused(plan: Plan, setting: str, told: str) -> None:
    (problem,) = problems(plan, setting)
    assert problem.startswith(told)


def test_a_multiple_in_per_cent_a_delay_and_a_negative_balance_are_as_written(plan: Plan) -> None:
    assert made(plan, "flows.stock=20%").flows == {"stock": 0.2}
    assert made(plan, "settlement_delay.baitiao=+2").settlement_delay == {"baitiao": 2}
    assert made(plan, "opening_balance=-500", 'label="+5% on all"').opening_balance == -500.0


def test_per_cent_of_money_is_refused(plan: Plan) -> None:
    assert problems(plan, "opening_balance=10%", "facilities.pool.limit=150%") == [
        "opening_balance: is 10%; write an amount of yuan: per cent say no amount",
        "facilities.pool.limit: is 150%; write an amount of yuan 0 or more: per cent say no amount",
    ]


def test_a_limit_of_nothing_asks_for_a_facility_withdrawn_whatever_its_smallest_drawing(plan: Plan) -> None:
    scenario = made(plan, "facilities.pool.limit=0", "facilities.line.drawn=0", "facilities.line.limit=0")
    assert [one.limit for one in scenario.facilities or ()] == [0.0, 0.0]
    drawn = problems(plan, "facilities.line.limit=0")
    assert drawn == ["facilities.line.drawn: is 500.0, above limit = 0.0; write at most the limit"]
    assert made(plan, "facilities.line.drawn=0", "facilities.line.minimum_draw=9", "facilities.line.limit=0").facilities


def test_what_is_asked_in_a_wrong_form_is_shown_as_the_command_line_takes_it(plan: Plan) -> None:
    outage = 'outages=[{clearing="jd_pay",start=2026-11-11,days=3}]'
    assert problems(plan, "outages=jd_pay") == [f'outages: is "jd_pay"; write a list of tables in braces: {outage}']
    assert problems(plan, "facilities.line=0") == [
        "facilities.line: is 0; name the key that changes: facilities.line.KEY=VALUE"
    ]
    assert problems(plan, "flows=1.1") == ["flows: is 1.1; write it by category: flows.stock = 1.1"]


def test_another_promotion_is_not_proposed_and_a_label_leads_to_its_channel(plan: Plan) -> None:
    assert 'write "double11"' not in problems(plan, "volume.double12=1.4")[0]
    labelled = replace(plan, channels={**plan.channels, "baitiao": replace(plan.channels["baitiao"], label="京东白条")})
    assert made(labelled, "failure_rate.京东白条=8%").failure_rate == {"baitiao": StatedRate(0.08)}


@pytest.mark.parametrize("value", ["9" * 5_000, "[" * 3_000 + "]" * 3_000])
def test_a_value_without_end_is_told_in_words(value: str) -> None:
    _, problems = changes_of([f"volume={value}"])
    assert [str(problem)[:60] for problem in problems] == [
        "--set: volume: the value has thousands of digits, or hundred"
    ]


def test_a_key_of_dots_alone_is_no_key(plan: Plan) -> None:
    for setting in (". = 1e", "..=2", ".=word"):
        assert problems(plan, setting)[0].endswith("write KEY=VALUE, such as failure_rate.baitiao=0.08")


@pytest.mark.parametrize(
    "setting",
    [
        'shift=[{from="nowhere",to="card",share=0.3}]',
        'shift=[{from="card",to="nowhere",share=0.3}]',
        'outages=[{channel="nowhere",start=2026-06-06,days=2}]',
    ],
)
def test_a_channel_that_is_none_in_a_table_is_told_with_those_there_are(plan: Plan, setting: str) -> None:
    with pytest.raises(InputError, match=r"nowhere.*baitiao"):
        scenario_from_settings(plan, [setting])
