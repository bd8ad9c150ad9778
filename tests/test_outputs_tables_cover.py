"""Debt service cover, recomputed by hand from a month of round figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from result_example import example_result, financing_of

from forecast.financing.schedules import DebtFlows, DebtOwed, ExistingDebt, Headroom, Owed, Period, Schedule, Span
from forecast.outputs.figures import Figures
from forecast.outputs.tables.cover import debt_service, service_of
from forecast.results.scenario import CashTerms

if TYPE_CHECKING:
    from forecast.results.run import Result

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
SPAN = Span(dt.date(2026, 10, 19), dt.date(2026, 11, 27))
NOTHING = Schedule(0.0, 0.0, [], [])


def month(repaid: float, interest: float, fees: float) -> Schedule:
    one = Period(SPAN, 0.0, repaid, interest, fees, Owed(0.0, 0.0, 0.0), Headroom(0.0, 0.0))
    return replace(NOTHING, monthly=[one])


def shop(*, debt_paid: float = 0.0, factoring: bool = False) -> Result:
    """A term loan that falls due and a line repaid from surplus; receipts of 1,000 a day and nothing paid but debt."""
    days, found = len(RESULT.base.dates), financing_of(RESULT)
    plans = {"term_loan": month(800.0, 150.0, 20.0), "bank_line": month(500.0, 50.0, 10.0)}
    part = found.recommended.mix[0]
    mix = [replace(part, facility=name, schedule=plan) for name, plan in plans.items()]
    debt = ExistingDebt(
        [DebtOwed("overdraft", 300.0, [], [DebtFlows(SPAN, 40.0, 0.0)])], [], [DebtFlows(SPAN, debt_paid, 0.0)]
    )
    best = replace(found.recommended, mix=mix, schedule=month(1_300.0, 200.0, 30.0))
    facilities = [replace(one, tenor_days=60 if one.name == "term_loan" else None) for one in RESULT.facilities]
    if factoring:
        facilities = [
            replace(one, kind="factoring", recourse=False) if one.name == "bank_line" else one for one in facilities
        ]
    base = replace(
        RESULT.base,
        receipts=replace(RESULT.base.receipts, mean=[1_000.0] * days),
        costs={},
        cash=CashTerms(0.0, 0.0, [-debt_paid / days] * days),
        financing=replace(found, recommended=best, existing_debt=debt),
    )
    flows = replace(RESULT.other_flows, by_category={"debt": [-debt_paid / days] * days})
    return replace(RESULT, facilities=facilities, other_flows=flows, scenarios=RESULT.scenarios | {"base": base})


def ratio(result: Result, label: str) -> str:
    table = debt_service(result, result.base, FIGURES)
    assert table is not None
    return next(row for row in table.rows if row[0] == label)[-1]


def test_interest_scheduled_principal_and_debt_there_already_are_debt_service() -> None:
    result = shop(debt_paid=1_000.0)
    service = service_of(result, financing_of(result))
    assert (service.existing, service.interest, service.scheduled) == ([1_040.0], [200.0], [800.0])
    assert ratio(result, "DSCR") == "19.61"  # 40,000 ÷ (1,000 + 40 + 200 + 800): debt is no operating flow
    assert ratio(result, "Cover of all that is paid") == "15.56"  # and 500 from surplus, 30 of fees


def test_a_factor_without_recourse_is_no_debt() -> None:
    service = service_of(shop(factoring=True), financing_of(shop(factoring=True)))
    assert (service.interest, service.other) == ([150.0], [0.0])


def test_where_nothing_is_owed_there_is_no_table() -> None:
    found = financing_of(RESULT)
    nothing = replace(found, recommended=replace(found.recommended, mix=[]), existing_debt=ExistingDebt([], [], []))
    assert debt_service(RESULT, replace(RESULT.base, financing=nothing), FIGURES) is None
    assert debt_service(RESULT, replace(RESULT.base, financing=None), FIGURES) is None


def test_a_ratio_of_negative_cash_or_of_next_to_nothing_is_told_in_words() -> None:
    result = shop()
    poor = replace(result.base, receipts=replace(result.base.receipts, mean=[-1.0] * len(result.base.dates)))
    table = debt_service(result, poor, FIGURES)
    assert table is not None
    assert table.rows[7] == ["DSCR", "< 0", "< 0"]
    rich = replace(result.base, receipts=replace(result.base.receipts, mean=[1e6] * len(result.base.dates)))
    table = debt_service(result, rich, FIGURES)
    assert table is not None
    assert table.rows[7] == ["DSCR", "> 100", "> 100"]
