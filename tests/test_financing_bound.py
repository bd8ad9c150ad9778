"""The foresight bound lies below the rule, and on it where the rule is known to be the best."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from financing_cases import BANK_LINE, EVERY_KIND, FACTORING, OVERDRAFT, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing.bound import _least_on_path, lower_bound
from forecast.financing.sizing import Desk, Proposal, widest

if TYPE_CHECKING:
    from forecast.cash import CashCase
    from forecast.financing.policy import Outcome
    from forecast.plan.model import Facility


def run(case: CashCase, *facilities: Facility) -> Outcome:
    desk = Desk.of(case, facilities, 0.95)
    return desk.run(widest(desk, desk.items))


def test_one_line_without_notice_is_its_own_bound() -> None:
    case = shop(100)
    outcome = run(case, replace(OVERDRAFT, limit=5e6, commitment_fee=0.01, arrangement_fee=0.001))
    bound, paths = lower_bound(case, outcome)
    assert paths == 100
    assert bound == pytest.approx(outcome.cost.mean(), rel=1e-9)


def test_the_programme_gives_the_closed_form_where_both_apply() -> None:
    case = shop(6)
    outcome = run(
        case, replace(OVERDRAFT, commitment_fee=0.01), replace(OVERDRAFT, name="dear", limit=5e6, annual_rate=0.1)
    )
    programme = [_least_on_path(outcome, outcome.shortage[:, path], path) for path in range(6)]
    assert programme == pytest.approx(outcome.cost.tolist(), rel=1e-6)


def test_notice_and_lots_cost_more_than_foresight() -> None:
    case = shop(100)
    outcome = run(case, BANK_LINE)
    bound, _ = lower_bound(case, outcome)
    assert 0.7 * outcome.cost.mean() < bound < outcome.cost.mean()


@pytest.mark.parametrize("facility", [RECEIVABLES, FACTORING, TERM_LOAN])
def test_the_programme_never_costs_more_than_the_rule(facility: Facility) -> None:
    case = shop(40)
    outcome = run(case, facility, OVERDRAFT)
    bound, paths = lower_bound(case, outcome, sample=10)
    assert paths == 10
    assert 0 <= bound <= outcome.cost.mean() + 1e-6
    for path in range(3):
        assert _least_on_path(outcome, outcome.shortage[:, path], path) <= outcome.cost[path] + 0.01


def test_every_kind_at_once_is_bounded_from_the_programme_itself() -> None:
    outcome = run(shop(5, surplus_rate=0.01), *EVERY_KIND)
    for path in range(5):
        assert _least_on_path(outcome, outcome.shortage[:, path], path) < outcome.cost[path] - 1.0


def test_a_path_that_falls_short_may_do_so_in_the_bound_as_well() -> None:
    case = case_of([[-100.0, 0.0, 0.0]], opening=0.0)
    desk = Desk.of(case, [OVERDRAFT], 0.95)
    outcome = desk.run(Proposal(desk.items, (40.0,)))
    assert outcome.shortage[:, 0].tolist() == pytest.approx([60.0, 60.0, 60.0])
    assert lower_bound(case, outcome)[0] == pytest.approx(2 * 40 * 0.09 / 365)
