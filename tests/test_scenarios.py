"""The words of a scenario made concrete."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np

from forecast.plan.model import (
    Cash,
    Channel,
    Event,
    Horizon,
    LedgerSource,
    Merchant,
    OtherFlow,
    Outage,
    Plan,
    Scenario,
    Shift,
    StatedRate,
    TermChange,
)
from forecast.scenarios import (
    BUILT_IN_NAMES,
    built_in_scenarios,
    describe_changes,
    plan_of,
    planned_volumes,
    shocks,
    without,
)

DAYS = np.arange(np.datetime64("2026-10-19"), np.datetime64("2026-11-30"))


def plan(*names: str, events: bool = True) -> Plan:
    """Channels of these names, Double 11 ahead."""
    double11 = Event("double11", dt.date(2026, 11, 1), dt.date(2026, 11, 13), dt.date(2026, 11, 11))
    return Plan(
        path=Path("plan.toml"),
        language="zh",
        merchant=Merchant(),
        horizon=Horizon(dt.date(2026, 10, 18), len(DAYS)),
        ledger=LedgerSource("orders.csv"),
        cash=Cash(0.0),
        channels={
            name: Channel(name, f"<{name}>", f"{name}_clearing", failure_rate=StatedRate(0.03)) for name in names
        },
        events=(double11,) if events else (),
    )


def test_volume_reaches_an_events_days_or_a_channel() -> None:
    scenario = Scenario("hot", "hot", volume=2.0, volume_of={"double11": 1.5, "card": 3.0})
    volume = shocks(scenario, plan("baitiao", "card"), DAYS).volume
    inside = (np.datetime64("2026-11-01") <= DAYS) & (np.datetime64("2026-11-13") >= DAYS)
    assert volume[0].tolist() == np.where(inside, 3.0, 2.0).tolist()
    assert volume[1].tolist() == np.where(inside, 9.0, 6.0).tolist()


def test_the_plans_own_failure_rates_are_no_shock() -> None:
    made = shocks(Scenario("x", "x", failure_rate={"card": StatedRate(0.2)}), plan("baitiao", "card"), DAYS)
    assert made.failure_rate == {"card": StatedRate(0.2)}


def test_the_built_in_scenarios_shock_baitiao_from_the_first_peak_on() -> None:
    made = built_in_scenarios(plan("card", "baitiao"), DAYS, np.ones((2, len(DAYS))))
    assert list(made) == [
        "failure_02",
        "failure_05",
        "failure_10",
        "failure_20",
        "peak_hot",
        "clearing_outage",
        "combined",
        "peak_flop",
    ]
    assert made.keys() == BUILT_IN_NAMES
    assert made["failure_10"].failure_rate == {"baitiao": StatedRate(0.10)}
    assert made["clearing_outage"].outages == (Outage(dt.date(2026, 11, 11), 3, clearing="baitiao_clearing"),)
    both = made["combined"]
    assert (both.failure_rate, both.volume, both.outages) == (
        made["failure_10"].failure_rate,
        made["peak_hot"].volume,
        made["clearing_outage"].outages,
    )


def test_the_flop_sells_less_and_buys_as_planned() -> None:
    flop = built_in_scenarios(plan("baitiao"), DAYS, np.ones((1, len(DAYS))))["peak_flop"]
    assert describe_changes(flop) == ["volume = 0.6", "planned_volume = 1"]
    assert planned_volumes(flop, plan("baitiao"), DAYS[:2]).tolist() == [[1.0, 1.0]]
    assert planned_volumes(replace(flop, planned_volume=None), plan("baitiao"), DAYS[:2]).tolist() == [[0.6, 0.6]]


def test_without_baitiao_and_peaks_the_busiest_channel_and_day_are_taken() -> None:
    expected = np.ones((2, len(DAYS)))
    expected[1] = 2.0
    expected[1, 5] = 9.0
    made = built_in_scenarios(plan("card", "wechat", events=False), DAYS, expected)
    assert made["failure_02"].failure_rate == {"wechat": StatedRate(0.02)}
    assert made["clearing_outage"].outages == (Outage(dt.date(2026, 10, 24), 3, clearing="wechat_clearing"),)


def test_a_clearing_name_that_is_known_has_its_name_in_chinese() -> None:
    known = plan("baitiao")
    channels = {name: replace(one, clearing="jd_pay") for name, one in known.channels.items()}
    made = built_in_scenarios(replace(known, language="zh", channels=channels), DAYS, np.ones((1, len(DAYS))))
    assert made["clearing_outage"].label == "京东支付 清算中断 3 天"
    assert made["clearing_outage"].outages[0].clearing == "jd_pay"


def test_changes_are_told_in_the_plans_own_words() -> None:
    scenario = Scenario(
        "all",
        "all",
        failure_rate={"baitiao": StatedRate(0.1), "card": StatedRate(by_cause={"clearing": 0.02})},
        volume=1.4,
        volume_of={"double11": 1.2},
        settlement_delay={"baitiao": 2},
        refund_rate={"baitiao": 0.35},
        outages=(Outage(dt.date(2026, 11, 11), 3, clearing="jd_pay"),),
        shift=(Shift("baitiao", "wechat", 0.3), Shift("card", "wechat", 0.2, 0.05)),
        recovery={"card": StatedRate(0.5)},
        fee_rate={"card": 0.012},
        flows={"stock": 1.4},
        opening_balance=-1_234_567.89,
        minimum_balance=700.0,
        terms=(
            TermChange("line", "limit", 4_000_000),
            TermChange("line", "repayment", "bullet"),
            TermChange("pool", "channels", ["baitiao"]),
            TermChange("pool", "recourse", value=False),
        ),
    )
    assert describe_changes(scenario) == [
        "volume = 1.4",
        "volume.double11 = 1.2",
        "failure_rate.baitiao = 0.1",
        "failure_rate.card.clearing = 0.02",
        "refund_rate.baitiao = 0.35",
        "settlement_delay.baitiao = 2",
        "recovery.card = 0.5",
        "fee_rate.card = 0.012",
        "flows.stock = 1.4",
        "outage: clearing = jd_pay, start = 2026-11-11, days = 3, share = 1, cause = clearing",
        "shift: baitiao → wechat, share = 0.3",
        "shift: card → wechat, share = 0.2, lost = 0.05",
        "opening_balance = -1234567.89",
        "minimum_balance = 700",
        "facilities.line.limit = 4000000",
        'facilities.line.repayment = "bullet"',
        'facilities.pool.channels = ["baitiao"]',
        "facilities.pool.recourse = false",
    ]


def test_the_plan_is_as_the_scenario_has_it() -> None:
    flows = tuple(OtherFlow(dt.date(2026, 10, 20), -100.0, name) for name in ("stock", "rent"))
    base = replace(plan("card"), other_flows=flows)
    assert plan_of(Scenario("x", "x", volume=2.0), base) is base
    dear = plan_of(Scenario("x", "x", flows={"stock": 1.5}), base)
    assert [one.amount for one in dear.other_flows] == [-150.0, -100.0]
    assert dear.cash is base.cash
    rich = plan_of(Scenario("x", "x", opening_balance=9.0), base)
    assert (rich.cash, rich.other_flows) == (replace(base.cash, opening_balance=9.0), flows)
    assert plan_of(Scenario("x", "x", minimum_balance=7.0), base).cash == replace(base.cash, minimum_balance=7.0)
    assert plan_of(Scenario("x", "x", facilities=()), base).facilities == ()


def test_levels_of_recovery_and_fees_are_shocks() -> None:
    scenario = Scenario("x", "x", recovery={"card": StatedRate(0.5)}, fee_rate={"card": 0.02})
    made = shocks(scenario, plan("card"), DAYS)
    assert (made.recovery, made.fee_rate) == ({"card": StatedRate(0.5)}, {"card": 0.02})


def test_switching_a_cause_off_takes_its_outages_away_and_keeps_the_rest() -> None:
    outage = Outage(dt.date(2026, 11, 11), 3, clearing="jd_pay")
    other = Outage(dt.date(2026, 11, 11), 3, cause="validation", channel="baitiao")
    scenario = Scenario("bad", "bad", volume=1.4, outages=(outage, other))
    before = shocks(scenario, plan("baitiao"), DAYS)
    after = without(before, ["clearing"])
    assert after.outages == (other,)
    assert after.switched_off == {"clearing"}
    assert before.switched_off == frozenset()
    assert (after.volume == before.volume).all()
