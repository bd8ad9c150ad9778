"""Costs that move with sales, forecast and by the orders that came since, in a review."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.plan.costs import Cost
from forecast.results.review_basis import CostToDate
from forecast.studies.costs import costs_against
from forecast.studies.outcome import Dated, DatedFlows

SPAN = np.arange(np.datetime64("2026-10-19"), np.datetime64("2026-10-21"))


def orders(**by_channel: dict[str, int]) -> DatedFlows:
    """Orders by channel and day, in yuan; nothing else happens."""
    lines = [(channel, day, yuan) for channel, days in by_channel.items() for day, yuan in days.items()]
    rows = pd.DataFrame({"channel": [channel for channel, _, _ in lines]})
    days = np.array([day for _, day, _ in lines], dtype="datetime64[D]")
    sales = Dated(rows, days, np.array([100 * yuan for _, _, yuan in lines]))
    none = Dated(rows[:0], days[:0], np.zeros(0, dtype=np.int64))
    return DatedFlows(sales, none, none, none, none, none, none)


def test_what_is_paid_later_follows_the_orders_that_came_and_purchases_the_plan() -> None:
    came = orders(baitiao={"2026-10-17": 1_000, "2026-10-18": 3_000, "2026-10-19": 9_000}, card={"2026-10-18": 500})
    costs = [
        CostToDate(Cost("logistics", 0.10, 2, ("baitiao", "card")), [80.0, 300.0, 900.0]),
        CostToDate(Cost("stock", 0.50, -3, ("baitiao", "card")), [700.0, 1_500.0, 2_000.0]),
        CostToDate(Cost("stock", 0.01, 1, ("card",)), [2.0, 4.0, 6.0]),
    ]
    found = costs_against(costs, came, ["baitiao", "card"], SPAN)
    # due on 19 and 20 October: a tenth of what was ordered on the 17th and 18th
    logistics, stock = found["logistics"], found["stock"]
    assert (logistics.forecast, logistics.actual, logistics.difference) == (300.0, 450.0, 150.0)
    # a hundredth of the card's orders of the 18th and 19th beside the purchases, which stay
    assert (stock.forecast, stock.actual, stock.difference) == (1_504.0, 1_505.0, 1.0)


def test_without_costs_there_is_nothing_to_compare() -> None:
    assert costs_against([], orders(baitiao={"2026-10-18": 1}), ["baitiao"], SPAN) == {}
