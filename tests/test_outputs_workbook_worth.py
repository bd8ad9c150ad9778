"""The sheet of worth: marginal values and covenants as numbers, in both languages; none where there is nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from result_example import example_result
from workbook_example import written

from forecast.outputs.figures import Figures
from forecast.outputs.tables.financing import remedy_text
from forecast.outputs.workbook.worth import has_worth

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
FINANCED = [scenario.financing for scenario in RESULT.scenarios.values() if scenario.financing]


def rows(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_every_marginal_value_and_covenant_stands_as_a_number() -> None:
    found, base = rows(written("en")[1]["Worth"]), FINANCED[0]
    assert base.marginal
    for limit in base.marginal.limits:
        assert [limit.step, limit.saving_rate, limit.shortfall_probability_saved] in [row[1:4] for row in found]
    for day in base.marginal.settlement_day:
        assert [day.buffer, day.funding_gap, day.expected_cost] in [row[1:4] for row in found]
    checks = base.recommended.covenants
    assert checks
    for check in checks:
        assert [check.agreed, check.value, check.chance_of_breach] in [
            [pytest.approx(one) if isinstance(one, float) else one for one in row[3:6]] for row in found
        ]


def test_a_scenario_that_no_mix_carries_says_what_would() -> None:
    found = [row[0] for row in rows(written("en")[1]["Worth"])]
    remedies = [one.recommended.remedy for one in FINANCED if one.recommended.remedy]
    assert remedies
    for remedy in remedies:
        assert any(isinstance(text, str) and text.endswith(remedy_text(remedy, FIGURES)) for text in found)


def test_both_languages_have_the_sheet_and_a_plan_without_financing_has_none() -> None:
    assert "边际价值与约定" in written("zh")[0].sheetnames
    bare = {name: replace(scenario, financing=None) for name, scenario in RESULT.scenarios.items()}
    assert has_worth(RESULT)
    assert not has_worth(replace(RESULT, scenarios=bare))
