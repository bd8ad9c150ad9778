"""[[costs]] in a plan: what is read, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from plan_examples import SMALL, problems_of

from forecast.plan.costs import Cost
from forecast.plan.reading import load_plan, scenario_from_settings

if TYPE_CHECKING:
    from pathlib import Path

COSTS = """\
[[costs]]
category = "logistics"
share_of_sales = 0.06
days_after = 3
channels = ["wechat"]
[[costs]]
category = "stock"
share_of_sales = 0.55
days_after = -30
paid_on = "month_end"
"""


def test_costs_are_read_with_all_channels_where_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").touch()
    (tmp_path / "plan.toml").write_text(SMALL + COSTS, encoding="utf-8")
    assert load_plan(tmp_path / "plan.toml").costs == (
        Cost("logistics", 0.06, 3, ("wechat",)),
        Cost("stock", 0.55, -30, ("baitiao", "wechat"), "month_end"),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            'category = "stock"\nshare_of_sales = 55',
            "17:18: costs[1].share_of_sales: is 55; write a fraction from 0 to 1",
        ),
        (
            'category = "stock"',
            "15:1: costs[1].share_of_sales: is missing; write share_of_sales = … (of the order value of each",
        ),
        (
            'category = "stock"\nshare_of_sales = 0.5\ndays_after = -400',
            "18:14: costs[1].days_after: is -400; write a whole number from -365 to 365",
        ),
        (
            'category = "stock"\nshare_of_sales = 0.5\npaid_on = "week"',
            '18:11: costs[1].paid_on: is "week"; write "week_end"',
        ),
        (
            'category = "stock"\nshare_of_sales = 0.5\nchannels = ["baitiao", "wechatt"]',
            '18:24: costs[1].channels[2]: "wechatt" is no channel of the plan; write "wechat"',
        ),
        ('category = "debt"\nshare_of_sales = 0.5', '16:12: costs[1].category: is "debt", which is for existing loans'),
        ('category = "stock"\nshare = 0.5', '17:1: costs[1].share: is no key of a plan here; write "share_of_sales"'),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, problem: str, tmp_path: Path) -> None:
    found = problems_of(f"{SMALL}[[costs]]\n{text}\n", tmp_path)
    assert any(problem in one for one in found), found


def test_the_same_cost_twice_is_a_slip(tmp_path: Path) -> None:
    once = '[[costs]]\ncategory = "stock"\nshare_of_sales = 0.5\n'
    (problem,) = problems_of(SMALL + 2 * once, tmp_path)
    assert problem.endswith("costs[2]: is the same as costs[1]; write it once, or correct one of the two")


def test_flows_multiply_no_cost_and_the_planned_volume_is_checked_as_the_volume_is(tmp_path: Path) -> None:
    text = SMALL + COSTS + "[scenarios.x]\nflows.stock = 1.4\nplanned_volume.double12 = 1\n"
    flows, planned = problems_of(text, tmp_path)
    assert flows.startswith('plan.toml:26:7: scenarios.x.flows.stock: "stock" is a cost that moves with sales and no')
    place = "plan.toml:27:16: scenarios.x.planned_volume.double12"
    assert planned == f'{place}: "double12" is neither a channel nor an event; write "double11"'


def test_a_what_if_sets_the_planned_volume(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").touch()
    (tmp_path / "plan.toml").write_text(SMALL + COSTS, encoding="utf-8")
    plan = load_plan(tmp_path / "plan.toml")
    made = scenario_from_settings(plan, ["volume=60%", "planned_volume=1"])
    assert (made.volume, made.planned_volume, made.planned_volume_of) == (0.6, 1.0, {})
    named = scenario_from_settings(plan, ["planned_volume.double11=1.2"])
    assert (named.planned_volume, named.planned_volume_of) == (None, {"double11": 1.2})
