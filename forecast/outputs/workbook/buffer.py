"""The buffer sheet: what the base scenario's buffer is made of, summed up by formula, and second opinions on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.tables.buffer import implied_why
from forecast.outputs.workbook.scenario import CHART_SIZE
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, MONEY, RATE, Sheet, local_cell, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.outputs.workbook.front import InputCells

LABEL, AMOUNT, RUNNING, WHY = range(4)
UNIT_COST = "0.00000"


def fill_buffer(sheet: Sheet, result: Mapping[str, Any], inputs: InputCells) -> dict[str, str]:
    """The parts with their running sum and a chart, then the second opinions; gives the sum's cell to be checked."""
    texts, base = sheet.book.texts, result["scenarios"]["base"]
    parts = base["buffer"].get("drivers") or []
    names = [part["label"] for part in parts]
    sheet.widths([min(64, max(44, *(text_width(name) + 2 for name in ["", *names]))), 16, 16, 70])
    heads = [texts("words.driver"), texts("words.amount"), texts("words.running")]
    sheet.heads(FIRST_ROW, LABEL, heads, height=24)
    first = row = FIRST_ROW + 1
    running, checked = 0.0, {}
    for part in parts:
        sheet.text(row, LABEL, part["label"])
        if part["key"] == "minimum_balance":
            sheet.formula(row, AMOUNT, f"={inputs.minimum_balance}", part["amount"])
        else:
            sheet.number(row, AMOUNT, part["amount"], "engine")
        running += part["amount"]
        before = f"{local_cell(row - 1, RUNNING)}+" if row > first else ""
        sheet.formula(row, RUNNING, f"={before}{local_cell(row, AMOUNT)}", round(running, 2))
        row += 1
    if parts:
        sheet.text(row, LABEL, texts("words.buffer"), "strong")
        area = f"{local_cell(first, AMOUNT)}:{local_cell(row - 1, AMOUNT)}"
        sheet.formula(row, AMOUNT, f"=SUM({area})", round(running, 2), "formula_strong")
        checked["drivers"] = sheet.cell(row, AMOUNT)
        _chart(sheet, first, row - 1, row + 18)
    else:
        sheet.text(row, LABEL, texts("amount.none"))
    _second_opinions(sheet, result, row + 2, inputs)
    figures = sheet.book.figures
    caption = texts("report.drivers_caption", day=figures.day(base["buffer"]["peak_day"]), unit=figures.unit)
    sheet.text(2, 0, caption, "soft", wrap=False)
    return checked


def _chart(sheet: Sheet, first: int, last: int, row: int) -> None:
    chart = sheet.book.workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": sheet.book.texts("words.amount"),
            "categories": "=" + sheet.area(first, LABEL, last, LABEL),
            "values": "=" + sheet.area(first, AMOUNT, last, AMOUNT),
            "fill": {"color": "#0072B2"},
        }
    )
    chart.set_title({"none": True})
    chart.set_y_axis({"reverse": True, "label_position": "low", "interval_unit": 1})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_legend({"none": True})
    chart.set_size(CHART_SIZE | {"height": 60 + 26 * (last - first + 1)})
    sheet.worksheet.insert_chart(row, 0, chart, {"object_position": 2})


def _second_opinions(sheet: Sheet, result: Mapping[str, Any], row: int, inputs: InputCells) -> None:
    """Miller and Orr's limits, and the confidence of least cost, as formulas of what they rest on."""
    texts, figures = sheet.book.texts, sheet.book.figures
    checks = result["scenarios"]["base"]["buffer"].get("cross_checks")
    sheet.text(row, LABEL, texts("report.cross_checks"), "fact", wrap=False)
    sheet.text(row + 1, LABEL, texts("cross.lead"), "soft", wrap=False)
    row += 2
    if not checks or checks["least_cost"] is None:
        sheet.text(row, LABEL, texts("cross.none"))
        return
    given = (("idle_cost", RATE), ("transfer_cost", FEN), ("daily_deviation", MONEY))
    cells = {}
    for key, number in given:
        sheet.text(row, LABEL, texts(f"cross.{key}"))
        sheet.number(row, AMOUNT, checks[key], "engine" if key == "daily_deviation" else "input", number)
        cells[key] = local_cell(row, AMOUNT)
        row += 1
    idle, transfer, deviation = (cells[key] for key, _ in given)
    spread = f"(3*{transfer}*{deviation}^2/(4*{idle}/365))^(1/3)"
    for word, key, factor in (("return", "return_point", "1"), ("average", "average", "4/3"), ("upper", "upper", "3")):
        sheet.text(row, LABEL, texts(f"cross.miller_orr_{word}"))
        formula = f"={inputs.minimum_balance}+{factor}*{spread}"
        sheet.formula(row, AMOUNT, formula, checks["miller_orr"][key])
        if word == "return":
            why = texts(
                "cross.miller_orr_why",
                deviation=figures.amount(checks["daily_deviation"]),
                idle=figures.percent(checks["idle_cost"]),
                transfer=figures.amount(checks["transfer_cost"]),
            )
            sheet.text(row, WHY, why, "soft")
        row += 1
    best = checks["least_cost"]
    sheet.text(row, LABEL, texts("cross.overage"))
    days, confidence = result["horizon_days"], result["confidence"]
    sheet.formula(row, AMOUNT, f"={idle}*{days}/365", best["overage"], "formula", UNIT_COST)
    overage = local_cell(row, AMOUNT)
    row += 1
    if best["underage"] is not None:
        sheet.text(row, LABEL, texts("cross.underage"))
        sheet.number(row, AMOUNT, best["underage"], "input", UNIT_COST)
        underage = local_cell(row, AMOUNT)
        sheet.text(row + 1, LABEL, texts("cross.confidence"))
        sheet.formula(row + 1, AMOUNT, f"={underage}/({underage}+{overage})", best["confidence"], "formula", RATE)
        sheet.text(row + 2, LABEL, texts("cross.least_cost", confidence=figures.percent(best["confidence"], 1)))
        sheet.number(row + 2, AMOUNT, best["amount"], "engine")
        row += 3
    sheet.text(row, LABEL, texts("cross.implied", confidence=figures.confidence(confidence)))
    formula = f"={overage}*{confidence}/(1-{confidence})"
    sheet.formula(row, AMOUNT, formula, best["implied_underage"], "formula", UNIT_COST)
    sheet.text(row, WHY, implied_why(best, figures), "soft")
