"""The report's tables show the result's figures and nothing that cannot be added up."""

from __future__ import annotations

from dataclasses import replace

from result_example import LABELS, example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import run as tables

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
BASE = RESULT.scenarios["base"]


def test_a_day_a_row_with_mean_and_quantiles() -> None:
    table = tables.daily(BASE.dates, BASE.receipts, FIGURES)
    assert table.heads == ["Date", "mean", "p05", "p10", "median", "p90", "p95"]
    assert [row[0] for row in table.rows] == BASE.dates
    by_day = BASE.receipts
    last = (by_day.mean, by_day.p05, by_day.p10, by_day.p50, by_day.p90, by_day.p95)
    assert table.rows[-1][1:] == [FIGURES.money(amounts[-1]) for amounts in last]


def test_the_comparison_has_a_row_a_scenario_and_differences_against_base() -> None:
    table = tables.comparison(RESULT, FIGURES)
    assert [row[0] for row in table.rows] == ["Base", *LABELS["en"]]
    means = [scenario.receipts_total.mean for scenario in RESULT.scenarios.values()]
    assert [row[4] for row in table.rows] == [f"{mean - means[0]:,.0f}" for mean in means]
    assert {len(row) for row in table.rows} == {len(table.heads)}


def test_a_scenario_without_financing_has_no_cost() -> None:
    base = replace(BASE, financing=None)
    (row,) = tables.comparison(replace(RESULT, scenarios={"base": base}), FIGURES).rows
    assert row[-2:] == ["–", "financing was not calculated"]


def test_a_kept_mix_without_options_beside_it_is_named_and_is_not_a_plan_without_facilities() -> None:
    assert BASE.financing is not None
    kept = replace(BASE.financing, options=[])
    assert tables.mix_text(replace(BASE, financing=kept), FIGURES) == tables.mix_text(BASE, FIGURES)
    nothing = replace(kept, recommended=replace(kept.recommended, mix=[], feasible=True))
    assert tables.mix_text(replace(BASE, financing=nothing), FIGURES) == "no financing needed"
    without = Figures.of(replace(RESULT, facilities=[]))
    assert tables.mix_text(replace(BASE, financing=nothing), without) == "no facilities in the plan"


def test_the_last_column_of_outcomes_sums_means_alone() -> None:
    table = tables.outcomes(RESULT, BASE, FIGURES)
    sales = table.rows[0]
    assert sales[0] == "Sales"
    assert "(" in sales[1]
    assert "(" not in sales[-1]
    assert sales[-1] == f"{BASE.sales_total.mean:,.0f}"


def test_financing_puts_the_recommendation_first_and_gives_reasons() -> None:
    assert BASE.financing is not None
    table = tables.financing(RESULT, BASE.financing, FIGURES)
    assert table.rows[0][0] == "Recommended: Payables extension, Overdraft, Receivables finance"
    second = BASE.financing.recommended.runner_up
    assert second is not None
    assert table.rows[1][:4] == ["Runner-up: Revolver", "Revolver", "yes", FIGURES.money(second.expected_cost)]
    assert [row[0] for row in table.rows[2:]] == [FIGURES.facility(one.facility) for one in BASE.financing.options]
    assert table.rows[2][:3] == ["Revolver", "Revolver", "yes"]
    assert table.rows[3][:3] == ["Receivables finance", "Receivables finance", "no"]
    assert table.rows[3][-1] == BASE.financing.options[1].why_not
    assert table.rows[3][-1].startswith("The base (such as receivables) is too small")


def test_limits_of_a_mix_are_added_up_and_its_peak_is_that_of_the_whole() -> None:
    assert BASE.financing is not None
    best = BASE.financing.recommended
    row = tables.financing(RESULT, BASE.financing, FIGURES).rows[0]
    assert row[5] == FIGURES.money(sum(part.limit_used or 0.0 for part in best.mix))
    assert row[6] == FIGURES.money(best.rates.peak_drawn)
    unneeded = replace(BASE.financing, recommended=replace(best, mix=[]))
    assert tables.financing(RESULT, unneeded, FIGURES).rows[0][:6:5] == ["Recommended: no financing needed", "–"]


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
    total = RESULT.estimates["baitiao"].failure_rate["total"]
    assert table.rows[5][1] == f"{total.mean:.2%}\n({total.p05:.2%} – {total.p95:.2%})"
    assert table.strong_rows == (5,)
    assert [row[1] for row in table.rows[6:]] == ["2.83%", "the ledger", "the ledger", "7.4", "9.21%", "0.90%"]


def test_a_channel_of_which_nothing_settled_has_no_lag() -> None:
    card = RESULT.estimates["card"]
    lag = replace(card.settlement_days, mean=None, p05=None, p95=None, p50=None, p90=None)
    unsettled = RESULT.estimates | {"card": replace(card, settlement_days=lag)}
    assert tables.failure_rates(replace(RESULT, estimates=unsettled), FIGURES).rows[9][-1] == "–"


def test_rates_of_channels_and_of_financing_are_percentages_with_two_decimals() -> None:
    rows = {row[0]: row[1:] for row in tables.failure_rates(RESULT, FIGURES).rows}
    for words, key in (("Refund rate", "refund_rate"), ("Fee rate", "fee_rate")):
        assert rows[words] == [f"{one[key]['mean'] * 100:.2f}%" for one in RESULT["estimates"].values()]
    assert BASE.financing is not None
    best = BASE.financing.recommended
    row = tables.financing(RESULT, BASE.financing, FIGURES).rows[0]
    assert row[4] == f"{(best.effective_annual_rate or 0.0) * 100:.2f}%"
    assert row[7] == f"{best.shortfall_probability * 100:.1f}%"


def test_absent_upper_limits_are_dashes() -> None:
    assert tables.buffers(RESULT, FIGURES).rows[0][3] == FIGURES.money(BASE.buffer.upper)
    few_paths = replace(BASE, buffer=replace(BASE.buffer, upper=None))
    assert tables.buffers(replace(RESULT, scenarios={"base": few_paths}), FIGURES).rows[0][3] == "–"


def test_assumptions_of_the_base_are_no_change() -> None:
    rows = [row[1] for row in tables.assumptions(RESULT, FIGURES).rows]
    assert rows[:2] == ["no change", "failure rate of JD Baitiao 10%"]
    assert rows[2].startswith("sales × 0.3, purchases planned for sales × 1, refund rate of JD Baitiao 35%")


def test_a_table_stays_whole_in_print_where_its_lines_are_few_however_many_its_letters() -> None:
    plain = tables.Table(["a", "b", "c"], [["word", "1", "2"]] * 10)
    assert plain.is_short
    assert not replace(plain, rows=[["word", "1", "2"]] * 11).is_short
    assert not replace(plain, rows=[["word " * 11, "1", "2"]] * 10).is_short, "each row takes two lines"
    assert replace(plain, rows=[["1", "9" * 60, "2"]] * 10).is_short, "figures are not broken"
    assert not replace(plain, rows=[["字" * 26, "1", "2"]] * 10).is_short, "a Chinese letter takes two places"
