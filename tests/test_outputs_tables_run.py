"""The report's tables show the result's figures and nothing that cannot be added up."""

from __future__ import annotations

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import run as tables

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
BASE = RESULT["scenarios"]["base"]


def test_a_day_a_row_with_mean_and_quantiles() -> None:
    table = tables.daily(BASE, "receipts", FIGURES)
    assert table.heads == ["Date", "mean", "p05", "p10", "median", "p90", "p95"]
    assert [row[0] for row in table.rows] == BASE["dates"]
    assert table.rows[0][1] == f"{BASE['receipts']['mean'][0]:,.0f}"


def test_the_comparison_has_a_row_a_scenario_and_differences_against_base() -> None:
    table = tables.comparison(RESULT, FIGURES)
    assert [row[0] for row in table.rows] == [one["label"] for one in RESULT["scenarios"].values()]
    assert [row[4] for row in table.rows] == ["0", "-248,549", "4,710,496"]
    assert {len(row) for row in table.rows} == {len(table.heads)}


def test_the_last_column_of_outcomes_sums_means_alone() -> None:
    table = tables.outcomes(RESULT, BASE, FIGURES)
    sales = table.rows[0]
    assert sales[0] == "Sales"
    assert "(" in sales[1]
    assert "(" not in sales[-1]
    assert sales[-1] == f"{BASE['sales_total']['mean']:,.0f}"


def test_financing_puts_the_recommendation_first_and_gives_reasons() -> None:
    table = tables.financing(RESULT, BASE, FIGURES)
    assert table.rows[0][0] == "Recommended: bank_line"
    assert table.rows[-1][2] == "not calculated"
    assert "not calculated" in table.rows[-1][-1]
    assert table.rows[-1][3] == "–"


def test_limits_of_a_pair_are_added_up_and_its_peak_is_that_of_the_whole() -> None:
    recommended = BASE["financing"]["recommended"]
    part = recommended["mix"][0]
    pair = BASE | {
        "financing": {"recommended": recommended | {"mix": [part, part | {"limit_used": 1.0}]}, "options": []}
    }
    row = tables.financing(RESULT, pair, FIGURES).rows[0]
    assert row[5] == f"{part['limit_used'] + 1:,.0f}"
    assert row[6] == f"{recommended['peak_drawn']:,.0f}"


def test_failure_rates_by_cause_with_their_interval() -> None:
    table = tables.failure_rates(RESULT, FIGURES)
    assert [row[0] for row in table.rows][:6] == [
        "Integration",
        "Order validation",
        "Risk control",
        "Clearing",
        "Unknown",
        "Total",
    ]
    assert table.rows[5][1] == "3.20%\n(1.92% – 5.44%)"


def test_rates_of_channels_and_of_financing_are_percentages_with_two_decimals() -> None:
    rows = {row[0]: row[1:] for row in tables.failure_rates(RESULT, FIGURES).rows}
    for words, key in (("Refund rate", "refund_rate"), ("Fee rate", "fee_rate")):
        assert rows[words] == [f"{one[key]['mean'] * 100:.2f}%" for one in RESULT["estimates"].values()]
    recommended = BASE["financing"]["recommended"]
    row = tables.financing(RESULT, BASE, FIGURES).rows[0]
    assert row[4] == f"{recommended['effective_annual_rate'] * 100:.2f}%"
    assert row[7] == f"{recommended['shortfall_probability'] * 100:.1f}%"


def test_absent_upper_limits_are_dashes() -> None:
    assert [row[2] for row in tables.buffers(RESULT, FIGURES).rows][-1] == "–"


def test_assumptions_of_the_base_are_no_change() -> None:
    assert [row[1] for row in tables.assumptions(RESULT, FIGURES).rows] == [
        "no change",
        "failure_rate.baitiao = 0.10",
        "volume = 1.4, outages.jd_pay = 2026-11-11, 3 days",
    ]
