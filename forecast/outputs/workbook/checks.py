"""The checks sheet: do the formulas equal the engine's figures; all together they are the master check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.workbook.compare import RECEIPTS
from forecast.outputs.workbook.sheet import FIRST_ROW, Sheet, local_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.outputs.workbook.scenario import ScenarioCells

TOLERANCE_ROW = FIRST_ROW
HEAD_ROW = TOLERANCE_ROW + 2
FIRST_CHECK = HEAD_ROW + 1
ITEM, ENGINE, FORMULA, DIFFERENCE, RESULT = range(5)


def tolerance(result: Mapping[str, Any]) -> float:
    """How far sums of figures rounded to the fen may lie from the rounded sum: a fen a day and channel, in yuan."""
    return round(0.01 * float(result["horizon_days"] + len(result["channels"]) + 1), 2)


def master_cell(sheet: Sheet) -> str:
    """A reference to the master check."""
    return sheet.cell(1, RESULT)


def fill_checks(
    sheet: Sheet,
    result: Mapping[str, Any],
    cells: Mapping[str, ScenarioCells],
    channels: tuple[Sheet, Mapping[str, int]],
    more: Mapping[str, str],
) -> str:
    """Writes every check and the master check; gives the master check's text as the engine finds it.

    ``more`` holds the cells of checks beside the scenarios' own: ``drivers``, ``loan``, ``bridge``.
    """
    texts = sheet.book.texts
    allowed = tolerance(result)
    sheet.widths([58, 20, 20, 16, 14])
    sheet.text(TOLERANCE_ROW, ITEM, texts("sheet.check_tolerance") + f" ({sheet.book.figures.unit})")
    sheet.number(TOLERANCE_ROW, ENGINE, allowed, "input")
    heads = ("check_item", "check_engine", "check_formula", "check_difference", "check_result")
    sheet.heads(HEAD_ROW, 0, [texts(f"sheet.{head}") for head in heads], height=24)
    sheet.worksheet.freeze_panes(FIRST_CHECK, 1)
    row, passed = FIRST_CHECK, []
    for name, scenario in result["scenarios"].items():
        for check, link, engine, expected in _checks(name, scenario, result, cells[name], channels):
            label = texts(f"sheet.check_{check}", scenario=scenario["label"])
            passed.append(abs(engine - expected) <= allowed)
            _check(sheet, row, label, (engine, link, expected), passed=passed[-1])
            row += 1
    for check, engine, expected in _more_checks(result):
        label = texts(f"sheet.check_{check}", scenario=result["scenarios"]["base"]["label"])
        passed.append(abs(engine - expected) <= allowed)
        _check(sheet, row, label, (engine, more[check], expected), passed=passed[-1])
        row += 1
    area = f"{local_cell(FIRST_CHECK, RESULT)}:{local_cell(row - 1, RESULT)}"
    good, bad = texts("sheet.ok"), texts("sheet.bad")
    master = good if all(passed) else bad
    sheet.master_check(RESULT, f'=IF(COUNTIF({area},"{good}")=ROWS({area}),"{good}","{bad}")', master)
    return master


def _checks(
    name: str,
    scenario: Mapping[str, Any],
    result: Mapping[str, Any],
    cells: ScenarioCells,
    channels: tuple[Sheet, Mapping[str, int]],
) -> list[tuple[str, str, float, float]]:
    """Of each check: its name, the formula's cell, the engine's figure, and what the formula comes to."""
    receipts, other = scenario["receipts"]["mean"], result["other_flows"]["total"]
    by_channel = scenario["by_channel"].values()
    net = sum(one["settled_total"]["mean"] - one["refunded_after_total"]["mean"] for one in by_channel)
    return [
        (
            "closing",
            cells.closing,
            scenario["cash_before_financing"]["mean"][-1],
            result["opening_balance"] + sum(receipts) + sum(other),
        ),
        ("receipts", cells.receipts, scenario["receipts_total"]["mean"], sum(receipts)),
        ("sales", cells.sales, scenario["sales_total"]["mean"], sum(scenario["sales"]["mean"])),
        ("channels", channels[0].cell(channels[1][name], RECEIPTS), scenario["receipts_total"]["mean"], net),
    ]


def _more_checks(result: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    """Of each check beside the scenarios' own: its name, the engine's figure, and what the formula comes to."""
    buffer, need = result["scenarios"]["base"]["buffer"], result.get("loan_need")
    found = []
    if buffer.get("drivers"):
        found.append(("drivers", buffer["amount"], sum(part["amount"] for part in buffer["drivers"])))
    if need:
        found.append(("loan", need["new_loan"], max(0.0, need["need"] - need["funds_available"])))
    if need and need["bridge"]:
        found.append(("bridge", buffer["funding_gap"], sum(part["amount"] for part in need["bridge"])))
    return found


def _check(sheet: Sheet, row: int, label: str, figures: tuple[float, str, float], *, passed: bool) -> None:
    engine, link, expected = figures
    texts = sheet.book.texts
    good, bad = texts("sheet.ok"), texts("sheet.bad")
    sheet.text(row, ITEM, label)
    sheet.number(row, ENGINE, engine, "engine")
    sheet.formula(row, FORMULA, f"={link}", round(expected, 2))
    difference = f"=ABS({local_cell(row, ENGINE)}-{local_cell(row, FORMULA)})"
    sheet.formula(row, DIFFERENCE, difference, round(abs(engine - expected), 2))
    test = f'=IF({local_cell(row, DIFFERENCE)}<={sheet.cell(TOLERANCE_ROW, ENGINE)},"{good}","{bad}")'
    sheet.formula(row, RESULT, test, good if passed else bad, "check", "")
