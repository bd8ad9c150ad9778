"""Broken plain sections: every message with its line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from plan_examples import SMALL, problems_of

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = {
    "a section misspelt": (
        SMALL + "[covenant]\n",
        ['plan.toml:15:1: covenant: is no key of a plan here; write "covenants"'],
    ),
    "a section that is no table": (
        "merchant = 3\n" + SMALL,
        ["plan.toml:1:12: merchant: is 3; write a table: [merchant], or { key = value }"],
    ),
    "a language that is not there": (
        'language = "cn"\n' + SMALL,
        ['plan.toml:1:12: language: is "cn"; write "zh" or "en"'],
    ),
    "merchant": (
        SMALL + '[merchant]\ncurrency = "yuan"\ntimezone = "Asia/Shanghi"\nholidays = "China"\nnames = 1\n',
        [
            'plan.toml:16:12: merchant.currency: is "yuan"; write three capital letters, such as "CNY"',
            (
                'plan.toml:17:12: merchant.timezone: "Asia/Shanghi" is no time zone; '
                'write a name such as "Asia/Shanghai"'
            ),
            'plan.toml:18:12: merchant.holidays: "China" is not a country code; write "CN" (china)',
            'plan.toml:19:1: merchant.names: is no key of a plan here; write "name"',
        ],
    ),
    "no as_of": (
        SMALL.replace("as_of = 2026-10-18", "horizon = 60"),
        [
            "plan.toml:1:1: plan.as_of: is missing; write as_of = … (the last day that is fully known)",
            'plan.toml:2:1: plan.horizon: is no key of a plan here; write "horizon_days"',
        ],
    ),
    "figures of the plan": (
        SMALL.replace(
            "2026-10-18",
            '"2026-10-18"\nhorizon_days = 0\npaths = true\nseed = -1\nconfidence = 95',
        ),
        [
            'plan.toml:2:9: plan.as_of: is "2026-10-18"; write a date without quotes, such as 2026-10-18',
            "plan.toml:3:16: plan.horizon_days: is 0; write a whole number from 1 to 400",
            "plan.toml:4:9: plan.paths: is true; write a whole number from 1 to 20000",
            "plan.toml:5:8: plan.seed: is -1; write a whole number from 0 to 1000000000000000",
            "plan.toml:6:14: plan.confidence: is 95; write a number above 0.5 and below 1; 95 % is 0.95",
        ],
    ),
    "a moment for a day": (
        SMALL.replace("2026-10-18", "2026-10-18T00:00:00"),
        [
            (
                "plan.toml:2:9: plan.as_of: is the moment 2026-10-18T00:00:00; "
                "write a date without quotes, such as 2026-10-18"
            )
        ],
    ),
    "no sections at all": (
        "",
        [
            "plan.toml: plan.as_of: is missing; write as_of = … (the last day that is fully known)",
            "plan.toml: cash.opening_balance: is missing; write opening_balance = … (cash on the evening of as_of)",
            "plan.toml: ledger.orders: is missing; write orders = … (the orders' file, folder or database URL)",
            "plan.toml: channels: is missing; write at least one channel: [channels.baitiao]",
        ],
    ),
    "cash": (
        SMALL.replace("1000", "nan\nminimum_balance = -1\nsurplus_rate = 2.5\nother_flows = 7"),
        [
            "plan.toml:6:19: cash.opening_balance: is nan; write an amount of yuan",
            "plan.toml:7:19: cash.minimum_balance: is -1; write an amount of yuan 0 or more",
            "plan.toml:8:16: cash.surplus_rate: is 2.5; write a fraction from 0 to 1 (0.05 for 5 %); 2.5 % is 0.025",
            'plan.toml:9:15: cash.other_flows: is 7; write a text in quotes, such as "other_flows.csv"',
        ],
    ),
    "a database without a table": (
        SMALL.replace("orders.csv", "postgresql://host/shop"),
        [
            (
                'plan.toml:3:1: ledger.table: is missing; write table = "orders", '
                "the table in the database that ledger.orders names"
            )
        ],
    ),
    "money finer than a fen": (
        SMALL.replace("1000", "4000.001\nminimum_balance = 0.005"),
        [
            f"plan.toml:{place}: {amount} has a part of a fen; write yuan with at most two decimals, such as 1200.50"
            for place, amount in (("6:19: cash.opening_balance", 4000.001), ("7:19: cash.minimum_balance", 0.005))
        ],
    ),
    "a table without a database": (
        SMALL.replace('"orders.csv"', '"orders.csv"\ntable = "orders"'),
        [
            (
                'plan.toml:5:9: ledger.table: goes with a database URL in ledger.orders, such as "postgresql://…"; '
                "leave it out"
            )
        ],
    ),
    "the ledger's columns": (
        SMALL.replace(
            '"orders.csv"',
            '"orders.csv"\ncolumns = { order = "订单编号", amount = 3, shop = "店铺" }\n'
            'constants = { channel = "tmall", shop = "main", region = " " }',
        ),
        [
            'plan.toml:5:13: ledger.columns.order: is no key of a plan here; write "order_id"',
            "plan.toml:5:38: ledger.columns.amount: is 3; write a text in quotes",
            'plan.toml:6:25: ledger.constants.channel: "tmall" is no channel of the plan; write one of baitiao, wechat',
            "plan.toml:6:41: ledger.constants.shop: is in ledger.columns too; write it in one of them",
            'plan.toml:6:58: ledger.constants.region: is " "; write a text in quotes',
        ],
    ),
    "no channel": (
        SMALL.replace('[channels.baitiao]\nclearing = "jd_pay"\n[channels.wechat]\n', "[channels]\n"),
        ["plan.toml:7:1: channels: is missing; write at least one channel: [channels.baitiao]"],
    ),
    "terms of a channel": (
        SMALL.replace(
            "[channels.wechat]",
            "fail_rate = 0.1\nfee_rate = 0.9e1\nsettlement_days = -1\nrefund_days = 1.5\nunpaid_after_hours = 0",
        ),
        [
            'plan.toml:9:1: channels.baitiao.fail_rate: is no key of a plan here; write "failure_rate"',
            (
                "plan.toml:10:12: channels.baitiao.fee_rate: is 9.0; "
                "write a fraction from 0 to below 1 (0.05 for 5 %); 9 % is 0.09"
            ),
            "plan.toml:11:19: channels.baitiao.settlement_days: is -1; write a whole number from 0 to 3650",
            "plan.toml:12:15: channels.baitiao.refund_days: is 1.5; write a whole number from 0 to 3650",
            "plan.toml:13:22: channels.baitiao.unpaid_after_hours: is 0; write a number above 0 and at most 87600",
        ],
    ),
    "a failure rate above 1": (
        SMALL.replace('clearing = "jd_pay"', "failure_rate = 1.05"),
        [
            (
                "plan.toml:8:16: channels.baitiao.failure_rate: is 1.05; write a fraction from 0 to 1 (0.05 for 5 %); "
                "1.05 % is 0.0105, or a table by cause: { clearing = 0.01 }"
            )
        ],
    ),
    "failure rates by cause": (
        SMALL.replace(
            'clearing = "jd_pay"',
            "failure_rate = { clearing = 0.6, risk_control = 0.5, unknown = 0.1, integration = -1 }",
        ),
        [
            (
                "plan.toml:8:16: channels.baitiao.failure_rate: adds up to 1.1 over its causes; "
                "write rates that add up to at most 1"
            ),
            (
                "plan.toml:8:54: channels.baitiao.failure_rate.unknown: is no key of a plan here; "
                "write one of integration, validation, risk_control, clearing"
            ),
            (
                "plan.toml:8:83: channels.baitiao.failure_rate.integration: is -1; "
                "write a fraction from 0 to 1 (0.05 for 5 %)"
            ),
        ],
    ),
    "a channel whose name has a space": (
        SMALL.replace("[channels.wechat]", '[channels."wechat "]'),
        ['plan.toml:9:1: channels."wechat ": "wechat " is no name of a channel; write one without spaces around'],
    ),
    "a channel that is a figure": (
        SMALL.replace("[channels.wechat]", "[channels]\nwechat = 3"),
        ["plan.toml:10:10: channels.wechat: is 3; write a table: [channels.wechat], or { key = value }"],
    ),
    "a peak outside its event": (
        SMALL.replace("peak = 2026-11-11", "peak = 2026-11-14"),
        [
            (
                "plan.toml:13:8: events.double11.peak: is 2026-11-14; "
                "write a day from start = 2026-10-14 to end = 2026-11-13"
            )
        ],
    ),
    "an event that ends before it starts": (
        SMALL.replace("end = 2026-11-13", "end = 2026-10-13\nuplift = 0"),
        [
            "plan.toml:14:7: events.double11.end: is 2026-10-13, before start = 2026-10-14; write a day on or after it",
            "plan.toml:15:10: events.double11.uplift: is 0; write a number above 0 and at most 1000",
        ],
    ),
    "events that overlap": (
        SMALL + '[[events]]\nname = "double11"\nstart = 2026-11-13\nend = 2026-11-20\n',
        [
            (
                'plan.toml:17:9: events.double11.start: "double11" from 2026-11-13 to 2026-11-20 overlaps its repeat '
                "from 2026-10-14 to 2026-11-13; write days apart, or another name"
            )
        ],
    ),
    "an event that bears a channel's name": (
        SMALL.replace('"double11"', '"wechat"'),
        [
            (
                'plan.toml:11:8: events.wechat.name: "wechat" is a channel\'s name too; '
                "write another one, so that volume.wechat is clear"
            )
        ],
    ),
    "an event without a name": (
        SMALL.replace('name = "double11"', "peek = 2026-11-11"),
        [
            (
                "plan.toml:10:1: events[1].name: is missing; "
                "write name = … (the promotion's name; repeats of one name teach each other)"
            ),
            'plan.toml:11:1: events[1].peek: is no key of a plan here; write "peak"',
        ],
    ),
    "events as one table": (
        SMALL.replace("[[events]]", "[events]"),
        ["plan.toml:10:1: events: is a table; write a list of tables: [[events]] before each"],
    ),
    "covenants and accounts": (
        SMALL + "[covenants]\nmaximum_utilisation = 90\nclean_down_days = 0\n[accounts]\nrevenue = 0\nprofits = 1\n",
        [
            (
                "plan.toml:16:23: covenants.maximum_utilisation: is 90; write a fraction from 0 to 1 (0.05 for 5 %); "
                "90 % is 0.9"
            ),
            "plan.toml:17:19: covenants.clean_down_days: is 0; write a whole number from 1 to 365",
            "plan.toml:19:11: accounts.revenue: is 0; write a number above 0",
            'plan.toml:20:1: accounts.profits: is no key of a plan here; write "profit"',
        ],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_section_is_told_whole(tmp_path: Path, case: str) -> None:
    text, problems = BROKEN[case]
    assert problems_of(text, tmp_path) == problems
