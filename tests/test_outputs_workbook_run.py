"""scenarios.xlsx as a whole: its sheets, its charts, and its formulas recalculated by another program."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from live_example import example_live
from office import recalculated
from result_example import example_result
from stress_shop import kept_stress
from workbook_example import written, written_live

from forecast.outputs.studies_beside import Studies
from forecast.outputs.workbook.checks import tolerance
from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path


def test_sheets_bear_the_languages_names() -> None:
    assert written("zh")[0].sheetnames == [
        "封面",
        "假设",
        "模拟逐日",
        "渠道",
        "回款进度",
        "融资",
        "还款计划",
        "边际价值与约定",
        "缓冲构成",
        "比较",
        "贷款需求",
        "提示",
        "检查",
        "模拟数据",
    ]
    assert written("en")[0].sheetnames[:3] == ["Cover", "Assumptions", "Simulated days"]


def test_what_is_typed_comes_first_then_what_comes_of_it_and_workings_last() -> None:
    book, _, _ = written_live()
    assert book.sheetnames[:9] == [
        "Cover",
        "Inputs",
        "Scenarios",
        "Assumptions",
        "Dashboard",
        "13 weeks",
        "Cash by day",
        "Simulated days",
        "Receipts by day",
    ]
    assert book.sheetnames[-3:] == ["Checks", "Kernels", "Simulated data"]
    assert {one.sheet_properties.tabColor.rgb for one in book} == {"FFF2C811", "FF0072B2", "FF009E73", "FF9AA0A6"}
    assert [one.title for one in book if not one.protection.sheet] == []
    assert not any(one.protection.password for one in book)
    typed = [cell for row in book["Inputs"].iter_rows() for cell in row if not cell.protection.locked]
    assert {cell.fill.fgColor.rgb for cell in typed} == {"FFFFF9C4"}


def test_sheets_of_studies_are_protected_as_the_cover_says(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, example_result("en"), studies=Studies(stress=kept_stress("en")))
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) > len(written("en")[0].sheetnames)
    assert [one.title for one in book if not one.protection.sheet] == []


def test_every_formula_has_a_cached_value_so_that_viewers_show_it() -> None:
    formulas, values = written("zh")
    places = [
        (sheet.title, cell.coordinate)
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(places) > 400
    assert [place for place in places if values[place[0]][place[1]].value is None] == []


def test_charts_are_native_and_line_charts_have_date_axes(tmp_path: Path) -> None:
    path = tmp_path / "scenarios.xlsx"
    write_workbook(path, example_result())
    with zipfile.ZipFile(path) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 3 + 1 + 2
    assert all("<c:dateAx>" in chart for chart in charts if "<c:lineChart>" in chart)


def test_a_users_text_is_never_a_formula(tmp_path: Path) -> None:
    evil = '=HYPERLINK("x")'
    result = example_result("en", merchant=evil)
    result = replace(
        result,
        scenarios=result.scenarios | {"base": replace(result.scenarios["base"], label=evil)},
        channels=result.channels | {"card": replace(result.channels["card"], label=evil)},
        notes=[replace(result.notes[0], text=evil)],
    )
    path = tmp_path / "evil.xlsx"
    write_workbook(path, result)
    workbook = openpyxl.load_workbook(path)
    formulas = [cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not [formula for formula in formulas if formula.upper().startswith("=HYPERLINK")]


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_workbook(tmp_path / f"{name}.xlsx", example_result())
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_result_without_flows_facilities_or_financing_still_makes_a_workbook(tmp_path: Path) -> None:
    result = example_result("en")
    days = len(result.other_flows.dates)
    scenarios = {
        name: replace(
            scenario,
            financing=None,
            cash_after_financing=None,
            buffer=replace(
                scenario.buffer,
                cross_checks=replace(scenario.buffer.cross_checks, miller_orr=None, least_cost=None),
            ),
        )
        for name, scenario in result.scenarios.items()
    }
    result = replace(
        result,
        facilities=[],
        events=[],
        notes=[],
        loan_need=None,
        other_flows=replace(result.other_flows, by_category={}, total=[0.0] * days),
        scenarios=scenarios,
    )
    path = tmp_path / "bare.xlsx"
    write_workbook(path, result)
    assert openpyxl.load_workbook(path, data_only=True)["Simulated days"]["M8"].value == 0


@pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl does not know LibreOffice's charts
def test_libreoffice_recalculates_every_formula_to_the_engines_figure(tmp_path: Path) -> None:
    path = tmp_path / "scenarios.xlsx"
    write_workbook(path, example_result(), example_live())
    (out,) = recalculated(tmp_path, [path])
    formulas, ours = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    theirs = openpyxl.load_workbook(out, data_only=True)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    engine = ours[sheet.title][cell.coordinate].value
                    their = theirs[sheet.title][cell.coordinate].value
                    exact = isinstance(engine, str | dt.datetime)
                    expected = engine if exact else pytest.approx(engine, abs=tolerance(example_result()))
                    assert their == expected, (sheet.title, cell.coordinate, cell.value)
                    compared += 1
    assert compared > 4_000


@pytest.mark.parametrize("text", ["x" * 40_000, '=HYPERLINK("x")' * 3_000, "[a]:*?/\\'" * 5_000, "</script>" * 5_000])
def test_hostile_names_from_data_arrive_as_text_and_are_cut_with_a_mark(tmp_path: Path, text: str) -> None:
    result, live = example_result("en"), example_live()
    first = next(iter(result.other_flows.by_category))
    flows = {text if name == first else name: one for name, one in result.other_flows.by_category.items()}
    result = replace(
        result,
        channels=result.channels | {"card": replace(result.channels["card"], label=text)},
        notes=[replace(result.notes[0], text=text)],
        other_flows=replace(result.other_flows, by_category=flows),
    )
    named = {text if name == first else name: one for name, one in live.flows.items()}
    levels = tuple(replace(one, flows=dict(zip(named, one.flows.values(), strict=True))) for one in live.levels)
    path = tmp_path / "hostile.xlsx"
    write_workbook(path, result, replace(live, flows=named, levels=levels))
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [one for one in cells if one.data_type == "f" and text[:9] in one.value]
    assert book["Notes"]["B5"].value == text[:1_999] + "…"
