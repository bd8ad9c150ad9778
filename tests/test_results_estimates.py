"""Estimates: rates by cause, lags in calendar days, and what the plan gives in their place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from laws import channel_law, failure_law, hazard

from forecast.calendar import Calendar
from forecast.plan.model import ALL_CAUSES, StatedRate
from forecast.receivables.hazards import MAX_AGE
from forecast.results.estimates import LagShown, estimates
from forecast.simulation.kernels import build_kernels

CHINA = Calendar("CN")


def test_estimates_show_rates_by_cause_and_calendar_days() -> None:
    law = channel_law(
        failures={"clearing": failure_law(0.02), "validation": failure_law(0.01)},
        cured=hazard(0.75),
        due=hazard(0.0, 0.0, 0.5, 0.5),
        refund_after=hazard(0.1),
        fee_rate=0.006,
    )
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 20, CHINA)
    found = estimates([law], [kernel], np.random.default_rng(1))["baitiao"]
    assert found.failure_rate["total"].mean == pytest.approx(0.03, rel=1e-3)
    assert found.failure_rate["clearing"].base == 0.02
    assert set(found.failure_rate) == {*ALL_CAUSES, "total"}
    assert found.recovery_rate["integration"].mean == pytest.approx(0.75)
    assert (found.settlement_days.p50, found.settlement_days.p90) == (2.0, 3.0)
    assert found.settlement_days.mean == pytest.approx(2.5)
    assert (found.settlement_days.p05, found.settlement_days.p95) == pytest.approx((2.5, 2.5))
    assert found.refund_rate.mean == pytest.approx(0.1)
    assert found.fee_rate.mean == pytest.approx(0.006)
    assert found.payout_days.closed_days == "rolled"
    assert (found.failure_source, found.recovery_source) == ("ledger", "ledger")
    assert found.payout_days.openness["saturday"] == 1.0


def test_a_failure_rate_of_the_plan_is_shown_as_given() -> None:
    law = channel_law(failures={"clearing": failure_law(0.02), "validation": failure_law(0.01)})
    given = replace(law, failure_rate=StatedRate(0.06))
    kernel = build_kernels(given, np.datetime64("2026-11-30"), 20, CHINA)
    rates = estimates([given], [kernel], np.random.default_rng(1))["baitiao"].failure_rate
    assert (rates["total"].mean, rates["total"].p05, rates["total"].p95) == (0.06, 0.06, 0.06)
    assert rates["total"].base == pytest.approx(0.03)
    assert rates["clearing"].mean == pytest.approx(0.04, rel=1e-3)


def test_a_lag_nobody_has_seen_is_absent() -> None:
    law = channel_law(due=np.zeros((4, MAX_AGE)))
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 20, CHINA)
    found = estimates([law], [kernel], np.random.default_rng(1))["baitiao"].settlement_days
    assert found == LagShown(None, None, None, None, None)
