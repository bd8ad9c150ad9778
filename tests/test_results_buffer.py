"""Drivers and second opinions as plain mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.cross_checks import cross_checks
from forecast.drivers import Driver, Drivers
from forecast.liquidity import Buffer, CaseBuffer
from forecast.records import rounded
from forecast.results.buffer import DriverShown, buffer_shown

if TYPE_CHECKING:
    from forecast.plan.model import Language


def shown(parts: tuple[Driver, ...], language: Language) -> list[DriverShown]:
    sized = CaseBuffer(Buffer(595.0, None, 595.0), None, 0.0, 0.0)
    checks = cross_checks(
        np.zeros((2, 2)), np.ones(2), 0.0, 0.95, idle_cost=0.0, transfer_cost=20.0, shortage_cost=None
    )
    found = buffer_shown(sized, Drivers(595.0, parts, np.zeros(1), np.zeros(1)), checks, language).drivers
    assert found is not None
    return found


def test_parts_bear_keys_names_and_amounts() -> None:
    parts = (
        Driver("minimum_balance", "", 50.0),
        Driver("payments", "stock", 500.0),
        Driver("payments", "samples", 5.0),
        Driver("failures", "clearing", 40.0),
    )
    part = shown(parts, "en")
    assert [one.key for one in part] == [
        "minimum_balance",
        "payments.stock",
        "payments.samples",
        "failures.clearing",
    ]
    assert [one.label for one in part][1:] == ["Payments: Stock", "Payments: samples", "Failures: Clearing"]
    assert sum(one.amount for one in part) == 595.0
    assert shown(parts, "zh")[3].label == "失败：资金通道"


def test_what_was_not_concluded_is_none() -> None:
    flows, needs = np.zeros((2, 2)), np.ones(2)
    found = cross_checks(flows, needs, 0.0, 0.95, idle_cost=0.0, transfer_cost=20.0, shortage_cost=None)
    assert (found.miller_orr, found.least_cost) == (None, None)
    best = rounded(
        cross_checks(flows, needs, 0.0, 0.95, idle_cost=0.04, transfer_cost=20.0, shortage_cost=0.1)
    ).least_cost
    assert best is not None
    assert best.confidence == 0.997813  # a rate keeps its digits
    assert best.underage == 0.1
