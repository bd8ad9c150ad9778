"""How figures are written for people, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from result_example import example_result

from forecast.outputs.figures import (
    MOST_LABELS,
    Figures,
    facility_kinds,
    fails,
    needs_money,
    not_carried_text,
    other_labels,
    over_channels,
    worst_scenario,
)
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.results.scenario import ScenarioResult

ZH, EN = (Figures.of(example_result(language)) for language in ("zh", "en"))


@pytest.mark.parametrize(
    ("yuan", "chinese", "english"),
    [
        (12_345_678.0, "1,234.6 万元", "CNY 12.35m"),
        (99_999.0, "99,999 元", "CNY 99,999"),
        (-250_000.0, "-25.0 万元", "CNY -250,000"),
        (0.31, "0.31 元", "CNY 0.31"),
        (-0.001, "0 元", "CNY 0"),
        (None, "–", "–"),
    ],
)
def test_amounts_carry_their_unit(yuan: float | None, chinese: str, english: str) -> None:
    assert ZH.amount(yuan).replace("\u00a0", " ") == chinese
    assert EN.amount(yuan).replace("\u00a0", " ") == english


def test_another_currency_keeps_its_code() -> None:
    dollars = Figures.of(replace(example_result("zh"), currency="USD"))
    assert dollars.amount(500.0).replace("\u00a0", " ") == "500 USD"
    assert dollars.chart_unit == "万USD"


def test_absent_figures_are_a_dash_and_never_zero() -> None:
    assert [ZH.money(None), ZH.percent(None), ZH.day(None), ZH.days(None)] == ["–"] * 4
    assert ZH.yes_no(None) == "未计算"


def test_percentages_and_words() -> None:
    assert [ZH.percent(share) for share in (0.0571234, -0.5, 12.0, -1e-9)] == ["5.71%", "-50.00%", "1200.00%", "0.00%"]
    assert EN.days(-0.01) == "0.0"
    assert [EN.percent(0.0571234, decimals) for decimals in (0, 1, 4)] == ["6%", "5.7%", "5.7123%"]
    assert EN.days(11.47) == "11.5"
    assert ZH.confidence(0.95) == "95%"
    assert ZH.confidence(0.995) == "99.5%"
    assert (ZH.cause("clearing"), EN.cause("clearing"), ZH.cause("hail")) == ("资金通道", "Clearing", "hail")
    assert (ZH.kind("factoring"), ZH.yes_no(True), EN.yes_no(False)) == ("保理", "是", "no")  # noqa: FBT003  # values


def test_the_worst_scenario_lacks_most_and_of_equal_gaps_receives_least() -> None:
    result = example_result()
    base, other, _ = result.scenarios.values()

    def one(more_gap: float, more_receipts: float) -> ScenarioResult:
        buffer = replace(base.buffer, funding_gap=base.buffer.funding_gap + more_gap)
        mean = base.receipts_total.mean + more_receipts
        return replace(other, buffer=buffer, receipts_total=replace(base.receipts_total, mean=mean))

    def worst(*others: ScenarioResult) -> int | None:
        scenarios = {"base": base} | {str(place): other for place, other in enumerate(others)}
        found = worst_scenario(replace(result, scenarios=scenarios))
        return None if found is None else next(place for place, other in enumerate(others) if other is found)

    assert worst(one(0, -900), one(100, 50)) == 1
    assert worst(one(100, -1), one(100.001, -900)) == 1
    assert worst(one(-50, -900), one(0, -900), one(-9, -900)) == 1
    assert worst(one(0, -5), one(-400, -900)) == 1
    assert worst(one(0, 0), one(-400, 900)) is None


def test_a_scenario_that_no_mix_carries_is_worse_than_one_with_a_larger_gap_that_is_carried() -> None:
    result = example_result("en")
    base, carried, failing = result.scenarios.values()
    assert [fails(base), fails(carried), fails(failing)] == [False, False, True]
    gap = base.buffer.funding_gap

    def lacking(one: ScenarioResult, more: float, label: str) -> ScenarioResult:
        return replace(one, label=label, buffer=replace(one.buffer, funding_gap=gap + more))

    largest, slow, slower = (
        lacking(carried, 9e6, "Rush"),
        lacking(failing, -5.0, "Slow"),
        lacking(failing, -1.0, "Slower"),
    )
    shown = replace(result, scenarios={"base": base, "rush": largest, "slow": slow, "slower": slower})
    assert worst_scenario(shown) is slower
    assert not_carried_text(shown, slower, Figures.of(shown)) == "; no facilities suffice for it, nor for Slow"
    alone = replace(result, scenarios={"base": base, "rush": largest, "slow": slow})
    assert worst_scenario(alone) is slow
    assert not_carried_text(alone, slow, Figures.of(alone)) == "; no facilities suffice for it"
    assert not_carried_text(alone, largest, Figures.of(alone)) == ""
    assert not_carried_text(replace(alone, facilities=[]), slow, Figures.of(alone)) == ""


def test_where_base_is_not_carried_either_the_largest_gap_of_those_beside_it_is_the_worst() -> None:
    result = example_result("en")
    failing = list(result.scenarios.values())[-1]
    base = replace(failing, label="Base")
    less = replace(failing, buffer=replace(failing.buffer, funding_gap=failing.buffer.funding_gap - 9.0))
    more = replace(failing, buffer=replace(failing.buffer, funding_gap=failing.buffer.funding_gap + 9.0))
    assert worst_scenario(replace(result, scenarios={"base": base, "less": less})) is None
    assert worst_scenario(replace(result, scenarios={"base": base, "less": less, "more": more})) is more


def test_no_more_scenarios_that_are_not_carried_are_named_than_a_line_holds() -> None:
    result = example_result("en")
    base, _, failing = result.scenarios.values()
    many = {str(place): replace(failing, label=f"S{place}") for place in range(MOST_LABELS + 2)}
    shown = replace(result, scenarios={"base": base, "own": failing} | many)
    assert other_labels(shown, failing, Figures.of(shown)) == "S0, S1, S2, S3, …"


def test_changes_have_a_sign() -> None:
    told = [[each.change(yuan).replace("\u00a0", " ") for yuan in (5.0, -250_000.0, 0.0)] for each in (ZH, EN)]
    assert told == [["+5 元", "-25.0 万元", "0 元"], ["CNY +5", "CNY -250,000", "CNY 0"]]


def test_the_worst_scenario_is_never_base() -> None:
    result = example_result()
    base, _, outage = result.scenarios.values()
    assert worst_scenario(result) is outage
    assert worst_scenario(replace(result, scenarios={"base": base})) is None
    assert worst_scenario(replace(result, scenarios={"base": outage, "more": base})) is None


def test_means_add_up_over_channels() -> None:
    base = example_result().scenarios["base"]
    assert over_channels(base, lambda channel: channel.receipts_total) == pytest.approx(
        base.receipts_total.mean, abs=0.03
    )


def test_kinds_of_facilities_and_whether_money_is_needed() -> None:
    result = example_result()
    assert facility_kinds(result) == {
        "bank_line": "revolver",
        "receivables_finance": "receivables",
        "term_loan": "term_loan",
        "suppliers": "payables_extension",
        "overdraft": "overdraft",
    }
    financing = result.scenarios["base"].financing
    assert financing is not None
    assert needs_money(financing.recommended)
    undrawn = replace(financing.recommended, mix=[])
    assert needs_money(undrawn)  # its commitment costs money all the same
    assert not needs_money(replace(undrawn, expected_cost=0.0))


def test_whole_amounts_never_show_their_fen_or_a_negative_nothing() -> None:
    figures = Figures(Texts("en"), "CNY")
    assert [figures.whole(yuan) for yuan in (1_234.5, 20.79, 0.24, -0.3, -76.66)] == ["1,235", "21", "0", "0", "-77"]
    assert [figures.money(yuan) for yuan in (1_234.5, -1_234.5, 24.5)] == ["1,235", "-1,235", "24.50"]
