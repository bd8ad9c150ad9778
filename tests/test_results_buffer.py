"""Drivers and second opinions as plain mappings."""

from __future__ import annotations

import numpy as np

from forecast.cross_checks import cross_checks
from forecast.drivers import Driver, Drivers
from forecast.outputs.result import plain
from forecast.results.buffer import cross_checks_part, drivers_part


def test_parts_bear_keys_names_and_amounts() -> None:
    parts = (
        Driver("minimum_balance", "", 50.0),
        Driver("payments", "stock", 500.0),
        Driver("payments", "samples", 5.0),
        Driver("failures", "clearing", 40.0),
    )
    part = drivers_part(Drivers(595.0, parts, np.zeros(1), np.zeros(1)), "en")
    assert [one["key"] for one in part] == [
        "minimum_balance",
        "payments.stock",
        "payments.samples",
        "failures.clearing",
    ]
    assert [one["label"] for one in part][1:] == ["Payments: Stock", "Payments: samples", "Failures: Clearing"]
    assert sum(one["amount"] for one in part) == 595.0
    assert drivers_part(Drivers(595.0, parts, np.zeros(1), np.zeros(1)), "zh")[3]["label"] == "失败：资金通道"


def test_what_was_not_concluded_is_none() -> None:
    flows, needs = np.zeros((2, 2)), np.ones(2)
    found = cross_checks(flows, needs, 0.0, 0.95, idle_cost=0.0, transfer_cost=20.0, shortage_cost=None)
    part = cross_checks_part(found)
    assert (part["miller_orr"], part["least_cost"]) == (None, None)
    found = cross_checks(flows, needs, 0.0, 0.95, idle_cost=0.04, transfer_cost=20.0, shortage_cost=0.1)
    best = plain({"cross_checks": cross_checks_part(found)})["cross_checks"]["least_cost"]
    assert best["confidence"] == 0.997813  # a rate keeps its digits
    assert best["underage"] == 0.1
