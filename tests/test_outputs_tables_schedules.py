"""The tables of schedules as text: months and weeks of the recommended mix, and other loans beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from result_example import example_result, financing_of

from forecast.financing.schedules import DebtFlows, DebtOwed, ExistingDebt, Schedule, Span
from forecast.outputs.figures import Figures
from forecast.outputs.tables.schedules import has_schedule, monthly, span_text, weekly

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
BASE = financing_of(RESULT)
FOUND = BASE.recommended.schedule
NOTHING = ExistingDebt([], [], [])


def test_each_month_and_week_says_its_days_and_what_was_drawn_repaid_and_paid() -> None:
    for table, periods in ((monthly(BASE, FIGURES), FOUND.monthly), (weekly(BASE, FIGURES), FOUND.weekly)):
        assert table is not None
        assert len(table.rows) == len(periods) + 1
        for row, one in zip(table.rows, periods, strict=False):
            assert row[0] == span_text(one.span, FIGURES)
            amounts = (one.drawn, one.repaid, one.interest_paid, one.fees_paid, one.owed.mean, one.owed.p05)
            assert row[1:] == [*map(FIGURES.money, (*amounts, one.owed.p95, one.headroom.mean, one.headroom.p05))]
        assert table.rows[-1][:2] == ["Total", FIGURES.money(sum(one.drawn for one in periods))]
        assert table.strong_rows == (len(periods),)
        assert FIGURES.money(FOUND.unpaid) in table.caption


def test_a_week_that_the_horizon_cuts_says_so() -> None:
    week = Span(dt.date(2026, 12, 28), dt.date(2027, 1, 3))
    assert span_text(week, FIGURES) == "2026-12-28 – 01-03"
    assert span_text(replace(week, broken=True), FIGURES) == "2026-12-28 – 01-03 (part)"
    assert span_text(replace(week, broken=True), Figures.of(example_result("zh"))) == "2026-12-28 – 01-03（不足整期）"


def test_what_was_owed_before_is_a_row_and_other_loans_are_columns() -> None:
    october, november = (one.span for one in FOUND.monthly)
    flows = [DebtFlows(october, 500.0, 0.0), DebtFlows(november, 250.0, 90.0)]
    owing = replace(BASE.recommended, schedule=replace(FOUND, opening=700.0))
    owed = ExistingDebt([DebtOwed("bank_line", 700.0, [], [])], [], flows)
    table = monthly(replace(BASE, recommended=owing, existing_debt=owed), FIGURES)
    assert table is not None
    assert table.rows[0][:6] == ["Evening of the as-of date", "", "", "", "", "700"]
    assert table.heads[-2:] == ["Other loans: paid", "Other loans: received"]
    assert [row[-2:] for row in table.rows] == [["", ""], ["500", "0"], ["250", "90"], ["750", "90"]]
    assert {len(row) for row in table.rows} == {len(table.heads)}


def test_without_any_debt_there_is_no_table() -> None:
    still = [replace(one, drawn=0.0, repaid=0.0, interest_paid=0.0, fees_paid=0.0) for one in FOUND.monthly]
    idle = replace(BASE, recommended=replace(BASE.recommended, schedule=Schedule(0.0, 0.0, still, still)))
    assert has_schedule(BASE)
    assert not has_schedule(replace(idle, existing_debt=NOTHING))
    assert (monthly(idle, FIGURES), weekly(idle, FIGURES)) == (None, None)
