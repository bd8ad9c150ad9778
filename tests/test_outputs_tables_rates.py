"""Rates as disclosure asks for them: of what is drawn, and of limits where little is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from result_example import example_result, financing_of

from forecast.outputs.figures import Figures
from forecast.outputs.tables.rates import cost_text, disclosed, limit_rate, misleading

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
FOUND = financing_of(RESULT)
BEST = FOUND.recommended


def test_a_cost_is_a_yearly_rate_of_the_limit_by_the_days_it_is_kept() -> None:
    assert limit_rate(73.0, 10_000.0, 73) == pytest.approx(0.0365)
    assert limit_rate(73.0, 0.0, 73) is None


def test_mostly_fees_on_a_limit_hardly_drawn_mislead_as_a_rate_of_what_is_drawn() -> None:
    little = replace(BEST, interest=1.0, fees=9.0, rates=replace(BEST.rates, mean_drawn=99.0, simple_rate=1.19))
    assert misleading(little, 1_000.0)
    assert not misleading(little, 900.0)
    assert not misleading(replace(little, interest=10.0), 1_000.0)
    told = cost_text(replace(little, expected_cost=10.0), 1_000.0, RESULT, FIGURES)
    assert "on average CNY\u00a099 of CNY\u00a01,000. All costs are 9.12% a year of the limit" in told[1]
    assert told[2].startswith("Of that little drawn they come to 119.00% a year")


def test_a_rate_that_says_something_stands_with_both_ways_of_counting() -> None:
    assert cost_text(replace(BEST, cost_beyond_horizon=7.0), 1_000.0, RESULT, FIGURES)[1:] == [
        "Of it CNY\u00a07 is due after the horizon",
        "12.48% a year of what is drawn, all fees included (simple; compound 13.29%)",
    ]


def test_the_table_has_a_row_a_facility_that_adds_up_to_the_last() -> None:
    table = disclosed(RESULT, FOUND, FIGURES)
    assert table is not None
    assert [row[0] for row in table.rows][:2] == ["Payables extension", "Overdraft"]
    assert table.rows[0][1] == "3.00%"
    limits = [float(row[2].replace(",", "")) for row in table.rows]
    assert sum(limits[:-1]) == limits[-1] == pytest.approx(8_000)
    assert disclosed(RESULT, replace(FOUND, recommended=replace(BEST, mix=[])), FIGURES) is None


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"kind": "early_settlement", "annual_rate": 0.0, "fee_per_day": 0.0003}, "10.95%"),
        ({"kind": "factoring", "annual_rate": 0.0, "discount_rate": 0.08}, "8.00%"),
    ],
)
def test_a_fee_by_the_day_and_a_discount_are_told_as_yearly_rates(terms: dict[str, Any], told: str) -> None:
    facilities = [replace(one, **terms) if one.name == "overdraft" else one for one in RESULT.facilities]
    table = disclosed(replace(RESULT, facilities=facilities), FOUND, FIGURES)
    assert table is not None
    assert table.rows[1][:2] == ["Overdraft", told]
