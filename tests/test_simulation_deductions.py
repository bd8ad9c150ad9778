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
from forecast.simulation.recoveries import recoveries

AS_OF = np.datetime64("2026-11-30")
VALIDATION, CLEARING = (ALL_CAUSES.index(cause) for cause in ("validation", "clearing"))
OUTAGES = (
    Outage(dt.date(2026, 12, 1), 1, share=0.5, clearing="jd_pay"),
    Outage(dt.date(2026, 12, 2), 1, share=0.5, cause="validation", channel="baitiao"),
)
LAW = channel_law()
STRUCK = strikes("baitiao", "jd_pay", OUTAGES, AS_OF, 4)


def test_what_fails_or_is_struck_is_deducted_later_or_lost() -> None:
    law = channel_law(cured=hazard(0.0, 0.5), lost=hazard(0.25))
    kernel = build_kernels(law, AS_OF, 4, Calendar("CN"))
    tried = np.full((DRAWS, 1, 4), 100.0)
    rates = np.zeros((len(ALL_CAUSES), DRAWS, 1, 4))
    rates[VALIDATION] = 0.2
    usual = deduct(tried, rates, kernel, recoveries(LAW, kernel, None), strikes("card", "unionpay", OUTAGES, AS_OF, 4))
    # Of the 20 that fail a quarter is lost at once, and of the others half is cured the day after.
    cured = 20.0 * kernel.cured["validation"][0, 1]
    assert usual.deducted[0, 0] == pytest.approx([80.0, 80.0 + cured, 80.0 + cured, 80.0 + cured])
    assert usual.lost[0, 0] == pytest.approx([5.0] * 4)
    struck = deduct(tried, rates, kernel, recoveries(LAW, kernel, None), STRUCK)
    # Clearing holds 40 of the 80 that would have been deducted on the first day, all of it cured a day after its end.
    # The second outage strikes 50 of the next day; 20 % of the other 50 fail as on any day.
    share = kernel.cured["validation"][0, 1]
    wanted = [40.0, 40.0 + 20.0 * share, 80.0 + 40.0 + 10.0 * share, 80.0 + (50.0 + 20.0) * share]
    assert struck.deducted[0, 0] == pytest.approx(wanted)
    assert struck.lost[0, 0] == pytest.approx([5.0, 2.5, 5.0 + 12.5, 5.0])


def test_the_calm_case_spares_what_no_outage_changes() -> None:
    kernel = build_kernels(channel_law(cured=hazard(0.1, 0.5), lost=hazard(0.25)), AS_OF, 4, Calendar("CN"))
    rng = np.random.default_rng(1)
    tried, rates = rng.uniform(50, 100, (DRAWS, 3, 4)), rng.uniform(0, 0.1, (len(ALL_CAUSES), DRAWS, 3, 4))
    law, none = recoveries(LAW, kernel, None), strikes("baitiao", "jd_pay", (), AS_OF, 4)
    calm, anew = deduct(tried, rates, kernel, law, none), deduct(tried, rates, kernel, law, STRUCK)
    known = deduct(tried, rates, kernel, law, STRUCK, calm)
    assert np.array_equal(known.deducted, anew.deducted)
    assert np.array_equal(known.lost, anew.lost)
    assert not np.allclose(calm.deducted, anew.deducted)


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


def test_failures_of_a_single_day_and_path_are_cured_and_lost_like_any() -> None:
    kernel = build_kernels(channel_law(cured=hazard(0.0, 0.5), lost=hazard(0.5)), AS_OF, 4, Calendar("CN"))
    tried = np.full((DRAWS, 2, 4), 100.0)
    rates = np.zeros((len(ALL_CAUSES), DRAWS, 2, 4))
    rates[VALIDATION, :, 1, 1] = 0.2
    found = deduct(tried, rates, kernel, recoveries(LAW, kernel, None), strikes("card", "unionpay", OUTAGES, AS_OF, 4))
    assert found.deducted[0, 0] == pytest.approx([100.0] * 4)
    later = 20.0 * kernel.cured["validation"][0, 1]
    assert later > 0
    assert found.deducted[0, 1] == pytest.approx([100.0, 80.0, 100.0 + later, 100.0])
    assert found.lost[0] == pytest.approx(np.array([[0.0] * 4, [0.0, 10.0, 0.0, 0.0]]))


def test_what_clearing_never_cures_is_deducted_when_the_outage_ends() -> None:
    """Held orders are late, not lost, whatever the law of clearing; they keep its delays in their proportion."""
    tried, rates = np.full((DRAWS, 1, 4), 100.0), np.zeros((len(ALL_CAUSES), DRAWS, 1, 4))
    outage = strikes("baitiao", "jd_pay", OUTAGES[:1], AS_OF, 4)
    never = build_kernels(channel_law(cured=hazard(0.0), lost=hazard(1.0)), AS_OF, 4, Calendar("CN"))
    assert deduct(tried, rates, never, recoveries(LAW, never, None), outage).deducted[0, 0] == pytest.approx(
        [50.0, 150.0, 100.0, 100.0]
    )
    slow = build_kernels(channel_law(cured=hazard(0.1, 0.3), lost=hazard(0.6)), AS_OF, 4, Calendar("CN"))
    held = deduct(tried, rates, slow, recoveries(LAW, slow, None), outage)
    first, later = 50.0 * slow.cured["clearing"][0, :2] / slow.cured["clearing"][0].sum()
    assert held.deducted[0, 0] == pytest.approx([50.0, 100.0 + first, 100.0 + later, 100.0])
    assert held.lost.sum() == 0.0


def test_an_outage_that_lasts_beyond_the_horizon_gives_nothing_back_in_it() -> None:
    kernel = build_kernels(channel_law(cured=hazard(1.0)), AS_OF, 4, Calendar("CN"))
    tried, rates = np.full((DRAWS, 1, 4), 100.0), np.zeros((len(ALL_CAUSES), DRAWS, 1, 4))
    for days, wanted in ((1, [0.0, 200.0]), (2, [0.0, 0.0]), (3, [0.0, 0.0])):
        struck = strikes("baitiao", "jd_pay", (Outage(dt.date(2026, 12, 3), days, clearing="jd_pay"),), AS_OF, 4)
        assert deduct(tried, rates, kernel, recoveries(LAW, kernel, None), struck).deducted[0, 0] == pytest.approx(
            [100.0, 100.0, *wanted]
        )
