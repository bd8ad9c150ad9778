"""Comparison and channels: linked by formulas, equal to the result."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from result_example import example_result
from workbook_example import column, written

from forecast.outputs.figures import Figures
from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

FORMULAS, VALUES = written("en")
RESULT = example_result("en")
NAMED = Figures.of(RESULT).facility
SCENARIOS = list(RESULT.scenarios.values())
CHANNELS = len(RESULT.channels)


def values_of(sheet: str, head: str) -> list[object]:
    number = column(VALUES[sheet], head, 4)
    return [VALUES[sheet].cell(row, number).value for row in range(5, 5 + len(SCENARIOS))]


def formulas_of(sheet: str, head: str) -> list[str]:
    number = column(FORMULAS[sheet], head, 4)
    return [str(FORMULAS[sheet].cell(row, number).value) for row in range(5, 5 + len(SCENARIOS))]


def test_a_row_a_scenario_with_the_results_figures() -> None:
    assert values_of("Comparison", "Scenario") == [one.label for one in SCENARIOS]
    assert values_of("Comparison", "Net receipts") == [one.receipts_total.mean for one in SCENARIOS]
    assert values_of("Comparison", "Liquidity buffer") == [one.buffer.amount for one in SCENARIOS]
    assert values_of("Comparison", "Buffer, upper limit (95 %)") == [one.buffer.upper for one in SCENARIOS]
    best = [one.financing.recommended for one in SCENARIOS if one.financing]
    mixes = [
        ", ".join(NAMED(part.facility) for part in one.mix) if one.feasible else "no facilities suffice" for one in best
    ]
    assert values_of("Comparison", "Recommended") == mixes
    costs = [one.expected_cost if one.feasible else None for one in best]
    assert values_of("Comparison", "Expected cost") == pytest.approx(costs)


def test_every_figure_of_a_scenario_stands_under_its_head() -> None:
    for place, scenario in enumerate(SCENARIOS):
        total, buffer, channels = scenario.receipts_total, scenario.buffer, scenario.by_channel.values()
        expected = {
            "Net receipts p05": total.p05,
            "Net receipts median": total.p50,
            "Net receipts p95": total.p95,
            "First deduction failed": sum(one.failed_total.mean for one in channels),
            "Lost in the end": sum(one.lost_total.mean for one in channels),
            "Expected shortfall (mean of the worst)": buffer.expected_shortfall,
            "Funding gap": buffer.funding_gap,
        }
        assert {head: values_of("Comparison", head)[place] for head in expected} == pytest.approx(expected)


def test_a_channels_row_holds_its_means_and_the_intervals_of_receipts_and_losses() -> None:
    one = SCENARIOS[0].by_channel["baitiao"]
    means = [one.sales_total, one.failed_total, one.lost_total, one.settled_total, one.refunded_after_total]
    means += [one.receipts_total, one.fees_total, one.refunded_before_total]
    receipts, lost = one.receipts_total, one.lost_total
    row = [cell.value for cell in VALUES["Channels"][5]]
    assert row[:2] == ["Base", "JD Baitiao"]
    assert row[2:12] == [*(total.mean for total in means), one.opening_outstanding, one.closing_outstanding.mean]
    assert row[12:16] == [receipts.p05, receipts.p95, lost.p05, lost.p95]


def test_what_follows_from_other_cells_is_a_formula() -> None:
    assert formulas_of("Comparison", "Net receipts")[0] == "=SUM('Simulated data'!$G$5:$G$44)"
    assert formulas_of("Comparison", "Against base") == ["=C5-C5", "=C6-C5", "=C7-C5"]
    assert formulas_of("Comparison", "Funding gap")[0].startswith("=MAX(0,L5-")
    assert formulas_of("Comparison", "Expected cost")[0] == "='Financing'!$I$5"


def test_channels_sum_to_the_scenario_and_receipts_follow_from_their_parts() -> None:
    formulas, values = FORMULAS["Channels"], VALUES["Channels"]
    receipts = column(formulas, "Net receipts", 4)
    letter = formulas.cell(5, receipts).column_letter
    total = 5 + CHANNELS
    assert formulas.cell(total, receipts).value == f"=SUM({letter}5:{letter}{total - 1})"
    assert str(formulas.cell(5, receipts).value).startswith("=")
    assert values.cell(total, receipts).value == pytest.approx(SCENARIOS[0].receipts_total.mean, abs=0.03)


def test_a_chart_that_leaves_scenarios_out_says_which_it_draws(tmp_path: Path) -> None:
    others = {f"more_{number}": replace(RESULT.base, label=f"More {number}") for number in range(8)}
    path = tmp_path / "book.xlsx"
    for scenarios, told in ((others, True), (dict(list(others.items())[:7]), False)):
        write_workbook(path, replace(RESULT, scenarios={"base": RESULT.base, **scenarios}))
        with zipfile.ZipFile(path) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]
        assert any("(base, and the lowest 7 of 8 scenarios)" in one for one in charts) is told
