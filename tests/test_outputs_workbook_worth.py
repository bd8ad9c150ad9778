"""The sheet of worth: marginal values and covenants as numbers, in both languages; none where there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from result_example import example_result
from workbook_example import written

from forecast.outputs.workbook.worth import has_worth

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

RESULT = example_result("en")
BASE = RESULT["scenarios"]["base"]["financing"]


def rows(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_every_marginal_value_and_covenant_stands_as_a_number() -> None:
    found = rows(written("en")[1]["Worth"])
    for one in BASE["marginal"]["limits"]:
        assert [one["step"], one["saving_rate"], one["shortfall_probability_saved"]] in [row[1:4] for row in found]
    for one in BASE["marginal"]["settlement_day"]:
        assert [one["buffer"], one["funding_gap"], one["expected_cost"]] in [row[1:4] for row in found]
    checks = BASE["recommended"]["covenants"]
    assert checks
    for check in checks:
        assert [check["agreed"], check["value"], check["chance_of_breach"]] in [
            [pytest.approx(one) if isinstance(one, float) else one for one in row[3:6]] for row in found
        ]


def test_both_languages_have_the_sheet_and_a_plan_without_financing_has_none() -> None:
    assert "边际价值与约定" in written("zh")[0].sheetnames
    bare = {name: scenario | {"financing": None} for name, scenario in RESULT["scenarios"].items()}
    assert has_worth(RESULT)
    assert not has_worth({"scenarios": bare})
