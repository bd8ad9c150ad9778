"""Broken scenarios, each with its line and column; and what a scenario may refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from plan_examples import SMALL, problems_of

from forecast.errors import InputError
from forecast.plan.model import Channel, Shift
from forecast.plan.reading import load_plan
from forecast.plan.scenarios import Names, names_of

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = {
    "an unknown key": (
        "failure_rates.baitiao = 0.1",
        ['16:1: scenarios.x.failure_rates: is no key of a plan here; write "failure_rate"'],
    ),
    "an unknown channel": (
        "failure_rate.baitao = 0.1\nrefund_rate.double11 = 0.1",
        [
            '16:14: scenarios.x.failure_rate.baitao: "baitao" is no channel of the plan; write "baitiao"',
            (
                '17:13: scenarios.x.refund_rate.double11: "double11" is no channel of the plan; '
                "write one of baitiao, wechat"
            ),
        ],
    ),
    "a rate for no channel": (
        "failure_rate = 0.1",
        ["16:16: scenarios.x.failure_rate: is 0.1; write it by channel: failure_rate.baitiao = 0.1"],
    ),
    "rates out of range": (
        "failure_rate.baitiao = 10\nfailure_rate.wechat.clearing = 1.5\nrefund_rate.baitiao = -0.1",
        [
            (
                "16:24: scenarios.x.failure_rate.baitiao: is 10; write a fraction from 0 to 1 (0.05 for 5 %); "
                "10 % is 0.1, or a table by cause: { clearing = 0.01 }"
            ),
            (
                "17:32: scenarios.x.failure_rate.wechat.clearing: is 1.5; write a fraction from 0 to 1 (0.05 for 5 %); "
                "1.5 % is 0.015"
            ),
            "18:23: scenarios.x.refund_rate.baitiao: is -0.1; write a fraction from 0 to 1 (0.05 for 5 %)",
        ],
    ),
    "volume": (
        "volume = -1",
        ["16:10: scenarios.x.volume: is -1; write a number from 0 to 1000, or volume.<event or channel> = 1.4"],
    ),
    "volume by name": (
        "volume.double12 = 1.4\nvolume.baitiao = true",
        [
            (
                '16:8: scenarios.x.volume.double12: "double12" is neither a channel nor an event; '
                "write one of baitiao, wechat, double11"
            ),
            "17:18: scenarios.x.volume.baitiao: is true; write a number from 0 to 1000",
        ],
    ),
    "a delay of half a day": (
        "settlement_delay.baitiao = 0.5",
        ["16:28: scenarios.x.settlement_delay.baitiao: is 0.5; write a whole number from 0 to 3650"],
    ),
    "recovery and fees": (
        "recovery.baitiao = 2\nrecovery.wechat = { clearing = -1 }\nfee_rate.wechat = 1",
        [
            (
                "16:20: scenarios.x.recovery.baitiao: is 2; write a fraction from 0 to 1 (0.05 for 5 %); 2 % is 0.02, "
                "or a table by cause: { clearing = 0.01 }"
            ),
            ("17:32: scenarios.x.recovery.wechat.clearing: is -1; write a fraction from 0 to 1 (0.05 for 5 %)"),
            "18:19: scenarios.x.fee_rate.wechat: is 1; write a fraction from 0 to below 1 (0.05 for 5 %)",
        ],
    ),
    "flows where the plan has none": (
        "flows.stock = 1.4",
        [
            (
                '16:7: scenarios.x.flows.stock: "stock" is no category of the other flows: the plan has none after '
                "as_of; name their file under cash.other_flows"
            )
        ],
    ),
    "flows without a category": (
        "flows = 1.4",
        ["16:9: scenarios.x.flows: is 1.4; write it by category: flows.stock = 1.4"],
    ),
    "outages": (
        """outages = [
  { start = 2026-11-11, days = 1 },
  { channel = "baitiao", clearing = "jd_pay", start = 2026-11-11, days = 1 },
  { clearing = "baitiao", start = 2026-11-11, days = 0, share = 0, cause = "clearings" },
  { channel = "baitao", days = 1, length = 1 },
  3,
]""",
        [
            (
                "17:3: scenarios.x.outages[1]: has neither channel nor clearing; "
                'write one of them, such as channel = "baitiao"'
            ),
            (
                "18:3: scenarios.x.outages[2]: has both channel and clearing; "
                'write one of them, such as channel = "baitiao"'
            ),
            (
                '19:16: scenarios.x.outages[3].clearing: "baitiao" is the clearing of no channel; '
                "write one of jd_pay, wechat"
            ),
            "19:54: scenarios.x.outages[3].days: is 0; write a whole number from 1 to 3650",
            "19:65: scenarios.x.outages[3].share: is 0; write a fraction above 0 and at most 1 (0.05 for 5 %)",
            '19:76: scenarios.x.outages[3].cause: is "clearings"; write "clearing"',
            "20:3: scenarios.x.outages[4].start: is missing; write start = … (its first day)",
            '20:15: scenarios.x.outages[4].channel: "baitao" is no channel of the plan; write "baitiao"',
            (
                "20:35: scenarios.x.outages[4].length: is no key of a plan here; "
                "write one of channel, clearing, start, days, share, cause"
            ),
            (
                "21:3: scenarios.x.outages[5]: is 3; write each item as a table: "
                '{ clearing="jd_pay",start=2026-11-11,days=3 }'
            ),
        ],
    ),
    "shifts": (
        """shift = [
  { from = "baitiao", to = "wechat", share = 0.6 },
  { from = "baitiao", to = "wechat", share = 0.5 },
  { from = "wechat", to = "wechat", share = 0.5 },
  { from = "wechat", to = "card", share = 2 },
  { from = "wechat" },
]""",
        [
            (
                '18:46: scenarios.x.shift[2].share: brings what leaves "baitiao" to 1.1; '
                "write shares that add up to at most 1"
            ),
            '19:27: scenarios.x.shift[3].to: is "wechat", the same as from; write another channel',
            '20:27: scenarios.x.shift[4].to: "card" is no channel of the plan; write one of baitiao, wechat',
            "20:43: scenarios.x.shift[4].share: is 2; write a fraction from 0 to 1 (0.05 for 5 %); 2 % is 0.02",
            "21:3: scenarios.x.shift[5].to: is missing; write to = … (the channel that gains them)",
            "21:3: scenarios.x.shift[5].share: is missing; write share = … (of the orders that move)",
        ],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_scenario_is_told_whole(tmp_path: Path, case: str) -> None:
    text, problems = BROKEN[case]
    found = problems_of(f"{SMALL}[scenarios.x]\n{text}\n", tmp_path)
    assert found == [f"plan.toml:{problem}" for problem in problems]


def test_the_base_changes_nothing(tmp_path: Path) -> None:
    assert problems_of(SMALL + '[scenarios.base]\nlabel = "基准"\nvolume = 1.1\n', tmp_path) == [
        (
            "plan.toml:17:1: scenarios.base.volume: is a change, and the base changes nothing; "
            "write it into a scenario of another name, or into [channels.…] where it is always so"
        )
    ]


def test_the_base_is_there_and_first_in_any_case(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    (tmp_path / "orders.csv").touch()
    plan.write_text(SMALL + "[scenarios.x]\n[scenarios.base]\n[scenarios.a]\nvolume = 2\n", encoding="utf-8")
    assert list(load_plan(plan).scenarios) == ["base", "x", "a"]
    plan.write_text(SMALL, encoding="utf-8")
    assert [scenario.label for scenario in load_plan(plan).scenarios.values()] == ["基准"]


def test_an_unknown_category_is_told_with_those_there_are(tmp_path: Path) -> None:
    rows = "date,amount,category\n2026-10-20,-5,stock\n2026-10-21,-5,工资\n2026-10-01,-5,rent\n"
    (tmp_path / "flows.csv").write_text(rows, encoding="utf-8")
    plan = SMALL.replace("opening_balance = 1000", 'opening_balance = 1000\nother_flows = "flows.csv"')
    # rent is past, and flows that are past cannot change
    assert problems_of(plan + '[scenarios.x]\nflows = { stock = 1.4, "工资" = 0, rent = 2 }\n', tmp_path) == [
        (
            'plan.toml:17:34: scenarios.x.flows.rent: "rent" is no category of the other flows after as_of; '
            "there are: stock, 工资"
        )
    ]
    assert problems_of(plan + "[scenarios.x]\nflows.stock = -1\n", tmp_path) == [
        "plan.toml:17:15: scenarios.x.flows.stock: is -1; write a number from 0 to 1000"
    ]


def test_where_the_flows_cannot_be_read_their_categories_are_not_judged(tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_text("date,amount,category\nsoon,-5,stock\n", encoding="utf-8")
    plan = SMALL.replace("opening_balance = 1000", 'opening_balance = 1000\nother_flows = "flows.csv"')
    (found,) = problems_of(plan + "[scenarios.x]\nflows.stock = 1.4\n", tmp_path)
    assert "flows.csv" in found


def test_problems_speak_chinese(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    (tmp_path / "orders.csv").touch()
    plan.write_text(SMALL + "[scenarios.x]\nfee_rate = 0.01\nvolume = { x = 1 }\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_plan(plan)
    first, second = (problem.text("zh") for problem in caught.value.problems)
    assert first.endswith("scenarios.x.fee_rate: 现为 0.01；请按渠道写：fee_rate.baitiao = 0.01")
    assert "“x”既不是渠道也不是大促" in second


def test_a_shift_may_lose_a_part_of_what_moves(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    (tmp_path / "orders.csv").touch()
    shift = '[scenarios.x]\nshift = [ { from = "baitiao", to = "wechat", share = 0.3, lost = 0.05 } ]\n'
    plan.write_text(SMALL + shift, encoding="utf-8")
    assert load_plan(plan).scenarios["x"].shift == (Shift("baitiao", "wechat", 0.3, 0.05),)


def test_a_clearing_shared_by_channels_is_one_name() -> None:
    channels = [Channel("baitiao", "", "jd_pay"), Channel("gold", "", "jd_pay"), Channel("wechat", "", "wechat")]
    assert names_of(channels, []) == Names(("baitiao", "gold", "wechat"), ("jd_pay", "wechat"), ())
