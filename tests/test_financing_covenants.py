"""Covenants: each on paths written out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import FACTORING, OVERDRAFT, TERM_LOAN, case_of

from forecast.financing.covenants import (
    check_covenants,
    debt_service_cover,
    limits_lacking,
    longest_clean_run,
    utilisation,
)
from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.table import terms
from forecast.financing.policy import Outcome, ScenarioDays, simulate
from forecast.plan.model import Covenants, Facility

FREE = replace(OVERDRAFT, annual_rate=0.0, limit=100.0)
CASE = case_of([[-90.0, 0.0, 90.0, 0.0], [-95.0, 95.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]], opening=0.0)


def run(*facilities: Facility, case: object = CASE) -> Outcome:
    assert isinstance(case, type(CASE))
    return simulate(ScenarioDays.of(case), [Arrangement(item := terms(case, each), item.most) for each in facilities])


def test_utilisation_names_the_day_and_the_chance() -> None:
    outcome = run(FREE)
    assert utilisation(CASE, outcome.accounts).max(axis=0).tolist() == [0.9, 0.95, 0.0]
    (check,) = check_covenants(CASE, outcome, Covenants(maximum_utilisation=0.92), 0.5)
    assert check.covenant == "maximum_utilisation"
    assert check.chance_of_breach == pytest.approx(1 / 3)
    assert check.day == dt.date(2026, 10, 17)
    assert check.kept
    assert check.value == 0.9
    (strict,) = check_covenants(CASE, outcome, Covenants(maximum_utilisation=0.92), 0.95)
    assert strict.kept is False
    (exact,) = check_covenants(CASE, outcome, Covenants(maximum_utilisation=0.95), 0.95)
    assert (exact.kept, exact.chance_of_breach, exact.day) == (True, 0.0, None)


def test_what_lacks_to_an_agreed_utilisation_is_told_in_yuan() -> None:
    outcome = run(FREE)
    assert limits_lacking(CASE, outcome, 0.75, 0.6) == pytest.approx(20.0)  # two of three paths draw 90 at most
    assert limits_lacking(CASE, outcome, 0.95, 0.6) == 0.0


def test_clean_down_counts_evenings_in_a_row_with_nothing_drawn() -> None:
    outcome = run(FREE)
    assert longest_clean_run(CASE, outcome.accounts).tolist() == [2.0, 3.0, 4.0]
    (check,) = check_covenants(CASE, outcome, Covenants(clean_down_days=3), 0.6)
    assert check.value == 3.0
    assert check.chance_of_breach == pytest.approx(1 / 3)
    assert check.kept
    assert check.day == dt.date(2026, 10, 20)
    (long,) = check_covenants(CASE, outcome, Covenants(clean_down_days=30), 0.95)
    assert (long.kept, long.chance_of_breach, long.value) == (None, None, None)


def test_cover_is_operating_flows_over_interest_and_scheduled_principal() -> None:
    case = replace(
        case_of([[100.0] * 40, [10.0] * 40], opening=1000.0),
        debt_service=np.array([-50.0] + [0.0] * 39),
    )
    loan = replace(TERM_LOAN, limit=300.0, tenor_days=30, day_count="act/365", annual_rate=0.365)
    outcome = run(loan, case=case)
    # 30 nights at 0.1 % on 300, the principal, and 50 on an existing loan, which is no operating flow
    service = 30 * 0.3 + 300 + 50
    assert debt_service_cover(case, outcome.accounts) == pytest.approx([4050 / service, 450 / service])
    (check,) = check_covenants(case, outcome, Covenants(minimum_dscr=1.3), 0.95)
    assert check.value == pytest.approx(450 / service)
    assert (check.chance_of_breach, check.kept, check.day) == (0.5, False, dt.date(2026, 11, 25))


def test_without_debt_service_there_is_nothing_to_cover() -> None:
    (check,) = check_covenants(CASE, run(), Covenants(minimum_dscr=1.2), 0.95)
    assert (check.value, check.chance_of_breach, check.kept) == (None, 0.0, True)


def test_factoring_without_recourse_is_no_debt() -> None:
    receivables = np.full((1, 1, 3), 1000.0)
    case = case_of([[-90.0, 0.0, 0.0]], receivables=receivables, opening_receivables=1000.0)
    sold = replace(FACTORING, limit=100.0, service_fee=0.0, discount_rate=0.0)
    for facility, share in ((sold, 0.9), (replace(sold, recourse=False), 0.0)):
        (check,) = check_covenants(case, run(facility, case=case), Covenants(maximum_utilisation=0.8), 0.95)
        assert check.value == pytest.approx(share)


def test_a_plan_without_covenants_has_no_checks() -> None:
    assert check_covenants(CASE, run(FREE), None, 0.95) == ()


def test_figures_at_a_confidence_are_order_statistics_and_the_breach_is_counted_over_all_paths() -> None:
    """Twenty paths draw 5, 10, … 100 of a limit of 100 on their own day and repay on the next."""
    flows = np.zeros((20, 22))
    for path in range(20):
        flows[path, path : path + 2] = -5.0 * (path + 1), 5.0 * (path + 1)
    case = case_of(flows, opening=0.0)
    outcome = run(FREE, case=case)
    (check,) = check_covenants(case, outcome, Covenants(maximum_utilisation=0.82), 0.8)
    assert check.value == pytest.approx(0.8)
    # 85, 90, 95 and 100 break it, on days 17 to 20 of the horizon: the earlier of the middle two
    assert check.chance_of_breach == pytest.approx(0.2)
    assert check.day == dt.date(2026, 10, 16) + dt.timedelta(days=18)
    assert check.kept
    (tight,) = check_covenants(case, outcome, Covenants(maximum_utilisation=0.77), 0.8)
    assert tight.chance_of_breach == pytest.approx(0.25)
    assert tight.kept is False
    assert tight.day == dt.date(2026, 10, 16) + dt.timedelta(days=18)


def test_use_is_of_all_lines_together_and_of_those_with_a_limit() -> None:
    second = replace(OVERDRAFT, name="second", annual_rate=0.0, limit=300.0)
    loan = replace(TERM_LOAN, limit=50.0, annual_rate=0.0)
    case = case_of([[-160.0, 0.0, 160.0, 0.0]], opening=10.0)
    outcome = run(FREE, second, loan, case=case)
    # the loan's 50 and the 10 at hand go first; 100 of 400 are drawn, whatever line they come from
    assert utilisation(case, outcome.accounts)[:, 0].tolist() == [0.25, 0.25, 0.0, 0.0]
    assert utilisation(case, []).tolist() == [[0.0]] * 4
    assert longest_clean_run(case, outcome.accounts).tolist() == [2.0]


def test_a_clean_down_as_long_as_the_horizon_can_be_judged() -> None:
    for days, kept in ((4, False), (5, None)):
        (check,) = check_covenants(CASE, run(FREE), Covenants(clean_down_days=days), 0.95)
        assert (check.agreed, check.kept) == (float(days), kept)


def test_cover_exactly_as_agreed_is_no_breach() -> None:
    case = replace(case_of([[100.0, 100.0]], opening=1000.0), debt_service=np.array([-100.0, 0.0]))
    (check,) = check_covenants(case, run(case=case), Covenants(minimum_dscr=3.0), 0.95)
    assert (check.value, check.chance_of_breach, check.day, check.kept) == (3.0, 0.0, None, True)


def test_checks_come_in_the_order_of_the_plans_keys() -> None:
    every = Covenants(minimum_dscr=1.0, maximum_utilisation=1.0, clean_down_days=1)
    names = [check.covenant for check in check_covenants(CASE, run(FREE), every, 0.95)]
    assert names == ["minimum_dscr", "maximum_utilisation", "clean_down_days"]
