"""What is found wrong after the plan was read still names the plan's line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError, Problem
from forecast.ledger.reading import read_ledger
from forecast.plan.places import Places
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

PLACES = Places("shop/plan.toml", {"ledger.orders": (4, 10), "channels.baitiao": (7, 1)})

PLAN = """\
[plan]
as_of = 2026-10-18
[ledger]
orders = "orders.csv"
columns = { order_id = "订单号", amount = "金额" }
constants = { shop = "tmall" }
[cash]
opening_balance = 1000
[channels.baitiao]
label = "京东白条"
"""


def test_a_key_is_found_at_its_own_place_or_that_of_its_table() -> None:
    assert str(PLACES.located(Problem("is wrong", key="ledger.orders"))) == (
        "shop/plan.toml:4:10: ledger.orders: is wrong"
    )
    missing = PLACES.located(Problem("is missing", "shop/plan.toml", key="channels.baitiao.refund_days"))
    assert str(missing) == "shop/plan.toml:7:1: channels.baitiao.refund_days: is missing"


def test_another_file_stays_named() -> None:
    problem = PLACES.located(Problem("no such file", "/data/orders.csv", key="ledger.orders"))
    assert str(problem) == "shop/plan.toml:4:10: ledger.orders: /data/orders.csv: no such file"


@pytest.mark.parametrize(
    "problem",
    [Problem("is empty", "orders.csv", 1), Problem("is 0", key="--date"), Problem("is 0", "o.csv", 3, 1, "x")],
)
def test_what_is_no_key_of_the_plan_stays_as_it_is(problem: Problem) -> None:
    assert PLACES.located(problem) is problem


def ledger_problems(folder: Path, plan: str, header: str, *rows: str) -> list[str]:
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    (folder / "orders.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_ledger(load_plan(folder / "plan.toml"))
    return [line.replace(f"{folder}/", "") for line in str(raised.value).splitlines()]


def test_the_ledger_s_problems_with_the_plan_name_its_line_and_column(tmp_path: Path) -> None:
    found = ledger_problems(tmp_path, PLAN, "order_id,channel,ordered_at,amount,deducted_at,shop")
    assert sorted(tuple(line.split(": ")[:2]) for line in found) == [
        ("plan.toml:5:24", "ledger.columns.order_id"),
        ("plan.toml:5:40", "ledger.columns.amount"),
        ("plan.toml:6:22", "ledger.constants.shop"),
    ]


def test_a_key_that_the_ledger_needs_is_missed_at_its_channel(tmp_path: Path) -> None:
    plan = PLAN.replace('columns = { order_id = "订单号", amount = "金额" }\nconstants = { shop = "tmall" }\n', "")
    header = "order_id,channel,ordered_at,amount,deducted_at,closed_at"
    (line,) = ledger_problems(tmp_path, plan, header, "A,baitiao,2026-10-01,5.00,2026-10-01,")
    assert line.startswith("plan.toml:7:1: channels.baitiao.settlement_days: the ledger has no settlement columns")


def test_a_database_that_cannot_be_read_is_told_at_its_line(tmp_path: Path) -> None:
    for orders, place in (("mongodb://host/shop", "4:10"), ("sqlite:///none.db", "4:10")):
        plan = PLAN.replace('"orders.csv"', f'"{orders}"\ntable = "orders"')
        (line,) = ledger_problems(tmp_path, plan, "")
        assert line.startswith(f"plan.toml:{place}: ledger.orders: "), line
