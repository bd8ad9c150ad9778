"""The plan's other flows by day."""

from __future__ import annotations

import datetime as dt

import numpy as np

from forecast.disbursements import disbursements
from forecast.plan.model import OtherFlow

DAYS = np.arange(np.datetime64("2026-10-19"), np.datetime64("2026-10-22"))
FIRST, LAST = dt.date(2026, 10, 19), dt.date(2026, 10, 21)


def test_flows_fall_on_their_days_and_purchases_are_outflows_as_positive_numbers() -> None:
    flows = (
        OtherFlow(FIRST, -300.0, "stock"),
        OtherFlow(FIRST, -20.0, "stock"),
        OtherFlow(LAST, 50.0, "stock"),
        OtherFlow(LAST, -7.0, "debt"),
        OtherFlow(LAST + dt.timedelta(days=1), -1.0, "rent"),
        OtherFlow(FIRST - dt.timedelta(days=1), -1.0, "rent"),
    )
    found = disbursements(flows, DAYS)
    assert found.total.tolist() == [-320.0, 0.0, 43.0]
    assert list(found.by_category) == ["debt", "rent", "stock"]
    assert found.by_category["stock"].tolist() == [-320.0, 0.0, 50.0]
    assert found.by_category["rent"].tolist() == [0.0, 0.0, 0.0]
    assert {name: values.tolist() for name, values in found.purchases.items()} == {
        "stock": [320.0, 0.0, 0.0],
        "debt": [0.0, 0.0, 7.0],
    }
    assert found.debt_service.tolist() == [0.0, 0.0, -7.0]


def test_without_flows_nothing_is_paid() -> None:
    found = disbursements((), DAYS)
    assert found.total.tolist() == found.debt_service.tolist() == [0.0, 0.0, 0.0]
    assert not found.by_category
    assert not found.purchases


def test_what_costs_take_of_a_category_is_added_to_the_flows_of_the_file() -> None:
    found = disbursements((OtherFlow(FIRST, -300.0, "stock"), OtherFlow(LAST, -7.0, "rent")), DAYS)
    costs = {"stock": np.array([[10.0, 0.0, 0.0], [0.0, 20.0, 0.0]]), "logistics": np.array([[1.0, 2.0, 3.0]])}
    payments = {name: np.atleast_2d(one).tolist() for name, one in found.with_costs(costs).items()}
    assert payments == {
        "rent": [[0.0, 0.0, -7.0]],
        "stock": [[-310.0, 0.0, 0.0], [-300.0, -20.0, 0.0]],
        "logistics": [[-1.0, -2.0, -3.0]],
    }
    bought = found.purchases_with(costs)
    assert bought["stock"].tolist() == [[310.0, 0.0, 0.0], [300.0, 20.0, 0.0]]
    assert bought["rent"].tolist() == [0.0, 0.0, 7.0]
