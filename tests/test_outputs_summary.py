"""The command line's summary: a finance director's questions, answered in a screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from result_example import example_result
from rich.cells import cell_len

from forecast.outputs.summary import summary

WORKBOOK, REPORT = Path("reports/shop/scenarios.xlsx"), Path("reports/shop/report.html")


def text_of(language: str) -> str:
    return summary(example_result(language), WORKBOOK, REPORT)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_takes_between_twelve_and_twenty_lines(language: str) -> None:
    assert 12 <= len(text_of(language).splitlines()) <= 20


def test_it_says_how_much_when_what_is_at_risk_what_to_hold_and_what_it_costs() -> None:
    lines = text_of("zh").splitlines()
    assert lines[0].startswith("示例数码旗舰店 · 基准日 2026-10-18 · 其后 40 天")
    assert "预计 1,200.7 万元，90% 区间 744.4 万元 至 1,777.0 万元" in lines[1]
    assert "至 2026-10-31" in lines[2]
    assert "首次扣款失败 34.6 万元" in lines[3]
    assert "白条失败率 10%" in lines[4]
    assert "2026-10-18 晚须有 460.0 万元" in lines[5]
    assert "最紧张日 2026-11-05" in lines[5]
    assert "140.0 万元（现有 320.0 万元）" in lines[6]
    assert "bank_line 用额度 140.0 万元" in lines[7]
    assert "最迟 2026-10-30 签约" in lines[7]
    assert "13,400 元，实际年利率 5.71%" in lines[8]
    assert lines[-2].endswith(str(WORKBOOK))
    assert lines[-1].endswith(str(REPORT))


def test_columns_are_aligned_by_width_on_the_terminal() -> None:
    lines = text_of("zh").splitlines()
    labelled = [*lines[1:9], *lines[-3:]]
    starts = {cell_len(line) - cell_len(line.split("  ", 1)[1].lstrip()) for line in labelled}
    assert starts == {10}


def test_a_chinese_character_takes_two_columns() -> None:
    assert cell_len("回款 ok") == 7


def test_many_scenarios_show_base_and_the_largest_buffers_and_say_where_the_others_are() -> None:
    result = example_result("en")
    for number in range(5):
        result["scenarios"][f"more_{number}"] = result["scenarios"]["baitiao_10pct"] | {"label": f"More {number}"}
    text = summary(result, WORKBOOK, REPORT)
    assert len(text.splitlines()) <= 20
    assert "Double 11 surge" in text
    assert "(with 4 more scenarios)" in text


def test_the_worst_scenario_is_in_the_table_however_small_its_buffer() -> None:
    result = example_result("en")
    for number in range(5):
        result["scenarios"][f"more_{number}"] = result["scenarios"]["peak_outage"] | {"label": f"More {number}"}
    lines = summary(result, WORKBOOK, REPORT).splitlines()
    assert "Baitiao failure rate 10%" in lines[4]
    assert [line.split("  ")[0] for line in lines if line.startswith(("Base ", "Baitiao "))] == [
        "Base",
        "Baitiao failure rate 10%",
    ]


def test_a_run_without_financing_says_so() -> None:
    result = example_result("en")
    for scenario in result["scenarios"].values():
        scenario["financing"], scenario["cash_after_financing"] = None, None
    assert "Financing from  financing was not calculated" in summary(result, WORKBOOK, REPORT)


def test_no_need_and_no_remedy_are_told_apart() -> None:
    result = example_result("en")
    recommended = result["scenarios"]["base"]["financing"]["recommended"]
    recommended |= {"mix": [], "expected_cost": 0.0}
    assert "no financing needed" in summary(result, WORKBOOK, REPORT)
    recommended["feasible"] = False
    assert "no facilities suffice" in summary(result, WORKBOOK, REPORT)
