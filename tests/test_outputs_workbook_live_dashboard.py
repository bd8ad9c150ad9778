"""The dashboard: what comes of the inputs on one page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from live_example import example_live
from office import recalculated
from result_example import example_result
from test_outputs_workbook_live_model import copies
from workbook_example import written_live

from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.results.live import Live

pytestmark = pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl does not know LibreOffice's charts


def test_key_figures_are_those_of_the_inputs_beside_what_was_simulated() -> None:
    formulas, found, _ = written_live()
    sheet, values = formulas["Dashboard"], found["Dashboard"]
    linked = {row[1].value for row in sheet.iter_rows(min_row=5)} | {row[5].value for row in sheet.iter_rows(min_row=5)}
    assert {"=out_receipts_total", "=out_gap", "=out_lowest_cash_day", "=out_checks", "=out_stale"} <= linked
    shown = {row[4].value: row[5].value for row in values.iter_rows(min_row=5)}
    base = example_result("en").base
    assert shown["Simulated: receipts, 5 % quantile"] == base.receipts_total.p05
    assert shown["Simulated: buffer"] == base.buffer.amount
    assert values["B3"].value == base.label


def test_it_prints_on_one_page_across_and_its_charts_read_the_live_sheets() -> None:
    formulas, _, charts = written_live()
    sheet = formulas["Dashboard"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight != 0  # one page, as elsewhere alone across
    assert sum("13 weeks" in chart for chart in charts) == 2
    assert sum("Cash by day" in chart for chart in charts) == 3


def test_the_interest_of_the_simple_rule_stands_beside_the_simulated_cost_with_the_difference() -> None:
    formulas, found, _ = written_live()
    shown = {row[column].value: row[column + 1].value for row in found["Dashboard"].iter_rows() for column in (0, 4)}
    interest = shown["Interest of that (no notice, terms or fees; see Financing for the daily rule)"]
    cost = shown["Simulated: expected cost of the recommended financing"]
    financing = example_result("en").base.financing
    assert financing is not None
    assert cost == financing.recommended.expected_cost
    apart = next(value for word, value in shown.items() if str(word).startswith("Of that not in the interest above"))
    assert apart == pytest.approx(cost - interest)
    row = [cell.value for cell in found["Financing"][3]]
    assert [row[place] for place in (4, 8, 12)] == [interest, cost, apart]
    assert formulas["Financing"]["E3"].value == "=out_interest"


COSTS = ("Simulated: expected cost of the recommended financing", "Of that not in the interest above")


def costs(values: Any) -> list[object]:  # noqa: ANN401  # openpyxl publishes no types
    """The simulated cost and the difference as the dashboard shows them, and as the sheet of financing does."""
    shown = {str(row[4].value): row[5].value for row in values["Dashboard"].iter_rows(min_row=5)}
    beside = [values["Financing"][3][place].value for place in (8, 12)]
    assert values["Dashboard"]["F2"].value == "OK"
    return [*(next(value for word, value in shown.items() if word.startswith(cost)) for cost in COSTS), *beside]


def test_where_no_mix_holds_or_an_input_is_edited_no_cost_is_told_as_if_one_did(tmp_path: Path) -> None:
    path, failing = tmp_path / "book.xlsx", example_result("en").scenarios["peak_outage"]
    write_workbook(path, example_result("en"), example_live())
    typed: dict[str, dict[str, object]] = {
        "chosen.xlsx": {"in_scenario": failing.label},
        "edited.xlsx": {"in_opening_balance": 41_234.0},
    }
    chosen, edited = (
        openpyxl.load_workbook(one, data_only=True) for one in recalculated(tmp_path, copies(path, typed))
    )
    assert costs(chosen) == ["no mix holds", "–"] * 2
    financing = example_result("en").base.financing
    assert financing is not None
    assert costs(edited) == [financing.recommended.expected_cost, "–"] * 2
    base = replace(example_result("en").base, financing=failing.financing)
    write_workbook(path, replace(example_result("en"), scenarios={"base": base}), one_alone(example_live()))
    (tmp_path / "again").mkdir()
    (again,) = recalculated(tmp_path / "again", copies(path, {"again.xlsx": {"in_minimum_balance": 1_234.0}}))
    for one in (path, again):
        assert costs(openpyxl.load_workbook(one, data_only=True)) == ["no mix holds", "–"] * 2


def one_alone(live: Live) -> Live:
    """A model of its first scenario alone."""
    channels = tuple(
        replace(one, chosen=one.chosen[:1], struck=one.struck[:1], levels=one.levels[:1]) for one in live.channels
    )
    chosen = tuple(one[:1] for one in live.cost_chosen)
    return replace(
        live,
        scenarios=live.scenarios[:1],
        levels=live.levels[:1],
        channels=channels,
        cost_chosen=chosen,
        rest=live.rest[:1],
        lost=live.lost[:1],
    )


def test_a_facility_that_the_simple_rule_does_not_draw_says_so_beside_its_rate() -> None:
    formulas, found, _ = written_live()
    terms = {row[0].value: row[4] for row in found["Cash by day"].iter_rows(min_row=5, max_row=9)}
    assert any(cell.value > 0 for cell in terms.values())
    undrawn = [cell for cell in terms.values() if cell.value == 0]
    assert undrawn
    assert all('"not drawn"' in cell.number_format for cell in undrawn)
    assert formulas["Cash by day"]["E5"].value.startswith("=MAX(")
