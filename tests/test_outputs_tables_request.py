"""The request at a glance: what is asked of lenders, and what is said where nothing is needed or no mix holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from result_example import example_result, financing_of

from forecast.financing.schedules import DebtFlows, DebtOwed
from forecast.outputs.figures import Figures
from forecast.outputs.pages.cards import cards
from forecast.outputs.summary import summary
from forecast.outputs.tables.request import asked_for, lead, request

if TYPE_CHECKING:
    from forecast.results.financing import FinancingShown
    from forecast.results.run import Result

RESULT = example_result("en")
FOUND = financing_of(RESULT)


def said(result: Result) -> dict[str, str]:
    return {
        one.title: "\n".join((one.answer, *one.more)).replace("\u00a0", " ")
        for one in request(result, Figures.of(result))
    }


def with_base(financing: FinancingShown | None, gap: float | None = None) -> Result:
    base = replace(RESULT.base, financing=financing)
    if gap is not None:
        base = replace(base, buffer=replace(base.buffer, funding_gap=gap))
    return replace(RESULT, scenarios=RESULT.scenarios | {"base": base})


def test_lenders_are_asked_for_what_is_not_signed_and_suppliers_stand_beside() -> None:
    lines = said(RESULT)
    assert [one.facility for one in asked_for(RESULT)] == ["overdraft", "receivables_finance"]
    assert lines["Sum asked for"].startswith("CNY 3,400\n")  # 1,000 + 2,400
    assert "not from lenders: Payables extension CNY 4,600" in lines["Sum asked for"]
    assert lines["Day"].startswith("To be asked for by 2026-11-01")
    assert lines["Use of funds"].startswith("Mainly Stock")
    assert lines["Cost over the term"].startswith("CNY 8.29\nInterest CNY 7.16, fees CNY 1.13")
    assert "JD Baitiao 46%" in lines["Repaid from"]


def test_a_signed_line_is_not_asked_for() -> None:
    facilities = [replace(one, signed=one.name == "overdraft") for one in RESULT.facilities]
    line = said(replace(RESULT, facilities=facilities))["Sum asked for"]
    assert line.startswith("CNY 2,400\n")
    assert "Signed already: Overdraft CNY 1,000" in line


def test_the_worst_case_is_the_scenario_that_lacks_most_and_says_what_does_not_carry_it() -> None:
    worst = said(RESULT)["Worst case"]
    assert worst.startswith("“No promotion + clearing outage of 3 days”: funding gap CNY 20,807")
    assert "The plan's facilities (none signed yet) do not carry it: Even with every facility in full" in worst
    assert "For comparison, “Base”: with the mix recommended for it, the chance of cash below CNY 30,000 is 5.0%" in (
        worst
    )


def test_a_gap_is_explained_where_it_stands_by_what_must_be_there_and_what_is() -> None:
    lines = said(RESULT)
    base, worst = RESULT.base.buffer, RESULT.scenarios["peak_outage"].buffer
    for line, title, buffer in (("Sum asked for", "Funding gap", base), ("Worst case", "Likewise", worst)):
        assert round(buffer.amount) - 40_000 == round(buffer.funding_gap)
        told = next(one for one in lines[line].splitlines() if one.startswith(title))
        assert f"CNY {buffer.amount:,.0f} must stand ready" in told
        assert told.endswith("cash in hand CNY 40,000")
        assert f"CNY {buffer.funding_gap:,.0f}" in lines[line]


def test_a_worst_case_that_is_carried_says_by_which_limits_and_how_much_of_them_is_drawn() -> None:
    held = RESULT.scenarios["baitiao_10pct"]
    assert held.financing is not None
    worst = replace(held, buffer=replace(held.buffer, funding_gap=99_000.0))
    scenarios = {name: one for name, one in RESULT.scenarios.items() if name != "peak_outage"}
    result = replace(RESULT, scenarios=scenarios | {"baitiao_10pct": worst})
    best, line = held.financing.recommended, said(result)["Worst case"]
    limits = sum(one.rates.peak_drawn if one.limit_used is None else one.limit_used for one in best.mix)
    assert f"(none signed yet) still carry it: limits of CNY {limits:,.0f} in all (CNY 8,000 above)" in line
    assert f"drawn at most CNY {best.rates.peak_drawn:,.0f} (interest and fees included, 95% of paths)" in line
    facilities = [replace(one, signed=one.name == "bank_line") for one in RESULT.facilities]
    assert "(signed: Revolver) still carry it" in said(replace(result, facilities=facilities))["Worst case"]


def test_where_no_mix_holds_the_gap_stands_in_place_of_a_sum() -> None:
    lines = said(with_base(financing_of(RESULT, "peak_outage")))
    assert lines["Sum asked for"].startswith("CNY 7,384 (funding gap)\nNo mix")
    assert "10,250 is lacking" in lines["Sum asked for"]
    assert said(with_base(None))["Sum asked for"].splitlines()[1].startswith("Financing was not compared")
    bare = said(replace(RESULT, facilities=[]))["Sum asked for"].splitlines()
    assert bare[1] == "The plan names no facilities, so the gap is shown in place of a sum."
    assert bare[2].startswith("Funding gap CNY 7,384: CNY 47,384 must stand ready")
    assert said(with_base(None, gap=0.0))["Sum asked for"].startswith("No new loan\nThe cash in hand suffices")


def test_where_nothing_is_drawn_nothing_is_asked() -> None:
    lines = said(with_base(replace(FOUND, recommended=replace(FOUND.recommended, mix=[]))))
    assert lines["Sum asked for"] == "No new loan"
    assert lines["Use of funds"] == "Nothing needs to be financed"
    assert lines["Day"].startswith("No day: nothing has to be drawn")
    assert (lines["Term"], lines["Cost over the term"]) == ("–", "–")


def test_debt_there_already_is_told_with_what_it_takes() -> None:
    span = FOUND.recommended.schedule.monthly[0].span
    debt = replace(FOUND.existing_debt, facilities=[DebtOwed("overdraft", 500.0, [], [])])
    line = said(with_base(replace(FOUND, existing_debt=debt)))["Debt there already"]
    assert line == "CNY 500\nOverdraft CNY 500"
    loans = replace(FOUND.existing_debt, monthly=[DebtFlows(span, 70.0, 0.0)])
    line = said(with_base(replace(FOUND, existing_debt=loans)))["Debt there already"]
    assert line == "Loans beside the facilities\nOld loans take CNY 70 to 2026-11-27, interest and principal"
    assert said(RESULT)["Debt there already"] == "None in the plan"


def test_old_loans_are_told_where_the_plan_names_no_facilities_or_none_were_compared() -> None:
    span = FOUND.recommended.schedule.monthly[0].span
    loans = replace(FOUND.existing_debt, monthly=[DebtFlows(span, 4_000.0, 0.0)])
    bare = replace(with_base(replace(FOUND, existing_debt=loans)), facilities=[])
    told = "Loans beside the facilities\nOld loans take CNY 4,000 to 2026-11-27, interest and principal"
    assert said(bare)["Debt there already"] == told
    days = [-4_000.0, *([0.0] * (len(RESULT.base.dates) - 1))]
    flows = replace(RESULT.other_flows, by_category=RESULT.other_flows.by_category | {"debt": days})
    assert said(replace(with_base(None), other_flows=flows))["Debt there already"] == told


def test_the_worst_case_is_the_same_scenario_on_the_first_page_in_the_cards_and_in_the_summary() -> None:
    base, later = RESULT.base, RESULT.scenarios["baitiao_10pct"]
    fewer = replace(base.receipts_total, mean=base.receipts_total.mean - 1_000.0)
    same = {
        "first": replace(later, label="First", receipts_total=fewer, buffer=base.buffer),
        "second": replace(
            later,
            label="Second",
            receipts_total=fewer,
            buffer=replace(base.buffer, funding_gap=base.buffer.funding_gap + 1_258.0),
        ),
    }
    result = replace(RESULT, scenarios={"base": base} | same)
    figures = Figures.of(result)
    assert said(result)["Worst case"].startswith("“Second”: funding gap")
    assert any("worst scenario “Second”" in line for card in cards(result, base, figures) for line in card.lines)
    assert "Worst scenario  Second: funding gap" in summary(result, Path("book"), Path("page"))


def test_where_no_scenario_is_worse_than_base_the_first_page_says_so() -> None:
    alone = said(replace(RESULT, scenarios={"base": RESULT.base}))["Worst case"]
    assert alone.startswith("No scenario is worse than base")
    assert "For comparison, “Base”" in alone


def test_a_loan_with_a_tenor_says_it_and_how_it_is_repaid() -> None:
    part = replace(FOUND.recommended.mix[0], facility="term_loan")
    lines = said(with_base(replace(FOUND, recommended=replace(FOUND.recommended, mix=[part]))))
    assert "Term loan: 60 days, all at maturity" in lines["Term"]


def test_both_languages_answer_the_same_questions() -> None:
    assert len(said(example_result("zh"))) == len(said(RESULT)) == 8


def test_where_no_mix_holds_use_and_day_of_the_gap_are_told_all_the_same() -> None:
    best = replace(FOUND.recommended, feasible=False, mix=[])
    lines = said(with_base(replace(FOUND, recommended=best)))
    assert "Mainly Stock" in lines["Use of funds"]
    assert f"To be there by {RESULT.base.buffer.peak_day}" in lines["Day"]


def test_what_old_facilities_take_counts_beside_other_loans() -> None:
    span = FOUND.recommended.schedule.monthly[0].span
    drawn = DebtOwed("overdraft", 500.0, [], [DebtFlows(span, 130.0, 0.0)])
    debt = replace(FOUND.existing_debt, facilities=[drawn], monthly=[DebtFlows(span, 70.0, 0.0)])
    assert "Old loans take CNY 200 to" in said(with_base(replace(FOUND, existing_debt=debt)))["Debt there already"]


def test_what_stands_above_the_request_claims_no_mix_where_none_holds_or_none_is_needed() -> None:
    failing = replace(FOUND, recommended=replace(FOUND.recommended, feasible=False))
    idle = replace(FOUND, recommended=replace(FOUND.recommended, mix=[], expected_cost=0.0))
    found = [lead(one) for one in (RESULT, with_base(failing), with_base(idle), with_base(None, gap=0.0))]
    assert found == ["lead", "lead_lacks", "lead_nothing", "lead_nothing"]


def test_the_quantile_of_receipts_is_told_as_a_bound_and_not_as_their_mean() -> None:
    low = Figures.of(RESULT).amount(RESULT.base.receipts_total.p05).replace("\u00a0", " ")
    assert f"at most {low} in the worst 5 % of paths" in said(RESULT)["Repaid from"]
