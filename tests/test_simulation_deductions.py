"""First deductions and what becomes of them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from laws import DRAWS, channel_law, hazard

from forecast.calendar import Calendar
from forecast.plan.model import ALL_CAUSES, Outage
from forecast.simulation.deductions import deduct, order_outcomes
from forecast.simulation.kernels import build_kernels
from forecast.simulation.outages import strikes

AS_OF = np.datetime64("2026-11-30")
VALIDATION, CLEARING = (ALL_CAUSES.index(cause) for cause in ("validation", "clearing"))
OUTAGES = (
    Outage(dt.date(2026, 12, 1), 1, share=0.5, clearing="jd_pay"),
    Outage(dt.date(2026, 12, 2), 1, share=0.5, cause="validation", channel="baitiao"),
)
STRUCK = strikes("baitiao", "jd_pay", OUTAGES, AS_OF, 4)


def test_what_fails_or_is_struck_is_deducted_later_or_lost() -> None:
    law = channel_law(cured=hazard(0.0, 0.5), lost=hazard(0.25))
    kernel = build_kernels(law, AS_OF, 4, Calendar("CN"))
    tried = np.full((DRAWS, 1, 4), 100.0)
    rates = np.zeros((len(ALL_CAUSES), DRAWS, 1, 4))
    rates[VALIDATION] = 0.2
    usual = deduct(tried, rates, kernel, strikes("card", "unionpay", OUTAGES, AS_OF, 4))
    # Of the 20 that fail a quarter is lost at once, and of the others half is cured the day after.
    cured = 20.0 * kernel.cured["validation"][0, 1]
    assert usual.deducted[0, 0] == pytest.approx([80.0, 80.0 + cured, 80.0 + cured, 80.0 + cured])
    assert usual.lost[0, 0] == pytest.approx([5.0] * 4)
    struck = deduct(tried, rates, kernel, STRUCK)
    # Clearing holds 40 of the 80 that would have been deducted on the first day, all of it cured a day after its end.
    # The second outage strikes 50 of the next day; 20 % of the other 50 fail as on any day.
    share = kernel.cured["validation"][0, 1]
    wanted = [40.0, 40.0 + 20.0 * share, 80.0 + 40.0 + 10.0 * share, 80.0 + (50.0 + 20.0) * share]
    assert struck.deducted[0, 0] == pytest.approx(wanted)
    assert struck.lost[0, 0] == pytest.approx([5.0, 2.5, 5.0 + 12.5, 5.0])


def test_outcomes_are_told_by_day_of_order_and_by_cause_after_the_gap() -> None:
    tried = np.full((1, 4), 100.0)
    rates = np.zeros((1, len(ALL_CAUSES), 4))
    rates[:, VALIDATION] = 0.2
    lost_shares = np.zeros((1, len(ALL_CAUSES)))
    lost_shares[:, VALIDATION] = 0.25
    found = order_outcomes(tried, rates, lost_shares, STRUCK, gap=1)
    # Held by clearing: 50 % of the 80 that would have succeeded; stopped by the other outage: 50, and 20 % of the rest.
    assert found.failed[0].tolist() == pytest.approx([20.0 + 40.0, 50.0 + 10.0, 20.0, 20.0])
    assert found.lost[0].tolist() == pytest.approx([5.0, 15.0, 5.0, 5.0])
    assert found.by_cause[0, VALIDATION] == pytest.approx(60.0 + 20.0 + 20.0)
    assert found.by_cause[0, CLEARING] == pytest.approx(0.0)
    assert order_outcomes(tried, rates, lost_shares, STRUCK, gap=0).by_cause[0, CLEARING] == pytest.approx(40.0)
