"""Tables beside the options: costs and last days, covenants, what one more is worth, and what would help."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import financing as tables_financing

if TYPE_CHECKING:
    from forecast.results.financing import FinancingShown

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)


def financing(name: str) -> FinancingShown:
    found = RESULT.scenarios[name].financing
    assert found is not None
    return found


BASE, OUTAGE = financing("base"), financing("peak_outage")
BEST = BASE.recommended


def test_the_recommended_mix_first_then_its_parts_and_each_facility_alone() -> None:
    table = tables_financing.costs(BASE, FIGURES)
    names = [FIGURES.facility(part.facility) for part in BEST.mix]
    assert [row[0] for row in table.rows] == [
        f"Recommended: {', '.join(names)}",
        *(f"of it {name}" for name in names),
        *(f"{FIGURES.facility(facility.name)} alone" for facility in RESULT.facilities),
    ]


def test_costs_rates_and_last_days_of_the_mix() -> None:
    table = tables_financing.costs(BASE, FIGURES)
    row = dict(zip(table.heads, table.rows[0], strict=True))
    assert (row["Interest"], row["Fees"]) == (FIGURES.money(BEST.interest), FIGURES.money(BEST.fees))
    rates = BEST.rates
    assert (rates.compound_rate, rates.simple_rate, rates.cost_on_balance_rate) == (0.1329, 0.124802, 0.125034)
    assert (row["Compound annual rate"], row["Simple annual rate"]) == ("13.29%", "12.48%")
    assert row["Cost on mean balance, a year"] == "12.50%"
    assert (row["Mean drawn"], row["Days drawn"]) == (FIGURES.money(rates.mean_drawn), "8.3")
    assert (row["Begin by"], row["Sign by"], row["Ask by"]) == ("2026-11-01", "2026-11-01", "2026-11-01")


def test_a_facility_that_does_not_hold_alone_has_no_last_days() -> None:
    rows = {row[0]: row[-3:] for row in tables_financing.costs(BASE, FIGURES).rows}
    alone = {f"{FIGURES.facility(one.facility)} alone": one.feasible for one in BASE.options}
    assert alone["Revolver alone"]
    assert rows["Revolver alone"] == ["2026-10-27", "2026-10-29", "2026-10-29"]
    assert not alone["Receivables finance alone"]
    assert rows["Receivables finance alone"] == ["–", "–", "–"]


def test_the_only_part_of_a_mix_is_not_shown_again() -> None:
    single = replace(BASE, recommended=replace(BEST, mix=BEST.mix[:1]), options=[])
    assert [row[0] for row in tables_financing.costs(single, FIGURES).rows] == ["Recommended: Payables extension"]


def test_covenants_with_what_was_agreed_and_reached() -> None:
    table = tables_financing.covenants(BASE, FIGURES)
    assert table is not None
    assert table.rows[1] == [
        "Recommended",
        "Greatest utilisation of limits",
        "90.0%",
        "85.9%",
        "5.0%",
        "2026-11-10",
        "yes",
    ]
    assert table.rows[2][1:4] == ["Clean-down days", "30", "13"]
    kept = ["Receivables finance alone", "Clean-down days", "30", "40", "0.0%", "–", "yes"]
    assert table.rows[8] == kept
    assert len(table.rows) == 3 * (1 + len(RESULT.facilities))
    none = replace(BASE, recommended=replace(BEST, covenants=[]), options=[])
    assert tables_financing.covenants(none, FIGURES) is None


def test_a_covenant_of_which_nothing_can_be_told_is_a_dash() -> None:
    (alone,) = (one for one in BASE.options if one.facility == "suppliers")
    assert alone.covenants[0].value is None
    table = tables_financing.covenants(replace(BASE, recommended=replace(BEST, covenants=[]), options=[alone]), FIGURES)
    assert table is not None
    assert table.rows[0][2:4] == ["1.2", "–"]


def test_what_one_more_is_worth() -> None:
    limits, days = tables_financing.marginal(RESULT, BASE, FIGURES)
    assert limits.rows[0] == ["Payables extension", "46", "+0.00000", "0.00%", "no"]
    assert [row[4] for row in limits.rows] == ["no", "yes", "no"]
    assert BASE.marginal is not None
    whole = BASE.marginal.settlement_day[0]
    amounts = (whole.buffer, whole.funding_gap, whole.expected_cost)
    assert days.rows[0] == ["All channels", *map(FIGURES.money, amounts)]
    assert [row[0] for row in days.rows[1:]] == [channel.label for channel in RESULT.channels.values()]
    assert tables_financing.marginal(RESULT, OUTAGE, FIGURES) == []


def test_without_a_mix_only_faster_settlement_is_worth_something() -> None:
    assert BASE.marginal is not None
    undrawn = replace(BASE, marginal=replace(BASE.marginal, limits=[]))
    assert [table.heads[0] for table in tables_financing.marginal(RESULT, undrawn, FIGURES)] == ["Channel"]


def test_what_would_help_in_words() -> None:
    assert tables_financing.remedy(BASE, FIGURES) == ""
    assert OUTAGE.recommended.remedy is not None
    cash = OUTAGE.recommended.remedy.lacking.extra_cash
    assert f"{cash:,.0f} more cash" in tables_financing.remedy(OUTAGE, FIGURES)
    assert "more limit of Overdraft" in tables_financing.remedy(OUTAGE, FIGURES)
