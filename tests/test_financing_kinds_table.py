"""The table of kinds: every kind of a plan is in it, and a new one is a class and a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self, get_args

import numpy as np
import pytest
from financing_cases import BANK_LINE, EARLY, EVERY_KIND, FACTORING, OVERDRAFT, case_of, shop

from forecast.financing.comparison import compare
from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.lines import Line
from forecast.financing.kinds.revolving import Revolving
from forecast.financing.kinds.table import KINDS, Kind, annual_rate, line, terms
from forecast.financing.kinds.terms import Terms
from forecast.financing.policy import ScenarioDays, check_outcome, simulate
from forecast.financing.timing import calendar
from forecast.liquidity import case_buffer
from forecast.plan.facilities import Facility, FacilityKind

if TYPE_CHECKING:
    from forecast.cash import CashCase


def test_every_kind_of_a_plan_has_its_classes() -> None:
    assert set(KINDS) == set(get_args(FacilityKind))
    case = shop(2)
    for facility in EVERY_KIND:
        item = terms(case, facility)
        assert type(item) is KINDS[facility.kind].terms
        assert type(line(Arrangement(item, 1000.0), (60, 2))) is KINDS[facility.kind].line


def test_rates_by_kind() -> None:
    assert annual_rate(BANK_LINE) == 0.0435
    assert annual_rate(FACTORING) == 0.075
    assert annual_rate(replace(FACTORING, annual_rate=0.01)) == pytest.approx(0.085)
    assert annual_rate(EARLY) == pytest.approx(0.073)


def test_what_covenants_count_by_kind() -> None:
    case = shop(2)
    items = {facility.name: terms(case, facility) for facility in EVERY_KIND}
    assert {name for name, item in items.items() if not item.is_debt} == {"early", "suppliers"}
    assert not terms(case, replace(FACTORING, recourse=False)).is_debt
    assert {name for name, item in items.items() if item.cleaned_down} == {"bank_line", "overdraft"}
    once = {"term_loan", "prepayable", "owner"}
    assert {name for name, item in items.items() if not item.refillable} == once


class Season(Revolving):
    """A line for the season (季节性授信), made up for this test: nothing is owed in the last ten days."""

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out the line: its base is boundless, and nothing in the last ten days."""
        days = calendar(case, facility)
        open_days = np.arange(case.days.size) < case.days.size - 10
        base = np.where(open_days, np.inf, 0.0)[:, None]
        return cls(facility, days, cls.rate(facility) * days.nights, base)


SEASON = Facility("season", "season", 6_000_000.0, annual_rate=0.03, day_count="act/360")  # type: ignore[arg-type]  # new


def test_a_new_kind_is_a_class_and_a_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "season", Kind(Season, Line))
    case = case_of([[-100.0] + [0.0] * 18 + [150.0]], opening=0.0)
    season = terms(case, SEASON)
    assert isinstance(season, Terms)
    outcome = simulate(
        ScenarioDays.of(case), [Arrangement(season, 1000.0), Arrangement(terms(case, OVERDRAFT), 1000.0)]
    )
    check_outcome(outcome)
    # drawn first, as the cheaper; ten days before the end the overdraft takes over
    drawn, taken_over = (account.balance[:, 0] for account in outcome.accounts)
    assert np.flatnonzero(drawn).tolist() == list(range(10))
    assert np.flatnonzero(taken_over).tolist() == list(range(10, 19))
    assert outcome.accounts[0].accrued[0] == pytest.approx(season.accrual @ drawn)


def test_a_new_kind_is_compared_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "season", Kind(Season, Line))
    case = shop(200)
    result = compare(case, [SEASON, replace(OVERDRAFT, limit=6e6)], 0.95, case_buffer(case, 0.95).buffer)
    season, overdraft = result.options
    assert season.feasible
    assert overdraft.feasible
    assert season.expected_cost < overdraft.expected_cost
    assert [part.facility for part in result.recommended.mix] == ["season"]
    assert result.recommended.lower_bound <= result.recommended.expected_cost
