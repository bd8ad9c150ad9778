"""The sheets that list: the plan's figures with units, and the notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
from result_example import OPENING, example_result
from workbook_example import written

from forecast.outputs.figures import Figures
from forecast.outputs.readers import read_by_others
from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path


def inputs() -> dict[tuple[str, str], list[object]]:
    sheet = written("zh")[1]["假设"]
    return {(row[0], row[1]): list(row[2:]) for row in sheet.iter_rows(min_row=5, values_only=True)}


def test_inputs_carry_values_and_units() -> None:
    found = inputs()
    assert found["现金头寸", "期初余额"][:2] == [OPENING, "元"]
    assert found["循环授信", "年利率"][:2] == [0.0435, "每年"]
    assert found["循环授信", "提款通知天数"][:2] == [1, "天"]
    assert found["循环授信", "已签约"][0] == "否"
    assert found["情景", "白条失败率 10%"][0] == "京东白条失败率 10%"
    assert found["大促", "双11 高峰"][0] == dt.datetime(2026, 11, 11)  # noqa: DTZ001  # a spreadsheet's day


def test_estimates_stand_with_their_interval() -> None:
    found, result = inputs(), example_result("zh")
    rate = result.estimates["baitiao"].failure_rate["total"]
    assert found["京东白条", "失败率：合计"][:4] == [rate.mean, "比例", rate.p05, rate.p95]
    estimates = result.estimates["huabei"]
    assert found["花呗", "结算周期"][0] == estimates.settlement_days.mean
    assert [found["花呗", name][0] for name in ("退款率", "费率")] == [
        estimates.refund_rate.mean,
        estimates.fee_rate.mean,
    ]
    multiple = result.events[0].multiple
    assert multiple
    assert found["大促", "双11 主要日销售相对平日的倍数"] == [multiple.mean, "倍", multiple.p05, multiple.p95]
    assert found["大促", "双11 倍数依据"][0] == "自身历史"


def test_rates_are_shown_as_percentages_and_those_of_contracts_to_a_hundredth_of_a_basis_point() -> None:
    sheet = written("zh")[0]["假设"]
    formats = {(row[0].value, row[1].value): row[2].number_format for row in sheet.iter_rows(min_row=5)}
    assert [formats["京东白条", item] for item in ("失败率：合计", "退款率", "费率")] == ["0.00%"] * 3
    assert formats["循环授信", "年利率"] == formats["循环授信", "承诺费"] == "0.0000%"
    assert inputs()["循环授信", "承诺费"][1] == "每年"
    assert inputs()["京东白条", "费率"][1] == "比例"


def test_the_labels_of_a_facility_begin_like_all_others() -> None:
    sheet = written("en")[1]["Assumptions"]
    labels = [row[1] for row in sheet.iter_rows(min_row=5, values_only=True) if row[1]]
    assert [label for label in labels if label[0].islower() and not label.startswith("双11 ")] == []


def test_the_choices_of_a_facility_are_words() -> None:
    found = {item: values[0] for (area, item), values in inputs().items() if area == "流动资金贷款"}
    assert (found["付息方式"], found["还款方式"], found["计息基础"]) == ("每月末", "到期一次还本", "act/365")


def test_a_day_of_a_facility_and_the_channels_of_its_base_are_words(tmp_path: Path) -> None:
    result = example_result("zh")
    line, finance, *others = result.facilities
    dated = replace(line, available_from=dt.date(2026, 11, 1))
    wide = replace(finance, channels=("baitiao", "huabei"))
    write_workbook(tmp_path / "book.xlsx", replace(result, facilities=[dated, wide, *others]))
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["假设"]
    found = {(row[0], row[1]): row[2] for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert found["循环授信", "可用起始日"] == "2026-11-01"
    assert found["应收账款融资", "适用渠道"] == "京东白条、花呗"


def test_a_facility_shows_the_terms_of_its_kind_alone() -> None:
    terms = {item for area, item in inputs() if area == "透支"}
    assert "年利率" in terms
    assert "融资比例" not in terms
    assert "适用渠道" not in terms


def test_what_the_plan_says_is_grey_for_it_is_typed_elsewhere() -> None:
    cell = written("zh")[0]["假设"]["C5"]
    assert cell.fill.fgColor.rgb == "FFF2F2F2"


def test_notes_are_listed_with_place_and_code() -> None:
    rows = list(written("en")[1]["Notes"].iter_rows(min_row=5, max_col=4, values_only=True))
    levels = {"warning": "warning", "info": "information"}
    result = example_result("en")
    notes = read_by_others(result, Figures.of(result)).notes
    assert rows == [(note.where, note.text, levels[note.level], note.code) for note in notes]
    assert "Lower bound of the cost of financing" in {row[0] for row in rows}


def test_codes_are_grey_and_their_heading_says_what_they_are_for() -> None:
    for language, sheet, head in (
        ("zh", "提示", "代码（供查提示参考）"),
        ("en", "Notes", "Code in the reference of notes"),
    ):
        notes = written(language)[0][sheet]
        assert notes["D4"].value == head
        assert notes["D5"].font.color.rgb == "FF57606A"
