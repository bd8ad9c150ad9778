"""The command line's summary: a finance director's questions, answered in a screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from result_example import example_result as with_warnings
from rich.cells import cell_len

from forecast.outputs.figures import Figures
from forecast.outputs.summary import summary
from forecast.results.inputs import NoteShown, UnmatchedLines

if TYPE_CHECKING:
    from forecast.plan.model import Language
    from forecast.results.financing import Recommended
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult


def example_result(language: Language) -> Result:
    """The example's result without its warnings, which have lines of their own."""
    result = with_warnings(language)
    return replace(result, notes=[note for note in result.notes if note.level != "warning"])


WORKBOOK, REPORT = Path("reports/shop/scenarios.xlsx"), Path("reports/shop/report.html")


def text_of(language: Language) -> str:
    return summary(example_result(language), WORKBOOK, REPORT)


def best_of(scenario: ScenarioResult) -> Recommended:
    assert scenario.financing is not None
    return scenario.financing.recommended


def recommending(result: Result, best: Recommended) -> Result:
    """The result with another recommendation in base."""
    base = result.scenarios["base"]
    assert base.financing is not None
    changed = replace(base, financing=replace(base.financing, recommended=best))
    return replace(result, scenarios=result.scenarios | {"base": changed})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_takes_between_twelve_and_twenty_lines(language: Language) -> None:
    assert 12 <= len(text_of(language).splitlines()) <= 20


def test_it_says_how_much_when_what_is_at_risk_what_to_hold_and_what_it_costs() -> None:
    result = example_result("zh")
    base, figures = result.scenarios["base"], Figures.of(result)
    best, buffer = best_of(base), base.buffer
    mean, low, high, short, gap, drawn, cost = (
        figures.amount(amount).replace("\u00a0", " ")
        for amount in (
            *(base.receipts_total.mean, base.receipts_total.p05, base.receipts_total.p95),
            *(buffer.amount, buffer.funding_gap, best.mix[0].limit_used, best.expected_cost),
        )
    )
    lines = text_of("zh").splitlines()
    assert lines[0].startswith("示例数码旗舰店 · 基准日 2026-10-18 · 其后 40 天")
    assert f"预计 {mean}，90% 区间 {low} 至 {high}" in lines[1]
    assert f"至 2026-10-31 {sum(base.receipts.mean[:13]):,.0f} 元" in lines[2]
    failed = sum(channel.failed_total.mean for channel in base.by_channel.values())
    assert f"首次扣款失败 {failed:,.0f} 元" in lines[3]
    assert "大促落空 + 清算中断3天" in lines[4]
    assert f"2026-10-18 晚须有 {short}" in lines[5]
    assert f"最紧张日 {buffer.peak_day}" in lines[5]
    assert f"{gap}（现有 40,000 元）" in lines[6]
    assert f"账期延展 用额度 {drawn}" in lines[7]
    assert f"最迟 {best.days.latest_signing_day} 签约" in lines[7]
    assert f"{cost}，实际年利率 {best.effective_annual_rate:.2%}" in lines[8]
    assert lines[-2].endswith(str(WORKBOOK))
    assert lines[-1].endswith(str(REPORT))


def test_columns_are_aligned_by_width_on_the_terminal() -> None:
    lines = text_of("zh").splitlines()
    labelled = [*lines[1:9], *lines[-3:]]
    starts = {cell_len(line) - cell_len(line.split("  ", 1)[1].lstrip()) for line in labelled}
    assert starts == {10}


def test_a_chinese_character_takes_two_columns() -> None:
    assert cell_len("回款 ok") == 7


def crowded(result: Result, name: str) -> Result:
    """The result with five more scenarios, each like the named one."""
    more = {f"more_{number}": replace(result.scenarios[name], label=f"More {number}") for number in range(5)}
    return replace(result, scenarios=result.scenarios | more)


def test_many_scenarios_show_base_and_the_largest_buffers_and_say_where_the_others_are() -> None:
    text = summary(crowded(example_result("en"), "baitiao_10pct"), WORKBOOK, REPORT)
    assert len(text.splitlines()) <= 20
    assert "No promotion + clearing outage of 3 days  " in text
    assert "(with 4 more scenarios)" in text


def test_the_worst_scenario_is_in_the_table_however_small_its_buffer() -> None:
    result = crowded(example_result("en"), "peak_outage")
    worst = result.scenarios["baitiao_10pct"]
    lacking = replace(result.scenarios["peak_outage"], label=worst.label)  # none of these is carried
    lacking = replace(lacking, buffer=replace(worst.buffer, amount=1.0, funding_gap=9e6))
    result = replace(result, scenarios=result.scenarios | {"baitiao_10pct": lacking})
    lines = summary(result, WORKBOOK, REPORT).splitlines()
    assert "Baitiao failure rate 10%" in lines[4]
    assert [line.split("  ")[0] for line in lines if line.startswith(("Base ", "Baitiao "))] == [
        "Base",
        "Baitiao failure rate 10%",
    ]


def test_a_run_without_financing_says_so() -> None:
    result = example_result("en")
    unfinanced = {
        name: replace(scenario, financing=None, cash_after_financing=None)
        for name, scenario in result.scenarios.items()
    }
    text = summary(replace(result, scenarios=unfinanced), WORKBOOK, REPORT)
    assert "Financing from  financing was not calculated" in text
    assert "Financing cost" not in text


def test_no_need_and_no_remedy_are_told_apart() -> None:
    result = example_result("en")
    unneeded = replace(best_of(result.scenarios["base"]), mix=[], expected_cost=0.0)
    assert "no financing needed" in summary(recommending(result, unneeded), WORKBOOK, REPORT)
    lacking = best_of(result.scenarios["peak_outage"])
    lines = summary(recommending(result, lacking), WORKBOOK, REPORT).splitlines()
    assert "no facilities suffice" in lines[7]
    refused = [line for line in lines if line.startswith("Why not")]
    shown = result.scenarios["base"].financing
    assert shown is not None
    named = Figures.of(result).facility
    assert (
        refused == [f"Why not         {named(one.facility)}: {one.why_not}" for one in shown.options if one.why_not][:3]
    )
    assert any(line.startswith("Would do        Even with every facility in full") for line in lines)
    assert any(line.startswith(f"Financing cost  CNY {lacking.expected_cost:.2f}") for line in lines)


@pytest.mark.parametrize(
    ("language", "first"),
    [("zh", "警告 rows_rejected（ledger）：漏了"), ("en", "WARNING rows_rejected (ledger): 漏了")],
)
def test_a_warning_stands_under_the_head_by_code_place_and_text(language: Language, first: str) -> None:
    plain = example_result(language)
    told = replace(plain, notes=[NoteShown("rows_rejected", "warning", "ledger", "漏了"), *plain.notes])
    head, *lines = summary(plain, WORKBOOK, REPORT).splitlines()
    found = summary(told, WORKBOOK, REPORT).splitlines()
    assert found[:3] == [head, first, lines[0]]


def test_lines_of_exports_that_no_order_holds_stand_with_their_sum_and_reasons() -> None:
    plain = example_result("en")
    reasons = {"order_not_found": UnmatchedLines(1200, 34.5), "withdrawal": UnmatchedLines(1, -1000.0)}
    seen = replace(plain.history, unmatched=1201, unmatched_amount=-965.5, unmatched_reasons=reasons)
    text = summary(replace(plain, history=seen), WORKBOOK, REPORT)
    wanted = "1,201 lines of the exports, -965.50 together: no order of this number 1,200 (34.50), a withdrawal 1"
    assert wanted in text
    assert "exports" not in summary(plain, WORKBOOK, REPORT)
