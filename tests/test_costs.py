"""Costs that move with sales, recomputed by hand: on small arrays, and on the tiny plan."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.costs import CostBasis, by_category, days_beyond, payment_days
from forecast.pipeline import run
from forecast.plan.costs import Cost, PaidOn
from forecast.plan.model import Cash, Channel, Event, Horizon, LedgerSource, Merchant, Plan, Scenario, Shift
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from forecast.results.run import Result

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"
DAYS = np.arange(np.datetime64("2026-10-19"), np.datetime64("2026-10-23"))
"""Monday to Thursday."""
BASE = Scenario("base", "base")


def basis(*costs: Cost, expected: list[list[float]], known: list[list[float]] | None = None) -> CostBasis:
    """Channels a and b over four days; 11 October to 24 October an event from the 24th on."""
    plan = Plan(
        path=Path("plan.toml"),
        language="en",
        merchant=Merchant(),
        horizon=Horizon(dt.date(2026, 10, 18), len(DAYS)),
        ledger=LedgerSource("orders.csv"),
        cash=Cash(0.0),
        channels={name: Channel(name, name, clearing=name) for name in ("a", "b")},
        events=(Event("late", dt.date(2026, 10, 24), dt.date(2026, 10, 24)),),
        costs=costs,
    )
    return CostBasis(plan, DAYS, np.array(known or [[0.0], [0.0]]), np.array(expected))


def paid(
    found: CostBasis, scenario: Scenario = BASE, sales: list[list[list[float]]] | None = None
) -> dict[str, list[list[float]]]:
    values = np.array(sales or [[[0.0] * 4, [0.0] * 4]])
    lines = found.paid(scenario, 0, lambda place: values[:, place])
    return {name: one.tolist() for name, one in by_category(lines).items()}


def test_what_is_paid_later_follows_each_paths_own_orders_and_those_known() -> None:
    # 10 % two days later: Sunday's 300 and Saturday's 500 of the ledger, then the paths' own
    cost = Cost("logistics", 0.10, 2, ("a", "b"))
    known = [[100.0, 400.0, 200.0], [9.0, 100.0, 100.0]]
    found = basis(cost, expected=[[0.0] * 4] * 2, known=known)
    sales = [[[10.0, 20.0, 30.0, 40.0], [1.0, 2.0, 3.0, 4.0]], [[0.0, 50.0, 0.0, 0.0], [0.0] * 4]]
    assert paid(found, sales=sales)["logistics"] == [
        pytest.approx([50.0, 30.0, 1.1, 2.2]),
        pytest.approx([50.0, 30.0, 0.0, 5.0]),
    ]


def test_purchases_rest_on_the_expected_sales_and_on_those_beyond_the_horizon() -> None:
    # half of the sales three days on: of Thursday, and of the three days after the horizon; Monday to Wednesday are
    # paid for already. The paths' own sales, 0 here, do not count.
    found = basis(Cost("stock", 0.5, -3, ("a", "b")), expected=[[1, 2, 3, 40, 50, 60, 70], [0, 0, 0, 2, 0, 0, 4]])
    assert paid(found)["stock"] == [[21.0, 25.0, 30.0, 37.0]]
    hot = Scenario("hot", "hot", volume=2.0)
    assert paid(found, hot)["stock"] == [[42.0, 50.0, 60.0, 74.0]]
    flop = Scenario("flop", "flop", volume=0.5, planned_volume=1.0)
    assert paid(found, flop)["stock"] == paid(found)["stock"]


def test_the_planned_volume_of_an_event_or_a_channel_leaves_the_rest_at_the_volume() -> None:
    found = basis(Cost("stock", 1.0, -3, ("a", "b")), expected=[[0, 0, 0, 10, 10, 10, 10], [0, 0, 0, 1, 1, 1, 1]])
    event = Scenario("x", "x", volume=2.0, planned_volume_of={"late": 3.0})
    assert paid(found, event)["stock"] == [[22.0, 22.0, 33.0, 22.0]]
    channel = Scenario("x", "x", volume_of={"a": 2.0}, planned_volume_of={"a": 1.0})
    assert paid(found, channel)["stock"] == [[11.0, 11.0, 11.0, 11.0]]


def test_channels_pay_for_their_own_orders_and_moved_orders_for_the_other_channels() -> None:
    costs = Cost("stock", 1.0, -1, ("a",)), Cost("stock", 0.1, 0, ("b",))
    found = basis(*costs, expected=[[100.0] * 5, [50.0] * 5])
    sales = [[[100.0] * 4, [50.0] * 4]]
    assert paid(found, sales=sales)["stock"] == [pytest.approx([105.0] * 4)]
    # half of a's orders move to b, a fifth of these is not placed: 50 and 90
    moved = Scenario("x", "x", shift=(Shift("a", "b", 0.5, 0.2),))
    assert paid(found, moved, [[[50.0] * 4, [90.0] * 4]])["stock"] == [pytest.approx([59.0] * 4)]


def test_days_before_as_of_that_the_ledger_lacks_are_the_paths_own() -> None:
    cost = Cost("logistics", 0.1, 2, ("a", "b"))
    found = basis(cost, expected=[[0.0] * 5] * 2, known=[[100.0], [0.0]])
    gap, sales = np.full((1, 2, 1), 200.0), np.zeros((1, 2, 4))
    # the ledger ends on Saturday, Sunday is simulated
    assert by_category(found.paid(BASE, 1, lambda place: np.concatenate([gap, sales], axis=2)[:, place]))[
        "logistics"
    ].tolist() == [[10.0, 40.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("paid_on", "ordered", "expected"),
    [
        ("day", "2026-10-19", "2026-10-21"),
        ("week_end", "2026-10-19", "2026-10-25"),
        ("week_end", "2026-10-23", "2026-10-25"),
        ("week_end", "2026-10-24", "2026-11-01"),
        ("month_end", "2026-10-29", "2026-10-31"),
        ("month_end", "2026-10-30", "2026-11-30"),
        ("month_end", "2028-01-31", "2028-02-29"),
    ],
)
def test_payments_two_days_later_are_collected_until_sunday_or_the_end_of_the_month(
    paid_on: PaidOn, ordered: str, expected: str
) -> None:
    cost = Cost("x", 0.1, 2, (), paid_on)
    assert str(payment_days(cost, np.array([ordered], dtype="datetime64[D]"))[0]) == expected


def test_purchases_due_before_as_of_that_are_collected_until_later_are_still_to_pay() -> None:
    # days 19 to 25 October, three days before and until Sunday: those of 16 to 18 October were paid on the 18th
    cost = Cost("stock", 1.0, -3, ("a",), "week_end")
    found = basis(cost, expected=[[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0], [0.0] * 7])
    week = np.arange(np.datetime64("2026-10-19"), np.datetime64("2026-10-26"))
    later = CostBasis(found.plan, week, found.known, found.expected)
    assert by_category(later.paid(BASE, 0, lambda _: np.zeros((1, 7))))["stock"].tolist() == [[0.0] * 6 + [120.0]]


def changed(found: CostBasis, days_after: int) -> Scenario:
    """A what-if in which the only cost is paid on other days."""
    return replace(BASE, changed_costs=(replace(found.plan.costs[0], days_after=days_after),))


def test_a_whatif_that_pays_purchases_later_pays_none_twice() -> None:
    # the sales of the first three days were bought by as_of; those after are paid two days later than planned
    found = basis(Cost("stock", 0.5, -3, ("a",)), expected=[[10.0, 20, 30, 40, 50, 60, 70], [0.0] * 7])
    assert paid(found)["stock"] == [[20.0, 25.0, 30.0, 35.0]]
    assert paid(found, changed(found, -1))["stock"] == [[0.0, 0.0, 20.0, 25.0]]


def test_a_whatif_that_pays_sooner_pays_at_once_what_is_not_paid_yet() -> None:
    # freight of the last three days' orders is paid three days later by the plan, on the day by the what-if
    known = [[1.0, 2.0, 4.0, 8.0], [0.0] * 4]
    found = basis(Cost("freight", 1.0, 3, ("a",)), expected=[[10.0] * 4, [0.0] * 4], known=known)
    sales = [[[10.0] * 4, [0.0] * 4]]
    assert paid(found, sales=sales)["freight"] == [[2.0, 4.0, 8.0, 10.0]]
    assert paid(found, changed(found, 0), sales)["freight"] == [[2.0 + 4.0 + 8.0 + 10.0, 10.0, 10.0, 10.0]]


def test_a_whatif_that_pays_after_the_sale_what_was_bought_before_it_pays_none_twice() -> None:
    known = [[1.0, 2.0, 4.0, 8.0], [0.0] * 4]
    found = basis(Cost("stock", 1.0, -2, ("a",)), expected=[[10.0] * 6, [0.0] * 6], known=known)
    sales = [[[16.0, 32.0, 64.0, 128.0], [0.0] * 4]]
    assert paid(found, changed(found, 1), sales)["stock"] == [[0.0, 0.0, 0.0, 64.0]]


def test_how_far_beyond_the_horizon_one_looks() -> None:
    assert days_beyond(()) == 0
    assert days_beyond([Cost("a", 0.1, 7), Cost("b", 0.1, -30), Cost("c", 0.1, -5)]) == 30


COSTS = """
[[costs]]
category = "logistics"
share_of_sales = 0.10
days_after = 3

[[costs]]
category = "stock"
share_of_sales = 0.50
days_after = -4
channels = ["wechat"]

[scenarios.flop]
volume = 0.5
planned_volume = 1

[scenarios.run_off]
"""


def result(folder: Path, *, costs: bool) -> Result:
    """The tiny plan, with the costs above or without any, financing not compared."""
    text = (TINY / "plan.toml").read_text(encoding="utf-8")
    for name in ("orders.csv", "other_flows.csv"):
        text = text.replace(f'"{name}"', json.dumps(str(TINY / name)))
    if costs:
        text = text.replace("[scenarios.run_off]\n", COSTS, 1)
    folder.mkdir()
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return run(load_plan(folder / "plan.toml"), financing=False).result


@pytest.fixture(scope="module")
def with_costs(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return result(tmp_path_factory.mktemp("tiny") / "costs", costs=True)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return result(tmp_path_factory.mktemp("tiny") / "plain", costs=False)


def test_the_run_off_of_the_tiny_plan_by_hand(with_costs: Result, without: Result) -> None:
    costs, plain = (one.scenarios["run_off"] for one in (with_costs, without))
    # ordered on 3 June: T09 1500, T10 600, T11 400, T12 700; on 4 June: T13 3000, T14 500, T15 250; on 5 June:
    # T16 4000, T17 1000. A tenth of each day is paid three days later; no new orders, so nothing is bought.
    assert costs.costs["logistics"].mean == pytest.approx([320.0, 375.0, 500.0, *[0.0] * 7])
    assert costs.costs["stock"].mean == [0.0] * 10
    lower = [320.0, 695.0, *[1195.0] * 8]
    for quantile in ("mean", "p05", "p95"):
        expected = np.array(plain.cash_before_financing[quantile]) - lower
        assert costs.cash_before_financing[quantile] == pytest.approx(expected)


def test_costs_of_the_tiny_plan_follow_its_sales_and_change_none(with_costs: Result, without: Result) -> None:
    base, flop = with_costs.base, with_costs.scenarios["flop"]
    assert base.sales == without.base.sales
    assert base.receipts == without.base.receipts
    ordered = [3200.0, 3750.0, 5000.0, *base.sales.mean]
    assert base.costs["logistics"].mean == pytest.approx([0.1 * one for one in ordered[:10]])
    halved = [3200.0, 3750.0, 5000.0, *(one / 2 for one in base.sales.mean)]
    assert flop.costs["logistics"].mean == pytest.approx([0.1 * one for one in halved[:10]])
    # stock for the orders of 10 to 15 June is bought on 6 to 11 June, for later ones at about the same level
    wechat, stock = base.by_channel["wechat"].sales.mean, base.costs["stock"]
    assert stock.mean[:6] == pytest.approx([0.5 * one for one in wechat[4:]])
    assert sum(stock.mean[6:]) == pytest.approx(0.5 * sum(wechat[-4:]), rel=0.5)
    assert [stock.total.p05, stock.total.p95] == pytest.approx([stock.total.mean] * 2)
    assert flop.costs["stock"] == stock


def test_cash_buffer_and_drivers_bear_the_costs(with_costs: Result, without: Result) -> None:
    base, plain = with_costs.base, without.base
    paid = np.cumsum(np.sum([one.mean for one in base.costs.values()], axis=0))
    assert base.cash_before_financing.mean == pytest.approx(np.array(plain.cash_before_financing.mean) - paid)
    assert base.buffer.amount > plain.buffer.amount
    drivers = {one.key: one.amount for one in base.buffer.drivers or ()}
    assert sum(drivers.values()) == pytest.approx(base.buffer.amount)
    assert drivers["payments.logistics"] > 0
    # the file has a purchase of 4500 on the second day beside
    assert drivers["payments.stock"] > 4500.0
